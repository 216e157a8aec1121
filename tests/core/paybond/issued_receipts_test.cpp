// Agent receipts as this network issues them, checked by the rules that anybody checks them by.
#include "core/paybond/agent_receipt.hpp"
#include "core/paybond/receipt_schema.hpp"
#include "core/paybond/schema.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Json;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;
using fixtures::Terms;

const std::string kReceipts = "/protocol/v2/agent-receipts";

// A verify call that names itself, and its completion.
Json spend(PaybondNetwork& net, const std::string& token, const std::string& call_id,
           const std::string& outcome, const Json& more = {}) {
  Json body{{"intent_id", kIntentId},
            {"token", token},
            {"operation", "travel.book"},
            {"requested_spend_cents", 700},
            {"tool_call_id", call_id}};
  if (more.is_object()) body.update(more);
  const Json decision = net.post("/verify", body.dump()).json();
  REQUIRE(decision["allow"] == true);
  const std::string id = decision["decision_id"];
  REQUIRE(net.post("/v1/spend/decisions/" + id + "/complete", Json({{"outcome", outcome}}).dump()).said() ==
          "200");
  return decision;
}

// Whatever is judged here follows the schema that the gateway tells, too.
AgentReceiptVerdict judged(const Json& receipt, Tier tier = Tier::operational) {
  json::Arena arena;
  Fuel fuel;
  CHECK(Schema(agent_receipt_schema(arena)).validate(json::parse(receipt.dump()).root, fuel).empty());
  return verify_agent_receipt(json::parse(receipt.dump()).root, {}, tier);
}

Json of_call(PaybondNetwork& net, const std::string& call_id) {
  return net.get(kReceipts + "?intent_id=" + kIntentId + "&tool_call_id=" + call_id).json();
}

TEST_CASE("a completed call has a receipt that tells what was decided and by whom") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const Json decision = spend(net, token, "call-1", "consumed",
                              {{"agent_subject", "agent:7"}, {"tool_name", "Book"}, {"vendor_id", "v1"}});
  const Json receipt = of_call(net, "call-1");
  CHECK(judged(receipt).verdict.reason == "");
  CHECK(receipt["scope"] == "action");
  CHECK(receipt["receipt_id"] == action_receipt_id(kIntentId, "call-1"));
  CHECK(receipt["tenant_id"] == "local");
  CHECK(receipt["authorization"]["decision_id"] == decision["decision_id"]);
  CHECK(receipt["authorization"]["actor_subject"] == "agent:7");
  CHECK(receipt["authorization"]["requested_spend_cents"] == 700);
  CHECK(receipt["execution"]["outcome"] == "executed");
  CHECK(receipt["execution"]["tool_name"] == "book");
  CHECK(receipt["merchant"]["vendor_id"] == "v1");
  CHECK(receipt["outcome"]["spend_reservation_outcome"] == "consumed");
  const std::string id = receipt["receipt_id"];
  CHECK(net.get(kReceipts + "/" + id).json() == receipt);
  CHECK(net.post(kReceipts + "/verify", receipt.dump()).json()["valid"] == true);
}

TEST_CASE("what is completed again keeps its receipt, and what was given back says so") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const std::string id = spend(net, token, "call-1", "released")["decision_id"];
  const Json receipt = of_call(net, "call-1");
  CHECK(receipt["execution"]["outcome"] == "skipped");
  net.clock.micros += 5'000'000;
  REQUIRE(net.post("/v1/spend/decisions/" + id + "/complete", R"({"outcome":"released"})").said() == "200");
  CHECK(of_call(net, "call-1") == receipt);
}

TEST_CASE("a call that names nothing, or is not completed, has no receipt") {
  PaybondNetwork net;
  const std::string token = net.capability();
  CHECK(net.denied(token, 10).empty());
  CHECK(net.get(kReceipts).json()["items"].empty());
  CHECK(net.get(kReceipts + "?intent_id=" + kIntentId + "&tool_call_id=call-1").said() ==
        "404 unknown_receipt");
}

TEST_CASE("words that a receipt cannot hold are told as unknown") {
  PaybondNetwork net;
  spend(net, net.capability(), "call 1", "consumed",
        {{"tool_name", "two words"}, {"model_family", "\u00e9"}, {"config_hash_hex", "no digest"}});
  const Json receipt = of_call(net, "call%201");
  CHECK(judged(receipt).verdict.reason == "");
  CHECK(receipt["execution"]["tool_name"] == "unknown");
  CHECK(receipt["authorization"]["agent"]["model_family"] == "unknown");
}

