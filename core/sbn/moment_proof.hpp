// The capture proof: an Ed25519 signature over a capture claim's canonical bytes (wire reference sbn d.3).
//
//   {schema_version "snapchore.capture_proof.v2", alg "Ed25519", key_id,
//    public_key_sha256 (of the 32 raw bytes), public_key_b64, signature_b64 (standard base64)}
//
// The key inside a proof proves nothing by itself: a proof counts when its key is among the trusted ones.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kCaptureProofSchema = "snapchore.capture_proof.v2";

// Signs capture claims. `key_id` empty: "moment-" and the first 16 digits of the public key's SHA-256.
struct CaptureSigner {
  crypto::SigningKey key;
  std::string key_id;
};

// The public keys whose captures are believed.
class TrustedKeys {
 public:
  TrustedKeys() = default;
  void add(const crypto::PublicKey& key) { keys_.push_back(key); }
  // Keeps why a configured key could not be read; holds() throws it when the key it is asked for is none of
  // the others. A verifier that was told to trust a key and cannot read it has no answer then, while one that
  // never gets to ask is not disturbed.
  void fail(Error fault) { fault_ = std::move(fault); }

  // Throws the Error of fail() instead of saying no.
  bool holds(const crypto::PublicKey& key) const;

 private:
  std::vector<crypto::PublicKey> keys_;
  std::optional<Error> fault_;
};

// The proof, in `arena`.
json::Value sign_capture_claim(const json::Value& claim, const CaptureSigner& signer, json::Arena& arena);

struct ProofCheck {
  bool proof_present = false;
  bool signature_valid = false;
  bool trusted_key = false;  // never without signature_valid
  std::optional<std::string> key_id;
  std::optional<std::string> public_key_sha256;
};

// `proof` may be null or of any shape. The proof's own fingerprint must be that of its own key. Throws what
// TrustedKeys::holds throws, and only for a signature that is valid.
ProofCheck verify_capture_proof(const json::Value& claim, const json::Value* proof,
                                const TrustedKeys& trusted);

}  // namespace agentnet::sbn
