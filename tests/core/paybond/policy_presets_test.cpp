#include "core/paybond/policy_presets.hpp"

#include "core/json/write.hpp"
#include "core/paybond/completion_catalog.hpp"
#include "core/paybond/policy_yaml.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

std::string composed(const std::string& guardrail_list, std::string_view domain = "travel") {
  return policy_text(compose_policy(domain, guardrail_list));
}

// "<cents>/<usd>": what a tool and the intent may spend; "-" where there is no limit.
std::string limits_of(const Policy& policy) {
  const auto cents = policy.tools.front().max_spend_cents;
  return (cents ? std::to_string(*cents) : "-") + "/" +
         (policy.max_spend_usd.empty() ? "-" : policy.max_spend_usd);
}

std::string limits_of(const std::string& guardrail_list) {
  return limits_of(compose_policy("travel", guardrail_list));
}

TEST_CASE("a preset is written as the kit writes it") {
  CHECK_EQ(policy_text(preset_policy("travel", {})), R"(version: 1
name: travel-agent-v1
default_deny: true

tools:
  travel.book_hotel:
    side_effecting: true
    max_spend_cents: 20000
    evidence_preset: cost_and_completion

  search.web:
    side_effecting: false

intent:
  allowed_tools:
    - travel.book_hotel
  budget:
    currency: usd
    max_spend_usd: 200
)");
}

TEST_CASE("a preset without side effects allows what it reads and spends nothing") {
  const Policy policy = preset_policy("read-only", {});
  CHECK_EQ(policy.tools.size(), 4U);
  CHECK_EQ(policy.allowed_tools.size(), 4U);
  CHECK_EQ(policy.max_spend_usd, "");
  CHECK_EQ(preset_policy("read-only", 5).max_spend_usd, "5");
}

TEST_CASE("an amount takes the place of a preset's") {
  CHECK_EQ(limits_of(preset_policy("travel", 500)), "50000/500");
  CHECK_EQ(limits_of(preset_policy("strict", 0)), "0/0");
}

TEST_CASE("every preset reads back, and names evidence that there is") {
  for (const PolicyPreset& preset : policy_presets()) {
    CAPTURE(preset.id);
    const json::Document document = read_yaml(policy_text(preset_policy(preset.id, {})));
    CHECK_EQ(document.root.find("name")->text(), preset.policy);
    if (!preset.evidence.empty()) CHECK_NE(find_completion_preset(preset.evidence), nullptr);
  }
}

TEST_CASE("of several limits the least counts, in any order") {
  CHECK_EQ(limits_of("default-deny"), "-/-");
  CHECK_EQ(limits_of("strict"), "1000/10.0");
  CHECK_EQ(limits_of("strict,max-spend:5"), "500/5.0");
  CHECK_EQ(limits_of("max-spend:5,strict"), "500/5.0");
  CHECK_EQ(limits_of("max-spend:50,strict"), "1000/10.0");
  CHECK_EQ(limits_of("max-spend-usd:5,strict"), "1000/5.0");
  CHECK_EQ(limits_of("max-spend-cents:5,strict"), "5/10.0");
  CHECK_EQ(limits_of("max-spend-cents:777"), "777/-");
}

TEST_CASE("dollars become cents as the kit rounds them") {
  CHECK_EQ(limits_of("max-spend:12.345"), "1234/12.345");
  CHECK_EQ(limits_of("max-spend:0.29"), "29/0.29");
  CHECK_EQ(limits_of("max-spend:1.005"), "100/1.005");
  CHECK_EQ(limits_of("max_spend:75"), "7500/75.0");
}

TEST_CASE("read-only guardrails keep what only looks") {
  CHECK_EQ(composed("read-only,max-spend:500"), R"(version: 1
name: travel-agent-v1
default_deny: true

tools:
  search.web:
    side_effecting: false

intent:
  budget:
    currency: usd
    max_spend_usd: 500.0
)");
  CHECK_EQ(error_code([] { composed("read-only-search", "aws"); }), "empty_policy");
  CHECK_EQ(error_code([] { composed("read-only", "aws"); }), "");
}

TEST_CASE("blanks and empty places in a list of guardrails do not count") {
  CHECK_EQ(composed(" strict , ,default-deny,"), composed("strict"));
  for (const char* list : {"", " ", ",,"})
    CHECK_EQ(error_code([&] { composed(list); }), "missing_guardrails");
}

