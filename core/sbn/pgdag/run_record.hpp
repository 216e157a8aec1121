// The record of a run: what is needed to check it offline and to go on with it (agentnet-pgdag-run(5)).
//
//   {"format": "agentnet-pgdag-run/1", "run_id", "status": running | complete | partial | failed |
//    interrupted | waiting, "kernel": "0.14.0" | "0.12.2", "actor", "domain", "spec_version", "slot_id",
//    "started_at", "updated_at", "completed_at" | null, "merkle_root_hash", "commands": {STEP: COMMAND},
//    "template": {…}, "inputs": {…}, "log": [ENTRY, …], "interruption": PROOF | null, "final_outputs"}
//
// An ENTRY is one of
//   {"round": N, "proof": PROOF, "outputs": {…}, "entry_hash": HEX}   a step was sealed
//   {"wait": {…}}                                                    a step waits for this event
//   {"event": {…}}                                                   the event came
//
// Steps of one round were opened together, before any of them was closed, and their outputs were merged in
// the order of the template. The entry hashes are those of the evidence chain "chain:run:RUN_ID"
// (evidence_chain.hpp), so that no entry can be taken out or moved. Proofs are as in RunResult. Outputs of a
// failed step are {"error": TEXT}.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/sbn/pgdag/evidence_chain.hpp"
#include "core/sbn/pgdag/run.hpp"

namespace agentnet::sbn::pgdag {

inline constexpr std::string_view kRecordFormat = "agentnet-pgdag-run/1";
inline constexpr std::string_view kRunning = "running";
inline constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 30;
inline constexpr std::size_t kMaxRecordRunIdBytes = 128;

// 1 to kMaxRecordRunIdBytes of a-z A-Z 0-9 . _ : -, not beginning with a point: it names a file.
bool is_record_run_id(std::string_view text);

struct RecordEntry {
  enum class Kind : std::uint8_t { step, wait, event };
  Kind kind = Kind::step;
  std::int64_t round = 0;
  ProofArtifact proof = {};
  std::string text = "{}";  // JSON: the outputs, what is waited for, or the event
  std::string entry_hash = {};
};

struct RunRecord {
  std::string run_id;
  std::string status{kRunning};
  Profile profile = kDefaultProfile;
  std::string actor = {};
  std::string domain = "general";
  std::string spec_version = "1.0";
  std::string slot_id = {};
  Instant started_at = {};
  Instant updated_at = {};
  std::optional<Instant> completed_at = {};
  std::string merkle_root_hash = {};
  std::map<std::string, std::string> commands = {};
  std::string dag = "{}";     // JSON of the template
  std::string inputs = "{}";  // JSON
  std::vector<RecordEntry> log = {};
  std::optional<ProofArtifact> interruption = {};
  std::string final_outputs = "null";
  std::int64_t steps = 0;      // how many of the log are steps
  std::string head_hash = {};  // the entry hash of the last of them

  void add_step(std::int64_t round, const ProofArtifact& proof, std::string outputs);
  void add_wait(const WaitEvent& event);
  void add_event(std::string event);
  // Takes out the failed steps and the interruption, which a run that goes on does again.
  void forget_failures();
  std::int64_t next_round() const;
  const RecordEntry* waits() const;  // the last entry, when it is a wait
  // Takes over where the run stands.
  void take(const RunResult& result);

  std::string write() const;
  // Throws Error usage/bad_record: no such format, a member missing or of a wrong kind.
  static RunRecord read(std::string_view text);
};

// One thing that does not hold: where (a step, or a member of the record) and what.
struct RecordFault {
  std::string where;
  std::string what;
};

// A recorded run, done again with the recorded outputs. Everything that can be computed is: the order of the
// steps, both fingerprints and the proof hash of each, the entry hashes, and at the end the Merkle root, the
// status and the final outputs. Stops at the first step that cannot be done again.
class Replay {
 public:
  // The kernel's own members are taken from the record. Throws Error usage: what DagTemplate and Run throw.
  Replay(const RunRecord& record, const Clock& clock, Random& random);

  Run& run() { return *run_; }
  const std::vector<RecordFault>& faults() const { return faults_; }
  // The faults of the record's end, too.
  const std::vector<RecordFault>& check_end();
  InterruptionHandler& interruption() { return interruption_; }

 private:
  void replay_log();
  bool replay_round(std::span<const RecordEntry> round);
  bool open(std::uint32_t node, const RecordEntry& entry);
  void close(std::uint32_t node, const RecordEntry& entry);
  void check_chain();
  void fault(std::string where, std::string what) { faults_.push_back({std::move(where), std::move(what)}); }

  const RunRecord& record_;
  json::Document dag_text_;
  json::Document inputs_;
  DagTemplate dag_;
  IdempotencyGate gate_;
  InterruptionHandler interruption_;
  RunLayer alone_;
  std::vector<RecordFault> faults_;
  std::unique_ptr<Run> run_;
  std::optional<DagIndex> index_;
  bool whole_ = true;
};

}  // namespace agentnet::sbn::pgdag
