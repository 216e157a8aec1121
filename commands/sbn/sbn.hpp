// The commands of the program `sbn` that the SmartBlocks Network answers or that say how to reach it.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kSbnAuth;
// Below kSbnAuth.
extern const Command kSbnLogin;
extern const Command kSbnSigningKey;

}  // namespace agentnet::commands