TEST_CASE("guardrails that are not known are refused") {
  for (const char* list :
       {"nope", "max-spend", "max-spend:", "max-spend:abc", "max-spend:-5", "max-spend:.5", "max-spend:5.",
        "max-spend:1e3", "max-spend-cents:1.5", "strict:5", "max-spend:<usd>", "strict,nope"}) {
    CAPTURE(list);
    CHECK_EQ(error_code([&] { composed(list); }), "unknown_guardrail");
  }
}

TEST_CASE("amounts and lists have a limit") {
  CHECK_EQ(error_code([] { composed("max-spend:1000000000"); }), "");
  CHECK_EQ(error_code([] { composed("max-spend:1000000000.1"); }), "amount_overflow");
  CHECK_EQ(error_code([] { composed("max-spend-cents:100000000000"); }), "");
  CHECK_EQ(error_code([] { composed("max-spend-cents:100000000001"); }), "amount_overflow");
  CHECK_EQ(error_code([] { composed(repeated("strict,", kMaxGuardrails)); }), "");
  CHECK_EQ(error_code([] { composed(repeated("strict,", kMaxGuardrails + 1)); }), "too_many_guardrails");
}

TEST_CASE("a domain is one of those that guardrails can narrow") {
  for (const std::string_view id : kPolicyDomainIds)
    CHECK_EQ(error_code([&] { composed("strict", id); }), "");
  for (const char* id : {"nope", "stripe-commerce", "read-only", ""})
    CHECK_EQ(error_code([&] { composed("strict", id); }), "unknown_domain");
  CHECK_EQ(error_code([] { preset_policy("Travel", {}); }), "unknown_policy_preset");
}

TEST_CASE("names of policies, tools, organisations and identifiers have their letters and lengths") {
  CHECK(is_policy_name("a-b_9"));
  CHECK(is_policy_name(repeated("a", 64)));
  for (const std::string& name :
       {std::string(), std::string("9a"), std::string("A"), std::string("a.b"), repeated("a", 65)})
    CHECK_FALSE(is_policy_name(name));
  CHECK(is_tool_name("aws.ec2.start-it"));
  CHECK(is_tool_name(repeated("a", 128)));
  CHECK_FALSE(is_tool_name(repeated("a", 129)));
  CHECK_FALSE(is_tool_name("a b"));
  CHECK(is_org_id("org_" + repeated("a", 58)));
  CHECK_FALSE(is_org_id("org_" + repeated("a", 59)));
  CHECK_FALSE(is_org_id("org_"));
  CHECK(is_identifier("9_a"));
  CHECK_FALSE(is_identifier("a-b"));
  CHECK_EQ(error_code([] { check_policy_name("A", "--name"); }), "bad_policy_name");
  CHECK_EQ(error_code([] { check_tool_name("A"); }), "bad_tool_name");
}

TEST_CASE("what an overlay extends is an organisation's policy") {
  const PolicyBase base = read_extends("org_acme/agent-spend-v1");
  CHECK_EQ(base.org_id, "org_acme");
  CHECK_EQ(base.org_policy_id, "agent-spend-v1");
  for (const char* text : {"", "org_acme", "org_acme/", "acme/p", "org_acme/P", "org_acme/a/b"})
    CHECK_EQ(error_code([&] { read_extends(text); }), "bad_extends");
}

TEST_CASE("an overlay says what it extends and nothing of an intent") {
  CHECK_EQ(policy_text({.version = 2, .name = "o", .extends = PolicyBase{"p", "org_a", "base.yaml"}}),
           "version: 2\nname: o\nextends:\n  org_policy_id: p\n  org_id: org_a\n  base_policy: base.yaml\n"
           "default_deny: true\n\ntools:\n");
}

TEST_CASE("a path that could mean something else in YAML is quoted, and reads back") {
  for (const char* path :
       {"base.yaml", "a/b_c.yaml", "a: b.yaml", "a\nb", "# x", "5", ".x", "a \"b\"", "é", "-"}) {
    CAPTURE(path);
    const std::string text =
        policy_text({.version = 2, .name = "o", .extends = PolicyBase{"p", "org_a", path}});
    CHECK_EQ(read_yaml(text).root.find("extends")->find("base_policy")->text(), path);
  }
}

}  // namespace
}  // namespace agentnet::paybond
