// Binding a run to an intent: one that is made in the sandbox, or one that is there.
#pragma once

#include "commands/paybond/agent_files.hpp"
#include "commands/paybond/connection.hpp"

namespace agentnet::commands {

// What the options say, before anything is sent: --operation, --requested-spend-cents, --run-id,
// --completion-preset or --evidence-preset, --registry-file, --policy-file with --watch; --attach-intent-id
// with the token and the signers' seeds, which are read to see that they are good. Throws Error usage, and
// conflict/exists for a run that is there already.
paybond::AgentRun prepare_run(const Arguments& arguments, Context& context, const AgentFiles& files);

// Asks the network for the sandbox intent or for the one that is attached, and keeps the run. Throws what the
// calls throw; policy/operation_not_allowed when the intent does not allow the run's operation.
void bind_run(PaybondConnection& connection, paybond::AgentRun& run, const AgentFiles& files);

// policy_digest, policy_version and policy_loaded_at, as each answer about a run has them.
void add_policy(json::ObjectBuilder& out, const paybond::AgentRun& run);
// The run as bind shows it, its token in clear.
json::Value bound_value(const paybond::AgentRun& run, json::Arena& arena);
json::Value texts_value(const std::vector<std::string>& items, json::Arena& arena);

}  // namespace agentnet::commands
