#include "core/paybond/agent_run.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

AgentRun sample() {
  AgentRun run{.run_id = "run-1",
               .tenant_id = "t",
               .intent_id = "550e8400-e29b-41d4-a716-446655440000",
               .capability_token = "secret-token",
               .operation = "paid-tool",
               .allowed_tools = {"paid-tool", "other"},
               .sandbox = true,
               .lifecycle = "funded",
               .requested_spend_cents = 500,
               .created_at = "2026-11-23T15:46:55.734569+00:00"};
  run.tool_calls.push_back({.tool_call_id = "c1",
                            .operation = "paid-tool",
                            .requested_spend_cents = 100,
                            .result_digest = "ab",
                            .audit_id = "a",
                            .decision_id = "d",
                            .begun_at = "2026-11-23T15:46:56Z",
                            .state = ToolCallState::reported,
                            .intent_state = {},
                            .predicate_passed = true,
                            .lifecycle = "released"});
  return run;
}

std::string altered(const std::string& name, const nlohmann::ordered_json& value) {
  auto document = nlohmann::ordered_json::parse(write_run(sample()));
  document[name] = value;
  return document.dump();
}

TEST_CASE("a run that is written is read again as it was") {
  const AgentRun run = read_run(write_run(sample()));
  CHECK_EQ(write_run(run), write_run(sample()));
  CHECK_EQ(run.capability_token, "secret-token");
  CHECK_EQ(run.tool_calls.at(0).state, ToolCallState::reported);
  CHECK_EQ(run.tool_calls.at(0).predicate_passed, true);
  CHECK_FALSE(run.tool_calls.at(0).intent_state.has_value());
}

TEST_CASE("a run has the kit's members in the kit's order, and the calls behind them") {
  std::vector<std::string> names;
  const auto document = nlohmann::ordered_json::parse(write_run(sample()));
  for (const auto& [name, value] : document.items())
    names.push_back(name);
  const std::vector<std::string> expected = {"run_id",
                                             "tenant_id",
                                             "intent_id",
                                             "capability_token",
                                             "operation",
                                             "allowed_tools",
                                             "sandbox",
                                             "sandbox_lifecycle_status",
                                             "requested_spend_cents",
                                             "completion_preset",
                                             "registry_file",
                                             "default_deny",
                                             "policy_digest",
                                             "policy_version",
                                             "policy_loaded_at",
                                             "reload_watch",
                                             "reload_poll",
                                             "last_reload_at",
                                             "policy_bind_content",
                                             "production_evidence",
                                             "created_at",
                                             "tools",
                                             "tool_calls"};
  CHECK_EQ(names, expected);
}

TEST_CASE("a run outside the sandbox names its signers and no seed") {
  AgentRun run = sample();
  run.sandbox = false;
  run.payee_did = "did:web:v";
  run.agent_key_id = "key-1";
  run.requested_spend_cents.reset();
  const AgentRun again = read_run(write_run(run));
  CHECK_FALSE(again.sandbox);
  CHECK_EQ(again.payee_did, "did:web:v");
  CHECK_EQ(again.agent_key_id, "key-1");
  CHECK_FALSE(again.requested_spend_cents.has_value());
}

TEST_CASE("what is no run is refused by name") {
  for (const std::string& text :
       {std::string("{"), std::string("[]"), std::string("{}"), altered("run_id", 7),
        altered("capability_token", ""), altered("capability_token", nullptr), altered("allowed_tools", "x"),
        altered("allowed_tools", nlohmann::ordered_json::array({1})), altered("requested_spend_cents", -1),
        altered("requested_spend_cents", 1.5), altered("sandbox", "yes"),
        altered("tool_calls", nlohmann::ordered_json::array({1}))}) {
    CAPTURE(text);
    CHECK_EQ(error_code([&] { read_run(text); }), "bad_run");
  }
  auto document = nlohmann::ordered_json::parse(write_run(sample()));
  document["tool_calls"][0]["state"] = "paid";
  CHECK_EQ(error_code([&] { read_run(document.dump()); }), "bad_run");
}

TEST_CASE("a run has at most so many tool calls") {
  AgentRun run = sample();
  run.tool_calls.resize(kMaxToolCalls, run.tool_calls.front());
  CHECK_EQ(read_run(write_run(run)).tool_calls.size(), kMaxToolCalls);
  run.tool_calls.push_back(run.tool_calls.front());
  CHECK_EQ(error_code([&] { read_run(write_run(run)); }), "bad_run");
}

TEST_CASE("a run's id may name a file and nothing else") {
  for (const std::string& id :
       {std::string("a"), std::string("0"), std::string("run.1_x-Y"), repeated("a", kMaxRunIdBytes)}) {
    CAPTURE(id);
    CHECK_EQ(error_code([&] { require_run_id(id); }), "");
  }
  for (const std::string& id :
       {std::string(), std::string("../x"), std::string(".hidden"), std::string("-x"), std::string("a/b"),
        std::string("a b"), std::string("\xc3\xa4"), std::string("a\0b", 3), std::string("x.trace"),
        repeated("a", kMaxRunIdBytes + 1)}) {
    CAPTURE(id);
    CHECK_EQ(error_code([&] { require_run_id(id); }), "invalid_run_id");
  }
}

