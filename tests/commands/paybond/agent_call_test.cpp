#include "commands/paybond/agent_call.hpp"

#include "core/json/write.hpp"
#include "core/paybond/client_spend.hpp"
#include "tests/commands/paybond/agent_fixtures.hpp"

namespace agentnet::commands {

std::int64_t tests::SandboxRun::left() {
  const json::Document answer =
      paybond::preflight_spend(connection.gateway(), {.intent_id = run.intent_id, .operation = "paid-tool"});
  return answer.root.find("remaining_cents")->as_int64().value();
}

namespace {

using tests::fault_of;
using tests::SandboxRun;

const ToolRequest kRequest{"paid-tool", "c1", 200};

json::Document result(const std::string& text = R"({"status": "ok", "cost_cents": 100})") {
  return json::parse(text);
}

// A report that counts how often it is made, and fails as often as it is told to.
struct Reporting {
  int failures = 0;
  int made = 0;

  Report report() {
    return [this](const paybond::AgentRun&, const paybond::ToolCall&) {
      if (failures-- > 0) throw Error(Category::unreachable, "gone", "the network is gone");
      ++made;
      return json::parse(R"({"state": "evidence_submitted", "predicate_passed": true})");
    };
  }
};

std::size_t events_of(SandboxRun& sandbox, std::string_view type) {
  const std::string text = sandbox.files.trace("demo");
  if (text.empty()) return 0;
  const json::Document trace = paybond::read_trace(text);
  std::size_t count = 0;
  for (const json::Value& event : trace.root.find("trace_events")->items())
    count += event.find("type")->text() == type ? 1 : 0;
  return count;
}

TEST_CASE("validating asks the network and gives back what that reserves") {
  SandboxRun sandbox;
  for (int i = 0; i < 3; ++i) {
    const Authorization decided = sandbox.calls().validate({"paid-tool", "v", 500});
    CHECK(decided.allow);
    CHECK_FALSE(decided.audit_id.empty());
  }
  CHECK_EQ(sandbox.left(), 500);
  CHECK_EQ(events_of(sandbox, "spend_finalized"), 3);
}

TEST_CASE("what the run itself denies is asked of nobody") {
  SandboxRun sandbox;
  const Authorization over = sandbox.calls().validate({"paid-tool", "v", 501});
  CHECK_FALSE(over.allow);
  CHECK_EQ(over.code, "budget_exceeded");
  CHECK(over.audit_id.empty());
  CHECK_EQ(sandbox.calls().validate({"other", "v", 1}).code, "operation_not_allowed");
  CHECK_EQ(events_of(sandbox, "spend_denied"), 2);
}

TEST_CASE("a call is spent and reported once, however often it is asked") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  for (int i = 0; i < 3; ++i) {
    sandbox.reload();
    const Executed executed = sandbox.calls().execute(kRequest, gave.root, reporting.report());
    CHECK(executed.authorization.allow);
    CHECK_EQ(executed.call.value().intent_state, "evidence_submitted");
  }
  CHECK_EQ(reporting.made, 1);
  CHECK_EQ(sandbox.left(), 300);
  CHECK_EQ(events_of(sandbox, "spend_authorized"), 1);
  CHECK_EQ(events_of(sandbox, "evidence_submitted"), 1);
}

TEST_CASE("a call whose report failed goes on with the report") {
  SandboxRun sandbox;
  Reporting reporting{.failures = 2};
  const json::Document gave = result();
  for (int i = 0; i < 2; ++i) {
    sandbox.reload();
    CHECK_EQ(fault_of([&] { sandbox.calls().execute(kRequest, gave.root, reporting.report()); }),
             "unreachable/gone");
  }
  sandbox.reload();
  CHECK_EQ(sandbox.run.tool_calls.at(0).state, paybond::ToolCallState::consumed);
  CHECK_EQ(sandbox.left(), 300);
  CHECK(sandbox.calls().execute(kRequest, gave.root, reporting.report()).call.has_value());
  CHECK_EQ(reporting.made, 1);
  CHECK_EQ(sandbox.left(), 300);
}

TEST_CASE("a process that died at any step is gone on with, and spends once") {
  for (const auto state : {paybond::ToolCallState::authorized, paybond::ToolCallState::consumed}) {
    SandboxRun sandbox;
    Reporting reporting;
    const json::Document gave = result();
    sandbox.calls().execute(kRequest, gave.root, reporting.report());
    sandbox.run.tool_calls.at(0).state = state;
    sandbox.files.save(sandbox.run);
    sandbox.reload();
    sandbox.calls().execute(kRequest, gave.root, reporting.report());
    CHECK_EQ(sandbox.left(), 300);
    CHECK_EQ(reporting.made, 2);
  }
  // Even when it died before it could write down what it was allowed.
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  const std::string before =
      sandbox.calls().execute(kRequest, gave.root, reporting.report()).authorization.decision_id;
  sandbox.run.tool_calls.clear();
  sandbox.files.save(sandbox.run);
  const Executed again = sandbox.calls().execute(kRequest, gave.root, reporting.report());
  CHECK_EQ(again.authorization.decision_id, before);
  CHECK_EQ(sandbox.left(), 300);
}

TEST_CASE("under one id there is one operation, spend and result") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  const json::Document other = result(R"({"status": "ok", "cost_cents": 101})");
  const json::Document same = result(R"({"cost_cents":100,"status":"ok"})");
  sandbox.calls().execute(kRequest, gave.root, reporting.report());
  CHECK_EQ(fault_of([&] { sandbox.calls().execute(kRequest, other.root, reporting.report()); }),
           "conflict/tool_call_reused");
  CHECK_EQ(fault_of([&] {
             sandbox.calls().execute({"paid-tool", "c1", 201}, gave.root, reporting.report());
           }),
           "conflict/tool_call_reused");
  CHECK(sandbox.calls().execute(kRequest, same.root, reporting.report()).call.has_value());
  CHECK_EQ(sandbox.left(), 300);
}

