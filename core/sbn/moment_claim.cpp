#include "core/sbn/moment_claim.hpp"

#include <algorithm>

#include "core/base/unicode_text.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/moment.hpp"

namespace agentnet::sbn {
namespace {

// Collects what does not hold. A verifier gets all reasons and not the first: whoever looks into a refused
// block wants to know whether one thing is wrong with it or everything.
class Reasons {
 public:
  void unless(bool holds, std::string_view reason) {
    if (!holds) reasons_.emplace_back(reason);
  }
  // Each comes up at most once.
  std::vector<std::string> sorted() {
    std::sort(reasons_.begin(), reasons_.end());
    return std::move(reasons_);
  }

 private:
  std::vector<std::string> reasons_;
};

// 32 hexadecimal digits with hyphens anywhere, in braces or behind "urn:uuid:" if so wished.
bool is_uuid(std::string text) {
  for (const std::string_view prefix : {"urn:", "uuid:"}) {
    for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix, at))
      text.erase(at, prefix.size());
  }
  const std::size_t first = text.find_first_not_of("{}");
  if (first == std::string::npos) return false;
  text = text.substr(first, text.find_last_not_of("{}") - first + 1);
  text.erase(std::remove(text.begin(), text.end(), '-'), text.end());
  return is_hex(text, 32);
}

// Both missing (or null) count as the same, which is how the network judges an empty capture claim; its other
// members refuse it.
bool same_member(const json::Value& object, std::string_view first, std::string_view second) {
  const json::Value* one = object.find(first);
  const json::Value* other = object.find(second);
  const bool one_missing = one == nullptr || one->is_null();
  const bool other_missing = other == nullptr || other->is_null();
  if (one_missing || other_missing) return one_missing && other_missing;
  return canonical_or_none(*one, json::Form::sorted) == canonical_or_none(*other, json::Form::sorted);
}

void judge_subject(const json::Value& capture, const MomentExpectation& expected, Reasons& reasons) {
  const std::string kind = text_or_empty(capture.find("subject_kind"));
  const std::string digest = text_or_empty(capture.find("subject_sha256"));
  reasons.unless(kind == kSubjectCaptureOnly || kind == kSubjectSealSurface, "unsupported_subject_kind");
  reasons.unless(is_sha256(digest), "invalid_subject_commitment");
  if (!expected.subject_sha256) return;
  reasons.unless(kind == kSubjectSealSurface, "seal_subject_not_bound");
  reasons.unless(digest == *expected.subject_sha256, "seal_subject_commitment_mismatch");
}

void judge_capture(const json::Value& capture, Reasons& reasons) {
  const json::Value* mode = capture.find("capture_mode");
  reasons.unless(is_text(capture.find("schema_version"), kCaptureClaimSchema),
                 "unsupported_capture_claim_schema");
  reasons.unless(is_text(capture.find("auth_method"), kLocalSystemContextV2),
                 "capture_claim_method_mismatch");
  reasons.unless(is_text(mode, "device") || is_text(mode, "simulate"), "unsupported_capture_mode");
  reasons.unless(is_text(capture.find("context_kind"), "system"), "unsupported_context_kind");
  reasons.unless(same_member(capture, "device_id", "derived_device_id"), "device_binding_failed");
  reasons.unless(is_uuid(text_or_empty(capture.find("capture_id"))), "invalid_capture_id");
  reasons.unless(captured_instant(capture.find("captured_at")).has_value(), "invalid_captured_at");
  reasons.unless(is_sha256(text_or_empty(capture.find("system_commitment"))), "invalid_system_commitment");
  reasons.unless(is_sha256(text_or_empty(capture.find("raw_context_sha256"))),
                 "invalid_raw_context_commitment");
}

void judge_replay(const json::Value& claim, bool secure, Reasons& reasons) {
  const json::Value* member = claim.find("replay_protection");
  reasons.unless(member != nullptr && member->is_object(), "missing_replay_protection_contract");
  const json::Value replay = object_member(claim, "replay_protection");
  reasons.unless(!strip(text_or_empty(replay.find("backend"))).empty(), "missing_replay_protection_backend");
  reasons.unless(!strip(text_or_empty(replay.find("scope"))).empty(), "missing_replay_protection_scope");
  reasons.unless(is_text(replay.find("disposition"), "accepted"), "replay_protection_not_accepted");
  reasons.unless(!secure || is_true(replay.find("durable")), "durable_replay_store_required");
}

