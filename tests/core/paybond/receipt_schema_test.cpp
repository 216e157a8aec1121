// The schema of agent receipts: receipts that are issued follow it, and what differs from them does not.
#include "core/paybond/receipt_schema.hpp"

#include "core/json/write.hpp"
#include "core/paybond/schema.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Json;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;

const std::string kReceipts = "/protocol/v2/agent-receipts";

// The keywords that a receipt does not meet, each with its place: "/scope enum".
std::vector<std::string> faults_of(const Json& receipt) {
  json::Arena arena;
  const Schema schema(agent_receipt_schema(arena));
  Fuel fuel;
  std::vector<std::string> faults;
  for (const SchemaFault& each : schema.validate(json::parse(receipt.dump()).root, fuel))
    faults.push_back(each.path + " " + each.keyword);
  return faults;
}

using Faults = std::vector<std::string>;

// One receipt of an action and one of its intent's end.
struct Issued {
  Json action;
  Json end;
};
Issued issue() {
  PaybondNetwork net;
  const Json body{{"intent_id", kIntentId},       {"token", net.capability()}, {"operation", "travel.book"},
                  {"requested_spend_cents", 700}, {"tool_call_id", "call-1"},  {"vendor_id", "v1"}};
  const std::string id = net.post("/verify", body.dump()).json()["decision_id"];
  net.post("/v1/spend/decisions/" + id + "/complete", R"({"outcome":"consumed"})");
  net.prove();
  net.confirm();
  return {net.get(kReceipts + "?intent_id=" + kIntentId + "&tool_call_id=call-1").json(),
          net.get(kReceipts + "/" + kIntentId).json()};
}

TEST_CASE("the gateway tells the schema") {
  PaybondNetwork net;
  json::Arena arena;
  const auto told = net.get("/.well-known/agent-receipt-v1.json");
  CHECK(told.body == json::to_compact(agent_receipt_schema(arena)));
  CHECK(told.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(net.ask("GET", "/.well-known/agent-receipt-v1.json", "", {}).said() == "401 missing_credential");
}

TEST_CASE("receipts of actions and of ends follow it") {
  const Issued issued = issue();
  CHECK(issued.action["scope"] == "action");
  CHECK(issued.end["scope"] == "intent_terminal");
  CHECK(faults_of(issued.action) == Faults{});
  CHECK(faults_of(issued.end) == Faults{});
}

TEST_CASE("every member that is always there is missed, and one too many is seen") {
  const Issued issued = issue();
  const auto optional = [](const std::string& name) {
    return name == "merchant" || name == "evidence" || name == "payment";
  };
  for (const Json& receipt : {issued.action, issued.end}) {
    for (const auto& [name, value] : receipt.items()) {
      Json less = receipt;
      less.erase(name);
      CAPTURE(name);
      CHECK(faults_of(less).empty() == optional(name));
    }
    Json more = receipt;
    more["other"] = 1;
    CHECK_FALSE(faults_of(more).empty());
    more = receipt;
    more["outcome"]["other"] = 1;
    CHECK_FALSE(faults_of(more).empty());
  }
}

TEST_CASE("members of another form do not follow it") {
  const Json end = issue().end;
  const auto fault = [&](const std::string& pointer, const Json& value) {
    Json receipt = end;
    receipt[Json::json_pointer(pointer)] = value;
    const Faults faults = faults_of(receipt);
    return faults.empty() ? std::string() : faults.front();
  };
  CHECK(fault("/schema_version", 2) == "/schema_version const");
  CHECK(fault("/kind", "paybond.other") == "/kind enum");
  CHECK(fault("/issued_at", "2027-01-01T00:00:00+00:00") == "/issued_at pattern");
  CHECK(fault("/message_digest_sha256_hex", std::string(64, 'A')) == "/message_digest_sha256_hex pattern");
  CHECK(fault("/ed25519_signature_hex", std::string(127, 'a')) == "/ed25519_signature_hex pattern");
  CHECK(fault("/authorization/currency", "us") == "/authorization/currency pattern");
  CHECK(fault("/authorization/requested_spend_cents", -1) == "/authorization/requested_spend_cents minimum");
  CHECK(fault("/outcome/settlement_outcome", "settled") == "/outcome/settlement_outcome enum");
  CHECK(fault("/merchant/payee_did", "") == "/merchant/payee_did minLength");
  CHECK(fault("/operator_attestation", Json::object()) == "");
  CHECK(fault("/external_attestations", Json::array()) == "/external_attestations anyOf");
}

TEST_CASE("an action has an execution and no settlement, and an end is known by its intent") {
  const Issued issued = issue();
  Json action = issued.action;
  action["outcome"]["settlement_outcome"] = "SETTLED";
  CHECK_FALSE(faults_of(action).empty());
  action = issued.action;
  action["receipt_id"] = kIntentId;
  CHECK_FALSE(faults_of(action).empty());
  Json end = issued.end;
  end["receipt_id"] = issued.action["receipt_id"];
  CHECK_FALSE(faults_of(end).empty());
}

}  // namespace
}  // namespace agentnet::paybond
