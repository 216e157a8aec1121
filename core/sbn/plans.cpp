#include "core/sbn/plans.hpp"

#include <algorithm>
#include <string>

#include "core/base/error.hpp"

namespace agentnet::sbn {
namespace {

const Plan* find_plan(std::string_view id) {
  const auto* const found =
      std::find_if(kPlans.begin(), kPlans.end(), [&](const Plan& plan) { return plan.id == id; });
  return found == kPlans.end() ? nullptr : found;
}

}  // namespace

const Plan& require_plan(std::string_view id) {
  const Plan* plan = find_plan(id);
  if (plan == nullptr) {
    throw Error(Category::usage, "bad_plan", "the plan must be one of sandbox, builder, network", {},
                {{"field", "plan"}});
  }
  return *plan;
}

json::Value limits_of(std::string_view plan, json::Arena& arena) {
  const Plan* known = find_plan(plan);
  const Plan& limits = known != nullptr ? *known : kPlans.front();
  const auto number = [&](const std::optional<std::int64_t>& limit) {
    return limit ? json::Value::integer(arena, *limit) : json::Value();
  };
  return json::ObjectBuilder(arena)
      .add("attestations_per_month", number(limits.attestations))
      .add("snapchore_events_per_month", number(limits.snapchore_events))
      .add("facts_reads_per_month", number(limits.facts_reads))
      .done();
}

}  // namespace agentnet::sbn
