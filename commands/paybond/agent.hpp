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

// The value of an option that must be there. Throws Error usage/missing_option.
inline std::string required(const Arguments& arguments, std::string_view name) {
  const auto value = arguments.find(name);
  if (value && !value->empty()) return *value;
  throw Error(Category::usage, "missing_option", std::string(name) + " is missing");
}

inline constexpr Option kRunIdOption{.name = "--run-id", .value = "RUN", .help = "the run"};
inline constexpr Option kEchoedRequestIdOption{
    .name = "--request-id", .value = "ID", .help = "the request id that the answer names"};
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
