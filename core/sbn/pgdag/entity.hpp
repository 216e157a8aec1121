// Folds runs into the state of what they were about: a person, an order (wire reference sbn, f.7).
//
// The state hash is the fingerprint of {entity_type, entity_id, total_runs, total_amount, total_proofs}, the
// amount as a decimal. Each fold leaves a checkpoint.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

struct EntityState {
  std::string entity_type;
  std::string entity_id;
  std::int64_t total_runs = 0;
  std::int64_t total_proofs = 0;
  std::int64_t total_completed = 0;
  std::int64_t total_failed = 0;  // whatever did not complete
  double total_amount = 0.0;
  std::vector<std::string> run_ids = {};
  std::string state_hash = {};  // "" before the first fold

  json::Value to_json(json::Arena& arena) const;
};

struct EntityCheckpoint {
  std::string entity_type;
  std::string entity_id;
  std::string run_id;
  std::int64_t sequence = 0;  // from 0
  std::string state_hash = {};
  std::int64_t total_runs = 0;
  std::int64_t total_proofs = 0;
  double total_amount = 0.0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  Instant created_at = {};

  json::Value to_json(json::Arena& arena) const;
};

class EntityReducer {
 public:
  EntityReducer(std::string entity_type, std::string entity_id, const Clock& clock)
      : clock_(clock), state_{std::move(entity_type), std::move(entity_id)} {}

  const EntityState& fold_run(const std::string& run_id, const std::vector<ProofArtifact>& proofs,
                              double amount = 0.0);
  const EntityState& state() const { return state_; }
  const std::vector<EntityCheckpoint>& checkpoints() const { return checkpoints_; }
  // Whether its hash is that of its own totals.
  static bool verify_checkpoint(const EntityCheckpoint& checkpoint);
  void reset();

 private:
  const Clock& clock_;
  EntityState state_;
  std::vector<EntityCheckpoint> checkpoints_;
};

}  // namespace agentnet::sbn::pgdag
