// The plans of billing: what a month includes (wire reference sbn, static plan table). The network reports
// them beside what was used and does not refuse anything because of them; that is for rate plans
// (rate_plans.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::sbn {

struct Plan {
  std::string_view id;
  std::string_view price;  // as it is shown
  // A month; none: without a limit.
  std::optional<std::int64_t> attestations;
  std::optional<std::int64_t> snapchore_events;
  std::optional<std::int64_t> facts_reads;
};

// The first is what a new project and a new key have.
inline constexpr std::array<Plan, 3> kPlans = {{
    {"sandbox", "Free", 5'000, 25'000, 100'000},
    {"builder", "$49/mo", 100'000, 1'000'000, 2'000'000},
    {"network", "Custom", {}, {}, {}},
}};

// Throws Error usage/bad_plan.
const Plan& require_plan(std::string_view id);
// {"attestations_per_month", "snapchore_events_per_month", "facts_reads_per_month"}; of an unknown plan those
// of the first.
json::Value limits_of(std::string_view plan, json::Arena& arena);

}  // namespace agentnet::sbn
