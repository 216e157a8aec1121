#include "core/sbn/pgdag/run.hpp"

#include <algorithm>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {
namespace {

constexpr std::uint32_t kNone = DagIndex::kNone;
const json::Value kEmptyObject = [] {
  static json::Arena arena;
  return json::ObjectBuilder(arena).done();
}();
// Behind a step's id: the members that steps behind it get.
constexpr std::string_view kProofHash = "_proof_hash";
constexpr std::string_view kAnchorHash = "_anchor_hash";
constexpr std::string_view kAnchorType = "_anchor_type";
constexpr std::string_view kOutputsFingerprint = "_outputs_fingerprint";

json::Value object_or_empty(std::string_view name, const json::Value& value, json::Arena& arena) {
  if (value.is_null()) return json::ObjectBuilder(arena).done();
  if (value.is_object()) return value;
  throw Error(Category::usage, "not_an_object", std::string(name) + " must be a JSON object");
}

}  // namespace

Run::Run(const DagTemplate& dag, const Kernel& kernel, RunRequest request)
    : dag_(dag), index_(dag), kernel_(kernel), request_(std::move(request)) {
  if (request_.run_id.empty()) request_.run_id = "run-" + short_id(kernel_.random);
  request_.inputs = object_or_empty("inputs", request_.inputs, arena_);
  request_.config = object_or_empty("config", request_.config, arena_);
  started_at_ = kernel_.clock.now();
  const auto slot = kernel_.layer.open_slot(facts());
  slot_id_ = slot ? *slot : "local-" + short_id(kernel_.random);
  set_up();
  outputs_.merge(request_.inputs);
}

void Run::set_up() {
  const std::size_t count = dag_.nodes.size();
  proof_of_.assign(count, kNone);
  completed_.assign(count, false);
  missing_.resize(count);
  names_.resize(count);
  for (std::uint32_t node = 0; node < count; ++node) {
    missing_[node] = index_.before(node).size() + (index_.never_ready(node) ? 1 : 0);
    if (missing_[node] == 0) available_.push_back(node);
  }
}

void Run::set_origin(std::string slot_id, Instant started_at) {
  slot_id_ = std::move(slot_id);
  started_at_ = started_at;
}

RunFacts Run::facts() const {
  return {request_.run_id, dag_.name, request_.actor};
}

std::vector<std::uint32_t> Run::ready() {
  if (dag_.is_linear()) {
    while (cursor_ < completed_.size() && completed_[cursor_])
      ++cursor_;
    if (cursor_ == completed_.size()) return {};
    return {cursor_};
  }
  std::erase_if(available_, [&](std::uint32_t node) { return completed_[node]; });
  std::sort(available_.begin(), available_.end());
  return available_;
}

const Run::Names& Run::names_of(std::uint32_t node) {
  Names& names = names_[node];
  if (names.proof_hash.empty()) {
    const auto name = [&](std::string_view suffix) {
      return arena_.copy(dag_.nodes[node].id + std::string(suffix));
    };
    names = {name(kProofHash), name(kAnchorHash), name(kAnchorType), name(kOutputsFingerprint)};
  }
  return names;
}

void Run::add_inputs_from(std::uint32_t source, bool with_outputs) {
  const ProofArtifact& proof = proofs_[proof_of_[source]];
  const Names& names = names_of(source);
  const auto put = [&](std::string_view name, std::string_view text) {
    const json::Value* old = outputs_.find(name);
    if (old != nullptr && old->is_string() && old->text() == text) return;
    outputs_.set(name, json::Value::string(arena_, text));
  };
  put(names.proof_hash, proof.proof_hash);
  if (kernel_.profile == Profile::v0_14_0) {
    put(names.anchor_hash, proof.anchor_hash.empty() ? proof.proof_hash : proof.anchor_hash);
    put(names.anchor_type, proof.anchor_type.empty() ? kProofAnchor : std::string_view(proof.anchor_type));
  }
  if (with_outputs) put(names.outputs_fingerprint, proof.outputs_fingerprint);
}

// Without edges every step so far counts. Those told before are among the outputs already, unless a step
// overwrote them.
void Run::add_inputs(std::uint32_t node) {
  if (!dag_.is_linear()) {
    for (const std::uint32_t source : index_.before(node))
      add_inputs_from(source, true);
    return;
  }
  for (const std::uint32_t source : overwritten_)
    add_inputs_from(source, false);
  for (std::size_t i = told_; i < order_.size(); ++i)
    add_inputs_from(order_[i], false);
}

StepEnvelope Run::open(std::uint32_t node) {
  outputs_.mark();
  open_ = node;
  add_inputs(node);
  StepEnvelope envelope{dag_.nodes[node].id, kernel_.spec_version};
  envelope.actor = request_.actor;
  if (kernel_.layer.captures()) {
    json::Arena arena;
    envelope.inputs_fingerprint = kernel_.layer.capture(outputs_.to_json(arena)).value_or("");
  }
  if (envelope.inputs_fingerprint.empty()) envelope.inputs_fingerprint = outputs_.fingerprint();
  envelope.created_at = kernel_.clock.now();
  return envelope;
}

