#include "core/paybond/dev_log.hpp"

#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

Vector events_of(const std::string& text) {
  json::Arena arena;
  return Vector::parse(json::to_compact(read_dev_events(text, arena)));
}

std::string line(const std::string& id, int number = 0) {
  return Vector({{"id", id}, {"n", number}}).dump();
}

TEST_CASE("a log grows by whole lines") {
  CHECK_EQ(append_line("", "{}"), "{}\n");
  CHECK_EQ(append_line("1\n2\n", "3"), "1\n2\n3\n");
  CHECK_EQ(append_line("1\n\n2", "3"), "1\n2\n3\n");
}

TEST_CASE("a log keeps its newest lines up to the limit") {
  std::string text;
  for (std::size_t i = 0; i < kMaxDevLines; ++i)
    text = append_line(text, line(std::to_string(i)));
  CHECK_EQ(events_of(text).size(), kMaxDevLines);
  text = append_line(text, line("last"));
  CHECK_EQ(events_of(text).size(), kMaxDevLines);
  CHECK_EQ(events_of(text).front().at("id"), "1");
  CHECK_EQ(events_of(text).back().at("id"), "last");
}

TEST_CASE("a log stays small enough to be read again") {
  const std::string half(kMaxDevLogBytes / 2 - 1, 'x');
  const std::string full = append_line(append_line("", half), half);
  CHECK_EQ(full.size(), kMaxDevLogBytes);
  CHECK_EQ(append_line(full, "y").size(), kMaxDevLogBytes / 2 + 2);
}

TEST_CASE("the last line of an id is its event") {
  const Vector events = events_of(line("a", 1) + "\n" + line("b", 2) + "\n" + line("a", 3) + "\n");
  CHECK_EQ(events.dump(), R"([{"id":"b","n":2},{"id":"a","n":3}])");
}

TEST_CASE("what is no event does not count") {
  CHECK_EQ(events_of("").size(), 0);
  CHECK_EQ(
      events_of("7\nnull\n[]\n{}\n{\"id\": 7}\n{\"id\": \"\"}\n" + line("a") + "\n{\"id\": \"b\"").size(), 1);
}

TEST_CASE("an event says what was tried and what came of it") {
  AgentRun run{.run_id = "r",
               .tenant_id = "t",
               .intent_id = "i",
               .capability_token = "secret-token",
               .operation = "travel.book_hotel",
               .allowed_tools = {},
               .lifecycle = "funded",
               .requested_spend_cents = 18'700,
               .created_at = ""};
  ToolCall call{.tool_call_id = "smoke-1",
                .operation = run.operation,
                .requested_spend_cents = 18'700,
                .result_digest = "",
                .audit_id = "a",
                .decision_id = "d",
                .begun_at = "",
                .state = ToolCallState::reported,
                .lifecycle = "released"};
  const json::Document result = json::parse(R"({"status": "completed", "cost_cents": 18700})");
  const json::Document events = json::parse("[]");
  json::Arena arena;
  const json::Value done =
      dev_event({"2026-11-23T15:48:55Z", "travel", run, &call, result.root, events.root}, arena);
  CHECK_EQ(
      json::to_compact(done),
      R"({"id":"r","recorded_at":"2026-11-23T15:48:55Z","preset":"travel","operation":"travel.book_hotel",)"
      R"("intent_id":"i","run_id":"r","requested_spend_cents":18700,"authorized":true,)"
      R"("evidence_submitted":true,"sandbox_lifecycle_status":"released","result_status":"completed",)"
      R"("cost_cents":18700,"steps":[],"trace_events":[]})");
  CHECK_EQ(dev_event_line(done), "2026-11-23T15:48:55Z  travel  travel.book_hotel  released  r");
  const json::Value denied = dev_event({"", "travel", run, nullptr, result.root, events.root}, arena);
  CHECK_FALSE(denied.find("authorized")->as_boolean());
  CHECK_FALSE(denied.find("evidence_submitted")->as_boolean());
  CHECK_EQ(denied.find("sandbox_lifecycle_status")->text(), "funded");
}

}  // namespace
}  // namespace agentnet::paybond
