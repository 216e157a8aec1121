#include "core/paybond/inclusion.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

Verdict verify(const Vector& proof, const std::vector<crypto::PublicKey>& trusted = {}) {
  return verify_inclusion(json::parse(proof.dump()).root, trusted);
}

TEST_CASE("recorded inclusion proofs are judged as recorded") {
  for (const auto& vector : read_vectors("merkle_inclusion.json")) {
    CAPTURE(vector.at("id"));
    std::vector<crypto::PublicKey> trusted;
    if (vector.contains("expected_signing_public_keys")) {
      for (const auto& key : vector.at("expected_signing_public_keys"))
        trusted.push_back(crypto::PublicKey::from_raw(hex(key)));
    }
    const Verdict verdict = verify(vector.at("proof"), trusted);
    CHECK_EQ(verdict.valid, vector.at("result").at("ok").get<bool>());
    CHECK_EQ(verdict.valid, verdict.reason.empty());
  }
}

TEST_CASE("each way in which a proof can fail has its reason") {
  Vector proof;
  for (const auto& vector : read_vectors("merkle_inclusion.json")) {
    if (vector.at("proof").at("tree_size") == 9 && vector.at("result").at("ok").get<bool>())
      proof = vector.at("proof");
  }
  REQUIRE(verify(proof).valid);
  const auto reason = [&proof](const char* pointer, const Vector& value) {
    auto changed = proof;
    changed[Vector::json_pointer(pointer)] = value;
    return verify(changed).reason;
  };
  CHECK_EQ(reason("/tenant_id", "tenant-b"), "head_mismatch");
  CHECK_EQ(reason("/tree_size", 10), "head_mismatch");
  CHECK_EQ(reason("/root_hash_sha256_hex", repeated("00", 32)), "head_mismatch");
  CHECK_EQ(reason("/leaf_hash_sha256_hex", repeated("00", 32)), "leaf_mismatch");
  CHECK_EQ(reason("/leaf_index", 0), "not_included");
  CHECK_EQ(reason("/leaf_index", 9), "not_included");
  CHECK_EQ(reason("/leaf_index", -1), "malformed");
  CHECK_EQ(reason("/audit_path_sha256_hex", Vector::array()), "not_included");
  CHECK_EQ(reason("/audit_path_sha256_hex", Vector(65, repeated("00", 32))), "malformed");
  CHECK_EQ(reason("/audit_path_sha256_hex", Vector(64, repeated("00", 32))), "not_included");
  CHECK_EQ(reason("/audit_path_sha256_hex", {"zz"}), "malformed");
  CHECK_EQ(reason("/tree_head", nullptr), "malformed");
  CHECK_EQ(reason("/tree_head/ed25519_signature_hex", repeated("00", 64)), "bad_signature");
  CHECK_EQ(reason("/tree_head/issued_at", "2031-01-01T00:00:00Z"), "digest_mismatch");
  CHECK_EQ(reason("/tree_head/schema_version", 2), "malformed");
}

}  // namespace
}  // namespace agentnet::paybond
