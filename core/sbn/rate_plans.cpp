#include "core/sbn/rate_plans.hpp"

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_PLAN_ROW                                                                                \
  "SELECT id, owner, name, sla_tier, daily_quota, burst_limit_per_minute, description, created_at FROM " \
  "sbn_rate_plans "
constexpr std::string_view kById = AGENTNET_PLAN_ROW "WHERE id = ?";
constexpr std::string_view kOfOwner = AGENTNET_PLAN_ROW "WHERE owner = ? ORDER BY created_at, id";
#undef AGENTNET_PLAN_ROW

RatePlan read_plan(const store::Query& row) {
  RatePlan plan{row.text(0),    row.text(1),    row.text(2), row.text(3),
                row.integer(4), row.integer(5), {},          auth::from_column(row.integer(7))};
  if (!row.is_null(6)) plan.description = row.text(6);
  return plan;
}

void check_text(std::string_view field, std::string_view text) {
  if (!text.empty() && auth::is_short_text(text)) return;
  throw Error(Category::usage, "bad_rate_plan",
              std::string(field) + " must be a line of text of 1 to " + std::to_string(auth::kMaxTextBytes) +
                  " bytes",
              {}, {{"field", std::string(field)}});
}

void check_calls(std::string_view field, std::int64_t calls) {
  if (calls >= 1 && calls <= kMaxPlanCalls) return;
  throw Error(Category::usage, "bad_rate_plan",
              std::string(field) + " must be a whole number from 1 to " + std::to_string(kMaxPlanCalls), {},
              {{"field", std::string(field)}});
}

void check_count(store::Connection& connection, std::string_view owner) {
  store::Query rows = connection.query("SELECT COUNT(*) FROM sbn_rate_plans WHERE owner = ?", {owner});
  if (!rows.next() || rows.integer(0) < static_cast<std::int64_t>(kMaxRatePlans)) return;
  throw Error(Category::policy, "too_many_rate_plans",
              "a tenant has at most " + std::to_string(kMaxRatePlans) + " rate plans");
}

}  // namespace

RatePlan add_rate_plan(store::Connection& connection, const RatePlan& wanted, Instant now, Random& random) {
  check_text("name", wanted.name);
  check_text("sla_tier", wanted.sla_tier);
  if (wanted.description) check_text("description", *wanted.description);
  check_calls("daily_quota", wanted.daily_quota);
  check_calls("burst_limit_per_minute", wanted.burst_limit_per_minute);
  check_count(connection, wanted.owner);
  RatePlan plan = wanted;
  plan.id = "plan_" + uuid4(random);
  plan.created_at = now;
  connection.run(
      "INSERT INTO sbn_rate_plans (id, owner, name, sla_tier, daily_quota, burst_limit_per_minute, "
      "description, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {plan.id, plan.owner, plan.name, plan.sla_tier, plan.daily_quota, plan.burst_limit_per_minute,
       plan.description, auth::to_column(now)});
  return plan;
}

RatePlan require_rate_plan(store::Connection& connection, std::string_view owner, std::string_view id) {
  auto plan = find_rate_plan(connection, id);
  if (!plan || plan->owner != owner)
    throw Error(Category::not_found, "unknown_rate_plan", "there is no such rate plan");
  return std::move(*plan);
}

std::optional<RatePlan> find_rate_plan(store::Connection& connection, std::string_view id) {
  store::Query rows = connection.query(kById, {id});
  if (!rows.next()) return std::nullopt;
  return read_plan(rows);
}

std::vector<RatePlan> list_rate_plans(store::Connection& connection, std::string_view owner) {
  std::vector<RatePlan> plans;
  store::Query rows = connection.query(kOfOwner, {owner});
  while (rows.next())
    plans.push_back(read_plan(rows));
  return plans;
}

json::Value rate_plan_row(const RatePlan& plan, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(plan.id))
      .add("name", std::string_view(plan.name))
      .add("sla_tier", std::string_view(plan.sla_tier))
      .add_integer("daily_quota", plan.daily_quota)
      .add_integer("burst_limit_per_minute", plan.burst_limit_per_minute)
      .add_optional("description", plan.description)
      .add("created_at", std::string_view(iso_offset(plan.created_at)))
      .done();
}

}  // namespace agentnet::sbn