TEST_CASE("a tool call's id is visible ASCII of a limited length") {
  CHECK_EQ(error_code([&] { require_tool_call_id(repeated("~", kMaxToolCallIdBytes)); }), "");
  for (const std::string& id : {std::string(), std::string("a b"), std::string("a\n"), std::string("\x7f"),
                                repeated("~", kMaxToolCallIdBytes + 1)}) {
    CAPTURE(id);
    CHECK_EQ(error_code([&] { require_tool_call_id(id); }), "bad_tool_call_id");
  }
}

TEST_CASE("a run denies what it was not bound for") {
  const AgentRun run = sample();
  CHECK_FALSE(deny_locally(run, "paid-tool", 500).has_value());
  CHECK_FALSE(deny_locally(run, "other", 0).has_value());
  CHECK_EQ(deny_locally(run, "paid-tool", 501).value().code, "budget_exceeded");
  CHECK_EQ(deny_locally(run, "paid", 1).value().code, "operation_not_allowed");
  CHECK_EQ(deny_locally(run, "", 1).value().code, "operation_not_allowed");
}

TEST_CASE("a registry's terms bind the run") {
  AgentRun run = sample();
  run.registry_file = "registry.json";
  run.allowed_tools.push_back("search");
  run.tools = {{.operation = "paid-tool", .max_spend_cents = 300},
               {.operation = "search", .side_effecting = false}};
  run = read_run(write_run(run));
  CHECK_FALSE(deny_locally(run, "paid-tool", 300).has_value());
  CHECK_EQ(deny_locally(run, "paid-tool", 301).value().code, "tool_budget_exceeded");
  CHECK_EQ(deny_locally(run, "other", 1).value().code, "operation_not_allowed");
  CHECK(run.is_free("search"));
  CHECK_FALSE(run.is_free("paid-tool"));
  CHECK_FALSE(run.is_free("unknown"));
  run.default_deny = false;
  CHECK_FALSE(deny_locally(run, "other", 1).has_value());
}

TEST_CASE("a policy stays with the run as it was loaded") {
  AgentRun run = sample();
  CHECK_FALSE(read_run(write_run(run)).policy_digest.has_value());
  run.policy_digest = "sha256:00";
  run.policy_version = "p@00";
  run.policy_loaded_at = "2026-11-23T15:46:55+00:00";
  run.policy_text = "{\"version\": 1}\n";
  const AgentRun again = read_run(write_run(run));
  CHECK_EQ(again.policy_digest, run.policy_digest);
  CHECK_EQ(again.policy_version, run.policy_version);
  CHECK_EQ(again.policy_loaded_at, run.policy_loaded_at);
  CHECK_EQ(again.policy_text, run.policy_text);
}

TEST_CASE("a call that is asked again is the one that was begun, and no other") {
  AgentRun run = sample();
  ToolCall asked = run.tool_calls.front();
  asked.state = ToolCallState::authorized;
  CHECK_EQ(resume_call(run, asked), &run.tool_calls.front());
  for (const int what : {0, 1, 2}) {
    ToolCall other = asked;
    if (what == 0) other.operation = "other";
    if (what == 1) other.requested_spend_cents = 101;
    if (what == 2) other.result_digest = "ac";
    CHECK_EQ(error_code([&] { resume_call(run, other); }), "tool_call_reused");
  }
  asked.tool_call_id = "c2";
  CHECK_EQ(resume_call(run, asked), nullptr);
}

TEST_CASE("each attempt at a call has one key, and a new one behind a denial") {
  const AgentRun run = sample();
  CHECK_EQ(call_key(run, "c1", 0), call_key(run, "c1", 0));
  CHECK_NE(call_key(run, "c1", 0), call_key(run, "c1", 1));
  CHECK_NE(call_key(run, "c1", 0), call_key(run, "c2", 0));
  AgentRun other = run;
  other.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  CHECK_NE(call_key(run, "c1", 0), call_key(other, "c1", 0));
}

TEST_CASE("money is shown in both units") {
  CHECK_EQ(money_text(0), "$0.00 (0 cents)");
  CHECK_EQ(money_text(5), "$0.05 (5 cents)");
  CHECK_EQ(money_text(18'700), "$187.00 (18,700 cents)");
  CHECK_EQ(money_text(123'456'789), "$1,234,567.89 (123,456,789 cents)");
  CHECK_EQ(money_text(std::numeric_limits<std::int64_t>::max()),
           "$92,233,720,368,547,758.07 (9,223,372,036,854,775,807 cents)");
}

}  // namespace
}  // namespace agentnet::paybond
