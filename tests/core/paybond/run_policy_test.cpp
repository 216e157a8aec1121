#include "core/paybond/run_policy.hpp"

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
  return R"({"tools": {"a": {"evidence_preset": "p", "max_spend_cents": 500}, "b": {"evidence_preset": "q"},)"
         R"("free": {"side_effecting": false}}, "intent": )" +
         intent + "}";
}

TEST_CASE("a policy has the digest that the kit gives it") {
  const RunPolicy policy = read(kTravel);
  CHECK_EQ(policy.digest, "sha256:9c954ba64d12b2fda42895031682781831b5d78cb0daf854bb10fb57d958992d");
  CHECK_EQ(policy.version, "travel-agent-v1@9c954ba6");
  CHECK_EQ(policy.currency, "usd");
  CHECK_EQ(policy.budget_cents, 20'000);
}

TEST_CASE("the order of members and the white space do not count, everything else does") {
  const auto digest = [](const std::string& text) { return policy_digest(json::parse(text).root); };
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
  CHECK_EQ(paying_tool(read(with_intent("{}")), "b").evidence_preset, "q");
  for (const std::string operation : {"free", "nope"})
    CHECK_EQ(error_code([&] { paying_tool(read(with_intent("{}")), operation); }), "operation_not_in_policy");
  CHECK_EQ(error_code([] { paying_tool(read("{}"), ""); }), "operation_not_in_policy");
}

TEST_CASE("a run costs what both the tool and the intent allow") {
  const auto spend = [](const std::string& budget, const std::string& operation) {
    const RunPolicy policy = read(with_intent(R"({"budget": )" + budget + "}"));
    return spend_within(policy, paying_tool(policy, operation));
  };
  CHECK_EQ(spend("{}", "a"), 500);
  CHECK_EQ(spend("{}", "b"), std::nullopt);
  CHECK_EQ(spend(R"({"max_spend_usd": 4})", "a"), 400);
  CHECK_EQ(spend(R"({"max_spend_usd": 4.5})", "b"), 450);
  CHECK_EQ(spend(R"({"max_spend_usd": 4.05})", "b"), 405);
  CHECK_EQ(spend(R"({"max_spend_usd": 999999999999999})", "b"), 99'999'999'999'999'900);
}

TEST_CASE("an intent that cannot be understood is refused") {
  for (const std::string intent :
       {"7", "[]", R"({"allowed_tools": "a"})", R"({"allowed_tools": [1]})", R"({"budget": []})",
        R"({"budget": {"max_spend_usd": "4"}})", R"({"budget": {"max_spend_usd": -4}})",
        R"({"budget": {"max_spend_usd": 4.005}})", R"({"budget": {"max_spend_usd": 4e3}})",
        R"({"budget": {"max_spend_usd": 9999999999999999}})"}) {
    CAPTURE(intent);
    CHECK_EQ(error_code([&] { read(with_intent(intent)); }), "bad_policy");
  }
  CHECK_EQ(error_code([] { read(R"({"version": 2})"); }), "bad_registry");
}

}  // namespace
}  // namespace agentnet::paybond
