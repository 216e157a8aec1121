// The SnapChore commands that need no network: the program `snapchore`, and what `sbn snapchore` shares with
// it.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kSnapchoreHash;
extern const Command kSnapchoreSeal;
extern const Command kSnapchoreVerify;
extern const Command kSnapchoreVerifyBlock;
extern const Command kSnapchoreChain;
extern const Command kSnapchoreCatalogue;

extern const Command kSnapchoreProgram;  // snapchore

}  // namespace agentnet::commands
