// A recorded run, done again.
#include <algorithm>

#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"
#include "core/sbn/pgdag/run_record.hpp"

namespace agentnet::sbn::pgdag {
namespace {

std::optional<std::string> error_of(const ProofArtifact& proof) {
  if (proof.succeeded()) return std::nullopt;
  return RunResult::node_result(proof).error.value_or("");
}

std::string differs(std::string_view what) {
  return std::string(what) + " is not what the record's own data gives";
}

}  // namespace

Replay::Replay(const RunRecord& record, const Clock& clock, Random& random)
    : record_(record), dag_text_(json::parse(record.dag)), inputs_(json::parse(record.inputs)) {
  dag_ = DagTemplate::from_json(dag_text_.root);
  index_.emplace(dag_);
  const Kernel kernel{clock,  random,         gate_,         interruption_,
                      alone_, record.profile, record.domain, record.spec_version};
  run_ = std::make_unique<Run>(dag_, kernel, RunRequest{inputs_.root, record.actor, {}, record.run_id});
  run_->set_origin(record.slot_id, record.started_at);
  replay_log();
  check_chain();
}

void Replay::replay_log() {
  std::span<const RecordEntry> left = record_.log;
  while (!left.empty() && whole_) {
    const RecordEntry& first = left.front();
    if (first.kind == RecordEntry::Kind::step) {
      const auto end = std::find_if(left.begin(), left.end(), [&](const RecordEntry& entry) {
        return entry.kind != RecordEntry::Kind::step || entry.round != first.round;
      });
      const auto count = static_cast<std::size_t>(end - left.begin());
      whole_ = replay_round(left.first(count));
      left = left.subspan(count);
      continue;
    }
    const json::Value value = json::Parser().parse(run_->arena().copy(first.text), run_->arena());
    if (first.kind == RecordEntry::Kind::wait) {
      WaitEvent event = WaitEvent::from_json(value);
      const std::uint32_t node = index_->find(event.node_id);
      whole_ = node != DagIndex::kNone;
      if (whole_) {
        run_->open(node);
        run_->wait(node, std::move(event));
      } else {
        fault("log", "what waits is no step of the template");
      }
    } else if (run_->waits_for()) {
      run_->take_event(value);
    } else {
      fault("log", "an event came that no step waits for");
    }
    left = left.subspan(1);
  }
}

// Opens all steps of the round, then closes them in the order of the template.
bool Replay::replay_round(std::span<const RecordEntry> round) {
  std::vector<std::pair<std::uint32_t, const RecordEntry*>> steps;
  const std::vector<std::uint32_t> ready = run_->ready();
  for (const RecordEntry& entry : round) {
    const std::uint32_t node = index_->find(entry.proof.step_id);
    if (node == DagIndex::kNone) {
      fault(entry.proof.step_id, "it is no step of the template");
      return false;
    }
    if (!std::binary_search(ready.begin(), ready.end(), node)) {
      fault(entry.proof.step_id, "it ran before the steps that come before it, or twice");
      return false;
    }
    steps.emplace_back(node, &entry);
  }
  std::sort(steps.begin(), steps.end());
  for (const auto& [node, entry] : steps)
    open(node, *entry);
  for (const auto& [node, entry] : steps)
    close(node, *entry);
  return true;
}

bool Replay::open(std::uint32_t node, const RecordEntry& entry) {
  const ProofArtifact& proof = entry.proof;
  const StepEnvelope envelope = run_->open(node);
  run_->set_aside();
  const std::size_t before = faults_.size();
  if (envelope.inputs_fingerprint != proof.inputs_fingerprint)
    fault(proof.step_id, differs("inputs_fingerprint"));
  if (proof.spec_version != record_.spec_version) fault(proof.step_id, "its spec_version is another one");
  const json::Document outputs = json::parse(entry.text);
  if (canonical_fingerprint(outputs.root) != proof.outputs_fingerprint)
    fault(proof.step_id, differs("outputs_fingerprint"));
  StepEnvelope sealed{proof.step_id, proof.spec_version, proof.inputs_fingerprint, proof.outputs_fingerprint,
                      record_.actor, proof.created_at};
  const json::Document metrics = json::parse(proof.metrics);
  const std::string_view domain = dag_.domain.empty() ? record_.domain : dag_.domain;
  if (crypto::sha256_hex(local_seal_text(sealed, proof.status, domain, metrics.root)) != proof.proof_hash)
    fault(proof.step_id, differs("proof_hash"));
  return faults_.size() == before;
}

void Replay::close(std::uint32_t node, const RecordEntry& entry) {
  StepOutcome outcome;
  outcome.error = error_of(entry.proof);
  if (!outcome.error) outcome.outputs = json::Parser().parse(run_->arena().copy(entry.text), run_->arena());
  run_->close(node, entry.proof, outcome);
}

void Replay::check_chain() {
  EvidenceEntry expected{chain_id("run", record_.run_id)};
  expected.run_id = record_.run_id;
  for (const RecordEntry& entry : record_.log) {
    if (entry.kind != RecordEntry::Kind::step) continue;
    expected.proof_hash = entry.proof.proof_hash;
    expected.step_id = entry.proof.step_id;
    if (entry.entry_hash != expected.computed_hash()) {
      fault(entry.proof.step_id, "entry_hash mismatch at seq " + std::to_string(expected.sequence));
      return;
    }
    ++expected.sequence;
    expected.prev_hash = entry.entry_hash;
  }
}

const std::vector<RecordFault>& Replay::check_end() {
  if (!whole_) return faults_;
  const bool running = record_.status == kRunning;
  const std::string status(record_.interruption ? "interrupted" : std::string(status_name(run_->status())));
  if (!running && status != record_.status) fault("status", differs("status"));
  const bool ended = !running && !run_->waits_for();
  if (ended && run_->root() != record_.merkle_root_hash)
    fault("merkle_root_hash", differs("merkle_root_hash"));
  if (!running) {
    const json::Document outputs = json::parse(record_.final_outputs);
    if (!outputs.root.is_object() || canonical_fingerprint(outputs.root) != run_->outputs().fingerprint())
      fault("final_outputs", differs("final_outputs"));
  }
  return faults_;
}

}  // namespace agentnet::sbn::pgdag
