#include "core/sbn/pgdag/network_layer.hpp"

#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {
namespace {

constexpr std::int64_t kGenerationInterval = 60;
constexpr std::string_view kSlotNames[] = {"id", "slot_id"};
constexpr std::string_view kHashNames[] = {"hash", "snapchore_hash"};
constexpr std::string_view kCaptureMetrics[] = {"snapchore_inputs_capture", "snapchore_outputs_capture"};

// What the network may do without: its faults are the network's business.
template <typename Work>
auto attempt(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error&) {
    return {};
  }
}

std::string text_of(const json::Value& answer, std::string_view name) {
  const json::Value* member = answer.find(name);
  return member != nullptr && member->is_string() ? std::string(member->text()) : std::string();
}

std::string first_text(const json::Value& answer, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (std::string text = text_of(answer, name); !text.empty()) return text;
  }
  return {};
}

// The object under `data`, where there is one.
const json::Value& unwrapped(const json::Value& answer) {
  const json::Value* data = answer.find("data");
  return data != nullptr && data->is_object() ? *data : answer;
}

std::string slot_target(const std::string& slot_id, std::string_view action) {
  return "/slots/" + slot_id + "/" + std::string(action);
}

}  // namespace

std::optional<std::string> NetworkLayer::open_slot(const RunFacts& facts) {
  if (profile_ == Profile::v0_12_2) return std::nullopt;
  return attempt([&]() -> std::optional<std::string> {
    json::Arena arena;
    const json::Value metadata = json::ObjectBuilder(arena)
                                     .add("source", "pgdag_runtime")
                                     .add("slot_type", "execution")
                                     .add("orphan_strategy", "reap_if_idle")
                                     .add("run_id", facts.run_id)
                                     .add("template", facts.template_name)
                                     .add("actor", facts.actor)
                                     .done();
    const json::Document answer =
        client_.post("/slots", json::ObjectBuilder(arena)
                                   .add("worker_id", facts.actor)
                                   .add("task_type", facts.template_name)
                                   .add_integer("generation_interval", kGenerationInterval)
                                   .add("metadata", metadata)
                                   .done());
    std::string id = first_text(unwrapped(answer.root), kSlotNames);
    has_slot_ = !id.empty();
    return has_slot_ ? std::optional(std::move(id)) : std::nullopt;
  });
}

void NetworkLayer::close_slot(const std::string& slot_id) {
  if (!has_slot_) return;
  json::Arena arena;
  attempt([&] { return client_.post(slot_target(slot_id, "close"), json::ObjectBuilder(arena).done()); });
}

std::optional<json::Document> NetworkLayer::captured(const json::Value& data) {
  return attempt([&] { return std::optional(client_.capture(data)); });
}

std::optional<std::string> NetworkLayer::capture(const json::Value& data) {
  std::optional<json::Document> answer = captured(data);
  const std::string hash = answer ? first_text(answer->root, kHashNames) : std::string();
  if (profile_ == Profile::v0_12_2) return hash.empty() ? std::nullopt : std::optional(hash);
  captures_.push_back(answer ? *std::move(answer) : json::Document());
  return std::nullopt;
}

void NetworkLayer::seal_with_captures(ProofArtifact& proof, const StepEnvelope& envelope) {
  json::Arena arena;
  json::ObjectBuilder metrics(arena);
  const json::Document own = json::parse(proof.metrics, json::kAsPython);
  for (const json::Member& member : own.root.members()) {
    metrics.add(member);
    if (member.name.text() != "fingerprint_mode") continue;
    for (std::size_t i = 0; i < captures_.size() && i < std::size(kCaptureMetrics); ++i) {
      if (captures_[i].root.is_object()) metrics.add(kCaptureMetrics[i], captures_[i].root);
    }
  }
  const json::Value all = metrics.done();
  proof.metrics = json::to_compact(all);
  proof.proof_hash = crypto::sha256_hex(local_seal_text(envelope, proof.status, std::nullopt, all));
  proof.anchor_hash = proof.proof_hash;
  captures_.clear();
}

std::optional<std::string> NetworkLayer::discover(const std::string& inputs_fingerprint) {
  if (profile_ == Profile::v0_14_0) return std::nullopt;
  return attempt([&]() -> std::optional<std::string> {
    const json::Document answer = client_.discover(inputs_fingerprint);
    std::string hash = text_of(answer.root, "hash");
    return hash.empty() ? std::nullopt : std::optional(std::move(hash));
  });
}

