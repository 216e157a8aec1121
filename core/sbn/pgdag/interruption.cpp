#include "core/sbn/pgdag/interruption.hpp"

#include "core/json/write.hpp"

namespace agentnet::sbn::pgdag {

json::Value InterruptionSignal::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("signal_type", std::string_view(signal_type))
      .add("signal_hash", std::string_view(signal_hash))
      .add("source", std::string_view(source))
      .add("reason", std::string_view(reason))
      .add("received_at", std::string_view(iso_offset(received_at)))
      .done();
}

ProofArtifact InterruptionHandler::proof(const std::string& last_completed_step, const std::string& run_id,
                                         const std::string& spec_version, Instant now) const {
  json::Arena arena;
  const json::Value signal = signal_ ? signal_->to_json(arena) : json::ObjectBuilder(arena).done();
  ProofArtifact proof{.step_id = std::string(kInterruptedStep), .spec_version = spec_version};
  proof.inputs_fingerprint = "interrupt:" + run_id + ":" + last_completed_step;
  if (signal_) proof.proof_hash = signal_->signal_hash;
  proof.status = ProofStatus::interrupted;
  proof.metrics = json::to_compact(json::ObjectBuilder(arena)
                                       .add("last_completed_step", std::string_view(last_completed_step))
                                       .add("run_id", std::string_view(run_id))
                                       .add("signal", signal)
                                       .done());
  proof.created_at = now;
  return proof;
}

}  // namespace agentnet::sbn::pgdag
