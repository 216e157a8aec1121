#include "core/sbn/pgdag/entity.hpp"

#include "core/sbn/pgdag/fingerprint.hpp"
#include "core/sbn/pgdag/numbers.hpp"

namespace agentnet::sbn::pgdag {
namespace {

std::string hash_of(const std::string& type, const std::string& id, std::int64_t runs, double amount,
                    std::int64_t proofs) {
  json::Arena arena;
  return canonical_fingerprint(json::ObjectBuilder(arena)
                                   .add("entity_type", std::string_view(type))
                                   .add("entity_id", std::string_view(id))
                                   .add_integer("total_runs", runs)
                                   .add("total_amount", decimal(amount, arena))
                                   .add_integer("total_proofs", proofs)
                                   .done());
}

}  // namespace

const EntityState& EntityReducer::fold_run(const std::string& run_id,
                                           const std::vector<ProofArtifact>& proofs, double amount) {
  ++state_.total_runs;
  for (const ProofArtifact& proof : proofs) {
    ++state_.total_proofs;
    ++(proof.succeeded() ? state_.total_completed : state_.total_failed);
  }
  state_.total_amount += amount;
  state_.run_ids.push_back(run_id);
  state_.state_hash = hash_of(state_.entity_type, state_.entity_id, state_.total_runs, state_.total_amount,
                              state_.total_proofs);
  checkpoints_.push_back({state_.entity_type, state_.entity_id, run_id,
                          static_cast<std::int64_t>(checkpoints_.size()), state_.state_hash,
                          state_.total_runs, state_.total_proofs, state_.total_amount, state_.total_completed,
                          state_.total_failed, clock_.now()});
  return state_;
}

bool EntityReducer::verify_checkpoint(const EntityCheckpoint& checkpoint) {
  return checkpoint.state_hash == hash_of(checkpoint.entity_type, checkpoint.entity_id, checkpoint.total_runs,
                                          checkpoint.total_amount, checkpoint.total_proofs);
}

void EntityReducer::reset() {
  state_ = {state_.entity_type, state_.entity_id};
  checkpoints_.clear();
}

json::Value EntityState::to_json(json::Arena& arena) const {
  json::ArrayBuilder runs(arena);
  for (const std::string& run : run_ids)
    runs.add(std::string_view(run));
  return json::ObjectBuilder(arena)
      .add("entity_type", std::string_view(entity_type))
      .add("entity_id", std::string_view(entity_id))
      .add_integer("total_runs", total_runs)
      .add_integer("total_proofs", total_proofs)
      .add_integer("total_completed", total_completed)
      .add_integer("total_failed", total_failed)
      .add("total_amount", decimal(total_amount, arena))
      .add("run_ids", runs.done())
      .add_optional("latest_run_id", run_ids.empty() ? std::nullopt : std::optional(run_ids.back()))
      .add("state_hash", std::string_view(state_hash))
      .done();
}

json::Value EntityCheckpoint::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("entity_type", std::string_view(entity_type))
      .add("entity_id", std::string_view(entity_id))
      .add("run_id", std::string_view(run_id))
      .add_integer("sequence", sequence)
      .add("state_hash", std::string_view(state_hash))
      .add_integer("total_runs", total_runs)
      .add_integer("total_proofs", total_proofs)
      .add("total_amount", decimal(total_amount, arena))
      .add(
          "status_counts",
          json::ObjectBuilder(arena).add_integer("completed", completed).add_integer("failed", failed).done())
      .add("created_at", std::string_view(iso_offset(created_at)))
      .done();
}

}  // namespace agentnet::sbn::pgdag
