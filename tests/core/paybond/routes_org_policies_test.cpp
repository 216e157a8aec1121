// Organisations' base policies: published, read, and put under overlays.
#include "core/paybond/org_policies.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;

const std::string kPublish = "/v1/admin/org-policies/spend-v1?org_id=org_acme";
const std::string kEffective = "/v1/org-policies/spend-v1/effective";
const std::string kResolve = "/v1/policy/validate?resolve_inheritance=1";

std::string base_of(const std::string& cents, const std::string& name = "spend-v1",
                    const std::string& more = "") {
  return R"({"version":2,"name":")" + name +
         R"(","default_deny":true,"tools":{"book":{"side_effecting":true,"max_spend_cents":)" + cents +
         R"(,"evidence_preset":"cost_and_completion"}},"intent":{"allowed_tools":["book"]})" + more + "}";
}

std::string overlay_of(const std::string& cents, const std::string& extends = "") {
  return R"({"version":2,"name":"team-v1","default_deny":true,"extends":{"org_policy_id":"spend-v1",)"
         R"("org_id":"org_acme")" +
         extends + R"(},"tools":{},"overrides":{"tools":{"book":{"max_spend_cents":)" + cents + "}}}}";
}

TEST_CASE("a base policy is published in versions, and the same text stays the same version") {
  PaybondNetwork net;
  const Json first = net.put(kPublish, base_of("100")).json();
  CHECK(first["tenant_id"] == "local");
  CHECK(first["org_id"] == "org_acme");
  CHECK(first["policy_id"] == "spend-v1");
  CHECK(first["version_seq"] == 1);
  CHECK(first["content_digest"].get<std::string>().starts_with("sha256:"));
  CHECK(first["policy"] == Json::parse(base_of("100")));
  CHECK(net.put(kPublish, base_of("100")).json() == first);
  const Json second = net.put(kPublish, base_of("200")).json();
  CHECK(second["version_seq"] == 2);
  CHECK(second["content_digest"] != first["content_digest"]);
  CHECK(net.get(kPublish).json() == second);
}

TEST_CASE("what is no base policy is not published") {
  PaybondNetwork net;
  CHECK(net.put("/v1/admin/org-policies/spend-v1", base_of("1")).said() == "400 missing_field");
  CHECK(net.put("/v1/admin/org-policies/spend-v1?org_id=acme", base_of("1")).said() == "400 bad_org_id");
  CHECK(net.put("/v1/admin/org-policies/Spend?org_id=org_acme", base_of("1")).said() ==
        "400 bad_policy_name");
  CHECK(net.put(kPublish, base_of("-1")).said() == "400 bad_policy");
  CHECK(net.put(kPublish, base_of("1", "other")).said() == "400 bad_policy");
  CHECK(net.put(kPublish, overlay_of("1")).said() == "400 bad_policy");
  std::string first = base_of("1");
  first.replace(first.find(":2"), 2, ":1");
  CHECK(net.put(kPublish, first).said() == "400 bad_policy");
  CHECK(net.get(kPublish).said() == "404 unknown_org_policy");
}

TEST_CASE("a tenant has so many base policies and no more") {
  PaybondNetwork net;
  const auto publish = [&](std::int64_t number, const std::string& cents) {
    const std::string id = "p" + std::to_string(number);
    return net.put("/v1/admin/org-policies/" + id + "?org_id=org_acme", base_of(cents, id)).said();
  };
  for (std::int64_t i = 0; i < kMaxOrgPolicies; ++i)
    CHECK(publish(i, "1") == "200");
  CHECK(publish(kMaxOrgPolicies, "1") == "429 quota_exceeded");
  CHECK(publish(0, "2") == "200");
}

TEST_CASE("an overlay becomes an effective policy") {
  PaybondNetwork net;
  const Json base = net.put(kPublish, base_of("100")).json();
  const Json made = net.post(kEffective, overlay_of("60")).json();
  CHECK(made["unchanged"] == false);
  CHECK(made["effective_policy"]["version"] == 1);
  CHECK(made["effective_policy"]["name"] == "team-v1");
  CHECK(made["effective_policy"]["tools"]["book"]["max_spend_cents"] == 60);
  CHECK(made["merge_report"] ==
        Json::parse(R"({"org_policy_id":"spend-v1","org_id":"org_acme","base_policy_name":"spend-v1",)"
                    R"("overlay_policy_name":"team-v1","overrides_applied":["tools.book.max_spend_cents"],)"
                    R"("denied_widenings":[]})"));
  CHECK(made["org_base_version_seq"] == 1);
  CHECK(made["org_base_content_digest"] == base["content_digest"]);
  const std::string digest = made["effective_policy_digest"];
  CHECK(made["effective_policy_version"] == "team-v1@" + digest.substr(7, 8));
}

