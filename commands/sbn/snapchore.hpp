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
extern const Command kSbnQueueSummary;
extern const Command kSbnProcessQueue;
extern const Command kSbnQueueHealth;
extern const Command kSbnKeys;
extern const Command kSbnPromote;
extern const Command kSbnReconcile;
extern const Command kSbnArtifact;

extern const Command kSbnReceipts;  // sbn receipts
// Below kSbnReceipts.
extern const Command kSbnReceiptsList;
extern const Command kSbnReceiptsGet;
extern const Command kSbnReceiptsByHash;
extern const Command kSbnReceiptsProofLedger;

}  // namespace agentnet::commands
