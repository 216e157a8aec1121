// A seal that somebody answers for: a SmartBlock in a signed DSSE envelope with an in-toto statement.
//
//   envelope   {"payloadType":"application/vnd.in-toto+json","payload":<base64 of the statement>,
//               "signatures":[{"keyid":<hex SHA-256 of the raw public key>,"sig":<base64>}]}
//   statement  {"_type":"https://in-toto.io/Statement/v1",
//               "subject":[{"name":<block id>,"digest":{"sha256":<snapchore_hash>}}],
//               "predicateType":"urn:agentnet:snapchore-seal:v1","predicate":{"block":<the SmartBlock>}}
//
// The signature is Ed25519 over the DSSE encoding of type and statement, so any tool that knows DSSE can
// check it. Who verifies brings the trusted keys: a keyid in the envelope proves nothing and is not even
// looked at.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kEnvelopePayloadType = "application/vnd.in-toto+json";
inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kSealPredicateType = "urn:agentnet:snapchore-seal:v1";

inline constexpr std::size_t kMaxEnvelopeSignatures = 64;

// Lower-case hex SHA-256 of the 32 raw bytes.
std::string key_id_of(const crypto::PublicKey& key);

// The statement about a sealed block, as one line of JSON. Throws Error usage/not_sealed.
std::string make_statement(const json::Value& block, json::Arena& arena);
// What of it is signed.
std::string statement_signing_bytes(std::string_view statement);
// The envelope around a statement. Lies in `arena`.
json::Value sign_statement(std::string_view statement, const crypto::SigningKey& key, json::Arena& arena);

struct EnvelopeVerdict {
  bool valid = false;
  // Why not: no_trusted_signature, wrong_payload_type, wrong_statement, wrong_subject.
  std::string reason;
  std::string key_id;          // of the trusted key that signed; set when a signature holds
  std::string subject_digest;  // what the statement says the seal is
  json::Value block;  // the block in the statement; null unless valid. Its own hash is not checked here
};

// Judges an envelope against trusted keys. The block lies in `arena`. Throws Error usage/bad_envelope for
// JSON that is no DSSE envelope at all.
EnvelopeVerdict open_envelope(const json::Value& envelope, std::span<const crypto::PublicKey> trusted,
                              json::Arena& arena);

// The public keys of a trust file: PEM blocks of Ed25519 public keys, one or more, nothing else. Throws Error
// usage/bad_pem, usage/bad_key, or usage/no_keys.
std::vector<crypto::PublicKey> read_trust_file(std::string_view text);

}  // namespace agentnet::sbn
