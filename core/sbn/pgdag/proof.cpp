#include "core/sbn/pgdag/proof.hpp"

#include <array>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {
namespace {

constexpr std::string_view kFingerprintMode = "fingerprint_mode";
constexpr std::string_view kCanonicalPrimary = "canonical_primary";
constexpr std::string_view kModeAlone = R"({"fingerprint_mode":"canonical_primary"})";
constexpr std::size_t kUuidBytes = 16;
constexpr std::size_t kShortIdBytes = 6;

[[noreturn]] void refuse(const std::string& what) {
  throw Error(Category::usage, "bad_proof", "the proof is not usable: " + what);
}

std::string text_of(const json::Value& proof, std::string_view name) {
  const json::Value* member = proof.find(name);
  if (member == nullptr || member->is_null()) return {};
  if (!member->is_string()) refuse(std::string(name) + " must be a text");
  return std::string(member->text());
}

ProofStatus status_of(const std::string& name) {
  for (const ProofStatus status : {ProofStatus::completed, ProofStatus::failed, ProofStatus::interrupted}) {
    if (status_name(status) == name) return status;
  }
  refuse("'" + name + "' is no status");
}

void add_member(std::string_view name, std::string_view text, json::Output& out) {
  out.add_quoted(name);
  out.add(':');
  json::write_string(text, out, json::Text::ascii);
}

bool has_members(const json::Value& metrics) {
  return metrics.is_object() && !metrics.members().empty();
}

json::Value with_mode(const json::Value& metrics, json::Arena& arena) {
  json::ObjectBuilder all(arena);
  if (metrics.is_null() || metrics.find(kFingerprintMode) == nullptr)
    all.add(kFingerprintMode, json::Value::string(kCanonicalPrimary));
  if (has_members(metrics)) {
    for (const json::Member& member : metrics.members())
      all.add(member);
  }
  return all.done();
}

// Written in the order of the names, which is fixed, instead of being sorted for each step. `metrics` is
// canonical text, empty for none.
std::string seal_text(const StepEnvelope& envelope, ProofStatus status,
                      std::optional<std::string_view> domain, std::string_view metrics) {
  std::string text;
  json::Output out(text);
  out.add('{');
  add_member("actor", envelope.actor, out);
  out.add(',');
  add_member("created_at", iso_offset(envelope.created_at), out);
  out.add(',');
  if (domain) {
    add_member("domain", *domain, out);
    out.add(',');
  }
  add_member("inputs_fingerprint", envelope.inputs_fingerprint, out);
  out.add(',');
  if (!metrics.empty()) {
    out.add("\"metrics\":");
    out.add(metrics);
    out.add(',');
  }
  add_member("outputs_fingerprint", envelope.outputs_fingerprint, out);
  out.add(',');
  add_member("spec_version", envelope.spec_version, out);
  out.add(',');
  add_member("status", status_name(status), out);
  out.add(',');
  add_member("step_id", envelope.step_id, out);
  out.add('}');
  out.keep();
  return text;
}

}  // namespace

std::string_view status_name(ProofStatus status) {
  switch (status) {
    case ProofStatus::completed:
      return "completed";
    case ProofStatus::failed:
      return "failed";
    case ProofStatus::interrupted:
      break;
  }
  return "interrupted";
}

json::Value StepEnvelope::seal_payload(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("step_id", std::string_view(step_id))
      .add("spec_version", std::string_view(spec_version))
      .add("inputs_fingerprint", std::string_view(inputs_fingerprint))
      .add("outputs_fingerprint", std::string_view(outputs_fingerprint))
      .add("actor", std::string_view(actor))
      .add("created_at", std::string_view(iso_offset(created_at)))
      .done();
}

std::string ProofArtifact::idempotency_key() const {
  return inputs_fingerprint + ":" + step_id + ":" + spec_version;
}

