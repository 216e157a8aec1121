#include "core/paybond/policy_reload.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kNow = "2026-01-02T03:04:05+00:00";
const std::string kPays = R"({"side_effecting": true, "evidence_preset": "cost_and_completion")";
const std::string kBound = R"("pay": )" + kPays + R"(, "max_spend_cents": 500})";
const std::string kFree = R"("look": {"side_effecting": false})";

RunPolicy policy_of(const std::string& tools, const std::string& more = {},
                    const std::string& deny = "true") {
  return read_run_policy(json::parse(R"({"version": 1, "name": "p", "default_deny": )" + deny +
                                     R"(, "tools": {)" + tools + "}" + more + "}")
                             .root);
}

// A run that was bound to a policy with the operation "pay".
AgentRun bound_to(const RunPolicy& policy) {
  AgentRun run;
  run.run_id = "r";
  run.operation = "pay";
  run.allowed_tools = {"pay"};
  take_policy(run, policy, "bound", "then");
  add_free_tools(run);
  return run;
}

std::string reload_fault(const RunPolicy& before, const RunPolicy& next, bool may_loosen = false) {
  AgentRun run = bound_to(before);
  const std::string text = write_run(run);
  const std::string code =
      error_code([&] { reload_policy(run, next, "next", std::string(kNow), may_loosen); });
  // A refusal leaves the run as it is.
  if (!code.empty()) CHECK_EQ(write_run(run), text);
  return code;
}

TEST_CASE("a policy that allows less, or frees other tools, is taken") {
  AgentRun run = bound_to(policy_of(kBound + "," + kFree));
  CHECK_EQ(run.allowed_tools, std::vector<std::string>{"pay", "look"});
  const RunPolicy next =
      policy_of(R"("pay": )" + kPays + R"(, "max_spend_cents": 400}, "read": {"side_effecting": false})");
  CHECK(reload_policy(run, next, "next", std::string(kNow), false));
  CHECK_EQ(run.allowed_tools, std::vector<std::string>{"pay", "read"});
  CHECK_EQ(run.policy_digest, next.digest);
  CHECK_EQ(run.policy_version, next.version);
  CHECK_EQ(run.policy_text, "next");
  CHECK_EQ(run.policy_loaded_at, kNow);
  CHECK_EQ(run.last_reload_at, kNow);
  CHECK_EQ(deny_locally(run, "pay", 401)->code, "tool_budget_exceeded");
  CHECK_FALSE(deny_locally(run, "pay", 400).has_value());
  CHECK_EQ(deny_locally(run, "look", 0)->code, "operation_not_allowed");
}

TEST_CASE("the same policy changes nothing") {
  AgentRun run = bound_to(policy_of(kBound));
  const std::string before = write_run(run);
  CHECK_FALSE(reload_policy(run, policy_of(kBound), "next", std::string(kNow), false));
  CHECK_EQ(write_run(run), before);
}

TEST_CASE("what allows more is refused unless it may") {
  const std::string uncapped = R"("pay": )" + kPays + "}";
  const RunPolicy before = policy_of(kBound);
  const std::pair<std::string, RunPolicy> looser[] = {
      {"a higher spend", policy_of(R"("pay": )" + kPays + R"(, "max_spend_cents": 501})")},
      {"no bound", policy_of(uncapped)},
      {"not denied", policy_of(kBound, "", "false")},
  };
  for (const auto& [what, next] : looser) {
    CAPTURE(what);
    CHECK_EQ(reload_fault(before, next), "loosening_denied");
    CHECK_EQ(reload_fault(before, next, true), "");
  }
  const std::string other = R"(, "other": )" + kPays + "}";
  AgentRun two = bound_to(policy_of(uncapped + other));
  two.allowed_tools.push_back("other");
  CHECK_EQ(error_code([&] {
             reload_policy(two, policy_of(uncapped + R"(, "other": {"side_effecting": false})"), "",
                           std::string(kNow), false);
           }),
           "loosening_denied");
}

TEST_CASE("a tool that is gone is denied by default, and without a bound where it is not") {
  const std::string rest = R"("pay": )" + kPays + "}";
  const std::string other = R"(, "other": )" + kPays + R"(, "max_spend_cents": 5})";
  for (const std::string deny : {"true", "false"}) {
    AgentRun run = bound_to(policy_of(rest + other, "", deny));
    run.allowed_tools.push_back("other");
    CHECK_EQ(loosening(run, policy_of(rest, "", deny)).has_value(), deny == "false");
  }
}

TEST_CASE("what needs other tools needs another intent, however much is allowed") {
  const RunPolicy before = policy_of(kBound + "," + kFree);
  const std::string other = R"("other": )" + kPays + R"(, "max_spend_cents": 1})";
  const RunPolicy wider[] = {
      policy_of(kBound + "," + other),
      policy_of(kBound + R"(, "look": )" + kPays + "}"),
      policy_of(kBound + "," + kFree, R"(, "intent": {"allowed_tools": ["look"]})"),
      policy_of(R"("pay": )" + kPays + R"(, "operation": "pay.now", "max_spend_cents": 1})"),
  };
  for (const RunPolicy& next : wider) {
    CHECK_EQ(reload_fault(before, next), "intent_rebind_required");
    CHECK_EQ(reload_fault(before, next, true), "intent_rebind_required");
  }
}

TEST_CASE("the run's operation must still cost money, and the run must have had a policy") {
  CHECK_EQ(reload_fault(policy_of(kBound + "," + kFree), policy_of(kFree)), "operation_not_in_policy");
  AgentRun run = bound_to(policy_of(kBound));
  run.policy_digest.reset();
  CHECK_EQ(error_code([&] { reload_policy(run, policy_of(kFree), "", std::string(kNow), true); }),
           "missing_policy");
}

TEST_CASE("a run's file keeps what is reloaded and whether it is watched") {
  AgentRun run = bound_to(policy_of(kBound));
  run.tenant_id = run.intent_id = run.capability_token = "x";
  CHECK_FALSE(read_run(write_run(run)).reload_watch);
  run.reload_watch = true;
  run.last_reload_at = kNow;
  const AgentRun read = read_run(write_run(run));
  CHECK(read.reload_watch);
  CHECK_EQ(read.last_reload_at, kNow);
  CHECK_EQ(read.policy_text, "bound");
}

}  // namespace
}  // namespace agentnet::paybond
