// `sbn snapchore`: SnapChore over the network.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kSbnCapture;
extern const Command kSbnVerify;
extern const Command kSbnSeal;
extern const Command kSbnVerifyBlock;
extern const Command kSbnDiscover;
extern const Command kSbnRecent;
extern const Command kSbnBlocks;
extern const Command kSbnStats;
extern const Command kSbnUsage;
extern const Command kSbnChain;

extern const Command kSbnReceipts;  // sbn receipts

}  // namespace agentnet::commands
