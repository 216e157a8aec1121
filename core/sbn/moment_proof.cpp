#include "core/sbn/moment_proof.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/moment.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::size_t kKeyIdDigits = 16;  // of the fingerprint, in a key id that nobody chose

std::string fingerprint_of(ByteView raw_key) {
  return crypto::sha256_hex(as_text(raw_key));
}

// A member's text that is not empty.
std::optional<std::string> named(const json::Value& proof, std::string_view name) {
  std::string text = text_or_empty(proof.find(name));
  if (text.empty()) return std::nullopt;
  return text;
}

// The key in a proof, when the proof's fingerprint is that key's: readers compare fingerprints with their
// lists, so one that belongs to another key would mislead them.
std::optional<crypto::PublicKey> key_in(const json::Value& proof) {
  const auto raw = base64_decode(text_or_empty(proof.find("public_key_b64")), Base64::standard);
  if (!raw || raw->size() != crypto::PublicKey().bytes.size()) return std::nullopt;
  if (!is_text(proof.find("public_key_sha256"), fingerprint_of(*raw))) return std::nullopt;
  return crypto::PublicKey::from_raw(*raw);
}

}  // namespace

bool TrustedKeys::holds(const crypto::PublicKey& key) const {
  if (std::find(keys_.begin(), keys_.end(), key) != keys_.end()) return true;
  if (fault_) throw *fault_;
  return false;
}

json::Value sign_capture_claim(const json::Value& claim, const CaptureSigner& signer, json::Arena& arena) {
  const auto& raw = signer.key.public_key().bytes;
  const std::string fingerprint = fingerprint_of(raw);
  const crypto::Signature signature = signer.key.sign(as_bytes(canonical_claim(claim)));
  return json::ObjectBuilder(arena)
      .add("schema_version", kCaptureProofSchema)
      .add("alg", "Ed25519")
      .add("key_id", signer.key_id.empty() ? "moment-" + fingerprint.substr(0, kKeyIdDigits) : signer.key_id)
      .add("public_key_sha256", fingerprint)
      .add("public_key_b64", base64_encode(raw, Base64::standard))
      .add("signature_b64", base64_encode(signature, Base64::standard))
      .done();
}

ProofCheck verify_capture_proof(const json::Value& claim, const json::Value* proof,
                                const TrustedKeys& trusted) {
  ProofCheck check;
  check.proof_present = proof != nullptr && proof->is_object();
  if (!check.proof_present) return check;
  check.key_id = named(*proof, "key_id");
  check.public_key_sha256 = named(*proof, "public_key_sha256");
  if (!is_text(proof->find("schema_version"), kCaptureProofSchema)) return check;
  if (!is_text(proof->find("alg"), "Ed25519")) return check;

  const std::optional<crypto::PublicKey> key = key_in(*proof);
  const auto signature = base64_decode(text_or_empty(proof->find("signature_b64")), Base64::standard);
  const std::optional<std::string> bytes = canonical_or_none(claim, json::Form::sorted);
  if (!key || !signature || !bytes) return check;
  check.signature_valid = crypto::verify(*key, as_bytes(*bytes), *signature);
  check.trusted_key = check.signature_valid && trusted.holds(*key);
  return check;
}

}  // namespace agentnet::sbn
