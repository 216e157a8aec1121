// What middleware reports of agents' runs.
#include "core/paybond/reported_runs.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Json;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;

const std::string kRun = "/v1/agent-runs/run-1";
const std::string kEvents = kRun + "/trace-events";

std::string run_of(const Json& changed = {}) {
  Json run{{"intent_id", kIntentId},
           {"operation", "travel.book"},
           {"sandbox", true},
           {"allowed_tools", {"travel.book"}},
           {"completion_preset", "cost_and_completion"}};
  if (changed.is_object()) run.merge_patch(changed);
  return run.dump();
}

std::string events_of(const Json& event, std::size_t count = 1) {
  return Json({{"events", std::vector<Json>(count, event)}}).dump();
}

TEST_CASE("a run is told, its events are added, and both are read") {
  PaybondNetwork net;
  net.create();
  const Json told = net.put(kRun, run_of()).json();
  CHECK(told["tenant_id"] == "local");
  CHECK(told["run_id"] == "run-1");
  CHECK(net.put(kRun, run_of({{"operation", "travel.plan"}})).said() == "200");
  const Json event{{"type", "spend_authorized"},
                   {"runId", "run-1"},
                   {"toolCallId", "c-1"},
                   {"amountCents", 500},
                   {"predicatePassed", false},
                   {"recordedAt", "2026-03-01T10:00:00Z"},
                   {"code", nullptr},
                   {"secret", "s3cr3t"}};
  CHECK(net.post(kEvents, events_of(event)).json()["events_taken"] == 1);
  CHECK(net.post(kEvents, events_of({{"type", "tool_executed"}})).json()["events_taken"] == 1);
  const Json run = net.get(kRun).json();
  CHECK(run["intent_id"] == kIntentId);
  CHECK(run["operation"] == "travel.plan");
  CHECK(run["sandbox"] == true);
  CHECK(run["allowed_tools"] == Json::array({"travel.book"}));
  CHECK(run["completion_preset"] == "cost_and_completion");
  CHECK(run["trace_events"] == Json::array({{{"type", "spend_authorized"},
                                             {"run_id", "run-1"},
                                             {"tool_call_id", "c-1"},
                                             {"amount_cents", 500},
                                             {"predicate_passed", false},
                                             {"recorded_at", "2026-03-01T10:00:00Z"}},
                                            {{"type", "tool_executed"}, {"run_id", "run-1"}}}));
}

TEST_CASE("events may come before their run is told") {
  PaybondNetwork net;
  net.create();
  CHECK(net.get(kRun).said() == "404 unknown_run");
  CHECK(net.post(kEvents, events_of({{"type", "tool_selected"}})).said() == "200");
  CHECK(net.get(kRun).json()["intent_id"].is_null());
  CHECK(net.put(kRun, run_of()).said() == "200");
  const Json run = net.get(kRun).json();
  CHECK(run["intent_id"] == kIntentId);
  CHECK(run["trace_events"].size() == 1);
}

TEST_CASE("of a run's events the newest are kept") {
  PaybondNetwork net;
  net.create();
  const std::size_t rounds = static_cast<std::size_t>(kMaxReportedEvents) / kMaxEventsAtOnce;
  CHECK(net.post(kEvents, events_of({{"type", "tool_selected"}})).said() == "200");
  for (std::size_t i = 0; i < rounds; ++i)
    CHECK(net.post(kEvents, events_of({{"type", "tool_executed"}}, kMaxEventsAtOnce)).said() == "200");
  const Json events = net.get(kRun).json()["trace_events"];
  CHECK(events.size() == static_cast<std::size_t>(kMaxReportedEvents));
  CHECK(events[0]["type"] == "tool_executed");
  CHECK(net.post(kEvents, events_of({{"type", "a"}}, kMaxEventsAtOnce + 1)).said() == "400 too_many_events");
}

TEST_CASE("a run is its tenant's") {
  PaybondNetwork net;
  net.create();
  CHECK(net.put(kRun, run_of()).said() == "200");
  CHECK(net.get_as(net.rival, kRun).said() == "404 unknown_run");
  CHECK(net.ask("PUT", kRun, run_of(), {{"x-api-key", net.rival}}).said() == "404 unknown_intent");
  CHECK(net.post_as(net.rival, kEvents, events_of({{"type", "tool_denied"}})).said() == "200");
  CHECK(net.get(kRun).json()["trace_events"].empty());
  const std::string reader = net.add_key("local", {"paybond.read"});
  CHECK(net.get_as(reader, kRun).said() == "200");
  CHECK(net.post_as(reader, kEvents, events_of({{"type", "a"}})).said() == "403 insufficient_scope");
}

TEST_CASE("what is no run and no event is refused, and nothing of its request is kept") {
  PaybondNetwork net;
  net.create();
  CHECK(net.put(kRun, "{}").said() == "400 bad_intent_id");
  CHECK(net.put(kRun, run_of({{"intent_id", "550e8400-e29b-41d4-a716-446655440001"}})).said() ==
        "404 unknown_intent");
  CHECK(net.put(kRun, run_of({{"sandbox", "yes"}})).said() == "400 bad_field");
  CHECK(net.put(kRun, run_of({{"operation", std::string(513, 'o')}})).said() == "400 bad_field");
  CHECK(net.put(kRun, run_of({{"allowed_tools", {1}}})).said() == "400 bad_field");
  CHECK(net.put("/v1/agent-runs/" + std::string(129, 'r'), run_of()).said() == "400 bad_run_id");
  CHECK(net.post(kEvents, "{}").said() == "400 bad_field");
  CHECK(net.post(kEvents, R"({"events":[{"type":"tool_selected"},{"type":""}]})").said() == "400 bad_field");
  CHECK(net.post(kEvents, events_of({{"type", "a"}, {"runId", "run-2"}})).said() == "400 bad_field");
  CHECK(net.post(kEvents, events_of({{"type", "a"}, {"message", {{"a", 1}}}})).said() == "400 bad_field");
  CHECK(net.get(kRun).said() == "404 unknown_run");
}

TEST_CASE("a text that is too long is cut, between two characters") {
  PaybondNetwork net;
  net.create();
  std::string text;
  while (text.size() < 600)
    text += "ä";
  CHECK(net.post(kEvents, events_of({{"type", "a"}, {"message", "x" + text}})).said() == "200");
  const std::string kept = net.get(kRun).json()["trace_events"][0]["message"];
  CHECK(kept == ("x" + text).substr(0, 511));
}

}  // namespace
}  // namespace agentnet::paybond
