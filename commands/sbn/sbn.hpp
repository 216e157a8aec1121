// The commands of the program `sbn` that the SmartBlocks Network answers or that say how to reach it.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

// Of commands that send nothing: the mirrored program takes these with every command.
inline constexpr Option kUnusedConnection[] = {
    {.name = "--base-url", .value = "URL", .help = "taken as everywhere, though nothing is sent"},
    {.name = "--api-key", .value = "KEY", .help = "the same"},
};

extern const Command kSbnAuth;
extern const Command kSbnAgent;
extern const Command kSbnTwin;  // another name of kSbnAgent
// Below both.
extern const Command kSbnAgentSlots;
extern const Command kSbnAgentAttest;
extern const Command kSbnAgentReceipt;
// Below kSbnAuth.
extern const Command kSbnLogin;
extern const Command kSbnSigningKey;

// Enough of a key to know it by: at least four characters of a long one and half of a short one stay hidden.
std::string masked(std::string_view key);
inline constexpr std::string_view kNotSet = "(not set)";  // what stands in tables for a credential

}  // namespace agentnet::commands
