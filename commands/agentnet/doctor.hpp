// The command that looks whether this machine is fit for the local network.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kAgentnetDoctor;

}  // namespace agentnet::commands
