#include "core/paybond/policy_check.hpp"

#include "core/json/write.hpp"
#include "core/paybond/policy_presets.hpp"
#include "core/paybond/policy_yaml.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

const std::string kHead = "version: 1\nname: x\ndefault_deny: true\n";
const std::string kTool = "tools:\n  a.b:\n    side_effecting: true\n    evidence_preset: stripe_charge\n";
const std::string kBase = kHead + kTool;
const std::string kOverlay =
    "version: 2\nname: x\ndefault_deny: true\nextends:\n  org_policy_id: p\n  org_id: org_a\ntools:\n";

std::string paths(const std::vector<PolicyFault>& faults) {
  std::string all;
  for (const PolicyFault& fault : faults)
    all += (all.empty() ? "" : " ") + fault.path;
  return all;
}

// The places of the faults of a policy in YAML.
std::string faults_of(const std::string& yaml) {
  return paths(check_policy(read_yaml(yaml).root).faults);
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  return text.replace(text.find(what), what.size(), with);
}

TEST_CASE("every preset and composition is a policy") {
  for (const std::string_view id : kPolicyPresetIds)
    CHECK_EQ(faults_of(policy_text(preset_policy(id, {}))), "");
  for (const std::string_view id : kPolicyDomainIds)
    CHECK_EQ(faults_of(policy_text(compose_policy(id, "read-only,max-spend:5"))), "");
}

TEST_CASE("a valid policy has its name and counts its tools") {
  const PolicyVerdict verdict = check_policy(read_yaml(kBase + "  c:\n    side_effecting: false\n").root);
  CHECK(verdict.is_valid());
  CHECK_EQ(verdict.name, "x");
  CHECK_EQ(verdict.side_effecting, 1U);
  CHECK_EQ(verdict.read_only, 1U);
}

TEST_CASE("an invalid policy has no name and no counts") {
  const PolicyVerdict verdict = check_policy(read_yaml(kBase + "extra: 1\n").root);
  CHECK_FALSE(verdict.is_valid());
  CHECK_EQ(verdict.name, "");
  CHECK_EQ(verdict.side_effecting, 0U);
}

TEST_CASE("what is no mapping is no policy") {
  for (const char* yaml : {"", "- a\n- b"})
    CHECK_EQ(faults_of(yaml), "(root)");
}

TEST_CASE("the top must have version, name, default_deny and tools, and nothing unknown") {
  CHECK_EQ(faults_of("x: 1"), "version (root) name default_deny tools");
  CHECK_EQ(faults_of(replaced(kBase, "version: 1", "version: 3")), "version");
  CHECK_EQ(faults_of(replaced(kBase, "version: 1", "version: \"1\"")), "version");
  CHECK_EQ(faults_of(replaced(kBase, "version: 1", "version: 1.0")), "");
  CHECK_EQ(faults_of(replaced(kBase, "version: 1", "version: 2")), "");
  CHECK_EQ(faults_of(replaced(kBase, "name: x", "name: X")), "name");
  CHECK_EQ(faults_of(replaced(kBase, "name: x", "name: 5")), "name");
  CHECK_EQ(faults_of(replaced(kBase, "default_deny: true", "default_deny: yes")), "default_deny");
  CHECK_EQ(faults_of(kBase + "$schema: ./x.json\n"), "");
  CHECK_EQ(faults_of(kHead + "tools:\n"), "tools");
  CHECK_EQ(faults_of(kHead + "tools: {}\n"), "tools");
  CHECK_EQ(faults_of(kHead + "tools: []\n"), "tools");
}

TEST_CASE("a tool with side effects names the preset of its evidence") {
  CHECK_EQ(faults_of(kHead + "tools:\n  a:\n    side_effecting: true\n"), "tools.a.evidence_preset");
  CHECK_EQ(faults_of(kHead + "tools:\n  a:\n    side_effecting: false\n"), "");
  CHECK_EQ(faults_of(kHead + "tools:\n  a:\n    operation: b\n"), "tools.a.side_effecting");
  CHECK_EQ(faults_of(kHead + "tools:\n  a:\n  b: {}\n  c: 5\n"), "tools.a tools.b tools.c");
  CHECK_EQ(faults_of(replaced(kBase, "stripe_charge", "nope")), "tools.a.b.evidence_preset");
  CHECK_EQ(faults_of(replaced(kBase, "stripe_charge", "Bad-Id")), "tools.a.b.evidence_preset");
  CHECK_EQ(faults_of(replaced(kBase, "a.b:", "A B:")), "tools");
}