TEST_CASE("a denied call may be asked again once there is money for it") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  sandbox.calls().execute({"paid-tool", "c1", 400}, gave.root, reporting.report());
  const Executed denied = sandbox.calls().execute({"paid-tool", "c2", 200}, gave.root, reporting.report());
  CHECK_FALSE(denied.call.has_value());
  CHECK_EQ(denied.authorization.code, "budget_exceeded");
  CHECK_FALSE(denied.authorization.audit_id.empty());
  // The first denial is not what the second question is answered with.
  CHECK(sandbox.calls().execute({"paid-tool", "c2", 100}, gave.root, reporting.report()).call.has_value());
  CHECK_EQ(sandbox.left(), 0);
}

TEST_CASE("a result that cost more than is asked for spends nothing") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result(R"({"cost_cents": 201})");
  CHECK_EQ(fault_of([&] { sandbox.calls().execute(kRequest, gave.root, reporting.report()); }),
           "policy/cost_exceeds_authorization");
  CHECK_EQ(sandbox.left(), 500);
  CHECK_EQ(reporting.made, 0);
  const json::Document exact = result(R"({"cost_cents": 200})");
  CHECK(sandbox.calls().execute(kRequest, exact.root, reporting.report()).call.has_value());
}

TEST_CASE("a run has at most so many calls") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  const paybond::ToolCall old{.tool_call_id = "old",
                              .operation = "paid-tool",
                              .result_digest = "",
                              .audit_id = "",
                              .decision_id = "",
                              .begun_at = "",
                              .state = paybond::ToolCallState::reported};
  sandbox.run.tool_calls.assign(paybond::kMaxToolCalls, old);
  CHECK_EQ(fault_of([&] { sandbox.calls().execute(kRequest, gave.root, reporting.report()); }),
           "policy/too_many_tool_calls");
  sandbox.run.tool_calls.pop_back();
  CHECK(sandbox.calls().execute(kRequest, gave.root, reporting.report()).call.has_value());
}

TEST_CASE("a run of another tenant is not spent from") {
  SandboxRun sandbox;
  sandbox.run.tenant_id = "other";
  CHECK_EQ(fault_of([&] { sandbox.calls(); }), "verification/tenant_binding_mismatch");
}

TEST_CASE("a trace that is broken stops a call before it spends") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  sandbox.command.folder.put(".paybond/runs/demo.trace.json", "{");
  CHECK_EQ(fault_of([&] { sandbox.calls().execute(kRequest, gave.root, reporting.report()); }),
           "usage/bad_trace");
  CHECK_EQ(sandbox.left(), 500);
}

TEST_CASE("an operation that costs nothing is neither asked about nor reported") {
  SandboxRun sandbox;
  Reporting reporting;
  const json::Document gave = result();
  sandbox.run.tools = {{.operation = "search", .side_effecting = false}};
  const ToolRequest request{"search", "c1", 0};
  CHECK(sandbox.calls().validate(request).allow);
  const Executed executed = sandbox.calls().execute(request, gave.root, reporting.report());
  CHECK(executed.authorization.allow);
  CHECK_FALSE(executed.call.has_value());
  CHECK_EQ(reporting.made, 0);
  CHECK_EQ(decision_text(executed.authorization, request), "allowed: search, which costs nothing\n");
}

TEST_CASE("the sandbox's own report settles the intent") {
  SandboxRun sandbox;
  const json::Document gave = result();
  const Executed executed =
      sandbox.calls().execute(kRequest, gave.root, sandbox_report(sandbox.connection, gave.root));
  CHECK_EQ(executed.call.value().lifecycle, "released");
  CHECK_EQ(executed.call.value().predicate_passed, true);
  json::Arena arena;
  const std::string shown = json::to_compact(executed_value(executed, gave.root, arena));
  CHECK_NE(shown.find(R"("evidence":{"submitted":true,"intent_state":null,"predicate_passed":true,)"
                      R"("sandbox_lifecycle_status":"released")"),
           std::string::npos);
  CHECK_EQ(executed_text(executed, kRequest),
           "allowed: paid-tool, up to $2.00 (200 cents)\nspent: $2.00 (200 cents)\nevidence: released, "
           "sufficient\n");
}

}  // namespace
}  // namespace agentnet::commands
