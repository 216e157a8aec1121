// Evidence as the payee signs it (wire reference paybond 4).
//
// The signature is Ed25519 over these fields in bincode (1 for version 1, 2 for version 2):
//
//   version u8, tenant_id text, intent_id uuid, payee_did text, digest of the payload raw, digest of the
//   artifacts raw, submitted_at text in its normal form
//
// The digest of the artifacts is BLAKE3 of their 32-byte digests behind each other, in the order given and
// with duplicates; of none, BLAKE3 of nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/brief_key.hpp"
#include "core/paybond/bincode.hpp"
#include "core/paybond/digest.hpp"

namespace agentnet::paybond {

inline constexpr unsigned kLeastEvidenceVersion = 1;
inline constexpr unsigned kMostEvidenceVersion = 2;

// The fields as a caller gives them, named as the kit's signing call names them. Views must outlive the use.
struct EvidenceInput {
  std::string_view tenant_id;
  std::string_view intent_id;
  std::string_view payee_did;
  std::string_view payload_json;
  std::vector<std::string_view> artifacts_hex;
  std::string_view submitted_at_rfc3339;
};

// The fields as they are signed; made from an input here, and by a server from a body that arrived.
struct EvidenceTerms {
  std::string_view tenant_id;
  Uuid intent_id;
  std::string_view payee_did;
  Digest payload;
  Digest artifacts;
  std::string submitted_at;  // in its normal form
};

// The bytes that the signature covers. Throws Error usage/bad_signing_version outside 1 and 2.
Bytes evidence_signing_bytes(const EvidenceTerms& terms, unsigned version);

// The digest that an artifact's text names: white space around it and one "0x" do not count. Throws Error
// usage/bad_artifact, the message naming the index, unless it is 32 bytes in hexadecimal digits.
Digest read_artifact(std::string_view text, std::size_t index);
Digest artifacts_digest(const std::vector<Digest>& artifacts);

struct SignedEvidence {
  std::string body;     // of POST /intents/{id}/evidence, one line of JSON
  Bytes signing_bytes;  // what the signature covers
  crypto::Signature signature;
};

// Reusable; keeps its working memory. Not for two threads at once.
class EvidenceSigner {
 public:
  // Throws Error usage, the message beginning with the field's name: bad_json, too_deep,
  // number_out_of_range, bad_artifact, bad_intent_id, bad_submitted_at, bad_signing_version. Unlike an
  // intent's, the intent_id may not have white space around it.
  SignedEvidence sign(const EvidenceInput& input, unsigned version, const crypto::KeyView& payee);

 private:
  Digester digester_;
};

}  // namespace agentnet::paybond