TEST_CASE("the end of an intent has a receipt of the tier that the payee's signature gives") {
  PaybondNetwork net;
  spend(net, net.capability(), "call-1", "consumed");
  net.prove();
  CHECK(net.get(kReceipts + "?intent_id=" + kIntentId).said() == "404 unknown_receipt");
  net.confirm();
  const Json receipt = net.get(kReceipts + "?intent_id=" + kIntentId).json();
  CHECK(receipt["receipt_id"] == kIntentId);
  CHECK(receipt["scope"] == "intent_terminal");
  CHECK(receipt["outcome"]["harbor_state"] == "released");
  CHECK(receipt["outcome"]["settlement_outcome"] == "SETTLED");
  CHECK(receipt["references"]["ledger_seq"] == net.ledger_size());
  CHECK(judged(receipt, Tier::primary).verdict.reason == "");
  Json forged = receipt;
  forged["outcome"]["harbor_state"] = "refunded";
  CHECK(judged(forged).verdict.reason == "digest_mismatch");
}

TEST_CASE("an intent that nothing was spent of has a receipt of its end, too") {
  PaybondNetwork net;
  net.create();
  net.pass_deadline();
  REQUIRE(net.confirm().json()["state"] == "refunded");
  const Json receipt = net.get(kReceipts + "/" + kIntentId).json();
  CHECK(judged(receipt).verdict.reason == "");
  CHECK(receipt["outcome"]["settlement_outcome"] == "REVERSED");
  CHECK(receipt["authorization"]["decision_id"] == kIntentId);
}

TEST_CASE("a call that is completed when the intent has ended has a receipt, too") {
  PaybondNetwork net;
  const Json decision = net.post("/verify", Json({{"intent_id", kIntentId},
                                                  {"token", net.capability()},
                                                  {"operation", "travel.book"},
                                                  {"requested_spend_cents", 5},
                                                  {"tool_call_id", "call-1"}})
                                                .dump())
                            .json();
  net.prove();
  net.confirm();
  const std::string id = decision["decision_id"];
  REQUIRE(net.post("/v1/spend/decisions/" + id + "/complete", R"({"outcome":"consumed"})").said() == "200");
  CHECK(judged(of_call(net, "call-1")).verdict.reason == "");
}

TEST_CASE("an intent whose currency no receipt can hold is settled without one") {
  PaybondNetwork net;
  Terms terms;
  terms.currency = "x";
  REQUIRE(net.create(terms).status == 201);
  net.prove();
  CHECK(net.confirm().json()["state"] == "released");
  CHECK(net.get(kReceipts + "/" + kIntentId).said() == "404 unknown_receipt");
}

TEST_CASE("receipts are listed newest first, and are a tenant's own") {
  PaybondNetwork net;
  const std::string token = net.capability();
  spend(net, token, "call-1", "consumed");
  spend(net, token, "call-2", "consumed");
  const Json list = net.get(kReceipts + "?limit=1").json();
  REQUIRE(list["items"].size() == 1);
  CHECK(list["items"][0]["tool_call_id"] == "call-2");
  CHECK(list["items"][0]["message_digest_sha256_hex"] == of_call(net, "call-2")["message_digest_sha256_hex"]);
  CHECK(net.get_as(net.rival, kReceipts).json()["items"].empty());
  const std::string id = of_call(net, "call-1")["receipt_id"];
  CHECK(net.get_as(net.rival, kReceipts + "/" + id).said() == "404 unknown_receipt");
  CHECK(net.get(kReceipts + "?tool_call_id=call-1").said() == "400 missing_field");
  CHECK(net.get(kReceipts + "?limit=201").status == 400);
}

TEST_CASE("decisions and what is reserved are listed for those who answer for them") {
  PaybondNetwork net;
  const std::string token = net.capability();
  CHECK(net.denied(token, 100).empty());
  CHECK(net.denied(token, 10'000'000) == "budget_exceeded");
  spend(net, token, "call-1", "consumed");
  const std::string controls = "/v1/admin/spend-controls/";
  const Json all = net.get(controls + "decisions").json()["items"];
  REQUIRE(all.size() == 3);
  std::int64_t denied = 0;
  for (const Json& each : all)
    denied += each["outcome"] == "deny" && each["reason_codes"] == Json::array({"budget_exceeded"}) ? 1 : 0;
  CHECK(denied == 1);
  const Json reserved = net.get(controls + "reservations?status=active").json()["items"];
  REQUIRE(reserved.size() == 1);
  CHECK(reserved[0]["amount_cents"] == 100);
  CHECK(reserved[0]["status"] == "reserved");
  CHECK(net.get(controls + "decisions?status=consumed").json()["items"].size() == 1);
  CHECK(net.get(controls + "decisions?status=spent").said() == "400 bad_field");
  CHECK(net.get(controls + "policy").json()["mode"] == "enforce");
  CHECK(net.get_as(net.rival, controls + "decisions").json()["items"].empty());
}

}  // namespace
}  // namespace agentnet::paybond
