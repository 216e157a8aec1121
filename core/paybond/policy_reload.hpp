// Putting a changed policy in the place of the one that a run is bound to (wire reference paybond 12).
//
// The intent behind the run stays as it is: a policy that needs other tools than the intent allows needs
// another run. What the policy allows may become less at any time, and more only when that is asked for:
// whoever can write the file must not widen what an agent may do while nobody looks.
#pragma once

#include "core/paybond/agent_run.hpp"
#include "core/paybond/run_policy.hpp"

namespace agentnet::paybond {

// The run takes the policy's tools and terms; `text` is the file's, `now` is when it was read.
void take_policy(AgentRun& run, const RunPolicy& policy, const std::string& text, const std::string& now);

// The tools that cost nothing are allowed without being asked for.
void add_free_tools(AgentRun& run);

// In which way the policy allows more than the run does now, as a phrase; nullopt when it does not: tools are
// no longer denied by default, a tool's max_spend_cents is higher or gone, a tool that cost money costs none.
std::optional<std::string> loosening(const AgentRun& run, const RunPolicy& next);

// True when the policy has tools with side effects, or an intent with tools, that the run's intent does not
// allow.
bool needs_another_intent(const AgentRun& run, const RunPolicy& next);

// Throws Error usage/missing_policy for a run that was bound without one.
void require_policy(const AgentRun& run);

// Takes the policy, with last_reload_at; false, and nothing is changed, when the run has it already. Throws
// what require_policy throws, and Error policy/intent_rebind_required;
// policy/loosening_denied unless `may_loosen`; usage/operation_not_in_policy when the run's operation is not
// one of the policy's that cost money.
bool reload_policy(AgentRun& run, const RunPolicy& next, const std::string& text, const std::string& now,
                   bool may_loosen);

}  // namespace agentnet::paybond