TEST_CASE("fields of a tool have their kinds") {
  const auto with = [](const std::string& line) { return faults_of(kBase + "    " + line + "\n"); };
  CHECK_EQ(with("max_spend_cents: 0"), "");
  for (const char* value : {"-1", "1.5", "'5'", "true", "99999999999999999999"})
    CHECK_EQ(with("max_spend_cents: " + std::string(value)), "tools.a.b.max_spend_cents");
  CHECK_EQ(with("spend_from_args: a.b_C"), "");
  for (const char* value : {"5", "1a", ".a", "a-b", "''"})
    CHECK_EQ(with("spend_from_args: " + std::string(value)), "tools.a.b.spend_from_args");
  CHECK_EQ(with("max_spend_cents: 5\n    spend_from_args: a"), "tools.a.b");
  CHECK_EQ(with("vendor_pack: stripe_charge"), "");
  CHECK_EQ(with("vendor_pack: api_response_ok"), "tools.a.b.vendor_pack");
  CHECK_EQ(with("operation: " + repeated("x", 128)), "");
  CHECK_EQ(with("operation: " + repeated("x", 129)), "tools.a.b.operation");
  CHECK_EQ(with("operation: ''"), "tools.a.b.operation");
  CHECK_EQ(with("bogus: 1"), "tools.a.b");
  CHECK_EQ(faults_of(replaced(kBase, "side_effecting: true", "side_effecting: 'true'")),
           "tools.a.b.side_effecting");
}

TEST_CASE("an intent has a binding, a budget and tools") {
  const auto with = [](const std::string& lines) { return faults_of(kBase + "intent:\n" + lines); };
  CHECK_EQ(with(""), "");
  CHECK_EQ(with("  allowed_tools: [a.b]\n"), "");
  CHECK_EQ(with("  allowed_tools: []\n"), "");
  CHECK_EQ(with("  allowed_tools: [a.b, a.b, 5]\n"), "intent.allowed_tools[1] intent.allowed_tools[2]");
  CHECK_EQ(with("  allowed_tools: a.b\n"), "intent.allowed_tools");
  CHECK_EQ(with("  bogus: 1\n"), "intent");
  CHECK_EQ(with("  budget:\n    currency: usd\n    max_spend_usd: 1.5\n    other: 1\n"), "");
  CHECK_EQ(with("  budget:\n    currency: USD\n    max_spend_usd: -1\n"),
           "intent.budget.currency intent.budget.max_spend_usd");
  CHECK_EQ(with("  budget:\n    max_spend_usd: x\n"), "intent.budget.currency intent.budget.max_spend_usd");
  CHECK_EQ(with("  policy_binding:\n    template_id: t\n    version_seq: 1\n    head_digest: sha256:" +
                repeated("aF", 32) + "\n"),
           "");
  CHECK_EQ(with("  policy_binding:\n    version_seq: 0\n    head_digest: sha256:00\n    x: 1\n"),
           "intent.policy_binding intent.policy_binding.template_id intent.policy_binding.version_seq "
           "intent.policy_binding.head_digest");
  CHECK_EQ(faults_of(kBase + "intent: 5\nadapter:\n  deny_provider_executed_tools: 5\n  x: 1\n"),
           "intent adapter adapter.deny_provider_executed_tools");
}

