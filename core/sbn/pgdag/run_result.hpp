// How a run ended, or where it waits (wire reference sbn, f.2).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/sbn/pgdag/reducer.hpp"

namespace agentnet::sbn::pgdag {

// What a step waits for: an event from outside, which resuming hands it.
struct WaitEvent {
  std::string event_type;
  std::string event_key = {};
  std::string node_id = {};
  std::string partial_outputs = "{}";  // JSON of an object: goes to the outputs at once
  std::string metadata = "{}";         // the same; for whoever waits

  // {event_type, event_key, node_id, partial_outputs, metadata}.
  json::Value to_json(json::Arena& arena) const;
  // Throws Error usage/bad_event unless it is an object with an event_type and the kinds above; the other
  // members may be absent.
  static WaitEvent from_json(const json::Value& value);
};

struct NodeResult {
  bool success = false;
  std::optional<std::string> error;  // the metric of that name
};

struct RunResult {
  Profile profile = kDefaultProfile;
  std::string run_id;
  std::string template_name;
  RunStatus status = RunStatus::partial;
  std::vector<ProofArtifact> proofs;  // in the order they came
  std::string merkle_root_hash;
  std::string slot_id;
  std::optional<std::string> slot_receipt_id;
  Instant started_at;
  std::optional<Instant> completed_at;  // none while it waits
  std::optional<WaitEvent> wait_event;
  std::string final_outputs = "{}";   // JSON
  std::string resume_state = "null";  // JSON; null unless it waits, and in 0.12.2

  bool success() const { return status == RunStatus::complete; }
  bool waiting() const { return status == RunStatus::waiting; }
  static NodeResult node_result(const ProofArtifact& proof);
  json::Value to_json(json::Arena& arena) const;
};

// {STEP: proof, …}.
json::Value proofs_to_json(const std::vector<ProofArtifact>& proofs, Profile profile, json::Arena& arena);

}  // namespace agentnet::sbn::pgdag
