#include "core/sbn/pgdag/handoff.hpp"

#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {
namespace {

std::string payload_hash_of(const HandoffEnvelope& envelope) {
  json::Arena arena;
  return canonical_fingerprint(envelope.payload.is_null() ? json::ObjectBuilder(arena).done()
                                                          : envelope.payload);
}

std::string handoff_hash_of(const HandoffEnvelope& envelope) {
  json::Arena arena;
  return canonical_fingerprint(json::ObjectBuilder(arena)
                                   .add("source_product", std::string_view(envelope.source_product))
                                   .add("source_template", std::string_view(envelope.source_template))
                                   .add("source_run_id", std::string_view(envelope.source_run_id))
                                   .add("source_merkle_root", std::string_view(envelope.source_merkle_root))
                                   .add("target_product", std::string_view(envelope.target_product))
                                   .add("target_template", std::string_view(envelope.target_template))
                                   .add("payload_hash", std::string_view(envelope.payload_hash))
                                   .done());
}

}  // namespace

HandoffEnvelope build_handoff(HandoffEnvelope envelope, Instant now) {
  if (envelope.payload_hash.empty()) envelope.payload_hash = payload_hash_of(envelope);
  envelope.handoff_hash = handoff_hash_of(envelope);
  envelope.created_at = now;
  return envelope;
}

bool validate_upstream_proof(const HandoffEnvelope& envelope) {
  return !envelope.handoff_hash.empty() && envelope.payload_hash == payload_hash_of(envelope);
}

bool handoff_holds(const HandoffEnvelope& envelope) {
  return validate_upstream_proof(envelope) && envelope.handoff_hash == handoff_hash_of(envelope);
}

json::Value HandoffEnvelope::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("source_product", std::string_view(source_product))
      .add("source_template", std::string_view(source_template))
      .add("source_run_id", std::string_view(source_run_id))
      .add("source_slot_id", std::string_view(source_slot_id))
      .add("source_merkle_root", std::string_view(source_merkle_root))
      .add("target_product", std::string_view(target_product))
      .add("target_template", std::string_view(target_template))
      .add("payload_hash", std::string_view(payload_hash))
      .add("handoff_hash", std::string_view(handoff_hash))
      .add("block_ref", std::string_view(block_ref))
      .add("created_at", std::string_view(iso_offset(created_at)))
      .done();
}

}  // namespace agentnet::sbn::pgdag
