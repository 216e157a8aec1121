// Rate plans in the store: how many calls a tenant may make (tenant_bounds.hpp holds them to it). A plan is
// its maker's and seen by nobody else.
//
// As in core/auth the functions work on a Connection; those that change something are for Database::write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/json/value.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxRatePlans = 200;  // of one tenant
inline constexpr std::int64_t kMaxPlanCalls = 1'000'000'000'000;

struct RatePlan {
  std::string id;
  std::string owner;
  std::string name;
  std::string sla_tier;
  std::int64_t daily_quota = 0;
  std::int64_t burst_limit_per_minute = 0;
  std::optional<std::string> description;
  Instant created_at;
};

// Throws Error usage/bad_rate_plan for a text that is empty or too long and a number outside 1 to
// kMaxPlanCalls, policy/too_many_rate_plans.
RatePlan add_rate_plan(store::Connection& connection, const RatePlan& wanted, Instant now, Random& random);
// Throws Error not_found/unknown_rate_plan.
RatePlan require_rate_plan(store::Connection& connection, std::string_view owner, std::string_view id);
// Whoever made it: of a tenant that has it.
std::optional<RatePlan> find_rate_plan(store::Connection& connection, std::string_view id);
// The oldest first.
std::vector<RatePlan> list_rate_plans(store::Connection& connection, std::string_view owner);
// {"id", "name", "sla_tier", "daily_quota", "burst_limit_per_minute", "description", "created_at"}.
json::Value rate_plan_row(const RatePlan& plan, json::Arena& arena);

}  // namespace agentnet::sbn
