// What --version and `agentnet version` print.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

inline constexpr Option kVersionOptions[] = {{.name = "--version", .help = "print the version"}};

// The releases of the networks' own tools that the programs here mirror.
inline constexpr std::string_view kMirroredSnapchoreCore = "0.2.0";
inline constexpr std::string_view kMirroredSbnSdk = "0.12.2";
inline constexpr std::string_view kMirroredPaybondKit = "0.2.1";

Exit run_version(const Arguments& arguments, Context& context);

}  // namespace agentnet::commands
