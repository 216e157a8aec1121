// The cDNA of engines through their mutations, each of them sealed and chained (wire reference sbn, f.7).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/sbn/pgdag/cdna.hpp"
#include "core/sbn/pgdag/drift.hpp"
#include "core/sbn/pgdag/evidence_chain.hpp"

namespace agentnet::sbn::pgdag {

// How mutations are sealed. Without `sealed` the proof hash is the fingerprint of the seal payload and there
// is no block.
struct LineageOptions {
  const Clock& clock;
  Random& random;
  Profile profile = kDefaultProfile;
  bool sealed = true;
  EvidenceChainManager* chains = nullptr;  // null: not chained
  MutationThresholds thresholds = {};
};

// Answers none for an engine that was never seeded.
class LineageManager {
 public:
  explicit LineageManager(const LineageOptions& options) : options_(options) {}

  // Replaces the engine's record; its history stays.
  const CdnaRecord& seed(const std::string& engine_id, const std::string& cdna,
                         const std::string& spec_version = "0.1.0");
  const CdnaRecord* current(const std::string& engine_id) const;
  const std::vector<MutationProof>& history(const std::string& engine_id) const;
  const MutationThresholds& thresholds() const { return options_.thresholds; }
  Instant now() const { return options_.clock.now(); }

  // Only where the thresholds ask for it.
  std::optional<MutationProof> check_and_mutate(const std::string& engine_id, double yield_score,
                                                double entropy_score, const std::string& regime_level = {});
  std::optional<MutationProof> apply_drift_mutation(const std::string& engine_id, const DriftReport& drift,
                                                    double yield_score = 0.0, double entropy_score = 0.0);
  std::optional<MutationProof> apply_regime_mutation(const std::string& engine_id,
                                                     const std::string& new_regime,
                                                     const std::string& reasoning = {},
                                                     double yield_score = 0.0, double entropy_score = 0.0);
  std::optional<MutationProof> apply_manual_mutation(const std::string& engine_id,
                                                     const std::string& reasoning);
  std::optional<MutationProof> apply(const std::string& engine_id, const MutationTrigger& trigger);

  json::Value evolution_timeline(const std::string& engine_id, json::Arena& arena) const;
  // {engines: [{engine_id, cdna, generation, spec_version, created_at, mutation_count, chain_id}], total}.
  json::Value all_engines_summary(json::Arena& arena) const;

 private:
  void seal(MutationProof& proof);

  const LineageOptions options_;
  std::map<std::string, CdnaRecord> records_;
  std::map<std::string, std::vector<MutationProof>> history_;
};

}  // namespace agentnet::sbn::pgdag
