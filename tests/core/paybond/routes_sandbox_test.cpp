// Sandbox guardrails, asked as the kit asks.
#include "core/paybond/sandbox.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;

const std::string kBootstrap = "/v1/sandbox/guardrails/bootstrap";

Json bootstrapped(PaybondNetwork& net, const std::string& more = "") {
  const Answer made =
      net.post(kBootstrap, R"({"operation":"Paid-Tool","requested_spend_cents":100)" + more + "}");
  REQUIRE(made.said() == "200");
  return made.json();
}

std::string evidence_path(const Json& made) {
  return "/v1/sandbox/guardrails/" + made["intent_id"].get<std::string>() + "/evidence";
}

TEST_CASE("bootstrap makes an intent like all others, with a capability for its one tool") {
  PaybondNetwork net;
  const Json made = bootstrapped(net);
  CHECK(made["tenant_id"] == "local");
  CHECK(made["operation"] == "Paid-Tool");
  CHECK(made["requested_spend_cents"] == 100);
  CHECK(made["sandbox_lifecycle_status"] == "funded");
  CHECK(made["settlement_mode"] == "simulated");
  const std::string id = made["intent_id"];
  const Json intent = net.get("/operator/v1/intents/" + id).json();
  CHECK(intent["principal_did"] == kSandboxPrincipal);
  CHECK(intent["payee_did"] == kSandboxPayee);
  CHECK(intent["terms"]["signing_version"] == 6);
  CHECK(intent["held_cents"] == 100);
  const auto verify = [&](std::int64_t cents) {
    return net
        .post("/verify", Json({{"intent_id", id},
                               {"token", made["capability_token"]},
                               {"operation", "paid-tool"},
                               {"requested_spend_cents", cents}})
                             .dump())
        .json();
  };
  CHECK(verify(100)["allow"] == true);
  CHECK(verify(1)["code"] == "budget_exceeded");
}

TEST_CASE("evidence settles a sandbox intent as it says") {
  PaybondNetwork net;
  const Json made = bootstrapped(net);
  const Answer answer = net.post(evidence_path(made), R"({"payload":{"status":"ok"},"artifacts":[")" +
                                                          std::string(64, 'a') + R"("],"metadata":{"m":1}})");
  REQUIRE(answer.said() == "200");
  const Json settled = answer.json();
  CHECK(settled["sandbox_lifecycle_status"] == "released");
  CHECK(settled["predicate_passed"] == true);
  CHECK(settled["payload_digest"].get<std::string>().size() == 64);
  CHECK(settled["artifacts_digest"].get<std::string>().size() == 64);
  CHECK(settled["intent_id"] == made["intent_id"]);
  CHECK(net.post(evidence_path(made), "{}").said() == "409 wrong_state");
}

TEST_CASE("evidence that the schema refuses settles nothing") {
  PaybondNetwork net;
  const Json made = bootstrapped(
      net, R"(,"evidence_schema":{"type":"object","required":["status"]},"template_id":"true_v1")");
  const std::int64_t before = net.ledger_size();
  CHECK(net.post(evidence_path(made), R"({"payload":{}})").said() == "422 evidence_schema_mismatch");
  CHECK(net.ledger_size() == before);
  CHECK(net.post(evidence_path(made), R"({"vendor_payload":{"status":1}})").said() == "200");
}

TEST_CASE("a completion preset judges the evidence by its predicate and schema") {
  PaybondNetwork net;
  const std::string preset = R"(,"completion_preset":"cost_and_completion")";
  const auto settled = [&](const std::string& payload) {
    const Answer answer =
        net.post(evidence_path(bootstrapped(net, preset)), R"({"payload":)" + payload + "}");
    return answer.said() == "200" ? answer.json()["sandbox_lifecycle_status"].get<std::string>()
                                  : answer.said();
  };
  CHECK(settled(R"({"status":"completed","cost_cents":100})") == "released");
  CHECK(settled(R"({"status":"completed","cost_cents":101})") == "refunded");
  CHECK(settled(R"({"status":"failed","cost_cents":1})") == "refunded");
  CHECK(settled(R"({"status":"completed"})") == "422 evidence_schema_mismatch");
}

TEST_CASE("a vendor's evidence is mapped by the vendor pack of the intent") {
  PaybondNetwork net;
  const Json made = bootstrapped(net, R"(,"completion_preset":"stripe_charge")");
  CHECK(net.post(evidence_path(made), R"({"vendor_payload":[1]})").said() == "400 bad_evidence");
  const Answer answer = net.post(
      evidence_path(made), R"({"vendor_payload":{"charge_id":"c","http_status":200,"response_digest":"d"}})");
  REQUIRE(answer.said() == "200");
  CHECK(answer.json()["predicate_passed"] == true);
  CHECK(answer.json()["schema_validation"]["vendor_schema_ok"] == true);
  CHECK(answer.json()["schema_validation"]["drift_kinds"].empty());
}

