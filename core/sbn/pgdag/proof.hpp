// What a step leaves behind: its envelope before it ran, its proof after (wire reference sbn, f.2 to f.4).
//
// The proof hash is the SHA-256 of the canonical text (fingerprint.hpp) of
//   {step_id, spec_version, inputs_fingerprint, outputs_fingerprint, actor, created_at, status, domain}
// and `metrics` when there are any. A proof and its envelope have the same created_at, so that with actor
// and domain the hash can be had again from the proof.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/json/value.hpp"
#include "core/sbn/pgdag/profile.hpp"

namespace agentnet::sbn::pgdag {

inline constexpr std::string_view kLocalPrefix = "local:";      // of a block_ref without a network
inline constexpr std::string_view kProofAnchor = "proof_hash";  // anchor type without a network

enum class ProofStatus : std::uint8_t { completed, failed, interrupted };
std::string_view status_name(ProofStatus status);

struct StepEnvelope {
  std::string step_id;
  std::string spec_version = "1.0";
  std::string inputs_fingerprint = {};
  std::string outputs_fingerprint = {};
  std::string actor = {};
  Instant created_at = {};

  // {step_id, spec_version, inputs_fingerprint, outputs_fingerprint, actor, created_at}.
  json::Value seal_payload(json::Arena& arena) const;
};

struct ProofArtifact {
  std::string step_id;
  std::string spec_version = "1.0";
  std::string inputs_fingerprint = {};
  std::string outputs_fingerprint = {};
  std::string proof_hash = {};
  std::string block_ref = {};
  std::string anchor_hash = {};
  std::string anchor_type = {};
  std::string receipt_id = {};
  ProofStatus status = ProofStatus::completed;
  std::string metrics = "{}";  // compact JSON of an object
  Instant created_at = {};

  bool succeeded() const { return status == ProofStatus::completed; }
  // "INPUTS_FINGERPRINT:STEP_ID:SPEC_VERSION", what the gate knows it by.
  std::string idempotency_key() const;

  json::Value to_json(Profile profile, json::Arena& arena) const;
  // Throws Error usage/bad_proof.
  static ProofArtifact from_json(const json::Value& value);
};

// The text that a proof hash covers. `metrics` is an object or null. In a network the hash covers no domain.
std::string local_seal_text(const StepEnvelope& envelope, ProofStatus status,
                            std::optional<std::string_view> domain, const json::Value& metrics);

// A proof by the local rule; its block is "local:" and a short id. `metrics` as above: in 0.14.0
// fingerprint_mode stands in front of them, unless they have one.
ProofArtifact seal_locally(const StepEnvelope& envelope, ProofStatus status, std::string_view domain,
                           const json::Value& metrics, Profile profile, Random& random);

// The first 12 hexadecimal digits of a random UUID, from 16 bytes.
std::string short_id(Random& random);

}  // namespace agentnet::sbn::pgdag