void NetworkLayer::submit(const ProofArtifact& proof, const StepEnvelope& envelope, std::string_view domain,
                          const std::string& slot_id) {
  json::Arena arena;
  const json::Value none = json::ArrayBuilder(arena).done();
  const json::Value events = json::ObjectBuilder(arena)
                                 .add_integer("total", 0)
                                 .add_integer("hostile", 0)
                                 .add_integer("neutral", 0)
                                 .add_integer("friendly", 0)
                                 .done();
  const json::Value payload = json::ObjectBuilder(arena)
                                  .add("action", "pgdag_step")
                                  .add("event_type", "pgdag.step")
                                  .add("step_id", std::string_view(proof.step_id))
                                  .add("status", status_name(proof.status))
                                  .add("proof_hash", std::string_view(proof.proof_hash))
                                  .add("spec_version", std::string_view(proof.spec_version))
                                  .add("inputs_fingerprint", std::string_view(proof.inputs_fingerprint))
                                  .add("outputs_fingerprint", std::string_view(proof.outputs_fingerprint))
                                  .add("actor", std::string_view(envelope.actor))
                                  .add("created_at", std::string_view(iso_offset(envelope.created_at)))
                                  .add("actions", none)
                                  .add("interactions", none)
                                  .add("events", events)
                                  .done();
  const json::Value metadata = json::ObjectBuilder(arena)
                                   .add("step_id", std::string_view(proof.step_id))
                                   .add("proof_status", status_name(proof.status))
                                   .add("proof_domain", domain)
                                   .done();
  client_.post("/api/bitblocks/submit", json::ObjectBuilder(arena)
                                            .add("slot_id", std::string_view(slot_id))
                                            .add("block_type", "Action")
                                            .add("domain", domain)
                                            .add("payload", payload)
                                            .add("metadata", metadata)
                                            .done());
}

void NetworkLayer::seal(ProofArtifact& proof, const StepEnvelope& envelope, std::string_view domain,
                        const std::string& slot_id) {
  json::Arena arena;
  if (profile_ == Profile::v0_12_2) {
    const json::Value payload = json::with_member(envelope.seal_payload(arena), "status",
                                                  json::Value::string(status_name(proof.status)), arena);
    SealOptions options{.domain = std::string(domain)};
    options.metadata = json::ObjectBuilder(arena).add("step_id", std::string_view(proof.step_id)).done();
    const json::Document answer = client_.seal(payload, options);
    if (std::string hash = first_text(answer.root, kHashNames); !hash.empty())
      proof.proof_hash = std::move(hash);
    return;
  }
  seal_with_captures(proof, envelope);
  if (!has_slot_) return;
  attempt([&] {
    submit(proof, envelope, domain, slot_id);
    const json::Document answer =
        client_.post(slot_target(slot_id, "seal"), json::ObjectBuilder(arena).done());
    const json::Value* anchor = unwrapped(answer.root).find("anchor");
    const json::Value& said = anchor != nullptr ? *anchor : unwrapped(answer.root);
    const std::string hash = text_of(said, "anchor_hash");
    if (hash.empty()) return 0;
    proof.proof_hash = hash;
    proof.anchor_hash = hash;
    proof.anchor_type = text_of(said, "anchor_type");
    proof.receipt_id = text_of(said, "receipt_id");
    proof.block_ref = text_of(said, "smartblock_id");
    return 0;
  });
}

void NetworkLayer::emit(const ProofArtifact& proof, const RunFacts& facts) {
  attempt([&] {
    json::Arena arena;
    const std::string source = std::string(facts.template_name) + "." + proof.step_id;
    const std::string_view target = proof.anchor_hash.empty() ? proof.proof_hash : proof.anchor_hash;
    const json::Value meta = json::ObjectBuilder(arena)
                                 .add("run_id", facts.run_id)
                                 .add("domain", std::string_view(domain_))
                                 .add("step_id", std::string_view(proof.step_id))
                                 .add("block_ref", std::string_view(proof.block_ref))
                                 .done();
    return client_.post("/internal/lattice/edges",
                        json::ObjectBuilder(arena)
                            .add("source_id", std::string_view(source))
                            .add("target_id", target)
                            .add("edge_type", "PRODUCES")
                            .add("weight", json::Value::number(json::Kind::decimal, "1.0"))
                            .add("meta", meta)
                            .done());
  });
}

bool NetworkLayer::create_chain(const std::string& chain_id) {
  return attempt([&] {
    client_.create_chain(chain_id);
    return true;
  });
}

HandoffEnvelope NetworkLayer::handoff(HandoffEnvelope envelope, Instant now) {
  if (const auto answer = captured(envelope.payload))
    envelope.payload_hash = first_text(answer->root, kHashNames);
  return build_handoff(std::move(envelope), now);
}

bool NetworkLayer::validate(const HandoffEnvelope& envelope) {
  const auto answer = captured(envelope.payload);
  if (!answer) return validate_upstream_proof(envelope);
  return !envelope.handoff_hash.empty() && envelope.payload_hash == first_text(answer->root, kHashNames);
}

}  // namespace agentnet::sbn::pgdag
