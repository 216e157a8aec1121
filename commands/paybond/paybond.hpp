// The program `paybond`: payment intents and evidence that agents sign, and what comes back of them.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kPaybondDigest;
extern const Command kPaybondSign;
extern const Command kPaybondSignIntent;
extern const Command kPaybondSignEvidence;
extern const Command kPaybondSignArtefact;
extern const Command kPaybondKeys;
extern const Command kPaybondMandates;
extern const Command kPaybondReceipts;
extern const Command kPaybondAudit;

extern const Command kPaybondProgram;

}  // namespace agentnet::commands
