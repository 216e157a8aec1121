#include "core/sbn/rate_plans.hpp"

#include "core/auth/tenant.hpp"
#include "core/json/write.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::kNow;

struct Plans : ConsoleStore {
  RatePlan add(const RatePlan& wanted) {
    return write([&](auto& connection) { return add_rate_plan(connection, wanted, kNow, random); });
  }
  std::string refusal(const RatePlan& wanted) {
    return fault([&](auto& connection) { add_rate_plan(connection, wanted, kNow, random); });
  }
};

RatePlan plan(const std::string& name = "p") {
  return {"", "a", name, "gold", 7, 8, {}, {}};
}

TEST_CASE("a plan is kept as it was wanted and seen by its maker only") {
  Plans store;
  RatePlan wanted = plan();
  wanted.description = "d";
  const std::string id = store.add(wanted).id;
  store.add({"", "b", "other", "gold", 1, 1, {}, {}});
  const auto mine = store.write([](auto& connection) { return list_rate_plans(connection, "a"); });
  REQUIRE(mine.size() == 1);
  CHECK(mine[0].id == id);
  CHECK(store.write([&](auto& connection) { return require_rate_plan(connection, "a", id).description; }) ==
        "d");
  for (const auto& [owner, wanted_id] : {std::pair<std::string, std::string>{"b", id}, {"a", "plan_x"}}) {
    CHECK(store.fault([&, o = owner, w = wanted_id](auto& connection) {
      require_rate_plan(connection, o, w);
    }) == "not_found/unknown_rate_plan");
  }
  CHECK(store.write([&](auto& connection) { return find_rate_plan(connection, id).has_value(); }));
}

TEST_CASE("numbers and texts of a plan have limits") {
  Plans store;
  const std::string bad = "usage/bad_rate_plan";
  for (const std::int64_t number : {std::int64_t{1}, kMaxPlanCalls}) {
    RatePlan good = plan();
    good.daily_quota = good.burst_limit_per_minute = number;
    CHECK(store.refusal(good).empty());
  }
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, kMaxPlanCalls + 1}) {
    RatePlan quota = plan();
    quota.daily_quota = number;
    CHECK(store.refusal(quota) == bad);
    RatePlan burst = plan();
    burst.burst_limit_per_minute = number;
    CHECK(store.refusal(burst) == bad);
  }
  CHECK(store.refusal(plan(std::string(auth::kMaxTextBytes, 'x'))).empty());
  for (const std::string& text :
       {std::string(), std::string(auth::kMaxTextBytes + 1, 'x'), std::string("\n")}) {
    CHECK(store.refusal(plan(text)) == bad);
    RatePlan tier = plan();
    tier.sla_tier = text;
    CHECK(store.refusal(tier) == bad);
  }
}

TEST_CASE("a tenant makes so many plans and no more") {
  Plans store;
  for (std::size_t i = 0; i < kMaxRatePlans; ++i)
    store.add(plan());
  CHECK(store.refusal(plan()) == "policy/too_many_rate_plans");
}

TEST_CASE("a plan as JSON has what the official client reads") {
  Plans store;
  json::Arena arena;
  const RatePlan made = store.add(plan());
  CHECK(json::to_compact(rate_plan_row(made, arena)) ==
        R"({"id":")" + made.id +
            R"(","name":"p","sla_tier":"gold","daily_quota":7,"burst_limit_per_minute":8,"description":null,)"
            R"("created_at":"2026-11-23T12:00:00+00:00"})");
}

}  // namespace
}  // namespace agentnet::sbn
