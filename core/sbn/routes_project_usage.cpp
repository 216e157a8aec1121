// What a project has used, and its billing.
//
// Nothing is ever charged here: every billing answer has "simulated": true, its URLs lead nowhere (.invalid),
// and choosing a plan is done at once.
#include <map>

#include "core/json/write.hpp"
#include "core/sbn/console_call.hpp"
#include "core/sbn/ledger.hpp"
#include "core/sbn/plans.hpp"
#include "core/sbn/project_keys.hpp"

namespace agentnet::sbn {
namespace {

struct UsageRow {
  std::string id;
  std::string label;
  std::string plan;
  bool revoked = false;
  Used used;
};

// Each key of the project, and what else was used: by signing keys, and by keys that are no more.
std::vector<UsageRow> usage_rows(store::Connection& connection, const Project& project,
                                 const std::string& month) {
  std::map<std::string, Used> left;
  for (CredentialUsage& each : list_key_usage(connection, project.id, month))
    left.emplace(std::move(each.credential_id), each.used);
  std::vector<UsageRow> rows;
  for (const ProjectKey& key : list_project_keys(connection, project.id)) {
    const auto found = left.extract(key.key.id);
    rows.push_back({key.key.id, key.key.label, key.plan, key.key.revoked_at.has_value(),
                    found.empty() ? Used{} : found.mapped()});
  }
  for (const auto& [id, used] : left)
    rows.push_back({id, "", project.plan, false, used});
  return rows;
}

std::string month_asked(const Call& call, Instant now) {
  const std::string month = call.exchange->query("month").value_or(month_of(now));
  if (month.size() == 7 && parse_iso(month + "-01")) return month;
  throw Error(Category::usage, "bad_parameter", "the query parameter month must be a month, as 2026-11", {},
              {{"parameter", "month"}});
}

void add_used(json::ObjectBuilder& row, const Used& used) {
  row.add_integer("attestations", used.attestations);
  row.add_integer("snapchore_events", used.snapchore_events);
  row.add_integer("facts_reads", used.facts_reads);
}

// Replies with what `work` makes of the store once what was counted so far is in it.
using UsageReading = std::function<http::Response(store::Connection& connection, const Project& project,
                                                  const std::string& month)>;
void reply_usage(const Routes& routes, const std::shared_ptr<Call>& call, bool in_path,
                 const UsageReading& work) {
  Service& service = routes.service;
  const std::string month = month_asked(*call, service.clock().now());
  service.usage().flush_later([=, &service](const std::exception_ptr& fault) {
    call->exchange->answer([&] {
      if (fault) std::rethrow_exception(fault);
      http::Response response;
      service.database().read([&](store::Connection& connection) {
        response = work(connection, project_of(connection, *call, in_path), month);
      });
      return response;
    });
  });
}

http::Response by_key(store::Connection& connection, const Project& project, const std::string& month) {
  json::Arena arena;
  json::ArrayBuilder keys(arena);
  for (const UsageRow& row : usage_rows(connection, project, month)) {
    json::ObjectBuilder key(arena);
    key.add("id", std::string_view(row.id)).add("label", std::string_view(row.label));
    key.add("plan", std::string_view(row.plan)).add_boolean("revoked", row.revoked);
    add_used(key, row.used);
    key.add("limits", limits_of(row.plan, arena));
    keys.add(key.done());
  }
  return http::json_response(200, json::to_compact(json::ObjectBuilder(arena)
                                                       .add("project_id", std::string_view(project.id))
                                                       .add("month", std::string_view(month))
                                                       .add("keys", keys.done())
                                                       .done()));
}

Used total_of(store::Connection& connection, const Project& project, const std::string& month) {
  Used total;
  for (const CredentialUsage& each : list_key_usage(connection, project.id, month))
    total += each.used;
  return total;
}

// What was used above the plan's limits.
Used overage_of(const Used& used, const Plan& plan) {
  const auto above = [](std::int64_t amount, const std::optional<std::int64_t>& limit) {
    return limit && amount > *limit ? amount - *limit : 0;
  };
  return {above(used.attestations, plan.attestations), above(used.snapchore_events, plan.snapchore_events),
          above(used.facts_reads, plan.facts_reads)};
}

json::Value used_value(const Used& used, json::Arena& arena) {
  json::ObjectBuilder value(arena);
  add_used(value, used);
  return value.done();
}

http::Response summary(store::Connection& connection, const Project& project, const std::string& month) {
  json::Arena arena;
  const Used total = total_of(connection, project, month);
  return http::json_response(
      200,
      json::to_compact(json::ObjectBuilder(arena)
                           .add("project_id", std::string_view(project.id))
                           .add("month", std::string_view(month))
                           .add("plan", std::string_view(project.plan))
                           .add("usage", used_value(total, arena))
                           .add("limits", limits_of(project.plan, arena))
                           .add("overage", used_value(overage_of(total, require_plan(project.plan)), arena))
                           .done()));
}

// As RFC 4180 has it, but for the plain line ends of the recorded tables. A label that a spreadsheet would
// take for a formula gets an apostrophe in front.
std::string csv_field(std::string_view text) {
  std::string field = "\"";
  if (!text.empty() && std::string_view("=+-@").find(text.front()) != std::string_view::npos) field += '\'';
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + '"';
}

http::Response as_csv(store::Connection& connection, const Project& project, const std::string& month) {
  std::string text = "month,key_id,label,plan,attestations,snapchore_events,facts_reads\n";
  for (const UsageRow& row : usage_rows(connection, project, month)) {
    text += month + "," + csv_field(row.id) + "," + csv_field(row.label) + "," + row.plan + "," +
            std::to_string(row.used.attestations) + "," + std::to_string(row.used.snapchore_events) + "," +
            std::to_string(row.used.facts_reads) + "\n";
  }
  return {200, {{"Content-Type", "text/csv; charset=utf-8"}}, std::move(text)};
}

http::Response billing_status(store::Connection& connection, const Project& project,
                              const std::string& month) {
  json::Arena arena;
  const Plan& plan = require_plan(project.plan);
  const Used total = total_of(connection, project, month);
  return http::json_response(200,
                             json::to_compact(json::ObjectBuilder(arena)
                                                  .add("project_id", std::string_view(project.id))
                                                  .add_boolean("simulated", true)
                                                  .add("status", "active")
                                                  .add("plan", plan.id)
                                                  .add("price", plan.price)
                                                  .add("month", std::string_view(month))
                                                  .add("usage", used_value(total, arena))
                                                  .add("overage", used_value(overage_of(total, plan), arena))
                                                  .add_integer("amount_due_cents", 0)
                                                  .done()));
}

json::Value simulated(const Project& project, std::string_view status, const std::string& page,
                      json::Arena& arena) {
  const std::string url = "https://billing.invalid/" + page + "/" + http::percent_encode(project.id);
  return json::ObjectBuilder(arena)
      .add("project_id", std::string_view(project.id))
      .add_boolean("simulated", true)
      .add("status", status)
      .add("plan", std::string_view(project.plan))
      .add("url", std::string_view(url))
      .add_integer("amount_cents", 0)
      .done();
}

void checkout(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string plan = call->text("plan");
  require_plan(plan);
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    Project project = require_writable(project_of(write.connection, *call));
    if (project.plan != plan) {
      project.plan = plan;
      save_project(write.connection, project);
      write.note(project.id, "project.plan_changed", project.id,
                 json::ObjectBuilder(write.arena).add("plan", std::string_view(plan)).done());
    }
    return simulated(project, "complete", "checkout", write.arena);
  });
}

void say_simulated(const Routes& routes, const Call& call, std::string_view status, const char* page) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return simulated(project_of(connection, call), status, page, arena);
  });
}

}  // namespace

void add_project_usage_routes(const Routes& routes) {
  const std::string project = "/internal/projects/{project_id}";
  const auto add = [&](std::string_view pattern, bool in_path, const UsageReading& work) {
    add_call(routes, "GET", pattern, kScopeConsoleRead,
             [=](const std::shared_ptr<Call>& call) { reply_usage(routes, call, in_path, work); });
  };
  add("/internal/usage/keys", false, by_key);
  add(project + "/usage/keys", true, by_key);
  add(project + "/usage/summary", true, summary);
  add(project + "/usage.csv", true, as_csv);
  add(project + "/billing/status", true, billing_status);
  add_call(routes, "POST", project + "/billing/checkout", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { checkout(routes, call); });
  add_call(routes, "POST", project + "/billing/portal", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { say_simulated(routes, *call, "open", "portal"); });
  add_call(routes, "POST", project + "/billing/pay-overage", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { say_simulated(routes, *call, "paid", "overage"); });
}

}  // namespace agentnet::sbn
