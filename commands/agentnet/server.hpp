// The commands that run, show and stop the local network's server.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kAgentnetServe;
extern const Command kAgentnetStatus;
extern const Command kAgentnetStop;

}  // namespace agentnet::commands