void Run::set_aside() {
  outputs_.roll_back();
  open_.reset();
}

std::optional<ProofArtifact> Run::known(const StepEnvelope& envelope) {
  ProofArtifact proof{envelope.step_id, envelope.spec_version, envelope.inputs_fingerprint};
  if (const ProofArtifact* cached = kernel_.gate.check(proof.idempotency_key())) return *cached;
  const auto hash = kernel_.layer.discover(envelope.inputs_fingerprint);
  if (!hash) return std::nullopt;
  proof.proof_hash = *hash;
  proof.created_at = envelope.created_at;
  return proof;
}

ProofArtifact Run::seal(StepEnvelope envelope, const StepOutcome& outcome) {
  json::Arena arena;
  json::Value outputs = outcome.outputs.is_null() ? kEmptyObject : outcome.outputs;
  json::Value metrics;
  if (outcome.error) {
    outputs = json::ObjectBuilder(arena).add("error", std::string_view(*outcome.error)).done();
    metrics = outputs;
  }
  if (kernel_.layer.captures()) envelope.outputs_fingerprint = kernel_.layer.capture(outputs).value_or("");
  if (envelope.outputs_fingerprint.empty()) envelope.outputs_fingerprint = canonical_fingerprint(outputs);
  ProofArtifact proof = seal_locally(envelope, outcome.error ? ProofStatus::failed : ProofStatus::completed,
                                     domain(), metrics, kernel_.profile, kernel_.random);
  kernel_.layer.seal(proof, envelope, domain(), slot_id_);
  kernel_.gate.store(proof);
  return proof;
}

void Run::merge(const json::Value& object) {
  if (!object.is_object()) return;
  for (const json::Member& member : object.members()) {
    const std::string_view name = member.name.text();
    outputs_.set(name, member.value);
    if (!dag_.is_linear()) continue;
    if (const std::uint32_t told = told_by(name); told != kNone) overwritten_.push_back(told);
  }
}

// The completed step whose member for the steps behind it has that name.
std::uint32_t Run::told_by(std::string_view name) const {
  for (const std::string_view suffix : {kProofHash, kAnchorHash, kAnchorType}) {
    if (!name.ends_with(suffix)) continue;
    const std::uint32_t node = index_.find(name.substr(0, name.size() - suffix.size()));
    if (node != kNone && completed_[node]) return node;
  }
  return kNone;
}

const ProofArtifact& Run::close(std::uint32_t node, const ProofArtifact& proof, const StepOutcome& outcome) {
  if (!proof.succeeded()) {
    if (open_) set_aside();
    return add_proof(node, proof);
  }
  if (!open_) add_inputs(node);
  outputs_.keep();
  open_.reset();
  if (dag_.is_linear()) {
    overwritten_.clear();
    told_ = order_.size();
  }
  merge(outcome.mutations);
  if (kernel_.profile == Profile::v0_14_0) merge(outcome.outputs);
  const ProofArtifact& added = add_proof(node, proof);
  complete(node);
  return added;
}

void Run::complete(std::uint32_t node) {
  if (completed_[node]) return;
  completed_[node] = true;
  order_.push_back(node);
  for (const std::uint32_t next : index_.behind(node)) {
    if (--missing_[next] == 0) available_.push_back(next);
  }
}

const ProofArtifact& Run::add_proof(std::uint32_t node, const ProofArtifact& proof) {
  if (proof_of_[node] == kNone) {
    proof_of_[node] = static_cast<std::uint32_t>(proofs_.size());
    proofs_.push_back(proof);
  } else {
    proofs_[proof_of_[node]] = proof;
  }
  const ProofArtifact& added = proofs_[proof_of_[node]];
  kernel_.layer.emit(added, facts());
  return added;
}

const ProofArtifact& Run::close_unregistered(std::uint32_t node) {
  json::Arena arena;
  const std::string error = "Step function not registered: " + dag_.nodes[node].id;
  ProofArtifact proof{dag_.nodes[node].id, kernel_.spec_version};
  proof.status = ProofStatus::failed;
  proof.metrics = json::to_compact(json::ObjectBuilder(arena).add("error", std::string_view(error)).done());
  proof.created_at = kernel_.clock.now();
  return add_proof(node, proof);
}

const ProofArtifact& Run::interrupt() {
  const std::string last = order_.empty() ? std::string() : dag_.nodes[order_.back()].id;
  proofs_.push_back(kernel_.interruption.proof(last, run_id(), kernel_.spec_version, kernel_.clock.now()));
  return proofs_.back();
}

void Run::wait(std::uint32_t node, WaitEvent event) {
  set_aside();
  event.node_id = dag_.nodes[node].id;
  event_ = std::move(event);
  merge(json::Parser(json::kAsPython).parse(arena_.copy(event_->partial_outputs), arena_));
}

void Run::take_event(const json::Value& event) {
  event_.reset();
  merge(object_or_empty("the event", event, arena_));
}

}  // namespace agentnet::sbn::pgdag
