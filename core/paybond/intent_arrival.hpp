// Intents and evidence as they arrive at Harbor: read, brought into the form that was signed, and their
// signatures checked (wire reference paybond 3.5, 4.3; trust.md: the tenant is the credential's).
//
// A signature covers the tenant, so a body that was signed for another one does not hold here. What a body
// carries that its version does not sign is refused: everything that Harbor goes by is covered.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"
#include "core/paybond/digest.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxTools = 256;      // allowed_tools of one intent
inline constexpr std::size_t kMaxToolBytes = 256;  // of one of them
inline constexpr std::size_t kMaxCurrencyBytes = 16;
inline constexpr std::size_t kMaxPredicateRefBytes = 512;
inline constexpr std::size_t kMaxArtifacts = 1'024;                   // of one evidence
inline constexpr std::string_view kSimulatedRail = "stripe_connect";  // where the principal signed none

// An intent whose signature holds.
struct ArrivedIntent {
  std::string intent_id;  // lower case with hyphens
  unsigned signing_version = 0;
  std::string principal_did;
  crypto::PublicKey principal_key;
  std::string payee_did;
  std::optional<crypto::PublicKey> payee_key;  // where the version signs it
  std::int64_t amount_cents = 0;
  std::string currency;
  Instant deadline;
  std::string settlement_rail;
  std::vector<std::string> tools;  // normalised
  Digest terms{};                  // BLAKE3 of the bytes that were signed
  std::string body;                // as it came, compact
};

// Throws Error
//   usage   missing_field, unknown_field, duplicate_name, bad_field, bad_did, bad_amount, amount_overflow,
//           bad_currency, bad_tools, bad_rail, bad_intent_id, bad_deadline, deadline_in_past, bad_key,
//           bad_signing_version, too_deep, number_out_of_range and what check_terms throws
//   refused/unknown_policy          it is bound to a managed policy, of which this network has none
//   verification/bad_signature      the principal's key did not sign this, for this tenant
ArrivedIntent read_intent(const json::Value& body, std::string_view tenant_id, Instant now);

// Evidence whose signature holds.
struct ArrivedEvidence {
  unsigned signing_version = 0;
  std::string payee_did;
  crypto::PublicKey payee_key;
  Instant submitted_at;
  Digest payload{};
  Digest artifacts{};
  std::size_t artifact_count = 0;
  std::string body;  // as it came, compact
};

// Throws Error as read_intent, with bad_artifact, too_many_artifacts and bad_submitted_at.
ArrivedEvidence read_evidence(const json::Value& body, std::string_view tenant_id,
                              std::string_view intent_id);

// A public key of 32 bytes in standard base64. Throws Error usage/bad_key.
crypto::PublicKey read_public_key(std::string_view field, std::string_view text);

}  // namespace agentnet::paybond
