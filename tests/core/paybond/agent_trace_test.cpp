#include "core/paybond/agent_trace.hpp"

#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

constexpr Instant kNow{std::chrono::microseconds(1'795'448'857'212'358)};

TraceEvent event(std::string_view type, std::string call = "c1") {
  return {
      .type = type, .run_id = "run-1", .tool_call_id = std::move(call), .operation = "paid-tool", .at = kNow};
}

Vector shown(const TraceEvent& of) {
  json::Arena arena;
  return Vector::parse(json::to_compact(trace_value(of, arena)));
}

Vector steps_of(const std::vector<TraceEvent>& events) {
  json::Document trace = read_trace(append_trace("", "run-1", "i", events, kNow));
  return Vector::parse(json::to_compact(trace_steps(*trace.root.find("trace_events"), trace.arena)));
}

TEST_CASE("an event has the kit's members, and none that are not known") {
  TraceEvent authorized = event("spend_authorized");
  authorized.audit_id = "a";
  authorized.decision_id = "d";
  authorized.amount_cents = 100;
  CHECK_EQ(
      shown(authorized).dump(),
      R"({"type":"spend_authorized","run_id":"run-1","tool_call_id":"c1","operation":"paid-tool",)"
      R"("audit_id":"a","decision_id":"d","amount_cents":100,"recorded_at":"2026-11-23T15:47:37.212358Z"})");
  CHECK_EQ(shown(event("tool_selected")).at("tool_name"), "paid-tool");
  CHECK_FALSE(shown(event("tool_executed")).contains("tool_name"));
}

TEST_CASE("a long message of a gateway is cut between characters") {
  TraceEvent denied = event("spend_denied");
  denied.message = "x" + repeated("\xc3\xa4", 300);
  const std::string kept = shown(denied).at("message");
  CHECK_EQ(kept.size(), 511);
  denied.message = repeated("y", 512);
  CHECK_EQ(shown(denied).at("message"), denied.message);
}

TEST_CASE("a trace grows at its end") {
  const std::string first = append_trace("", "run-1", "i", {event("tool_selected")}, kNow);
  const std::string second = append_trace(first, "run-1", "i", {event("tool_executed")}, kNow);
  const auto trace = Vector::parse(second);
  CHECK_EQ(trace.at("intent_id"), "i");
  CHECK_EQ(trace.at("trace_events").size(), 2);
  CHECK_EQ(trace.at("trace_events").at(1).at("type"), "tool_executed");
  CHECK_EQ(trace.at("updated_at"), "2026-11-23T15:47:37.212358+00:00");
}

TEST_CASE("a trace keeps its newest events up to the limit") {
  std::vector<TraceEvent> events(kMaxTraceEvents, event("tool_selected", "old"));
  const std::string full = append_trace("", "run-1", "i", events, kNow);
  CHECK_EQ(Vector::parse(full).at("trace_events").size(), kMaxTraceEvents);
  events.assign(1, event("tool_selected", "new"));
  const auto more = Vector::parse(append_trace(full, "run-1", "i", events, kNow)).at("trace_events");
  CHECK_EQ(more.size(), kMaxTraceEvents);
  CHECK_EQ(more.back().at("tool_call_id"), "new");
  CHECK_LT(append_trace(full, "run-1", "i", events, kNow).size(), kMaxTraceBytes);
}

TEST_CASE("what is no trace is refused, and not overwritten") {
  for (const std::string text : {"{", "[]", "{}", R"({"trace_events": {}})"}) {
    CAPTURE(text);
    CHECK_EQ(error_code([&] { read_trace(text); }), "bad_trace");
    CHECK_EQ(error_code([&] { append_trace(text, "r", "i", {event("tool_selected")}, kNow); }), "bad_trace");
  }
}

TEST_CASE("each event is a step that people can read") {
  TraceEvent authorized = event("spend_authorized");
  authorized.amount_cents = 18'700;
  TraceEvent denied = event("spend_denied");
  denied.message = "too much";
  denied.code = "budget_exceeded";
  TraceEvent finalized = event("spend_finalized");
  finalized.status = "consumed";
  TraceEvent submitted = event("evidence_submitted");
  submitted.reported_cost_cents = 100;
  submitted.predicate_passed = true;
  const Vector steps =
      steps_of({event("tool_selected"), authorized, denied, event("tool_executed"), finalized, submitted});
  const std::vector<std::string> labels = {"Tool call: paid-tool",
                                           "Spend authorized up to $187.00 (18,700 cents)",
                                           "Spend denied: too much",
                                           "Tool executed",
                                           "Spend consumed",
                                           "Evidence submitted: reported cost $1.00 (100 cents); the "
                                           "predicate holds"};
  REQUIRE_EQ(steps.size(), labels.size());
  for (std::size_t place = 0; place < labels.size(); ++place)
    CHECK_EQ(steps.at(place).at("label"), labels.at(place));
  CHECK_EQ(steps.at(2).at("detail").dump(), R"({"audit_id":null,"code":"budget_exceeded"})");
  CHECK_EQ(steps.at(0).at("phase"), "tool");
}

TEST_CASE("events of other types and shapes are no steps") {
  json::Document trace = read_trace(R"({"trace_events": [1, null, {"type": 7}, {"type": "news"}, "x"]})");
  CHECK(trace_steps(*trace.root.find("trace_events"), trace.arena).items().empty());
}

TEST_CASE("denials are counted for one call") {
  const json::Document trace = read_trace(append_trace(
      "", "run-1", "i",
      {event("spend_denied"), event("spend_denied", "c2"), event("spend_denied"), event("spend_authorized")},
      kNow));
  CHECK_EQ(denials_of(*trace.root.find("trace_events"), "c1"), 2);
  CHECK_EQ(denials_of(*trace.root.find("trace_events"), "c3"), 0);
}

}  // namespace
}  // namespace agentnet::paybond