TEST_CASE("who has the effective policy already is told that nothing changed") {
  PaybondNetwork net;
  net.put(kPublish, base_of("100"));
  const std::string digest = net.post(kEffective, overlay_of("60")).json()["effective_policy_digest"];
  const std::string asked = kEffective + "?digest=" + digest;
  const Json same = net.post(asked, overlay_of("60")).json();
  CHECK(same["unchanged"] == true);
  CHECK(same["effective_policy_digest"] == digest);
  CHECK_FALSE(same.contains("effective_policy"));
  CHECK(net.post(asked, overlay_of("61")).json()["unchanged"] == false);
  // What the overlay does not override changes with the base.
  net.put(kPublish, base_of("100", "spend-v1", R"(,"adapter":{"deny_provider_executed_tools":true})"));
  CHECK(net.post(asked, overlay_of("60")).json()["unchanged"] == false);
}

TEST_CASE("an overlay that widens, or whose base is another, has no effective policy") {
  PaybondNetwork net;
  CHECK(net.post(kEffective, overlay_of("60")).said() == "404 unknown_org_policy");
  const std::string digest = net.put(kPublish, base_of("100")).json()["content_digest"];
  CHECK(net.post(kEffective, overlay_of("100")).said() == "200");
  CHECK(net.post(kEffective, overlay_of("101")).said() == "422 policy_widens");
  CHECK(net.post(kEffective, base_of("1")).said() == "400 bad_policy");
  CHECK(net.post(kEffective, overlay_of("-1")).said() == "400 bad_policy");
  CHECK(net.post("/v1/org-policies/other/effective", overlay_of("60")).said() == "400 bad_field");
  const auto with_digest = [&](const std::string& text) {
    return net.post(kEffective, overlay_of("60", R"(,"base_digest":")" + text + "\"")).said();
  };
  CHECK(with_digest(digest) == "200");
  CHECK(with_digest("sha256:" + std::string(64, '0')) == "409 base_policy_changed");
}

TEST_CASE("a base policy is only its tenant's") {
  PaybondNetwork net;
  net.put(kPublish, base_of("100"));
  CHECK(net.ask("GET", kPublish, "", {{"x-api-key", net.rival}}).said() == "404 unknown_org_policy");
  CHECK(net.post_as(net.rival, kEffective, overlay_of("60")).said() == "404 unknown_org_policy");
}

TEST_CASE("only a key that may do everything publishes") {
  PaybondNetwork net;
  const std::string writer = net.add_key("local", {"paybond.read", "paybond.write"});
  const auto as_writer = [&](const std::string& method, const std::string& target, const std::string& body) {
    return net.ask(method, target, body, {{"x-api-key", writer}}).said();
  };
  CHECK(as_writer("PUT", kPublish, base_of("1")) == "403 insufficient_scope");
  net.put(kPublish, base_of("100"));
  CHECK(as_writer("GET", kPublish, "") == "200");
  CHECK(as_writer("POST", kEffective, overlay_of("60")) == "200");
}

TEST_CASE("a check that resolves inheritance judges the effective policy") {
  PaybondNetwork net;
  net.put(kPublish, base_of("100"));
  const Json good = net.post(kResolve, overlay_of("60")).json();
  CHECK(good["valid"] == true);
  CHECK(good["policy_name"] == "team-v1");
  CHECK(good["effective_policy_digest"] ==
        net.post(kEffective, overlay_of("60")).json()["effective_policy_digest"]);
  CHECK(good["merge_report"]["denied_widenings"].empty());
  const Json bad = net.post(kResolve, overlay_of("101")).json();
  CHECK(bad["valid"] == false);
  CHECK(bad["errors"][0]["path"] == "tools.book.max_spend_cents");
  CHECK(bad["merge_report"]["denied_widenings"].size() == 1);
  CHECK_FALSE(bad.contains("effective_policy_digest"));
  // A policy of its own is judged as it is.
  CHECK(net.post(kResolve, base_of("1")).json()["valid"] == true);
  CHECK_FALSE(net.post(kResolve, base_of("1")).json().contains("merge_report"));
}

TEST_CASE("presets that are deprecated are warned of in an effective policy, too") {
  PaybondNetwork net;
  net.put(kPublish, base_of("100"));
  const std::string overlay =
      R"({"version":2,"name":"x","default_deny":true,"extends":{"org_policy_id":"spend-v1","org_id":"org_acme"},)"
      R"("tools":{"a":{"side_effecting":true,"evidence_preset":"stripe_webhook_payment"}}})";
  CHECK(net.post(kResolve, overlay).json()["warnings"].size() == 1);
  CHECK(net.post(kResolve + "&strict=1", overlay).json()["valid"] == false);
}

}  // namespace
}  // namespace agentnet::paybond
