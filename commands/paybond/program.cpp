// The program `paybond`: which commands it has.
#include "commands/paybond/paybond.hpp"
#include "commands/version.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kPaybondCommands[] = {
    &kPaybondIntents,    &kPaybondVerify, &kPaybondSpend,       &kPaybondLedger,   &kPaybondSignal,
    &kPaybondGuardrails, &kPaybondDigest, &kPaybondSign,        &kPaybondMandates, &kPaybondReceipts,
    &kPaybondAudit,      &kPaybondA2A,    &kPaybondPolicy,      &kPaybondKeys,     &kPaybondWhoami,
    &kPaybondShopify,    &kPaybondAdyen,  &kPaybondFlutterwave, &kPaybondPaystack, &kPaybondPlaid};

}  // namespace

constexpr Command kPaybondProgram{
    .name = "paybond",
    .summary = "Sign payment intents and evidence, and verify what came of them",
    .description =
        "A principal signs an intent: so much for this task until then. The payee signs evidence of what was "
        "done. Both signatures cover digests of canonical JSON, and everything here makes or checks them "
        "offline, without an account.",
    .options = kVersionOptions,
    .run = run_version,
    .children = kPaybondCommands,
};

}  // namespace agentnet::commands
