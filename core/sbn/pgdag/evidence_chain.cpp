#include "core/sbn/pgdag/evidence_chain.hpp"

#include <algorithm>

#include "core/json/parse.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {

std::string chain_id(std::string_view type, std::string_view key) {
  return "chain:" + std::string(type) + ":" + std::string(key);
}

std::string EvidenceEntry::computed_hash() const {
  json::Arena arena;
  return canonical_fingerprint(json::ObjectBuilder(arena)
                                   .add("chain_id", std::string_view(chain_id))
                                   .add_integer("sequence", sequence)
                                   .add("proof_hash", std::string_view(proof_hash))
                                   .add("step_id", std::string_view(step_id))
                                   .add("run_id", std::string_view(run_id))
                                   .add("prev_hash", std::string_view(prev_hash))
                                   .done());
}

json::Value EvidenceEntry::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("chain_id", std::string_view(chain_id))
      .add_integer("sequence", sequence)
      .add("proof_hash", std::string_view(proof_hash))
      .add("step_id", std::string_view(step_id))
      .add("run_id", std::string_view(run_id))
      .add("entry_hash", std::string_view(entry_hash))
      .add("prev_hash", std::string_view(prev_hash))
      .add("metadata", json::Parser(json::kAsPython).parse(arena.copy(metadata), arena))
      .add("appended_at", std::string_view(iso_offset(appended_at)))
      .done();
}

const EvidenceEntry& EvidenceChainManager::append(const std::string& id, const ProofArtifact& proof,
                                                  const std::string& run_id, const std::string& metadata) {
  std::vector<EvidenceEntry>& chain = chains_[id];
  EvidenceEntry entry{id, static_cast<std::int64_t>(chain.size()), proof.proof_hash, proof.step_id, run_id};
  if (!chain.empty()) entry.prev_hash = chain.back().entry_hash;
  entry.metadata = metadata;
  entry.appended_at = clock_.now();
  entry.entry_hash = entry.computed_hash();
  chain.push_back(std::move(entry));
  return chain.back();
}

json::Value EvidenceChainManager::chain_json(const std::string& id, json::Arena& arena) const {
  const auto found = chains_.find(id);
  const bool empty = found == chains_.end() || found->second.empty();
  const std::size_t length = found == chains_.end() ? 0 : found->second.size();
  return json::ObjectBuilder(arena)
      .add("chain_id", std::string_view(id))
      .add_integer("length", static_cast<std::int64_t>(length))
      .add("head_hash", empty ? std::string_view() : std::string_view(found->second.back().entry_hash))
      .add_boolean("verified", false)
      .add("last_verified_at", json::Value())
      .done();
}

ChainHealth EvidenceChainManager::verify(const std::string& id) const {
  ChainHealth health{id};
  health.verified_at = clock_.now();
  const auto found = chains_.find(id);
  if (found == chains_.end()) return health;
  health.length = static_cast<std::int64_t>(found->second.size());
  std::string before;
  const auto breaks = [&](const EvidenceEntry& entry, const char* what) {
    health.is_healthy = false;
    health.break_at = entry.sequence;
    health.reason = std::string(what) + " mismatch at seq " + std::to_string(entry.sequence);
    return health;
  };
  for (const EvidenceEntry& entry : found->second) {
    if (entry.prev_hash != before) return breaks(entry, "prev_hash");
    if (entry.entry_hash != entry.computed_hash()) return breaks(entry, "entry_hash");
    before = entry.entry_hash;
  }
  return health;
}

std::vector<ChainHealth> ChainHealthTracker::verify_all() const {
  std::vector<ChainHealth> all;
  for (const std::string& id : ids_)
    all.push_back(manager_.verify(id));
  return all;
}

bool ChainHealthTracker::any_broken() const {
  return std::any_of(ids_.begin(), ids_.end(),
                     [&](const std::string& id) { return !manager_.verify(id).is_healthy; });
}

}  // namespace agentnet::sbn::pgdag
