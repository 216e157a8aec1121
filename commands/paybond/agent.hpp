// paybond agent: the commands of the group, and what they share.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kPaybondAgentRun;
extern const Command kPaybondAgentTool;
extern const Command kPaybondAgentRegistry;
extern const Command kPaybondAgentSandbox;
extern const Command kPaybondAgentProduction;
extern const Command kPaybondAgentHarbor;

inline constexpr Option kRunIdOption{.name = "--run-id", .value = "RUN", .help = "the run"};
inline constexpr Option kEchoedRequestIdOption{
    .name = "--request-id", .value = "ID", .help = "the request id that the answer names"};
inline constexpr Option kToolOperationOption{
    .name = "--operation", .value = "NAME", .help = "the tool's operation"};
inline constexpr Option kIntentTokenOption{
    .name = "--capability-token-file",
    .value = "FILE",
    .help = "its token, - for standard input; also in PAYBOND_CAPABILITY_TOKEN",
    .completes = Completes::files};
inline constexpr Option kPayeeDidOption{
    .name = "--payee-did", .value = "DID", .help = "who signs evidence", .environment = "APP_PAYEE_DID"};
inline constexpr Option kPayeeSeedOption{
    .name = "--payee-signing-seed-file",
    .value = "FILE",
    .help = "the payee's seed, - for standard input; also in APP_PAYEE_SEED_HEX",
    .completes = Completes::files};
inline constexpr std::string_view kPayeeSeedVariables[] = {"APP_PAYEE_SEED_HEX"};

}  // namespace agentnet::commands

// Prepares an example: a run named demo.
#define AGENTNET_BOUND_RUN \
  "paybond agent run bind --operation paid-tool --requested-spend-cents 500 --run-id demo -o quiet && "
