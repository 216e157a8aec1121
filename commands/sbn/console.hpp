// `sbn console`: projects, their keys, usage, billing and webhooks; `sbn control-plane`.
#pragma once

#include "commands/command.hpp"
#include "commands/sbn/connection.hpp"

namespace agentnet::commands {

extern const Command kSbnConsole;
extern const Command kSbnControlPlane;

// Below kSbnConsole.
extern const Command kSbnConsoleProjects;
extern const Command kSbnConsoleSettings;
extern const Command kSbnConsoleEvents;
extern const Command kSbnConsoleKeys;
extern const Command kSbnConsoleUsage;
extern const Command kSbnConsoleBilling;
extern const Command kSbnConsoleAnalytics;
extern const Command kSbnConsoleWebhooks;

// What the commands of both share.
inline constexpr Argument kProjectArgument{.name = "PROJECT", .help = "the project's id"};
inline constexpr Argument kOneProject[] = {kProjectArgument};
inline constexpr Exit kConsoleExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
inline constexpr Exit kConsoleFindExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
inline constexpr Exit kConsoleWriteExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                                              Exit::conflict,  Exit::unreachable, Exit::policy};
inline constexpr std::string_view kTrueFalse[] = {"true", "false"};

// An option that is true or false; null when it is not given.
json::Value flag_option(const Arguments& arguments, std::string_view name);
// The text of an option as a value; null when it is not given. Lies in the arena.
json::Value text_option(const Arguments& arguments, std::string_view name, json::Arena& arena);

}  // namespace agentnet::commands
