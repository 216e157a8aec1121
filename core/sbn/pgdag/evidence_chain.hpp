// Chains of proofs: each entry's hash covers the one before (wire reference sbn, f.7). Kept in memory; the
// network's own chains have other rules (core/sbn/chain.hpp).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

// "chain:TYPE:KEY".
std::string chain_id(std::string_view type, std::string_view key);

struct EvidenceEntry {
  std::string chain_id;
  std::int64_t sequence = 0;
  std::string proof_hash = {};
  std::string step_id = {};
  std::string run_id = {};
  std::string entry_hash = {};
  std::string prev_hash = {};   // "" of the first
  std::string metadata = "{}";  // JSON of an object; no hash covers it
  Instant appended_at = {};

  // SHA-256 of the canonical text of {chain_id, sequence, proof_hash, step_id, run_id, prev_hash}.
  std::string computed_hash() const;
  json::Value to_json(json::Arena& arena) const;
};

struct ChainHealth {
  std::string chain_id;
  std::int64_t length = 0;
  bool is_healthy = true;
  std::optional<std::int64_t> break_at = {};
  std::optional<std::string> reason = {};  // "prev_hash mismatch at seq N", "entry_hash mismatch at seq N"
  Instant verified_at = {};
};

class EvidenceChainManager {
 public:
  explicit EvidenceChainManager(const Clock& clock) : clock_(clock) {}

  // Makes the chain if it is not there.
  std::vector<EvidenceEntry>& ensure_chain(const std::string& id) { return chains_[id]; }
  const EvidenceEntry& append(const std::string& id, const ProofArtifact& proof, const std::string& run_id,
                              const std::string& metadata = "{}");
  // The entries; to be changed by tests only.
  std::vector<EvidenceEntry>& entries(const std::string& id) { return chains_[id]; }
  // {chain_id, length, head_hash, verified, last_verified_at}.
  json::Value chain_json(const std::string& id, json::Arena& arena) const;
  // Of a chain that is not there: healthy, of length 0.
  ChainHealth verify(const std::string& id) const;

 private:
  const Clock& clock_;
  std::map<std::string, std::vector<EvidenceEntry>> chains_;
};

// Verifies the chains it was told of.
class ChainHealthTracker {
 public:
  explicit ChainHealthTracker(const EvidenceChainManager& manager) : manager_(manager) {}

  void register_chain(const std::string& id) { ids_.insert(id); }
  std::vector<ChainHealth> verify_all() const;
  bool any_broken() const;

 private:
  const EvidenceChainManager& manager_;
  std::set<std::string> ids_;
};

}  // namespace agentnet::sbn::pgdag
