#include "core/paybond/attested_evidence.hpp"

#include "core/json/write.hpp"
#include "core/paybond/x402_receipt.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Json = nlohmann::ordered_json;

json::Document document_of(const Json& value) {
  return json::parse(value.dump());
}

AttestedEvidence evidence_of(const Json& vector) {
  if (vector.at("kind") == "mcp") {
    return evidence_of_mcp_records(document_of(vector.at("decision")).root,
                                   document_of(vector.at("outcome")).root);
  }
  REQUIRE_EQ(vector.at("kind"), "x402");
  return evidence_of_x402_receipt(document_of(vector.at("input")).root,
                                  vector.at("expected_signer").get<std::string>());
}

std::string fault_of(const Json& vector) {
  return error_code([&] { evidence_of(vector); });
}

Json vector_of(const std::string& name) {
  for (const Json& vector : read_vectors("attested_evidence.json")) {
    if (vector.at("name") == name) return vector;
  }
  throw std::runtime_error("there is no vector " + name);
}

TEST_CASE("signed records and receipts become the evidence that the kit makes of them") {
  for (const Json& vector : read_vectors("attested_evidence.json")) {
    CAPTURE(vector.at("name"));
    json::Arena arena;
    const AttestedEvidence evidence = evidence_of(vector);
    CHECK_EQ(Json::parse(json::to_compact(attested_value(evidence, arena))).dump(),
             vector.at("evidence").dump());
  }
}

// --- MCP records

Json pair() {
  return vector_of("executed with a result");
}

TEST_CASE("a record that was changed anywhere is refused") {
  for (const std::string record : {"decision", "outcome"}) {
    for (const std::string path : {"/backLink/attestationDigest", "/extra", "/backLink/extra"}) {
      CAPTURE(record + path);
      Json vector = pair();
      vector.at(record)[Json::json_pointer(path)] = "other";
      CHECK_EQ(fault_of(vector), "signature_invalid");
    }
  }
  Json other_key = pair();
  other_key.at("decision")["signing_public_key_ed25519_hex"] = std::string(62, '0') + "07";
  CHECK_EQ(fault_of(other_key), "signature_invalid");
}

TEST_CASE("two records that are no pair are refused") {
  Json vector = pair();
  vector["outcome"] = vector_of("result without status").at("outcome");
  CHECK_EQ(fault_of(vector), "records_not_a_pair");
  vector["outcome"] = vector.at("decision");
  CHECK_EQ(fault_of(vector), "bad_record");
}

TEST_CASE("a record without a whole signature is refused by name") {
  for (const std::string member : {"ed25519_signature_hex", "signing_public_key_ed25519_hex"}) {
    Json vector = pair();
    vector.at("decision").erase(member);
    CHECK_EQ(fault_of(vector), "bad_record");
    for (const Json& value : {Json(""), Json(5), Json("zz"), Json("00"), Json(nullptr)}) {
      vector.at("decision")[member] = value;
      CHECK_EQ(fault_of(vector), "bad_record");
    }
  }
  Json list = pair();
  list["outcome"] = Json::array();
  CHECK_EQ(fault_of(list), "bad_record");
}

TEST_CASE("a whole signature in a block comes before the record's own") {
  Json vector = pair();
  vector.at("decision")["issuerAsserted"] = {{"signature", std::string(128, '0')},
                                             {"signing_public_key_ed25519_hex", std::string(64, '0')}};
  CHECK_EQ(fault_of(vector), "signature_invalid");
}

// --- x402

TEST_CASE("a receipt of another signer is refused, and one must be named") {
  for (const std::string name : {"jws of Ed25519", "eip712"}) {
    CAPTURE(name);
    Json vector = vector_of(name);
    for (const std::string& pin : {"0x" + std::string(40, '0'), std::string("zz"),
                                   vector.at("expected_signer").get<std::string>().substr(1)}) {
      vector["expected_signer"] = pin;
      CHECK_EQ(fault_of(vector), "signer_mismatch");
    }
    vector["expected_signer"] = " ";
    CHECK_EQ(fault_of(vector), "missing_signer");
  }
}