// Only a trusted signature makes trusted assurance, whatever else the claim calls itself.
void judge_assurance(std::string_view assurance, bool secure, const ProofCheck& proof, Reasons& reasons) {
  if (assurance == kAssuranceTrusted) {
    reasons.unless(proof.signature_valid, "capture_signature_invalid");
    reasons.unless(proof.trusted_key, "capture_key_untrusted");
  } else if (assurance == kAssuranceLocal) {
    reasons.unless(!secure, "local_assurance_for_secure_environment");
  } else {
    reasons.unless(false, "unsupported_assurance_class");
  }
}

}  // namespace

json::Value build_moment_claim(std::string_view auth_method, std::string_view assurance_class,
                               json::Value capture_claim, json::Value proof, json::Value checks,
                               const ReplayProtection& replay, json::Arena& arena) {
  const json::Value replay_protection = json::ObjectBuilder(arena)
                                            .add("backend", replay.backend)
                                            .add_boolean("durable", replay.durable)
                                            .add("scope", replay.scope)
                                            .add("disposition", replay.disposition)
                                            .done();
  return json::ObjectBuilder(arena)
      .add("schema_version", kMomentClaimSchema)
      .add("auth_method", auth_method)
      .add("assurance_class", assurance_class)
      .add("capture_claim", capture_claim)
      .add("capture_proof", proof)
      .add("checks", checks)
      .add("replay_protection", replay_protection)
      .done();
}

json::Value MomentVerdict::to_json(json::Arena& arena) const {
  json::ArrayBuilder reasons(arena);
  for (const std::string& reason : refusal_reasons)
    reasons.add(std::string_view(reason));
  return json::ObjectBuilder(arena)
      .add_boolean("valid", valid)
      .add("snapshot_hash", snapshot_hash)
      .add("assurance_class", assurance_class)
      .add_boolean("capture_signature_check", capture_signature_check)
      .add_boolean("trusted_capture_key_check", trusted_capture_key_check)
      .add("refusal_reasons", reasons.done())
      .done();
}

MomentVerdict verify_moment_claim(const json::Value& claim, const MomentExpectation& expected,
                                  const TrustedKeys& trusted) {
  Reasons reasons;
  reasons.unless(is_text(claim.find("schema_version"), kMomentClaimSchema),
                 "unsupported_moment_claim_schema");
  reasons.unless(is_text(claim.find("auth_method"), kLocalSystemContextV2),
                 "unsupported_moment_claim_method");

  const json::Value* capture_member = claim.find("capture_claim");
  reasons.unless(capture_member != nullptr && capture_member->is_object(), "missing_capture_claim");
  const json::Value capture = object_member(claim, "capture_claim");
  judge_capture(capture, reasons);
  judge_subject(capture, expected, reasons);

  const json::Value* checks_member = claim.find("checks");
  reasons.unless(checks_member != nullptr && checks_member->is_object(), "missing_moment_checks");
  const json::Value checks = object_member(claim, "checks");
  for (const std::string_view name : kMomentChecks)
    reasons.unless(is_true(checks.find(name)), "failed_" + std::string(name));

  // The environment is the sealer's, as the capture claim states it, and not the verifier's: a block sealed
  // in production is held to the rules of production wherever it is looked at.
  const bool secure = is_secure_environment(text_or_empty(capture.find("environment")));
  reasons.unless(!secure || is_text(capture.find("capture_mode"), "device"),
                 "insecure_capture_mode_for_secure_environment");
  judge_replay(claim, secure, reasons);

  MomentVerdict verdict;
  verdict.assurance_class = text_or_empty(claim.find("assurance_class"));
  const ProofCheck proof = verify_capture_proof(capture, claim.find("capture_proof"), trusted);
  verdict.capture_signature_check = proof.signature_valid;
  verdict.trusted_capture_key_check = proof.trusted_key;
  judge_assurance(verdict.assurance_class, secure, proof, reasons);

  const std::optional<std::string> bytes = canonical_or_none(claim, json::Form::sorted);
  reasons.unless(bytes.has_value(), "moment_claim_not_canonical");
  if (bytes) verdict.snapshot_hash = crypto::sha256_hex(*bytes);
  const bool compare = expected.snapshot_hash && !expected.snapshot_hash->empty();
  reasons.unless(!compare || verdict.snapshot_hash == *expected.snapshot_hash, "moment_claim_hash_mismatch");

  verdict.refusal_reasons = reasons.sorted();
  verdict.valid = verdict.refusal_reasons.empty();
  return verdict;
}

}  // namespace agentnet::sbn
