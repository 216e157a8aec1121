#include "core/sbn/pgdag/reducer.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {
namespace {

json::Value list_of(const std::vector<std::string>& texts, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string& text : texts)
    list.add(std::string_view(text));
  return list.done();
}

constexpr RunStatus kStatuses[] = {RunStatus::complete, RunStatus::partial, RunStatus::failed,
                                   RunStatus::interrupted, RunStatus::waiting};

}  // namespace

std::string_view status_name(RunStatus status) {
  switch (status) {
    case RunStatus::complete:
      return "complete";
    case RunStatus::partial:
      return "partial";
    case RunStatus::failed:
      return "failed";
    case RunStatus::interrupted:
      return "interrupted";
    case RunStatus::waiting:
      break;
  }
  return "waiting";
}

RunStatus run_status_of(std::string_view name) {
  for (const RunStatus status : kStatuses) {
    if (status_name(status) == name) return status;
  }
  throw Error(Category::usage, "bad_status", "'" + std::string(name) + "' is no status of a run");
}

json::Value RunState::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("run_id", std::string_view(run_id))
      .add("status", status_name(status))
      .add("completed_steps", list_of(completed_steps, arena))
      .add("failed_steps", list_of(failed_steps, arena))
      .add("interrupted_steps", list_of(interrupted_steps, arena))
      .add_optional("pending_from", pending_from)
      .add_optional("last_completed_step", last_completed_step)
      .add("merkle_root_hash", std::string_view(merkle_root_hash))
      .add("metrics", json::Parser(json::kAsPython).parse(arena.copy(metrics), arena))
      .add("reduced_at", std::string_view(iso_offset(reduced_at)))
      .done();
}

void Reducer::fold(const ProofArtifact& proof) {
  hashes_.insert_or_assign(proof.step_id, proof.proof_hash);
  std::vector<std::string>& list = proof.succeeded()                          ? completed_
                                   : proof.status == ProofStatus::interrupted ? interrupted_
                                                                              : failed_;
  const std::string key = std::string(status_name(proof.status)) + ":" + proof.step_id;
  if (lists_.insert(key).second) list.push_back(proof.step_id);
  if (proof.metrics != "{}") metrics_.push_back(proof.metrics);
}

RunStatus Reducer::status() const {
  if (!interrupted_.empty()) return RunStatus::interrupted;
  if (!failed_.empty()) return RunStatus::failed;
  const bool all = std::all_of(expected_.begin(), expected_.end(),
                               [&](const std::string& step) { return hashes_.contains(step); });
  return all ? RunStatus::complete : RunStatus::partial;
}

std::string Reducer::root() const {
  std::vector<std::string> hashes;
  hashes.reserve(expected_.size());
  for (const std::string& step : expected_) {
    if (const auto found = hashes_.find(step); found != hashes_.end()) hashes.push_back(found->second);
  }
  return merkle_root(hashes);
}

RunState Reducer::state(Instant now) const {
  RunState state{run_id_, status(), completed_, failed_, interrupted_};
  for (const std::string& step : expected_) {
    if (hashes_.contains(step)) continue;
    state.pending_from = step;
    break;
  }
  if (!completed_.empty()) state.last_completed_step = completed_.back();
  state.merkle_root_hash = root();
  json::Arena arena;
  json::ObjectBuilder all(arena);
  for (const std::string& text : metrics_) {
    for (const json::Member& member : json::Parser(json::kAsPython).parse(text, arena).members())
      all.add(member);
  }
  state.metrics = json::to_compact(json::without_duplicates(all.done(), arena));
  state.reduced_at = now;
  return state;
}

void Reducer::reset() {
  hashes_.clear();
  completed_.clear();
  failed_.clear();
  interrupted_.clear();
  lists_.clear();
  metrics_.clear();
}

}  // namespace agentnet::sbn::pgdag