json::Value ProofArtifact::to_json(Profile profile, json::Arena& arena) const {
  json::ObjectBuilder proof(arena);
  proof.add("step_id", std::string_view(step_id))
      .add("spec_version", std::string_view(spec_version))
      .add("inputs_fingerprint", std::string_view(inputs_fingerprint))
      .add("outputs_fingerprint", std::string_view(outputs_fingerprint))
      .add("proof_hash", std::string_view(proof_hash))
      .add("block_ref", std::string_view(block_ref));
  if (profile == Profile::v0_14_0) {
    proof.add("anchor_hash", std::string_view(anchor_hash))
        .add("anchor_type", std::string_view(anchor_type))
        .add("receipt_id", std::string_view(receipt_id));
  }
  return proof.add("status", status_name(status))
      .add("metrics", json::Parser(json::kAsPython).parse(arena.copy(metrics), arena))
      .add("created_at", std::string_view(iso_offset(created_at)))
      .done();
}

ProofArtifact ProofArtifact::from_json(const json::Value& value) {
  if (!value.is_object()) refuse("it must be an object");
  ProofArtifact proof;
  proof.step_id = text_of(value, "step_id");
  proof.spec_version = text_of(value, "spec_version");
  proof.inputs_fingerprint = text_of(value, "inputs_fingerprint");
  proof.outputs_fingerprint = text_of(value, "outputs_fingerprint");
  proof.proof_hash = text_of(value, "proof_hash");
  proof.block_ref = text_of(value, "block_ref");
  proof.anchor_hash = text_of(value, "anchor_hash");
  proof.anchor_type = text_of(value, "anchor_type");
  proof.receipt_id = text_of(value, "receipt_id");
  proof.status = status_of(text_of(value, "status"));
  if (const json::Value* metrics = value.find("metrics"); metrics != nullptr && !metrics->is_null()) {
    if (!metrics->is_object()) refuse("metrics must be an object");
    proof.metrics = json::to_compact(*metrics);
  }
  const auto created_at = parse_iso(text_of(value, "created_at"));
  if (!created_at) refuse("created_at is no time");
  proof.created_at = *created_at;
  return proof;
}

std::string local_seal_text(const StepEnvelope& envelope, ProofStatus status,
                            std::optional<std::string_view> domain, const json::Value& metrics) {
  return seal_text(envelope, status, domain, has_members(metrics) ? canonical_text(metrics) : std::string());
}

ProofArtifact seal_locally(const StepEnvelope& envelope, ProofStatus status, std::string_view domain,
                           const json::Value& metrics, Profile profile, Random& random) {
  ProofArtifact proof;
  proof.step_id = envelope.step_id;
  proof.spec_version = envelope.spec_version;
  proof.inputs_fingerprint = envelope.inputs_fingerprint;
  proof.outputs_fingerprint = envelope.outputs_fingerprint;
  proof.status = status;
  proof.created_at = envelope.created_at;
  const bool newer = profile == Profile::v0_14_0;
  if (newer && !has_members(metrics)) {
    // Nearly every step: no document has to be made for it.
    proof.metrics = kModeAlone;
    proof.proof_hash = crypto::sha256_hex(seal_text(envelope, status, domain, kModeAlone));
  } else {
    json::Arena arena;
    const json::Value all = newer ? with_mode(metrics, arena) : metrics;
    if (has_members(all)) proof.metrics = json::to_compact(all);
    proof.proof_hash = crypto::sha256_hex(local_seal_text(envelope, status, domain, all));
  }
  proof.block_ref = std::string(kLocalPrefix) + short_id(random);
  if (newer) proof.anchor_hash = proof.proof_hash;
  return proof;
}

std::string short_id(Random& random) {
  std::array<std::uint8_t, kUuidBytes> bytes;
  random.fill(bytes);
  return hex_lower(ByteView(bytes).first(kShortIdBytes));
}

}  // namespace agentnet::sbn::pgdag
