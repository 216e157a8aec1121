// What the tests of Harbor's routes share: a whole local network, and a principal and a payee who sign.
#pragma once

#include "core/paybond/evidence.hpp"
#include "core/paybond/intent.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::paybond::fixtures {

using network::fixtures::Answer;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kIntentId = "550e8400-e29b-41d4-a716-446655440000";
const std::string kPrincipal = "did:web:p.example";
const std::string kPayee = "did:web:v.example";
const std::string kDeadline = "2030-12-31T23:59:59Z";
constexpr std::int64_t kBehindDeadline = 1'924'992'000'000'000;  // 2031-01-01T00:00:00Z in microseconds

inline crypto::SigningKey key_of(std::uint8_t first) {
  Bytes seed(32);
  for (std::size_t i = 0; i < seed.size(); ++i)
    seed[i] = static_cast<std::uint8_t>(first + i);
  return crypto::SigningKey::from_seed(Secret(seed));
}

// An intent as a principal writes it; members are changed before it is signed.
struct Terms {
  std::string tenant = "local";
  std::string intent_id = kIntentId;
  std::string principal_did = kPrincipal;
  std::string payee_did = kPayee;
  std::int64_t amount_cents = 20'000;
  std::string currency = "usd";
  std::string deadline = kDeadline;
  std::string budget = R"({"currency":"usd","max_spend_usd":200.50})";
  std::string schema = R"({"type":"object"})";
  std::string predicate = R"({"version":1,"root":{"op":"true"}})";
  std::string predicate_ref = {};
  std::string tools = R"(["Travel.Book","travel.plan"])";
  std::string rail = "stripe_connect";
  unsigned version = 2;
  std::uint8_t principal_seed = 0;
  std::uint8_t payee_seed = 32;

  std::string body() const {
    const IntentInput input{.tenant_id = tenant,
                            .intent_id = intent_id,
                            .principal_did = principal_did,
                            .payee_did = payee_did,
                            .amount_cents = amount_cents,
                            .currency = currency,
                            .deadline_rfc3339 = deadline,
                            .budget_json = budget,
                            .evidence_schema_json = schema,
                            .predicate_json = predicate,
                            .predicate_ref = predicate_ref,
                            .allowed_tools_json = tools,
                            .settlement_rail = rail,
                            .policy_template_id = "t",
                            .policy_version_seq = 1,
                            .policy_content_digest_hex = kSomeDigest};
    return IntentSigner()
        .sign(input, intent_version(version), key_of(principal_seed), key_of(payee_seed).public_key())
        .body;
  }
  static constexpr std::string_view kSomeDigest =
      "abababababababababababababababababababababababababababababababab";
};

struct Proof {
  std::string tenant = "local";
  std::string intent_id = kIntentId;
  std::string payee_did = kPayee;
  std::string payload = R"({"status":"completed","cost_cents":18700})";
  std::vector<std::string_view> artifacts = {};
  std::string submitted_at = "2027-01-01T00:00:00Z";
  unsigned version = 1;
  std::uint8_t payee_seed = 32;

  std::string body() const {
    const EvidenceInput input{.tenant_id = tenant,
                              .intent_id = intent_id,
                              .payee_did = payee_did,
                              .payload_json = payload,
                              .artifacts_hex = artifacts,
                              .submitted_at_rfc3339 = submitted_at};
    return EvidenceSigner().sign(input, version, key_of(payee_seed)).body;
  }
};

inline const std::string kIntent = "/intents/" + kIntentId;

// A network that speaks Paybond: requests are made with the local tenant's Paybond key.
struct PaybondNetwork : TestNetwork {
  explicit PaybondNetwork(const std::string& folder = {}) : TestNetwork(folder) {
    key = network::fixtures::text_of(network->credentials().paybond_key);
  }

  Answer create(const Terms& terms = {}) { return post("/intents", terms.body()); }
  Answer prove(const Proof& proof = {}) { return post(kIntent + "/evidence", proof.body()); }
  Answer confirm(const std::string& body = "{}") { return post(kIntent + "/settlement/confirm", body); }
  Answer dispute() { return post(kIntent + "/dispute", R"({"reason":"not what was asked for"})"); }
  Json intent() { return get("/operator/v1/intents/" + kIntentId).json(); }
  std::string state() { return intent()["state"]; }
  std::int64_t ledger_size() { return get("/ledger/v1/tip").json()["seq"]; }
  // The capability of an intent that is made now.
  std::string capability(const Terms& terms = {}) { return create(terms).json()["capability_token"]; }
  Answer verify(const std::string& token, std::int64_t cents, const std::string& operation = "travel.book") {
    return post("/verify", Json({{"intent_id", kIntentId},
                                 {"token", token},
                                 {"operation", operation},
                                 {"requested_spend_cents", cents}})
                               .dump());
  }
  // "" when a verify call allows, else its code.
  std::string denied(const std::string& token, std::int64_t cents,
                     const std::string& operation = "travel.book") {
    const Answer answer = verify(token, cents, operation);
    REQUIRE(answer.said() == "200");
    const Json read = answer.json();
    CHECK(read["allow"].is_boolean());
    CHECK(read["tenant"] == "local");
    CHECK(read["allow"] == read["code"].is_null());
    return read["allow"].get<bool>() ? "" : read["code"].get<std::string>();
  }
  void pass_deadline() { clock.micros = kBehindDeadline; }
};

}  // namespace agentnet::paybond::fixtures
