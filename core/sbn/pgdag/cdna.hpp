// cDNA: the name of an engine's make-up, which changes when the engine does badly, drifts, meets a new regime
// or is told to (wire reference sbn, f.7).
//
// A new cDNA is the first two ":"-parts of the old one, ":g" and its generation, ":" and the first four
// digits of SHA-256("OLD:TRIGGER"), TRIGGER as Python's json.dumps with sorted keys and default separators.
// The spec version goes up by a minor, or a major one for a regime or by hand; what is no version counts as
// 0.1.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::pgdag {

inline constexpr std::string_view kMutationKind = "cdna_mutation";
inline constexpr std::string_view kCdnaDomain = "cdna.evolution";

enum class MutationStrategy : std::uint8_t { entropy_yield, drift_correction, regime_adaptation, manual };
std::string_view strategy_name(MutationStrategy strategy);
// Throws Error usage/bad_strategy.
MutationStrategy strategy_of(std::string_view name);

struct MutationThresholds {
  double yield = 0.5;     // mutate below it
  double entropy = 0.65;  // and above that
  bool ask_for_mutation(double yield_score, double entropy_score) const {
    return yield_score < yield && entropy_score > entropy;
  }
};

struct MutationTrigger {
  MutationStrategy strategy = MutationStrategy::entropy_yield;
  double yield_score = 0.0;
  double entropy_score = 0.0;
  MutationThresholds thresholds = {};
  std::string regime_level = {};
  double drift_magnitude = 0.0;
  std::string reasoning = {};

  json::Value to_json(json::Arena& arena) const;
  // What is absent is as above. Throws Error usage/bad_strategy, usage/bad_trigger.
  static MutationTrigger from_json(const json::Value& value);
};

struct CdnaRecord {
  std::string engine_id;
  std::string cdna;
  std::int64_t generation = 0;
  std::string spec_version = "0.1.0";
  Instant created_at = {};
};

struct MutationProof {
  CdnaRecord before;
  CdnaRecord after;
  MutationTrigger trigger;
  Instant sealed_at = {};
  std::string proof_hash = {};
  std::string block_ref = {};

  // What is sealed: {kind, engine_id, before, after, generation, spec_version, trigger, sealed_at}.
  json::Value seal_payload(json::Arena& arena) const;
  // That, and before_generation, before_spec_version, proof_hash, block_ref.
  json::Value to_json(json::Arena& arena) const;
};

std::string next_spec_version(const std::string& version, MutationStrategy strategy);
// Not sealed yet.
MutationProof mutate(const CdnaRecord& current, const MutationTrigger& trigger, Instant now);

}  // namespace agentnet::sbn::pgdag
