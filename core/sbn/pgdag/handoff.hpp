// What one product's workflow hands to another's (wire reference sbn, f.7).
#pragma once

#include <string>

#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

struct HandoffEnvelope {
  std::string source_product;
  std::string source_template;
  std::string source_run_id;
  std::string source_slot_id = {};  // no hash covers it
  std::string source_merkle_root = {};
  std::string target_product = {};
  std::string target_template = {};
  json::Value payload = {};  // an object, or null for {}; must outlive this
  std::string payload_hash = {};
  std::string handoff_hash = {};
  std::string block_ref = {};
  Instant created_at = {};

  // Without the payload.
  json::Value to_json(json::Arena& arena) const;
};

// Fills in both hashes and the time. `payload_hash` may be given, as a network's capture gives it.
HandoffEnvelope build_handoff(HandoffEnvelope envelope, Instant now);

// Whether there is a handoff hash and the payload is the one that was hashed. As in the original the handoff
// hash itself is not computed again: handoff_holds does.
bool validate_upstream_proof(const HandoffEnvelope& envelope);
bool handoff_holds(const HandoffEnvelope& envelope);

}  // namespace agentnet::sbn::pgdag
