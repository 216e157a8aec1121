#include "core/paybond/agent_receipt.hpp"

#include "core/json/canonical.hpp"
#include "core/paybond/seed.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

Vector vector_named(const std::string& id) {
  for (const auto& vector : read_vectors("agent_receipts.json")) {
    if (vector.at("id") == id) return vector;
  }
  throw std::runtime_error("no vector " + id);
}

AgentReceiptVerdict verify(const Vector& receipt, Tier required = Tier::operational,
                           const ReceiptTrust& trust = {}) {
  return verify_agent_receipt(json::parse(receipt.dump()).root, trust, required);
}

crypto::PublicKey key_of(const Vector& document) {
  return crypto::PublicKey::from_raw(hex(document.at("signing_public_key_ed25519_hex")));
}

// The receipt signed anew after a change.
Vector resigned(const Vector& receipt) {
  SeedKeys keys;
  const auto key = keys.of_hex(repeated("07", 32));
  const std::string sealed = seal(canonical_agent_receipt(json::parse(receipt.dump()).root), key);
  return Vector::parse(sealed);
}

void check_function(const Vector& vector) {
  const std::string name = vector.at("fn");
  const auto& argument = vector.at("args").at(0);
  if (name == "prompt_hash") {
    CHECK_EQ(crypto::sha256_hex(argument.get<std::string>()), vector.at("result").get<std::string>());
  } else if (name == "value_digest") {
    const json::Document value = json::parse(argument.dump());
    CHECK_EQ(crypto::sha256_hex(json::to_canonical(value.root, json::Form::sorted)),
             vector.at("result").get<std::string>());
  } else {
    FAIL("unknown function " << name);
  }
}

TEST_CASE("recorded agent receipts are normalised and judged as recorded") {
  for (const auto& vector : read_vectors("agent_receipts.json")) {
    CAPTURE(vector.at("id"));
    if (vector.contains("fn")) {
      check_function(vector);
      continue;
    }
    const json::Document input = json::parse(vector.at("input").dump());
    if (vector.contains("error")) {
      CHECK_EQ(error_code([&] { canonical_agent_receipt(input.root); }), "malformed");
      continue;
    }
    CHECK_EQ(canonical_agent_receipt(input.root), vector.at("canonical_utf8").get<std::string>());
    const auto& recorded = vector.at("signed");
    CHECK_EQ(verify(recorded).verdict.valid, vector.at("verify").at("ok").get<bool>());
    CHECK_EQ(verify(recorded, Tier::primary).verdict.valid, vector.at("verify_primary").at("ok").get<bool>());
    CHECK_EQ(tier_name(verify(recorded).tier), vector.at("achieved_tier").get<std::string>());
    auto tampered = recorded;
    tampered["tenant_id"] = "tenant-b";
    CHECK_EQ(verify(tampered).verdict.reason, "digest_mismatch");

    auto attested = recorded;
    attested["operator_attestation"] = vector.at("operator_attestation");
    const std::vector operators{key_of(attested.at("operator_attestation"))};
    const bool primary = vector.at("achieved_tier") == "primary";
    CHECK_EQ(verify(attested, Tier::attested, {{}, operators}).verdict.valid, primary);
    CHECK_EQ(verify(attested, Tier::attested).verdict.reason, "tier_not_reached");
  }
}

TEST_CASE("an operator's signature that does not hold makes the receipt invalid in every tier") {
  const auto vector = vector_named("action");
  auto receipt = vector.at("signed");
  for (const auto& [name, value] : {std::pair{"operator_did", std::string("did:other")},
                                    {"message_digest_sha256_hex", repeated("00", 32)},
                                    {"ed25519_signature_hex", repeated("00", 64)},
                                    {"ed25519_signature_hex", std::string("00")}}) {
    CAPTURE(name);
    receipt["operator_attestation"] = vector.at("operator_attestation");
    receipt["operator_attestation"][name] = value;
    CHECK_EQ(verify(receipt).verdict.reason, "bad_attestation");
  }
}

TEST_CASE("with trusted gateway keys only they count") {
  const auto receipt = vector_named("action").at("signed");
  const std::vector good{key_of(receipt)};
  const std::vector other{crypto::PublicKey{}};
  CHECK(verify(receipt, Tier::operational, {good, {}}).verdict.valid);
  CHECK_EQ(verify(receipt, Tier::operational, {other, {}}).verdict.reason, "untrusted_key");
}

