// Templates and policy files, asked as the kit asks.
#include "core/json/write.hpp"
#include "core/paybond/completion_catalog.hpp"
#include "core/paybond/policy_presets.hpp"
#include "core/paybond/policy_yaml.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;

const std::string kVersions = "/harbor/policy/v1/versions";
const std::string kPreview = "/harbor/policy/v1/preview";
const std::string kTest = "/harbor/policy/v1/test";
const std::string kValidate = "/v1/policy/validate";

const std::string kBudget =
    R"("template_id":"completion_budget_v1","parameters":{"status_path":["s"],"expected_status":"done","cost_path":["c"]})";

std::string policy_json(std::string_view preset) {
  return json::to_compact(read_yaml(policy_text(preset_policy(preset, {}))).root);
}

TEST_CASE("templates have one version, with the digest of their predicate") {
  PaybondNetwork net;
  const Json all = net.get(kVersions).json();
  CHECK(all["tenant_id"] == "local");
  CHECK(all["versions"].size() == 5);
  const Json one = net.get(kVersions + "?template_id=true_v1").json()["versions"];
  REQUIRE(one.size() == 1);
  CHECK(one[0]["template_id"] == "true_v1");
  CHECK(one[0]["version_seq"] == 1);
  CHECK(one[0]["head_digest"].get<std::string>().size() == 7 + 64);
  CHECK(one[0] == all["versions"][4]);
  CHECK(net.get(kVersions + "?template_id=nope").said() == "404 unknown_template");
}

TEST_CASE("the templates are listed, each once") {
  PaybondNetwork net;
  const Json list = net.get("/harbor/policy/v1/templates").json();
  CHECK(list["tenant_id"] == "local");
  std::vector<std::string> ids;
  for (const Json& each : list["templates"])
    ids.push_back(each["template_id"]);
  const Json versions = net.get(kVersions).json()["versions"];
  REQUIRE(ids.size() == versions.size());
  for (std::size_t i = 0; i < ids.size(); ++i)
    CHECK(ids[i] == versions[i]["template_id"]);
}

TEST_CASE("a preview is the predicate of the template") {
  PaybondNetwork net;
  const Json made = net.post(kPreview, "{" + kBudget + "}").json();
  CHECK(made["template_id"] == "completion_budget_v1");
  CHECK(made["materialized_dsl"]["version"] == 1);
  CHECK(made["materialized_dsl"]["root"]["clauses"][1] ==
        Json::parse(R"({"op":"amount_lte_budget","path":["c"]})"));
  CHECK(net.post(kPreview, R"({"template_id":"api_response_v1"})").json()["materialized_dsl"]["root"]["op"] ==
        "all");
}

TEST_CASE("a test evaluates the predicate on the evidence") {
  PaybondNetwork net;
  const auto passed = [&](const std::string& evidence, const std::string& amount) {
    const Answer answer =
        net.post(kTest, "{" + kBudget + R"(,"evidence":)" + evidence + R"(,"amount_cents":)" + amount + "}");
    REQUIRE(answer.said() == "200");
    CHECK(answer.json()["predicate_evaluation"]["passed"] == answer.json()["passed"]);
    return answer.json()["passed"].get<bool>();
  };
  CHECK(passed(R"({"s":"done","c":5})", "5"));
  CHECK_FALSE(passed(R"({"s":"done","c":6})", "5"));
  CHECK_FALSE(passed(R"({"s":"open","c":1})", "5"));
}

TEST_CASE("a test takes schema and amount of the template unless they are given") {
  PaybondNetwork net;
  const std::string evidence = R"({"template_id":"api_response_v1","evidence":{"http_status":200}})";
  CHECK(net.post(kTest, evidence).json()["passed"] == false);
  const std::string loose =
      R"({"template_id":"api_response_v1","evidence":{"http_status":200},"evidence_schema":{}})";
  CHECK(net.post(kTest, loose).json()["passed"] == true);
  const std::string cost =
      R"({"template_id":"completion_budget_v1","evidence":{"status":"completed","cost_cents":101}})";
  CHECK(net.post(kTest, cost).json()["amount_cents"] == 100);
  CHECK(net.post(kTest, cost).json()["passed"] == false);
}

