// The program `sbn`.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kSbnProgram;

}  // namespace agentnet::commands
