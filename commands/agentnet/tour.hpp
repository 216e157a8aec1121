// The command that shows the main job on a network of its own.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kAgentnetTour;

}  // namespace agentnet::commands
