// Folds the proofs of a run into its state (wire reference sbn, f.2 and f.5).
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

enum class RunStatus : std::uint8_t { complete, partial, failed, interrupted, waiting };
std::string_view status_name(RunStatus status);
// Throws Error usage/bad_status.
RunStatus run_status_of(std::string_view name);

struct RunState {
  std::string run_id;
  RunStatus status = RunStatus::partial;
  std::vector<std::string> completed_steps = {};  // in the order they were folded, each once
  std::vector<std::string> failed_steps = {};
  std::vector<std::string> interrupted_steps = {};
  std::optional<std::string> pending_from = {};  // the first expected step without a proof
  std::optional<std::string> last_completed_step = {};
  std::string merkle_root_hash = {};
  std::string metrics = "{}";  // those of all proofs, of one name the later one
  Instant reduced_at = {};

  json::Value to_json(json::Arena& arena) const;
};

// Interrupted goes before failed, failed before complete (every expected step has a proof), else partial.
// The root is over the proof hashes of the expected steps that have a proof, failed ones too, in the order
// they are expected in; a proof of another step counts for nothing there. Cost of fold: that of one proof;
// of state: that of all.
class Reducer {
 public:
  explicit Reducer(std::vector<std::string> expected_steps, std::string run_id = {})
      : expected_(std::move(expected_steps)), run_id_(std::move(run_id)) {}

  void fold(const ProofArtifact& proof);
  RunState state(Instant now) const;
  RunStatus status() const;
  std::string root() const;
  void reset();

 private:
  std::vector<std::string> expected_;
  std::string run_id_;
  std::unordered_map<std::string, std::string> hashes_;  // by step; of the last proof folded
  std::vector<std::string> completed_;
  std::vector<std::string> failed_;
  std::vector<std::string> interrupted_;
  std::unordered_set<std::string> lists_;  // "STATUS:STEP" of what those three hold
  std::vector<std::string> metrics_;       // of the proofs that have any
};

}  // namespace agentnet::sbn::pgdag
