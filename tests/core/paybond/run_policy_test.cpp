#include "core/paybond/run_policy.hpp"

#include "core/paybond/policy_presets.hpp"
#include "core/paybond/policy_yaml.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

// The kit's travel preset, whose digest a recorded run names.
const std::string kTravel =
    R"({"version": 1, "name": "travel-agent-v1", "default_deny": true, "tools": {"travel.book_hotel":)"
    R"({"side_effecting": true, "max_spend_cents": 20000, "evidence_preset": "cost_and_completion"},)"
    R"("search.web": {"side_effecting": false}}, "intent": {"allowed_tools": ["travel.book_hotel"],)"
    R"("budget": {"currency": "usd", "max_spend_usd": 200}}})";

RunPolicy read(const std::string& text) {
  return read_run_policy(json::parse(text).root);
}

std::string with_intent(const std::string& intent) {
  return R"({"version": 1, "name": "w", "default_deny": true, "tools": {)"
         R"("a": {"side_effecting": true, "evidence_preset": "stripe_charge", "max_spend_cents": 500},)"
         R"("b": {"side_effecting": true, "evidence_preset": "cost_and_completion"},)"
         R"("free": {"side_effecting": false}}, "intent": )" +
         intent + "}";
}

std::string digest(const std::string& text) {
  return policy_digest(json::parse(text).root);
}

TEST_CASE("a policy has the digest that the kit gives it") {
  const RunPolicy policy = read(kTravel);
  CHECK_EQ(policy.digest, "sha256:9c954ba64d12b2fda42895031682781831b5d78cb0daf854bb10fb57d958992d");
  CHECK_EQ(policy.version, "travel-agent-v1@9c954ba6");
  CHECK_EQ(policy.currency, "usd");
  CHECK_EQ(policy.budget_cents, 20'000);
}

TEST_CASE("the order of members and the white space do not count, everything else does") {
  CHECK_EQ(digest(R"({"a": 1, "b": {"d": 1, "c": [2, 1]}})"), digest(R"({ "b":{"c":[2,1],"d":1},"a":1 })"));
  CHECK_NE(digest(R"({"a": [1, 2]})"), digest(R"({"a": [2, 1]})"));
  CHECK_NE(digest(R"({"a": 1})"), digest(R"({"a": "1"})"));
  // {"\u00e4":"\u20ac"} in ASCII, as Python writes it.
  CHECK_EQ(digest("{\"\xc3\xa4\": \"\xe2\x82\xac\"}"), digest(R"({"\u00e4": "\u20ac"})"));
}

TEST_CASE("a run pays for the first tool that the intent allows, or for the one that is asked for") {
  CHECK_EQ(paying_tool(read(kTravel), "").operation, "travel.book_hotel");
  CHECK_EQ(paying_tool(read(with_intent(R"({"allowed_tools": ["free", "b", "a"]})")), "").operation, "b");
  CHECK_EQ(paying_tool(read(with_intent("{}")), "").operation, "a");
  CHECK_EQ(paying_tool(read(with_intent("{}")), "b").evidence_preset, "cost_and_completion");
  for (const std::string operation : {"free", "nope"})
    CHECK_EQ(error_code([&] { paying_tool(read(with_intent("{}")), operation); }), "operation_not_in_policy");
  const std::string free =
      R"({"version": 1, "name": "f", "default_deny": true, "tools": {"free": {"side_effecting": false}}})";
  CHECK_EQ(error_code([&] { paying_tool(read(free), ""); }), "operation_not_in_policy");
}

TEST_CASE("a run costs what both the tool and the intent allow") {
  const auto spend = [](const std::string& budget, const std::string& operation) {
    const RunPolicy policy = read(with_intent(budget));
    return spend_within(policy, paying_tool(policy, operation));
  };
  const auto usd = [](const std::string& most) {
    return R"({"budget": {"currency": "usd", "max_spend_usd": )" + most + "}}";
  };
  CHECK_EQ(spend("{}", "a"), 500);
  CHECK_EQ(spend("null", "b"), std::nullopt);
  CHECK_EQ(spend(R"({"budget": {"currency": "usd"}})", "b"), std::nullopt);
  CHECK_EQ(spend(usd("4"), "a"), 400);
  CHECK_EQ(spend(usd("4.5"), "b"), 450);
  CHECK_EQ(spend(usd("4.05"), "b"), 405);
  CHECK_EQ(spend(usd("999999999999999"), "b"), 99'999'999'999'999'900);
  for (const std::string amount : {"4.005", "4e3", "9999999999999999"}) {
    CAPTURE(amount);
    CHECK_EQ(error_code([&] { spend(usd(amount), "b"); }), "bad_policy");
  }
}

TEST_CASE("what does not change a policy does not change its digest") {
  const std::string policy = with_intent("{}");
  CHECK_EQ(digest(with_intent(R"({"allowed_tools": []})")), digest(policy));
  CHECK_EQ(digest(R"({"$schema": "s", "overrides": {}, )" + policy.substr(1)), digest(policy));
  std::string second = policy;
  second.replace(second.find(": 1"), 3, ": 2");
  CHECK_EQ(digest(second), digest(policy));
  CHECK_EQ(read(second).version, read(policy).version);
  CHECK_NE(digest(with_intent(R"({"allowed_tools": ["a"]})")), digest(policy));
  CHECK_NE(digest(R"({"adapter": {"deny_provider_executed_tools": true}, )" + policy.substr(1)),
           digest(policy));
}

TEST_CASE("what is no policy binds nothing, and its first fault is told") {
  for (const std::string intent :
       {"7", "[]", R"({"allowed_tools": "a"})", R"({"allowed_tools": [1]})", R"({"budget": []})",
        R"({"budget": {"currency": "usd", "max_spend_usd": "4"}})",
        R"({"budget": {"currency": "usd", "max_spend_usd": -4}})", R"({"budget": {"max_spend_usd": 4}})"}) {
    CAPTURE(intent);
    CHECK_EQ(error_code([&] { read(with_intent(intent)); }), "bad_policy");
  }
  for (const std::string text : {"[]", "null", "{}", R"({"version": 3})"})
    CHECK_EQ(error_code([&] { read(text); }), "bad_policy");
  try {
    read(with_intent(R"({"allowed_tools": ["a", "a"]})"));
    FAIL("taken");
  } catch (const Error& error) {
    CHECK_EQ(error.message(), "intent.allowed_tools[1]: stands twice");
  }
}

TEST_CASE("two tools of one operation are refused, and so is an overlay") {
  const std::string twice =
      R"({"version": 1, "name": "t", "default_deny": true, "tools": {"a": {"side_effecting": false},)"
      R"("b": {"side_effecting": false, "operation": "a"}}})";
  CHECK_EQ(error_code([&] { read(twice); }), "bad_registry");
  std::string overlay = with_intent("{}");
  overlay.replace(overlay.find(": 1"), 3, R"(: 2, "extends": {"org_policy_id": "p", "org_id": "org_a"})");
  CHECK_EQ(error_code([&] { read(overlay); }), "bad_policy");
}

TEST_CASE("a policy is the same in YAML as in JSON") {
  const std::string yaml = policy_text(preset_policy("travel", {}));
  CHECK_EQ(read_run_policy(read_yaml(yaml).root).digest, read(kTravel).digest);
}

TEST_CASE("a version is the name and eight digits") {
  CHECK(policy_version("x", "sha256:0123456789abcdef") == "x@01234567");
}

}  // namespace
}  // namespace agentnet::paybond