TEST_CASE("what is not primary says what it lacks") {
  const auto reason = [](const char* pointer, const Vector& value) {
    auto receipt = vector_named("action").at("signed");
    receipt[Vector::json_pointer(pointer)] = value;
    const auto result = verify(resigned(receipt), Tier::primary);
    CHECK_EQ(result.verdict.reason, "tier_not_reached");
    return result.verdict.message;
  };
  CHECK_EQ(reason("/evidence", nullptr), "there is no evidence");
  CHECK_EQ(reason("/evidence/payee_signature_digest_sha256_hex", ""),
           "evidence.payee_signature_digest_sha256_hex is missing");
  CHECK_EQ(reason("/evidence/payee_did", "did:q"), "evidence.payee_did is not merchant.payee_did");
  CHECK_EQ(reason("/payment/intent_id", "550e8400-e29b-41d4-a716-446655440009"),
           "payment.intent_id is not references.intent_id");
}

TEST_CASE("rules between members of a receipt are kept") {
  const auto code = [](const char* name, const char* pointer, const Vector& value) {
    auto input = vector_named(name).at("input");
    input[Vector::json_pointer(pointer)] = value;
    const json::Document document = json::parse(input.dump());
    return error_code([&] { canonical_agent_receipt(document.root); });
  };
  CHECK_EQ(code("action", "/outcome/settlement_outcome", "SETTLED"), "malformed");
  CHECK_EQ(code("terminal", "/outcome/settlement_outcome", "REVERSED"), "");
  CHECK_EQ(code("terminal", "/outcome/settlement_outcome", "settled"), "malformed");
  CHECK_EQ(code("action", "/execution", nullptr), "malformed");
  CHECK_EQ(code("action", "/receipt_id", repeated("ab", 32)), "malformed");
  CHECK_EQ(code("action", "/authorization/mandate_reference_id", "m"), "malformed");
  CHECK_EQ(code("action", "/references/ledger_seq", -1), "malformed");
  CHECK_EQ(code("action", "/schema_version", 2), "malformed");
  CHECK_EQ(code("continuity1", "/continuity/sequence_number", 2), "malformed");
  CHECK_EQ(code("continuity1", "/continuity/sequence_number", 0), "malformed");
  CHECK_EQ(code("continuity1", "/continuity/run_id", "550e8400-e29b-41d4-a716-446655440009"), "malformed");
}

// A run of receipts, each naming the one before.
std::vector<Vector> chain_of(int length) {
  std::vector<Vector> chain;
  for (int number = 1; number <= length; ++number) {
    auto receipt = vector_named("continuity1").at("signed");
    receipt["continuity"]["sequence_number"] = number;
    if (number > 1) {
      receipt["continuity"]["prev_message_digest_sha256_hex"] = chain.back().at("message_digest_sha256_hex");
    }
    chain.push_back(resigned(receipt));
  }
  return chain;
}

Verdict verify_chain(const std::vector<Vector>& chain) {
  const json::Document list = json::parse(Vector(chain).dump());
  return verify_continuity(list.root.items());
}

TEST_CASE("a chain of receipts holds only whole and in its order") {
  const auto chain = chain_of(3);
  CHECK(verify_chain(chain).valid);
  CHECK(verify_chain({}).valid);
  CHECK(verify_chain({vector_named("action").at("signed"), chain[0]}).valid);
  CHECK_EQ(verify_chain({chain[0], chain[2]}).reason, "broken_chain");
  CHECK_EQ(verify_chain({chain[1], chain[2]}).reason, "broken_chain");
  CHECK_EQ(verify_chain({chain[0], chain[0]}).reason, "broken_chain");
  auto forged = chain;
  forged[1]["continuity"]["prev_message_digest_sha256_hex"] = repeated("ab", 32);
  CHECK_EQ(verify_chain(forged).reason, "broken_chain");
}

TEST_CASE("tiers have names") {
  for (const Tier tier : {Tier::operational, Tier::primary, Tier::attested})
    CHECK_EQ(tier_named(tier_name(tier)), tier);
  CHECK_FALSE(tier_named("best"));
}

}  // namespace
}  // namespace agentnet::paybond