TEST_CASE("presets and tools that are named and are not there are told of a policy that has its form") {
  const auto codes = [](const std::string& yaml) {
    const PolicyVerdict verdict = check_policy(read_yaml(yaml).root);
    std::string all = verdict.name + " " + std::to_string(verdict.side_effecting);
    for (const PolicyFault& fault : verdict.faults)
      all += " " + fault.path + "=" + std::string(fault.code);
    return all;
  };
  const std::string bad = replaced(kBase, "stripe_charge", "nope");
  CHECK_EQ(codes(bad), "x 1 tools.a.b.evidence_preset=policy.unknown_evidence_preset");
  CHECK_EQ(codes(kBase + "    vendor_pack: nope\n"), "x 1 tools.a.b.vendor_pack=policy.unknown_vendor_pack");
  CHECK_EQ(codes(kBase + "    vendor_pack: api_response_ok\n"),
           "x 1 tools.a.b.vendor_pack=policy.invalid_vendor_pack");
  CHECK_EQ(codes(kBase + "intent:\n  allowed_tools: [c.d, a.b, e.f]\n"),
           "x 1 intent.allowed_tools=policy.allowed_tool_not_registered"
           " intent.allowed_tools=policy.allowed_tool_not_registered");
  // A tool is allowed by the name that it stands under, not by its operation.
  CHECK_EQ(codes(kBase + "    operation: op\nintent:\n  allowed_tools: [op]\n"),
           "x 1 intent.allowed_tools=policy.allowed_tool_not_registered");
  CHECK_EQ(codes(bad + "extra: 1\n"), " 0 (root)=policy.schema_invalid");
}

TEST_CASE("an overlay is told to need its base") {
  CHECK_EQ(faults_of(kOverlay), "extends");
  CHECK_EQ(faults_of(replaced(kOverlay, "version: 2", "version: 1")), "(root) tools");
  CHECK_EQ(faults_of(replaced(kOverlay, "org_a", "bad")), "extends.org_id extends");
  CHECK_EQ(faults_of(replaced(kOverlay, "org_id: org_a", "base_digest: zz")),
           "extends.org_id extends.base_digest extends");
  CHECK_EQ(faults_of(replaced(kOverlay, "org_id: org_a", "org_id: org_a\n  base_policy: b.yaml")), "extends");
}

TEST_CASE("overrides set something, and what they set has its kind") {
  const auto with = [](const std::string& lines) { return faults_of(kOverlay + "overrides:" + lines); };
  CHECK_EQ(with("\n"), "overrides extends");
  CHECK_EQ(with(" {}\n"), "overrides extends");
  CHECK_EQ(with("\n  default_deny: false\n"), "extends");
  CHECK_EQ(with("\n  tools:\n    a:\n      max_spend_cents: 5\n"), "extends");
  CHECK_EQ(with("\n  tools:\n    a: {}\n"), "overrides.tools.a extends");
  CHECK_EQ(with("\n  intent:\n    policy_binding:\n      version_seq: 2\n"), "extends");
  CHECK_EQ(with("\n  adapter:\n    deny_provider_executed_tools: x\n"),
           "overrides.adapter.deny_provider_executed_tools extends");
  CHECK_EQ(with("\n  bogus: 1\n"), "overrides extends");
}

TEST_CASE("a deprecated preset is warned of") {
  const PolicyVerdict verdict =
      check_policy(read_yaml(replaced(kBase, "stripe_charge", "stripe_webhook_payment")).root);
  CHECK(verdict.is_valid());
  CHECK_EQ(paths(verdict.warnings), "tools.a.b.evidence_preset");
  json::Arena arena;
  CHECK_EQ(json::to_compact(policy_faults_value(verdict.warnings, arena)),
           R"([{"path":"tools.a.b.evidence_preset","code":"policy.warning",)"
           R"("message":"stripe_webhook_payment is deprecated; use vendor_webhook_confirmed"}])");
}

TEST_CASE("tools and faults have a limit") {
  const auto with_tools = [](std::size_t count, const char* effects) {
    std::string yaml = kHead + "tools:\n";
    for (std::size_t i = 0; i < count; ++i)
      yaml += "  t" + std::to_string(i) + ":\n    side_effecting: " + effects + "\n";
    return yaml;
  };
  CHECK_EQ(faults_of(with_tools(kMaxPolicyTools, "false")), "");
  CHECK_EQ(faults_of(with_tools(kMaxPolicyTools + 1, "false")), "tools");
  CHECK_EQ(check_policy(read_yaml(with_tools(kMaxPolicyFaults + 1, "true")).root).faults.size(),
           kMaxPolicyFaults);
}

TEST_CASE("of a name twice the last counts where a network is asked, and a file is refused") {
  const std::string text =
      R"({"version":1,"name":"X","name":"x","default_deny":true,"tools":{"a":5,"a":{"side_effecting":false}}})";
  CHECK_EQ(paths(check_policy(json::parse(text).root).faults), "");
  CHECK_EQ(error_code([&] { read_yaml(text); }), "duplicate_name");
}

}  // namespace
}  // namespace agentnet::paybond
