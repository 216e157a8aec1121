// The program `agentnet`: what the executable says about itself, and the other programs as subcommands.
#pragma once

#include "commands/command.hpp"

namespace agentnet::cli {

extern const commands::Command kAgentnetProgram;

}  // namespace agentnet::cli