TEST_CASE("templates and evidence that cannot be used are refused") {
  PaybondNetwork net;
  CHECK(net.post(kPreview, "{}").said() == "400 missing_field");
  CHECK(net.post(kPreview, R"({"template_id":"nope"})").said() == "404 unknown_template");
  CHECK(net.post(kPreview, R"({"template_id":"true_v1","parameters":{"a":1}})").said() ==
        "400 unknown_parameter");
  CHECK(net.post(kPreview, R"({"template_id":"true_v1","parameters":[]})").said() == "400 bad_parameter");
  CHECK(net.post(kTest, "{" + kBudget + "}").said() == "400 missing_field");
  CHECK(net.post(kTest, "{" + kBudget + R"(,"evidence":{"s":"done"}})").said() == "422 missing_key");
  CHECK(net.post(kTest, "{" + kBudget + R"(,"evidence":{},"amount_cents":-1})").said() == "400 bad_amount");
  CHECK(net.post(kTest, "{" + kBudget + R"(,"evidence":{},"evidence_schema":{"nope":1}})").said() ==
        "400 unknown_keyword");
}

TEST_CASE("a policy is valid or has faults, and both are answers") {
  PaybondNetwork net;
  const Json good = net.post(kValidate, policy_json("travel")).json();
  CHECK(good["valid"] == true);
  CHECK(good["remote_valid"] == true);
  CHECK(good["policy_name"] == "travel-agent-v1");
  CHECK(good["tenant_id"] == "local");
  CHECK(good["errors"].empty());
  const Json bad = net.post(kValidate, R"({"version":1,"name":"x","default_deny":true,"tools":{}})").json();
  CHECK(bad["valid"] == false);
  CHECK(bad["policy_name"].is_null());
  CHECK(bad["errors"][0]["path"] == "tools");
  CHECK(bad["errors"][0]["code"] == "policy.schema_invalid");
}

TEST_CASE("what is only warned of is a fault when asked strictly") {
  PaybondNetwork net;
  const std::string policy =
      R"({"version":1,"name":"x","default_deny":true,"tools":{"a":{"side_effecting":true,)"
      R"("evidence_preset":"stripe_webhook_payment"}}})";
  CHECK(net.post(kValidate, policy).json()["valid"] == true);
  CHECK(net.post(kValidate, policy).json()["warnings"].size() == 1);
  CHECK(net.post(kValidate + "?strict=1", policy).json()["valid"] == false);
  CHECK(net.post(kValidate + "?strict=0", policy).json()["valid"] == true);
}

TEST_CASE("an overlay says nothing without a base policy that is published") {
  PaybondNetwork net;
  const std::string overlay =
      R"({"version":2,"name":"x","default_deny":true,"extends":{"org_policy_id":"p","org_id":"org_a"},"tools":{}})";
  CHECK(net.post(kValidate, overlay).json()["errors"].size() == 1);
  const Json resolved = net.post(kValidate + "?resolve_inheritance=1", overlay).json();
  CHECK(resolved["errors"].size() == 1);
  CHECK(resolved["errors"][0]["path"] == "extends");
  CHECK_FALSE(resolved.contains("merge_report"));
}

TEST_CASE("policy endpoints want the scope for reading") {
  PaybondNetwork net;
  const std::string agent = net.add_key("local", {"paybond.write"});
  const std::string reader = net.add_key("local", {"paybond.read"});
  for (const std::string& target : {kPreview, kTest, kValidate}) {
    CHECK(net.ask("POST", target, "{}", {{"x-api-key", agent}}).said() == "403 insufficient_scope");
    CHECK(net.ask("POST", target, "{}", {{"x-api-key", reader}}).said() != "403 insufficient_scope");
    CHECK(net.ask("POST", target, "{}", {}).said() == "401 missing_credential");
  }
  CHECK(net.ask("GET", kVersions, "", {{"x-api-key", reader}}).said() == "200");
}

}  // namespace
}  // namespace agentnet::paybond
