// A signal from outside that stops a run between two batches of steps (wire reference sbn, f.5 and f.7).
#pragma once

#include <optional>
#include <string>

#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

inline constexpr std::string_view kInterruptedStep = "interrupted";  // the step id of its proof

struct InterruptionSignal {
  std::string signal_type;
  std::string signal_hash = {};
  std::string source = {};
  std::string reason = {};
  Instant received_at = {};

  json::Value to_json(json::Arena& arena) const;
};

// Not for two threads at once.
class InterruptionHandler {
 public:
  bool is_triggered() const { return signal_.has_value(); }
  const std::optional<InterruptionSignal>& signal() const { return signal_; }
  void trigger(InterruptionSignal signal) { signal_ = std::move(signal); }
  void reset() { signal_.reset(); }

  // Its proof hash is the signal's hash, its inputs fingerprint "interrupt:RUN:LAST"; nothing is sealed.
  ProofArtifact proof(const std::string& last_completed_step, const std::string& run_id,
                      const std::string& spec_version, Instant now) const;

 private:
  std::optional<InterruptionSignal> signal_;
};

}  // namespace agentnet::sbn::pgdag
