// The idempotency gate: a step whose inputs, name and spec version were sealed before is not run again
// (wire reference sbn, f.4). Failed proofs count too, as in the original.
#pragma once

#include <string>
#include <unordered_map>

#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

class IdempotencyGate {
 public:
  // The proof of that key; null when there is none. Valid until the gate is cleared.
  const ProofArtifact* check(const std::string& idempotency_key) const {
    const auto found = proofs_.find(idempotency_key);
    return found == proofs_.end() ? nullptr : &found->second;
  }
  // A proof of the same key is replaced.
  void store(const ProofArtifact& proof) { proofs_.insert_or_assign(proof.idempotency_key(), proof); }
  void clear() { proofs_.clear(); }
  std::size_t size() const { return proofs_.size(); }

 private:
  std::unordered_map<std::string, ProofArtifact> proofs_;
};

}  // namespace agentnet::sbn::pgdag
