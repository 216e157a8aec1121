// Intents as their principal signs them (wire reference paybond 3).
//
// The signature is Ed25519 over these fields in bincode, with no separation of domains but the first byte:
//
//   version u8, tenant_id text, intent_id uuid, principal_did text, payee_did text, amount_cents i64,
//   currency text, deadline text in its normal form, digests of budget, evidence_schema and predicate raw,
//   predicate_ref text ("" for none), digest of the normalised allowed_tools raw; then
//     version 2   nothing                                       bincode 1
//     version 3   policy_template_id text, policy_version_seq u32, policy_content_digest raw
//                                                               bincode 1; by analogy, no release is known
//     version 4   settlement_rail text                          bincode 2
//     version 5   settlement_rail and the three of version 3    bincode 2
//     version 6   settlement_rail, payee's public key raw       bincode 2
//     version 7   the four of version 5, payee's public key     bincode 2
// The optional tail that only the TypeScript package writes is not made here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/brief_key.hpp"
#include "core/paybond/bincode.hpp"
#include "core/paybond/digest.hpp"

namespace agentnet::paybond {

inline constexpr unsigned kLeastIntentVersion = 2;
inline constexpr unsigned kMostIntentVersion = 7;

// What a version signs beyond the fields of all.
struct IntentVersion {
  unsigned number;
  Bincode encoding;
  bool rail;
  bool policy;
  bool payee_key;
};

// Throws Error usage/bad_signing_version outside 2 to 7.
const IntentVersion& intent_version(unsigned number);

// The fields as a caller gives them, named as the kit's signing call names them. Views must outlive the use.
struct IntentInput {
  std::string_view tenant_id;
  std::string_view intent_id;
  std::string_view principal_did;
  std::string_view payee_did;
  std::int64_t amount_cents = 0;
  std::string_view currency;
  std::string_view deadline_rfc3339;
  std::string_view budget_json;
  std::string_view evidence_schema_json;
  std::string_view predicate_json;
  std::string_view predicate_ref;
  std::string_view allowed_tools_json;
  std::string_view settlement_rail;     // versions 4 to 7
  std::string_view policy_template_id;  // versions 3, 5, 7, like the next two
  std::uint32_t policy_version_seq = 0;
  std::string_view policy_content_digest_hex;
};

// The fields as they are signed; made from an input here, and by a server from a body that arrived.
struct IntentTerms {
  std::string_view tenant_id;
  Uuid intent_id;
  std::string_view principal_did;
  std::string_view payee_did;
  std::int64_t amount_cents;
  std::string_view currency;
  std::string deadline;  // in its normal form
  Digest budget;
  Digest evidence_schema;
  Digest predicate;
  std::string_view predicate_ref;
  Digest allowed_tools;
  std::string_view settlement_rail;
  std::string_view policy_template_id;
  std::uint32_t policy_version_seq;
  Digest policy_content;
  crypto::PublicKey payee_key;
};

// The bytes that the signature covers.
Bytes intent_signing_bytes(const IntentTerms& terms, const IntentVersion& version);

// The normalised tools of a JSON array of strings: trimmed, A to Z in lower case, sorted by bytes, each once.
// Throws Error usage/bad_tools unless it is such an array with at least one element.
std::vector<std::string> normalise_tools(const json::Value& tools);
Digest tools_digest(const std::vector<std::string>& normalised);

// The rail without white space around it. Throws Error usage/bad_rail unless it is one that Paybond knows.
std::string_view normalise_rail(std::string_view rail);

struct SignedIntent {
  std::string body;     // of POST /intents: one line of JSON, names in alphabetical order
  Bytes signing_bytes;  // what the signature covers
  crypto::Signature signature;
};

// Reusable for many intents; keeps its working memory. Not for two threads at once.
class IntentSigner {
 public:
  // Throws Error usage, the message beginning with the field's name: bad_json, too_deep, number_out_of_range,
  // bad_tools, bad_rail, bad_intent_id, bad_deadline, bad_policy_digest; and bad_payee_key where the version
  // signs the payee's key and there is none.
  SignedIntent sign(const IntentInput& input, const IntentVersion& version, const crypto::KeyView& principal,
                    const std::optional<crypto::PublicKey>& payee);

 private:
  Digest digest_part(std::string_view name, std::string_view text, std::string& canonical);
  IntentTerms read_terms(const IntentInput& input, const IntentVersion& version);
  std::string body(const IntentInput& input, const IntentTerms& terms, const IntentVersion& version,
                   const crypto::PublicKey& principal, const crypto::Signature& signature) const;

  json::Arena arena_;
  json::Parser parser_;
  CanonicalWriter writer_;
  // Canonical texts of the document's parts, which the body carries.
  std::string budget_;
  std::string evidence_schema_;
  std::string predicate_;
  std::string tools_;
};

}  // namespace agentnet::paybond
