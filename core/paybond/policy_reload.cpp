#include "core/paybond/policy_reload.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

bool holds(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

const GuardedTool* find_tool(const std::vector<GuardedTool>& tools, const std::string& operation) {
  const auto found = std::find_if(tools.begin(), tools.end(),
                                  [&](const GuardedTool& tool) { return tool.operation == operation; });
  return found == tools.end() ? nullptr : &*found;
}

// What the intent itself allows: what remains without the tools that only the policy added.
std::vector<std::string> bound_tools(const AgentRun& run) {
  std::vector<std::string> bound;
  for (const std::string& tool : run.allowed_tools) {
    if (tool == run.operation || !run.is_free(tool)) bound.push_back(tool);
  }
  return bound;
}

}  // namespace

void take_policy(AgentRun& run, const RunPolicy& policy, const std::string& text, const std::string& now) {
  run.default_deny = policy.registry.default_deny;
  run.tools = policy.registry.tools;
  run.policy_digest = policy.digest;
  run.policy_version = policy.version;
  run.policy_loaded_at = now;
  run.policy_text = text;
}

void add_free_tools(AgentRun& run) {
  for (const GuardedTool& tool : run.tools) {
    if (!tool.side_effecting && !holds(run.allowed_tools, tool.operation))
      run.allowed_tools.push_back(tool.operation);
  }
}

std::optional<std::string> loosening(const AgentRun& run, const RunPolicy& next) {
  if (run.default_deny && !next.registry.default_deny) return "tools that are not named are no longer denied";
  for (const GuardedTool& before : run.tools) {
    const GuardedTool* after = find_tool(next.registry.tools, before.operation);
    // One that is not named any more is denied by default.
    if (!before.side_effecting || (after == nullptr && next.registry.default_deny)) continue;
    const std::string tool = "the tool '" + before.operation + "'";
    if (after != nullptr && !after->side_effecting) return tool + " no longer costs money";
    if (!before.max_spend_cents) continue;
    if (after == nullptr || !after->max_spend_cents) return tool + " has no max_spend_cents any more";
    if (*after->max_spend_cents > *before.max_spend_cents) {
      return tool + " may cost " + money_text(*after->max_spend_cents) + " in place of " +
             money_text(*before.max_spend_cents);
    }
  }
  return std::nullopt;
}

bool needs_another_intent(const AgentRun& run, const RunPolicy& next) {
  const std::vector<std::string> bound = bound_tools(run);
  const auto is_bound = [&](const std::string& operation) { return holds(bound, operation); };
  return !std::all_of(next.allowed_tools.begin(), next.allowed_tools.end(), is_bound) ||
         !std::all_of(next.registry.tools.begin(), next.registry.tools.end(), [&](const GuardedTool& tool) {
           return !tool.side_effecting || is_bound(tool.operation);
         });
}

void require_policy(const AgentRun& run) {
  if (run.policy_digest) return;
  throw Error(Category::usage, "missing_policy", "the run was bound without a policy",
              "paybond agent run bind --policy-file binds one with it");
}

bool reload_policy(AgentRun& run, const RunPolicy& next, const std::string& text, const std::string& now,
                   bool may_loosen) {
  require_policy(run);
  if (next.digest == *run.policy_digest) return false;
  if (needs_another_intent(run, next)) {
    throw Error(Category::policy, "intent_rebind_required",
                "the policy has tools that the run's intent does not allow",
                "paybond agent run bind makes a run for them");
  }
  const auto looser = loosening(run, next);
  if (looser && !may_loosen) {
    throw Error(Category::policy, "loosening_denied", "the policy allows more than before: " + *looser,
                "--allow-loosen takes it all the same");
  }
  if (next.registry.default_deny) (void)paying_tool(next, run.operation);
  run.allowed_tools = bound_tools(run);
  take_policy(run, next, text, now);
  add_free_tools(run);
  run.last_reload_at = now;
  return true;
}

}  // namespace agentnet::paybond
