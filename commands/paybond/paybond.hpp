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
extern const Command kPaybondPolicy;
extern const Command kPaybondPolicyPreview;
extern const Command kPaybondPolicyCheckSchema;

extern const Command kPaybondIntents;
extern const Command kPaybondVerify;
extern const Command kPaybondSpend;
extern const Command kPaybondLedger;
extern const Command kPaybondLedgerVerify;
extern const Command kPaybondSignal;
extern const Command kPaybondWhoami;
extern const Command kPaybondGuardrails;
extern const Command kPaybondAgent;
extern const Command kPaybondDev;
extern const Command kPaybondMcp;
extern const Command kPaybondA2A;
extern const Command kPaybondInit;
// Of groups that have commands with and without a network.
extern const Command kPaybondKeysList;
extern const Command kPaybondKeysCreate;
extern const Command kPaybondKeysRotate;
extern const Command kPaybondKeysRevoke;
extern const Command kPaybondReceiptsGet;
extern const Command kPaybondMandatesImport;
extern const Command kPaybondExportsCreate;
extern const Command kPaybondExportsList;
extern const Command kPaybondExportsGet;
extern const Command kPaybondExportsDelete;
// What is not here, and says so.
extern const Command kPaybondShopify;
extern const Command kPaybondAdyen;
extern const Command kPaybondFlutterwave;
extern const Command kPaybondPaystack;
extern const Command kPaybondPlaid;
extern const Command kPaybondAgentDemo;
extern const Command kPaybondDevLoop;
extern const Command kPaybondDevUp;

extern const Command kPaybondProgram;

}  // namespace agentnet::commands
