#include "core/paybond/reported_runs.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/agent_run.hpp"
#include "core/paybond/agent_trace.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/stored_intent.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::size_t kMaxTextBytes = 512;
constexpr std::size_t kMaxTools = 256;

void check_run_id(const std::string& run_id) {
  if (run_id.empty() || run_id.size() > kMaxRunIdBytes)
    bad_field("bad_run_id", "run_id", "not a text of 1 to " + std::to_string(kMaxRunIdBytes) + " bytes");
}

std::string text_or_empty(const json::Value& body, std::string_view name) {
  const json::Value* value = body.find(name);
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string() || value->text().size() > kMaxTextBytes)
    bad_field("bad_field", name, "not a text of at most " + std::to_string(kMaxTextBytes) + " bytes");
  return std::string(value->text());
}

std::string tools_text(const json::Value& body) {
  const json::Value* tools = body.find("allowed_tools");
  if (tools == nullptr || tools->is_null()) return "[]";
  const bool fits = tools->is_array() && tools->items().size() <= kMaxTools &&
                    std::all_of(tools->items().begin(), tools->items().end(), [](const json::Value& tool) {
                      return tool.is_string() && tool.text().size() <= kMaxTextBytes;
                    });
  if (!fits)
    bad_field("bad_field", "allowed_tools", "not a list of at most " + std::to_string(kMaxTools) + " texts");
  return json::to_compact(*tools);
}

// A run that is not there yet, without what is told of it.
void begin_run(store::Connection& connection, std::string_view tenant_id, const std::string& run_id,
               Instant now) {
  if (connection
          .query("SELECT 1 FROM paybond_reported_runs WHERE tenant_id = ? AND run_id = ?",
                 {tenant_id, run_id})
          .next())
    return;
  store::Query runs =
      connection.query("SELECT count(*) FROM paybond_reported_runs WHERE tenant_id = ?", {tenant_id});
  if (runs.next() && runs.integer(0) >= kMaxReportedRuns) {
    throw Error(Category::policy, "quota_exceeded",
                "a tenant has at most " + std::to_string(kMaxReportedRuns) + " reported runs");
  }
  connection.run(
      "INSERT INTO paybond_reported_runs"
      " (tenant_id, run_id, intent_id, operation, sandbox, allowed_tools, completion_preset, updated_at)"
      " VALUES (?, ?, '', '', 0, '[]', '', ?)",
      {tenant_id, run_id, auth::to_column(now)});
}

}  // namespace

ReportedRun read_reported_run(const std::string& run_id, const json::Value& body) {
  check_run_id(run_id);
  const auto intent_id = parse_uuid(text_or_empty(body, "intent_id"));
  if (!intent_id) bad_field("bad_intent_id", "intent_id", "not a UUID");
  const json::Value* sandbox = body.find("sandbox");
  if (sandbox != nullptr && !sandbox->is_boolean() && !sandbox->is_null())
    bad_field("bad_field", "sandbox", "not a JSON boolean");
  return {.run_id = run_id,
          .intent_id = uuid_text(*intent_id),
          .operation = text_or_empty(body, "operation"),
          .sandbox = sandbox != nullptr && sandbox->is_boolean() && sandbox->as_boolean(),
          .allowed_tools = tools_text(body),
          .completion_preset = text_or_empty(body, "completion_preset")};
}

std::vector<std::string> read_reported_events(const std::string& run_id, const json::Value& body) {
  check_run_id(run_id);
  const json::Value* events = body.find("events");
  if (events == nullptr || !events->is_array()) bad_field("bad_field", "events", "not a list of events");
  if (events->items().size() > kMaxEventsAtOnce)
    bad_field("too_many_events", "events", "more than " + std::to_string(kMaxEventsAtOnce));
  std::vector<std::string> texts;
  json::Arena arena;
  for (const json::Value& event : events->items()) {
    texts.push_back(in_field("events[" + std::to_string(texts.size()) + "]",
                             [&] { return json::to_compact(reported_event(run_id, event, arena)); }));
  }
  return texts;
}

void report_run(store::Connection& connection, std::string_view tenant_id, const ReportedRun& run,
                Instant now) {
  require_intent(connection, tenant_id, run.intent_id);
  begin_run(connection, tenant_id, run.run_id, now);
  connection.run(
      "UPDATE paybond_reported_runs SET intent_id = ?, operation = ?, sandbox = ?, allowed_tools = ?,"
      " completion_preset = ?, updated_at = ? WHERE tenant_id = ? AND run_id = ?",
      {run.intent_id, run.operation, static_cast<std::int64_t>(run.sandbox), run.allowed_tools,
       run.completion_preset, auth::to_column(now), tenant_id, run.run_id});
}

void report_events(store::Connection& connection, std::string_view tenant_id, const std::string& run_id,
                   const std::vector<std::string>& events, Instant now) {
  begin_run(connection, tenant_id, run_id, now);
  store::Query last =
      connection.query("SELECT max(number) FROM paybond_reported_events WHERE tenant_id = ? AND run_id = ?",
                       {tenant_id, run_id});
  std::int64_t number = last.next() ? last.integer(0) : 0;
  for (const std::string& event : events) {
    connection.run(
        "INSERT INTO paybond_reported_events (tenant_id, run_id, number, event) VALUES (?, ?, ?, ?)",
        {tenant_id, run_id, ++number, event});
  }
  connection.run("DELETE FROM paybond_reported_events WHERE tenant_id = ? AND run_id = ? AND number <= ?",
                 {tenant_id, run_id, number - kMaxReportedEvents});
  connection.run("UPDATE paybond_reported_runs SET updated_at = ? WHERE tenant_id = ? AND run_id = ?",
                 {auth::to_column(now), tenant_id, run_id});
}

json::Value reported_run(store::Connection& connection, std::string_view tenant_id, std::string_view run_id,
                         json::Arena& arena) {
  store::Query run = connection.query(
      "SELECT intent_id, operation, sandbox, allowed_tools, completion_preset, updated_at"
      " FROM paybond_reported_runs WHERE tenant_id = ? AND run_id = ?",
      {tenant_id, run_id});
  if (!run.next()) throw Error(Category::not_found, "unknown_run", "no such run has been reported");
  json::Parser parser;
  const auto stored = [&](const std::string& text) { return parser.parse(arena.copy(text), arena); };
  json::ArrayBuilder events(arena);
  store::Query rows = connection.query(
      "SELECT event FROM paybond_reported_events WHERE tenant_id = ? AND run_id = ? ORDER BY number",
      {tenant_id, run_id});
  while (rows.next())
    events.add(stored(rows.text(0)));
  return json::ObjectBuilder(arena)
      .add("tenant_id", tenant_id)
      .add("run_id", run_id)
      .add_or_null("intent_id", run.text(0))
      .add("operation", std::string_view(run.text(1)))
      .add_boolean("sandbox", run.integer(2) != 0)
      .add("allowed_tools", stored(run.text(3)))
      .add("completion_preset", std::string_view(run.text(4)))
      .add("trace_events", events.done())
      .add("updated_at", std::string_view(iso_zulu(auth::from_column(run.integer(5)))))
      .done();
}

}  // namespace agentnet::paybond
