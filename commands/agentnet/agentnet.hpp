// The commands of the program `agentnet` itself.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kAgentnetConfig;

}  // namespace agentnet::commands
