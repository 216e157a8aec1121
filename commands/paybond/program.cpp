// The program `paybond`: which commands it has.
#include "commands/paybond/house.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/version.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kPaybondCommands[] = {
    &kPaybondIntents,    &kPaybondVerify,     &kPaybondSpend,       &kPaybondLedger,   &kPaybondSignal,
    &kPaybondGuardrails, &kPaybondDigest,     &kPaybondSign,        &kPaybondMandates, &kPaybondReceipts,
    &kPaybondAudit,      &kPaybondA2A,        &kPaybondPolicy,      &kPaybondInit,     &kPaybondKeys,
    &kPaybondWhoami,     &kPaybondConfig,     &kPaybondStatus,      &kPaybondDoctor,   &kPaybondControl,
    &kPaybondDiagnose,   &kPaybondVersion,    &kPaybondLogin,       &kPaybondOpen,     &kPaybondOnboarding,
    &kPaybondShell,      &kPaybondCompletion, &kPaybondAgent,       &kPaybondDev,      &kPaybondMcp,
    &kPaybondShopify,    &kPaybondAdyen,      &kPaybondFlutterwave, &kPaybondPaystack, &kPaybondPlaid};

}  // namespace

constexpr Command kPaybondProgram{
    .name = "paybond",
    .summary = "Sign, escrow, settle and audit payments between agents",
    .description =
        "A principal signs an intent: so much for this task until then. An agent spends with the capability "
        "that comes of it, the payee signs evidence of what was done, and the money is released or given "
        "back; a ledger of its own holds every step. Signing, digests and verification need no network; in "
        "the local network the payment rails are simulated.",
    .options = kVersionOptions,
    .run = run_version,
    .children = kPaybondCommands,
};

}  // namespace agentnet::commands
