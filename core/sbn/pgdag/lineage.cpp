#include "core/sbn/pgdag/lineage.hpp"

#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"
#include "core/sbn/pgdag/numbers.hpp"

namespace agentnet::sbn::pgdag {
namespace {

std::string chain_of(const std::string& engine_id) {
  return chain_id("cdna", engine_id);
}

}  // namespace

const CdnaRecord& LineageManager::seed(const std::string& engine_id, const std::string& cdna,
                                       const std::string& spec_version) {
  if (options_.chains != nullptr) options_.chains->ensure_chain(chain_of(engine_id));
  return records_[engine_id] = {engine_id, cdna, 0, spec_version, now()};
}

const CdnaRecord* LineageManager::current(const std::string& engine_id) const {
  const auto found = records_.find(engine_id);
  return found == records_.end() ? nullptr : &found->second;
}

const std::vector<MutationProof>& LineageManager::history(const std::string& engine_id) const {
  static const std::vector<MutationProof> kNone;
  const auto found = history_.find(engine_id);
  return found == history_.end() ? kNone : found->second;
}

std::optional<MutationProof> LineageManager::check_and_mutate(const std::string& engine_id,
                                                              double yield_score, double entropy_score,
                                                              const std::string& regime_level) {
  const MutationThresholds& limits = options_.thresholds;
  if (!limits.ask_for_mutation(yield_score, entropy_score)) return std::nullopt;
  MutationTrigger trigger{MutationStrategy::entropy_yield, yield_score, entropy_score, limits, regime_level};
  trigger.reasoning = "yield " + fixed(yield_score, 4) + " < " + repr(limits.yield) + ", entropy " +
                      fixed(entropy_score, 4) + " > " + repr(limits.entropy);
  return apply(engine_id, trigger);
}

std::optional<MutationProof> LineageManager::apply_drift_mutation(const std::string& engine_id,
                                                                  const DriftReport& drift,
                                                                  double yield_score, double entropy_score) {
  return apply(engine_id, {MutationStrategy::drift_correction, yield_score, entropy_score,
                           options_.thresholds, "", drift.magnitude, drift.reasoning});
}

std::optional<MutationProof> LineageManager::apply_regime_mutation(const std::string& engine_id,
                                                                   const std::string& new_regime,
                                                                   const std::string& reasoning,
                                                                   double yield_score, double entropy_score) {
  return apply(engine_id,
               {MutationStrategy::regime_adaptation, yield_score, entropy_score, options_.thresholds,
                new_regime, 0.0, reasoning.empty() ? "regime changed to " + new_regime : reasoning});
}

std::optional<MutationProof> LineageManager::apply_manual_mutation(const std::string& engine_id,
                                                                   const std::string& reasoning) {
  return apply(engine_id, {MutationStrategy::manual, 0.0, 0.0, options_.thresholds, "", 0.0, reasoning});
}

std::optional<MutationProof> LineageManager::apply(const std::string& engine_id,
                                                   const MutationTrigger& trigger) {
  const CdnaRecord* record = current(engine_id);
  if (record == nullptr) return std::nullopt;
  MutationProof proof = mutate(*record, trigger, now());
  seal(proof);
  records_[engine_id] = proof.after;
  history_[engine_id].push_back(proof);
  return proof;
}

void LineageManager::seal(MutationProof& proof) {
  json::Arena arena;
  const json::Value payload = proof.seal_payload(arena);
  const std::string& engine_id = proof.after.engine_id;
  ProofArtifact artifact{std::string(kMutationKind), proof.after.spec_version};
  artifact.proof_hash = canonical_fingerprint(payload);
  if (options_.sealed) {
    StepEnvelope envelope{artifact.step_id, artifact.spec_version};
    envelope.inputs_fingerprint =
        canonical_fingerprint(json::ObjectBuilder(arena)
                                  .add("engine_id", std::string_view(engine_id))
                                  .add("before_cdna", std::string_view(proof.before.cdna))
                                  .done());
    envelope.outputs_fingerprint = artifact.proof_hash;
    envelope.created_at = proof.sealed_at;
    const json::Value metrics =
        json::ObjectBuilder(arena).add("strategy", strategy_name(proof.trigger.strategy)).done();
    artifact = seal_locally(envelope, ProofStatus::completed, kCdnaDomain, metrics, options_.profile,
                            options_.random);
  }
  proof.proof_hash = artifact.proof_hash;
  proof.block_ref = artifact.block_ref;
  if (options_.chains == nullptr) return;
  const json::Value metadata =
      json::ObjectBuilder(arena).add("trigger", strategy_name(proof.trigger.strategy)).done();
  options_.chains->append(chain_of(engine_id), artifact,
                          "mutation-" + engine_id + "-gen" + std::to_string(proof.after.generation),
                          json::to_compact(metadata));
}

json::Value LineageManager::evolution_timeline(const std::string& engine_id, json::Arena& arena) const {
  const CdnaRecord* record = current(engine_id);
  const std::vector<MutationProof>& proofs = history(engine_id);
  json::ArrayBuilder mutations(arena);
  for (const MutationProof& proof : proofs)
    mutations.add(proof.to_json(arena));
  const auto text = [&](const std::string CdnaRecord::*member) {
    return record == nullptr ? std::optional<std::string>() : std::optional(record->*member);
  };
  return json::ObjectBuilder(arena)
      .add("engine_id", std::string_view(engine_id))
      .add_optional("current_cdna", text(&CdnaRecord::cdna))
      .add_integer("generation", record == nullptr ? 0 : record->generation)
      .add_optional("spec_version", text(&CdnaRecord::spec_version))
      .add_integer("mutation_count", static_cast<std::int64_t>(proofs.size()))
      .add("mutations", mutations.done())
      .add("lineage_chain", std::string_view(chain_of(engine_id)))
      .done();
}

json::Value LineageManager::all_engines_summary(json::Arena& arena) const {
  json::ArrayBuilder engines(arena);
  for (const auto& [engine_id, record] : records_) {
    engines.add(json::ObjectBuilder(arena)
                    .add("engine_id", std::string_view(engine_id))
                    .add("cdna", std::string_view(record.cdna))
                    .add_integer("generation", record.generation)
                    .add("spec_version", std::string_view(record.spec_version))
                    .add("created_at", std::string_view(iso_offset(record.created_at)))
                    .add_integer("mutation_count", static_cast<std::int64_t>(history(engine_id).size()))
                    .add("chain_id", std::string_view(chain_of(engine_id)))
                    .done());
  }
  return json::ObjectBuilder(arena)
      .add("engines", engines.done())
      .add_integer("total", static_cast<std::int64_t>(records_.size()))
      .done();
}

}  // namespace agentnet::sbn::pgdag
