// The moment claim: building it, and judging one that somebody else made.
//
//   {schema_version, auth_method, assurance_class, capture_claim, capture_proof or null,
//    checks {the twelve of kMomentChecks}, replay_protection {backend, durable, scope, disposition}}
//
// Only the capture claim can be signed. The checks, the assurance class and the replay record are the
// sealer's own words: a verifier learns what the sealer's tool says it did.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/sbn/moment_proof.hpp"

namespace agentnet::sbn {

// How the one-time use of a capture was looked after.
struct ReplayProtection {
  std::string backend;
  bool durable = false;
  std::string scope;
  std::string disposition;
};

// `proof` may be null; `checks` is an object. Lies in `arena` and shares its parts.
json::Value build_moment_claim(std::string_view auth_method, std::string_view assurance_class,
                               json::Value capture_claim, json::Value proof, json::Value checks,
                               const ReplayProtection& replay, json::Arena& arena);

// What a claim is held against.
struct MomentExpectation {
  // The moment hash that the block carries; empty or nullopt: not compared.
  std::optional<std::string> snapshot_hash;
  // The seal subject of the block; nullopt: the claim may be about any subject, or a capture alone.
  std::optional<std::string> subject_sha256;
};

struct MomentVerdict {
  bool valid = false;
  std::string snapshot_hash;    // the claim's own; empty when it has no canonical form
  std::string assurance_class;  // as the claim says it
  bool capture_signature_check = false;
  bool trusted_capture_key_check = false;
  std::vector<std::string> refusal_reasons;  // sorted, each once; empty when valid

  // The members as the network's verify_moment_claim returns them, in that order.
  json::Value to_json(json::Arena& arena) const;
};

// Judges a claim of any shape; a value that is no object is a claim without members. The reasons are those of
// the wire reference (sbn d.3), and one of our own, moment_claim_not_canonical, for a claim that cannot be
// hashed. A claim whose environment is secure must show a device capture, a durable replay store and a
// trusted signature. Throws the Error that TrustedKeys keeps, when the answer hangs on an unreadable key.
MomentVerdict verify_moment_claim(const json::Value& claim, const MomentExpectation& expected,
                                  const TrustedKeys& trusted);

}  // namespace agentnet::sbn