TEST_CASE("what a preset's schemas say of evidence is told, and decides nothing") {
  PaybondNetwork net;
  const Json made = bootstrapped(net, R"(,"completion_preset":"stripe_charge")");
  const std::string canonical =
      R"({"payload":{"http_status":200,"vendor_ref_id":"c","response_digest":"d","mandate_id":"m"}})";
  const Json settled = net.post(evidence_path(made), canonical).json();
  CHECK(settled["sandbox_lifecycle_status"] == "released");
  CHECK(settled["schema_validation"]["forbidden_fields_present"] == Json::parse(R"(["mandate_id"])"));
  CHECK(settled["schema_validation"]["drift_kinds"] ==
        Json::parse(R"(["missing_field","quality_field_missing","forbidden_field_present"])"));
  const Json plain = bootstrapped(net);
  CHECK_FALSE(net.post(evidence_path(plain), "{}").json().contains("schema_validation"));
}

TEST_CASE("a template judges by its parameters, and catalogue names that are not there are refused") {
  PaybondNetwork net;
  const Json made = bootstrapped(
      net,
      R"(,"template_id":"webhook_confirmation_v1","parameters":{"event_type_path":["e"],"expected_event_type":"x"})");
  CHECK(net.post(evidence_path(made), R"({"payload":{"e":"x"}})").json()["predicate_passed"] == true);
  const auto said = [&](const std::string& more) {
    return net.post(kBootstrap, R"({"operation":"t","requested_spend_cents":1)" + more + "}").said();
  };
  CHECK(said(R"(,"completion_preset":"nope")") == "422 unknown_preset");
  CHECK(said(R"(,"template_id":"nope")") == "422 unknown_template");
  CHECK(said(R"(,"template_id":"true_v1","completion_preset":"stripe_charge")") == "400 bad_field");
  CHECK(said(R"(,"template_id":"true_v1","parameters":{"a":1})") == "400 unknown_parameter");
}

TEST_CASE("a request that comes again with its key is answered as before") {
  PaybondNetwork net;
  const std::string body = R"({"operation":"t","requested_spend_cents":1})";
  const http::Headers headers{{"x-api-key", net.key}, {"idempotency-key", "b1"}};
  const Answer first = net.ask("POST", kBootstrap, body, headers);
  CHECK(net.ask("POST", kBootstrap, body, headers).body == first.body);
  CHECK(net.ask("POST", kBootstrap, R"({"operation":"u","requested_spend_cents":1})", headers).said() ==
        "409 idempotency_key_reused");
  const std::string path = evidence_path(first.json());
  const Answer settled = net.ask("POST", path, "{}", headers);
  REQUIRE(settled.said() == "200");
  CHECK(net.ask("POST", path, "{}", headers).body == settled.body);
}

TEST_CASE("what cannot be tried is refused by name, and nothing is made") {
  PaybondNetwork net;
  const auto said = [&](const std::string& body) { return net.post(kBootstrap, body).said(); };
  CHECK(said("{}") == "400 missing_field");
  CHECK(said(R"({"operation":"t"})") == "400 bad_amount");
  CHECK(said(R"({"operation":"t","requested_spend_cents":1.5})") == "400 bad_amount");
  CHECK(said(R"({"operation":"t","requested_spend_cents":-1})") == "400 bad_amount");
  CHECK(said(R"({"operation":"t","requested_spend_cents":9223372036854775808})") == "400 amount_overflow");
  CHECK(said(R"({"operation":"t","requested_spend_cents":1,"completion_preset":"p"})") ==
        "422 unknown_preset");
  CHECK(said(R"({"operation":"t","requested_spend_cents":1,"template_id":"x_v1"})") ==
        "422 unknown_template");
  CHECK(said(R"({"operation":"t","requested_spend_cents":1,"evidence_schema":{"nope":1}})") ==
        "400 unknown_keyword");
  CHECK(net.get("/operator/v1/intents").json()["intents"].empty());
  CHECK(net.ledger_size() == 0);
}

TEST_CASE("the gateway speaks for no payee but its own, and for no other tenant") {
  PaybondNetwork net;
  net.create();
  const std::string theirs = "/v1/sandbox/guardrails/" + fixtures::kIntentId + "/evidence";
  CHECK(net.post(theirs, "{}").said() == "409 not_sandbox");
  CHECK(net.state() == "funded");
  const Json made = bootstrapped(net);
  CHECK(net.post_as(net.rival, evidence_path(made), "{}").said() == "404 unknown_intent");
}

TEST_CASE("each tenant's sandbox has keys of its own, and the same ones each time") {
  PaybondNetwork net;
  bootstrapped(net);
  bootstrapped(net);
  const auto pins = [&](const std::string& who) {
    return net.get_as(who, "/internal/agentnet/paybond/dids").json()["dids"];
  };
  REQUIRE(pins(net.key).size() >= 1);
  net.post_as(net.rival, kBootstrap, R"({"operation":"t","requested_spend_cents":1})");
  CHECK(pins(net.rival)[0]["did"] == kSandboxPrincipal);
  CHECK(pins(net.rival)[0]["public_key_hex"] != pins(net.key)[0]["public_key_hex"]);
}

}  // namespace
}  // namespace agentnet::paybond
