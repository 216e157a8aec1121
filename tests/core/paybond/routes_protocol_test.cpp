// Mandates, receipts and the agent card, asked as the kit asks.
#include "core/json/write.hpp"
#include "core/paybond/artefact.hpp"
#include "core/paybond/mandate.hpp"
#include "core/paybond/protocol_receipt.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;

const std::string kMandates = "/protocol/v2/mandates";
const std::string kReceipts = "/protocol/v2/receipts/";

Json mandate() {
  return {{"authorization", {{"kind", "tenant"}, {"tenant_id", "local"}}},
          {"agent", {{"subject", "agent:1"}}},
          {"allowed_tools", {"travel.book", "travel.plan"}},
          {"spend_ceiling", {{"amount_minor", 20'000}, {"currency", "usd"}}},
          {"settlement", {{"default_rail", "stripe_connect"}, {"allowed_rails", {"stripe_connect"}}}},
          {"constraint", {{"kind", "policy"}, {"id", "p"}}},
          {"expires_at", "2030-01-01T00:00:00Z"},
          {"nonce", "n"},
          {"human_presence_mode", "human_present"}};
}

Json signed_mandate(const Json& terms, std::uint8_t seed = 64) {
  return Json::parse(sign_mandate(json::parse(terms.dump()).root, fixtures::key_of(seed)));
}

Answer import_mandate(PaybondNetwork& net, const Json& document, const std::string& intent_id = kIntentId) {
  return net.post(kMandates, Json({{"signed_mandate", document}, {"intent_id", intent_id}}).dump());
}

bool verifies(const std::string& receipt, const std::string& key_hex) {
  const json::Document document = json::parse(receipt);
  const crypto::PublicKey key = crypto::PublicKey::from_raw(parse_hex(key_hex).value());
  const ArtefactTrust trust{.keys = std::span(&key, 1), .operators = {}, .now = Instant()};
  return judge_artefact(document.root, Family::receipt, trust).verdict.valid;
}

TEST_CASE("a bound mandate has an authorization receipt, and once settled a settlement receipt") {
  PaybondNetwork net;
  net.create();
  const std::string key = net.get("/ledger/v1/authority").json()["ed25519_verifying_key_hex"];
  const Json document = signed_mandate(mandate());
  const Answer bound = import_mandate(net, document);
  REQUIRE(bound.said() == "200");
  CHECK(bound.json()["intent_id"] == kIntentId);
  CHECK(bound.json()["mandate"] == document);
  const std::string id = bound.json()["authorization_receipt_id"];
  const Answer authorization = net.get(kReceipts + id);
  CHECK(authorization.json() == bound.json()["authorization_receipt"]);
  CHECK(verifies(authorization.body, key));
  CHECK(net.get(kReceipts + kIntentId).said() == "404 unknown_receipt");
  net.prove();
  net.confirm();
  const Answer settlement = net.get(kReceipts + kIntentId);
  REQUIRE(settlement.said() == "200");
  CHECK(verifies(settlement.body, key));
  CHECK(settlement.json()["harbor_state"] == "released");
  CHECK(settlement.json()["authorization_receipt_id"] == id);
  CHECK(net.get(kReceipts + kIntentId).body == settlement.body);
  CHECK(net.post("/protocol/v2/receipts/verify", settlement.body).json()["valid"] == true);
}

TEST_CASE("a mandate is bound once, and stands on the ledger") {
  PaybondNetwork net;
  net.create();
  const Json document = signed_mandate(mandate());
  const Answer first = import_mandate(net, document);
  const std::int64_t size = net.ledger_size();
  CHECK(import_mandate(net, document).body == first.body);
  CHECK(net.ledger_size() == size);
  Json other = mandate();
  other["nonce"] = "m";
  CHECK(import_mandate(net, signed_mandate(other)).said() == "409 mandate_bound");
  const Json entry = net.get("/ledger/v1/events?after_seq=" + std::to_string(size - 1)).json()["entries"][0];
  CHECK(entry["event"]["kind"] == "protocol_mandate_bound");
  CHECK(entry["event"]["authorization_receipt_id"] == first.json()["authorization_receipt_id"]);
}

TEST_CASE("a mandate that does not cover the intent is not bound") {
  PaybondNetwork net;
  net.create();
  const std::int64_t size = net.ledger_size();
  const struct {
    const char* path;
    Json value;
    const char* said;
  } cases[] = {{"/spend_ceiling/amount_minor", 19'999, "403 mandate_exceeded"},
               {"/spend_ceiling/currency", "eur", "403 mandate_exceeded"},
               {"/allowed_tools", {"travel.book"}, "403 mandate_exceeded"},
               {"/settlement", Json{{"default_rail", "stripe_mpp"}, {"allowed_rails", {"stripe_mpp"}}},
                "403 mandate_exceeded"},
               {"/authorization/tenant_id", "rival", "403 wrong_mandate_tenant"},
               {"/expires_at", "2026-01-01T00:00:00Z", "400 expired"}};
  for (const auto& each : cases) {
    CAPTURE(each.path);
    Json terms = mandate();
    terms[Json::json_pointer(each.path)] = each.value;
    const std::string said = import_mandate(net, signed_mandate(terms)).said();
    CHECK(said.substr(said.find(' ')) == std::string(each.said).substr(std::string(each.said).find(' ')));
    CHECK(said[0] == '4');
  }
  Json forged = signed_mandate(mandate());
  forged["nonce"] = "forged";
  CHECK(import_mandate(net, forged).said().ends_with(" digest_mismatch"));
  CHECK(import_mandate(net, Json::object()).said() == "400 malformed");
  CHECK(net.post(kMandates, R"({"intent_id":"x"})").said() == "400 missing_field");
  CHECK(import_mandate(net, signed_mandate(mandate()), "none").said() == "404 unknown_intent");
  net.prove();
  net.confirm();
  CHECK(import_mandate(net, signed_mandate(mandate())).said() == "409 wrong_state");
  CHECK(net.get(kReceipts + kIntentId).said() == "404 unknown_receipt");
  CHECK(net.ledger_size() == size + 4);
}

TEST_CASE("receipts of another tenant are found as little as ones that are not there") {
  PaybondNetwork net;
  net.create();
  const std::string id = import_mandate(net, signed_mandate(mandate())).json()["authorization_receipt_id"];
  CHECK(net.get_as(net.rival, kReceipts + id).said() == "404 unknown_receipt");
  CHECK(net.get(kReceipts + "none").said() == "404 unknown_receipt");
}

TEST_CASE("whether a document is genuine is an answer, yes or no") {
  PaybondNetwork net;
  const Json document = signed_mandate(mandate());
  const auto judged = [&](const std::string& path, const Json& body) {
    const Answer answer = net.post("/protocol/v2/" + path, body.dump());
    REQUIRE(answer.said() == "200");
    return answer.json();
  };
  CHECK(judged("mandates/verify", document)["valid"] == true);
  CHECK(judged("mandates/verify", {{"signed_mandate", document}})["valid"] == true);
  Json forged = document;
  forged["nonce"] = "x";
  const Json no = judged("mandates/verify", forged);
  CHECK(no["valid"] == false);
  CHECK(no["code"] == "digest_mismatch");
  CHECK(judged("receipts/verify", document)["code"] == "malformed");
  CHECK(judged("agent-receipts/verify", {{"kind", "paybond.agent_receipt_v1"}})["valid"] == false);
  CHECK(judged("recognition/verify", Json::object())["valid"] == false);
}

TEST_CASE("the network tells other agents what it is") {
  PaybondNetwork net;
  CHECK(net.get("/.well-known/agent-card.json").json()["name"] == "agentnet local Paybond");
  const Json contracts = net.get("/protocol/v2/a2a/task-contracts?limit=20").json()["contracts"];
  REQUIRE(contracts.size() == 1);
  const std::string id = contracts[0]["contract_id"];
  CHECK(net.get("/protocol/v2/a2a/task-contracts/" + id).json() == contracts[0]);
  CHECK(net.get("/protocol/v2/a2a/task-contracts/none").said() == "404 unknown_contract");
  CHECK(net.get("/.well-known/agent-receipt-signing-keys.json")
            .json()["keys"][0]["signing_public_key_ed25519_hex"] ==
        net.get("/ledger/v1/authority").json()["ed25519_verifying_key_hex"]);
}

}  // namespace
}  // namespace agentnet::paybond