TEST_CASE("a token that was changed is refused") {
  const Json vector = vector_of("jws of Ed25519");
  const std::string token = vector.at("input").at("signature");
  const auto fault = [&](const std::string& text) {
    Json changed = vector;
    changed["input"]["signature"] = text;
    return fault_of(changed);
  };
  std::string broken = token;
  broken[token.rfind('.') + 3] = token[token.rfind('.') + 3] == 'A' ? 'B' : 'A';
  CHECK_EQ(fault(broken), "signature_invalid");
  for (const std::string& text :
       {std::string("a.b"), std::string("a.b.c"), std::string(".."), token + ".x", token + "=",
        "e30" + token.substr(token.find('.')), std::string(64 * 1024 + 1, 'a')}) {
    CAPTURE(text.substr(0, 20));
    CHECK_EQ(fault(text), "bad_receipt");
  }
  Json ecdsa = vector_of("jws of ES256, whose signature RFC 7515 has as r and s");
  std::string signature = ecdsa.at("input").at("receipt").at("signature");
  signature[signature.rfind('.') + 5] = signature[signature.rfind('.') + 5] == 'A' ? 'B' : 'A';
  ecdsa["input"]["receipt"]["signature"] = signature;
  CHECK_EQ(fault_of(ecdsa), "signature_invalid");
}

TEST_CASE("typed data that was changed has another signer") {
  for (const std::string member : {"network", "resourceUrl", "payer", "transaction"}) {
    Json vector = vector_of("eip712");
    vector["input"]["extensions"]["offerReceipt"]["payload"][member] = "other";
    CHECK_EQ(fault_of(vector), "signer_mismatch");
  }
  for (const std::string member : {"version", "issuedAt"}) {
    Json vector = vector_of("eip712");
    auto& payload = vector["input"]["extensions"]["offerReceipt"]["payload"];
    payload[member] = 2;
    CHECK_EQ(fault_of(vector), "signer_mismatch");
    for (const Json& value : {Json(-1), Json("5"), Json(1.5), Json(nullptr)}) {
      payload[member] = value;
      CHECK_EQ(fault_of(vector), "bad_receipt");
    }
  }
}

TEST_CASE("a signature of typed data has 65 bytes, and says which of two points it means") {
  Json vector = vector_of("eip712");
  auto& signature = vector["input"]["extensions"]["offerReceipt"]["signature"];
  const std::string good = signature;
  for (const std::string& text : {good.substr(2), good.substr(0, 130), good + "00", std::string("0x"),
                                  good.substr(0, 130) + "1d", good.substr(0, 130) + "02"}) {
    signature = text;
    CHECK_EQ(fault_of(vector), "bad_receipt");
  }
  signature = "0x" + std::string(128, '0') + "1b";
  CHECK_EQ(fault_of(vector), "signature_invalid");
  signature = good.substr(0, 130) + (good.ends_with("1b") ? "1c" : "1b");
  CHECK_EQ(fault_of(vector), "signer_mismatch");
}

TEST_CASE("what tells of a payment is no evidence") {
  for (const std::string member : {"payment_session_id", "authorization_id", "capture_id", "void_id",
                                   "x402_payment_session_id", "onchain_transaction_hashes"}) {
    Json vector = vector_of("jws of Ed25519");
    vector["input"][member] = nullptr;
    CHECK_EQ(fault_of(vector), "funding_artifact");
  }
  Json vector = vector_of("jws of Ed25519");
  vector["input"]["event_type"] = "authorization_succeeded";
  CHECK_EQ(fault_of(vector), "funding_artifact");
}

TEST_CASE("what is no receipt is refused") {
  for (const std::string input :
       {"[]", "{}", R"({"format": "jws"})", R"({"format": "jws", "signature": ""})",
        R"({"format": "jwt", "signature": "a"})", R"({"format": "eip712", "signature": "0x"})",
        R"({"receipt": [], "extensions": {"offer-receipt": 5}})"}) {
    CAPTURE(input);
    CHECK_EQ(error_code([&] { evidence_of_x402_receipt(json::parse(input).root, "x"); }), "bad_receipt");
  }
}

}  // namespace
}  // namespace agentnet::paybond
