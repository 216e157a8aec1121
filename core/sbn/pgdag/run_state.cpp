// Where a run stands, as a value and as the state that it is resumed from.
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"
#include "core/sbn/pgdag/run.hpp"

namespace agentnet::sbn::pgdag {
namespace {

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Category::usage, "bad_resume_state", "the resume state is not usable: " + what);
}

const json::Value& member(const json::Value& state, std::string_view name, json::Kind kind) {
  const json::Value* found = state.find(name);
  if (found == nullptr || found->kind() != kind) refuse(std::string(name) + " is missing or of a wrong kind");
  return *found;
}

std::string text(const json::Value& state, std::string_view name) {
  return std::string(member(state, name, json::Kind::string).text());
}

}  // namespace

Run::Run(const DagTemplate& dag, const Kernel& kernel, const json::Value& state, const json::Value& event)
    : dag_(dag), index_(dag), kernel_(kernel) {
  if (!state.is_object()) refuse("it must be an object");
  if (text(state, "template_name") != dag.name) {
    throw Error(Category::usage, "wrong_template",
                "the resume state is of the template '" + text(state, "template_name") + "'");
  }
  request_.run_id = text(state, "run_id");
  request_.actor = text(state, "actor");
  request_.inputs = member(state, "initial_inputs", json::Kind::object);
  request_.config = json::ObjectBuilder(arena_).done();
  slot_id_ = text(state, "slot_id");
  const auto started = parse_iso(text(state, "started_at"));
  if (!started) refuse("started_at is no time");
  started_at_ = *started;
  set_up();
  for (const json::Member& each : member(state, "proofs", json::Kind::object).members()) {
    const std::uint32_t node = index_.find(each.name.text());
    if (node == DagIndex::kNone) refuse("it has a proof of a step that the template does not have");
    proof_of_[node] = static_cast<std::uint32_t>(proofs_.size());
    proofs_.push_back(ProofArtifact::from_json(each.value));
  }
  for (const json::Value& step : member(state, "completed_steps", json::Kind::array).items()) {
    const std::uint32_t node = step.is_string() ? index_.find(step.text()) : DagIndex::kNone;
    if (node == DagIndex::kNone || proof_of_[node] == DagIndex::kNone)
      refuse("a completed step is unknown or has no proof");
    complete(node);
  }
  outputs_.merge(member(state, "current_outputs", json::Kind::object));
  take_event(event);
}

std::string Run::resume_state() {
  json::Arena arena;
  json::ArrayBuilder steps(arena);
  for (const std::uint32_t node : order_)
    steps.add(std::string_view(dag_.nodes[node].id));
  return json::to_compact(json::ObjectBuilder(arena)
                              .add("run_id", std::string_view(request_.run_id))
                              .add("template_name", std::string_view(dag_.name))
                              .add("workflow_id", json::Value())
                              .add("actor", std::string_view(request_.actor))
                              .add("slot_id", std::string_view(slot_id_))
                              .add_boolean("owns_slot", true)
                              .add("started_at", std::string_view(iso_offset(started_at_)))
                              .add("initial_inputs", request_.inputs)
                              .add("current_outputs", outputs_.to_json(arena))
                              .add("completed_steps", steps.done())
                              .add("proofs", proofs_to_json(proofs_, kernel_.profile, arena))
                              .add("wait_event", event_->to_json(arena))
                              .done(),
                          json::Text::ascii);
}

RunStatus Run::status() const {
  if (event_) return RunStatus::waiting;
  bool failed = false;
  for (const ProofArtifact& proof : proofs_) {
    if (proof.status == ProofStatus::interrupted) return RunStatus::interrupted;
    failed = failed || proof.status == ProofStatus::failed;
  }
  if (failed) return RunStatus::failed;
  for (const std::uint32_t proof : proof_of_) {
    if (proof == DagIndex::kNone) return RunStatus::partial;
  }
  return RunStatus::complete;
}

// In the order the nodes are declared in, whatever order they ran in.
std::string Run::root() const {
  std::vector<std::string> hashes;
  hashes.reserve(proof_of_.size());
  for (const std::uint32_t proof : proof_of_) {
    if (proof != DagIndex::kNone) hashes.push_back(proofs_[proof].proof_hash);
  }
  return merkle_root(hashes);
}

RunResult Run::result() {
  RunResult result;
  result.profile = kernel_.profile;
  result.run_id = run_id();
  result.template_name = dag_.name;
  result.status = status();
  result.proofs = proofs_;
  result.slot_id = slot_id_;
  result.started_at = started_at_;
  result.wait_event = event_;
  json::Arena arena;
  result.final_outputs = json::to_compact(outputs_.to_json(arena), json::Text::ascii);
  if (!event_) {
    result.merkle_root_hash = root();
    kernel_.layer.close_slot(slot_id_);
    result.completed_at = kernel_.clock.now();
  } else if (kernel_.profile == Profile::v0_14_0) {
    result.resume_state = resume_state();
  }
  return result;
}

}  // namespace agentnet::sbn::pgdag
