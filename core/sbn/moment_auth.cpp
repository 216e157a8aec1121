#include "core/sbn/moment_auth.hpp"

#include <algorithm>
#include <array>

#include "core/base/unicode_text.hpp"
#include "core/sbn/legacy_moment.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/moment.hpp"
#include "core/sbn/moment_claim.hpp"
#include "core/sbn/moment_method.hpp"

namespace agentnet::sbn {
namespace {

// Without these no question below can be answered; the second list only for version 2.
constexpr std::array<std::string_view, 4> kRequired = {"device_timestamp", "device_id", "environment",
                                                       "expected_hash"};
constexpr std::array<std::string_view, 2> kRequiredV2 = {"capture_id", "capture_claim"};
constexpr std::array<std::string_view, 5> kRequiredSystem = {"hw_fingerprint", "hostname_hash", "os", "arch",
                                                             "cpu_count"};

bool is_absent(const json::Value* member) {
  return member == nullptr || member->is_null() || is_text(member, "");
}

bool is_truthy(const json::Value* member) {
  return member != nullptr && member->truthy();
}

json::Value text_or_null(const std::optional<std::string>& text, json::Arena& arena) {
  return text ? json::Value::string(arena, *text) : json::Value();
}

json::Value names_array(const std::vector<std::string_view>& names, json::Arena& arena) {
  json::ArrayBuilder array(arena);
  for (const std::string_view name : names)
    array.add(name);
  return array.done();
}

// One authentication: the constructor reads the context, the steps answer question after question. All are
// answered even when the first is a no, since the validation object states every one of them. The order
// counts only where a step uses earlier answers: policy is made of them, and the replay store is asked last,
// so that a capture that is refused anyway is not used up.
class Examination {
 public:
  Examination(const MomentRequest& request, Instant now, const MomentPolicy& policy)
      : request_(request), context_(request.context), policy_(policy), now_(now) {
    claim_ = object_member(context_, "capture_claim");
    const json::Value* claim = context_.find("capture_claim");
    has_claim_ = claim != nullptr && !claim->is_null();
    claim_is_object_ = has_claim_ && claim->is_object();
    system_meta_ = object_member(context_, "system_meta");
    auth_method_ = governing_auth_method(context_, request.auth_method);
    is_v2_ = auth_method_ == kLocalSystemContextV2;
    capture_mode_ = capture_mode_of(context_);
    context_kind_ = context_kind_of(context_);
    device_id_ = trimmed_or_none(context_.find("device_id"));
    environment_ = trimmed_or_none(context_.find("environment"));
    secure_ = is_secure_environment(environment_.value_or(""));
    subject_kind_ = trimmed_or_none(claim_.find("subject_kind"));
    subject_sha256_ = trimmed_or_none(claim_.find("subject_sha256"));
  }

  MomentAnswer run(ReplayStore& replay, json::Arena& arena) {
    check_method();
    check_presence();
    check_time();
    check_binding(arena);
    check_consistency();
    check_policy(replay);
    check_replay(replay);
    return answer(replay, arena);
  }

 private:
  void check_method();
  void check_presence();
  void check_time();
  void check_binding(json::Arena& arena);
  void check_binding_v2(json::Arena& arena);
  void check_consistency();
  void check_policy(const ReplayStore& replay);
  void check_replay(ReplayStore& replay);
  std::vector<std::string> refusal_reasons(const ReplayStore& replay) const;
  json::Value moment_claim(const ReplayProtection& protection, json::Arena& arena) const;
  json::Value validation(const MomentAnswer& answer, const ReplayProtection& protection,
                         json::Arena& arena) const;
  MomentAnswer answer(const ReplayStore& replay, json::Arena& arena) const;

  bool legacy_refused() const { return !is_v2_ && secure_ && !policy_.allow_legacy; }
  bool mode_refused() const { return secure_ && (capture_mode_ == "simulate" || capture_mode_ == "stubbed"); }
  // Everything that must hold before the capture is used up.
  bool all_but_replay() const {
    return required_fields_ && stable_system_fields_ && device_binding_ && policy_ok_ && time_ &&
           consistency_ && (!is_v2_ || (capture_claim_ && capture_claim_method_ && subject_binding_));
  }

  const MomentRequest& request_;
  const json::Value& context_;
  const MomentPolicy& policy_;
  Instant now_;

  // What the context says.
  json::Value claim_;
  json::Value system_meta_;
  bool has_claim_ = false;
  bool claim_is_object_ = false;
  std::string auth_method_, capture_mode_, context_kind_;
  std::optional<std::string> device_id_, environment_, subject_kind_, subject_sha256_;
  bool is_v2_ = false;
  bool secure_ = false;
  std::optional<Instant> captured_;

  // What was found out, each by one of the steps and under the name the validation object has for it.
  std::vector<std::string_view> missing_fields_, missing_system_fields_;
  bool supported_method_ = false, mode_check_ = false, kind_check_ = false, downgrade_ = false;
  bool required_fields_ = false, stable_system_fields_ = false;
  bool device_binding_ = false, capture_claim_ = false, capture_claim_method_ = false,
       subject_binding_ = false;
  bool signature_ = false, trusted_key_ = false;
  bool policy_ok_ = false, time_ = false, consistency_ = false;
  bool replay_eligible_ = false, replay_ok_ = false, replay_unavailable_ = false;
  std::string disposition_ = "not_applicable";
  std::string replay_fault_;
  std::string_view assurance_;  // empty for version 1
};

void Examination::check_method() {
  if (const std::optional<MethodRule> rule = method_rule(auth_method_)) {
    supported_method_ = true;
    mode_check_ = rule->allows_mode(capture_mode_);
    kind_check_ = rule->context_kind == context_kind_;
  }
  // A version 2 claim judged by an older method would escape the stricter checks.
  downgrade_ = !is_v2_ && is_text(claim_.find("schema_version"), kCaptureClaimSchema);
}

void Examination::check_presence() {
  for (const std::string_view name : kRequired) {
    if (is_absent(context_.find(name))) missing_fields_.push_back(name);
  }
  for (const std::string_view name : kRequiredV2) {
    if (is_v2_ && is_absent(context_.find(name))) missing_fields_.push_back(name);
  }
  for (const std::string_view name : kRequiredSystem) {
    if (is_absent(system_meta_.find(name))) missing_system_fields_.push_back(name);
  }
  required_fields_ = missing_fields_.empty();
  stable_system_fields_ = missing_system_fields_.empty();
}

void Examination::check_time() {
  captured_ = captured_instant(context_.find("device_timestamp"));
  const std::chrono::seconds allowed(policy_.time_drift_seconds);
  time_ = captured_ && (now_ > *captured_ ? now_ - *captured_ : *captured_ - now_) <= allowed;
}

void Examination::check_binding(json::Arena& arena) {
  if (is_v2_) {
    if (claim_is_object_) check_binding_v2(arena);
    assurance_ = signature_ && trusted_key_ ? kAssuranceTrusted : kAssuranceLocal;
    return;
  }
  // Version 1 knows no claim, no binding to a device and none to a subject: a capture passes that has none.
  device_binding_ = device_id_.has_value() && stable_system_fields_;
  capture_claim_ = !has_claim_;
  capture_claim_method_ = !has_claim_;
  subject_binding_ = !request_.subject_sha256;
}

void Examination::check_binding_v2(json::Arena& arena) {
  // Made again from the context and compared byte for byte: no member of either may differ.
  const std::optional<json::Value> expected = build_capture_claim(context_, arena);
  const std::optional<std::string> given = canonical_or_none(claim_, json::Form::sorted);
  capture_claim_ = expected && given && *given == canonical_claim(*expected);
  capture_claim_method_ = is_text(claim_.find("schema_version"), kCaptureClaimSchema) &&
                          trimmed_or_none(claim_.find("auth_method")) == auth_method_;
  device_binding_ = is_truthy(context_.find("device_id")) &&
                    text_of(*context_.find("device_id")) == device_id_of(system_meta_);
  const ProofCheck proof = verify_capture_proof(claim_, context_.find("capture_proof"), policy_.trusted);
  signature_ = proof.signature_valid;
  trusted_key_ = proof.trusted_key;

  if (!subject_sha256_ || !is_sha256(*subject_sha256_)) return;
  const bool is_seal = subject_kind_ == kSubjectSealSurface;
  subject_binding_ = request_.subject_sha256 ? is_seal && subject_sha256_ == request_.subject_sha256
                                             : is_seal || subject_kind_ == kSubjectCaptureOnly;
}

void Examination::check_consistency() {
  consistency_ = is_text(context_.find("expected_hash"), system_commitment(system_meta_));
}

void Examination::check_policy(const ReplayStore& replay) {
  policy_ok_ = required_fields_ && device_binding_ && supported_method_ && mode_check_ && kind_check_ &&
               !mode_refused() && !downgrade_ && !legacy_refused();
  if (!is_v2_) return;
  policy_ok_ &= capture_claim_ && capture_claim_method_ && subject_binding_;
  if (secure_) policy_ok_ &= signature_ && trusted_key_ && replay.durable();
}

void Examination::check_replay(ReplayStore& replay) {
  replay_ok_ = !is_v2_;
  if (!is_v2_) return;
  replay_eligible_ = all_but_replay();
  disposition_ = request_.enforce_replay ? "not_eligible" : "not_applied";
  if (!replay_eligible_ || !request_.enforce_replay) return;

  // From now for the drift is what the network's tools remember. A capture dated ahead stays fresh for longer
  // and could be used again in between, so it is the later of the two instants that counts.
  const std::chrono::seconds lifetime(std::max<std::int64_t>(policy_.time_drift_seconds, 1));
  const Instant expires = std::max(now_, *captured_) + lifetime + kReplayMargin;
  const std::string capture_id(strip(text_or_empty(context_.find("capture_id"))));
  Consumption consumption = replay.consume(capture_id, now_, expires);
  replay_ok_ = consumption.outcome == Consumption::Outcome::accepted;
  replay_unavailable_ = consumption.outcome == Consumption::Outcome::unavailable;
  replay_fault_ = std::move(consumption.fault);
  disposition_ = replay_ok_ ? "accepted" : replay_unavailable_ ? "store_unavailable" : "duplicate";
}

std::vector<std::string> Examination::refusal_reasons(const ReplayStore& replay) const {
  std::vector<std::string> reasons;
  const auto when = [&](bool refused, const char* reason) {
    if (refused) reasons.emplace_back(reason);
  };
  when(!required_fields_, "missing_required_fields");
  when(!stable_system_fields_, "missing_system_fields");
  when(!device_binding_, "device_binding_failed");
  when(!supported_method_, "unsupported_auth_method");
  when(supported_method_ && !mode_check_, "auth_method_capture_mode_mismatch");
  when(supported_method_ && !kind_check_, "auth_method_context_kind_mismatch");
  when(downgrade_, "moment_auth_version_downgrade");
  when(!time_, "stale_capture");
  when(!consistency_, "expected_hash_mismatch");
  when(mode_refused(), "insecure_capture_mode_for_secure_environment");
  when(legacy_refused(), "legacy_auth_method_for_secure_environment");
  when(!policy_ok_, "policy_violation");
  if (is_v2_) {
    when(!capture_claim_, "capture_claim_mismatch");
    when(!capture_claim_method_, "capture_claim_method_mismatch");
    when(!subject_binding_, "seal_subject_binding_failed");
    when(secure_ && !signature_, "capture_signature_required");
    when(secure_ && !trusted_key_, "trusted_capture_key_required");
    when(secure_ && !replay.durable(), "durable_replay_store_required");
    when(!request_.enforce_replay, "replay_protection_not_applied");
    when(replay_unavailable_, "replay_store_unavailable");
    when(disposition_ == "duplicate", "capture_replayed");
  }
  std::sort(reasons.begin(), reasons.end());
  return reasons;
}

json::Value Examination::moment_claim(const ReplayProtection& protection, json::Arena& arena) const {
  // A valid version 2 capture has passed them all.
  json::ObjectBuilder checks(arena);
  for (const std::string_view name : kMomentChecks)
    checks.add_boolean(name, true);
  const json::Value* proof = context_.find("capture_proof");
  return build_moment_claim(auth_method_, assurance_, claim_,
                            proof != nullptr && proof->is_object() ? *proof : json::Value(), checks.done(),
                            protection, arena);
}

json::Value Examination::validation(const MomentAnswer& answer, const ReplayProtection& protection,
                                    json::Arena& arena) const {
  json::ArrayBuilder reasons(arena);
  for (const std::string& reason : answer.refusal_reasons)
    reasons.add(std::string_view(reason));
  json::ObjectBuilder members(arena);
  members.add("auth_method", auth_method_)
      .add("capture_mode", capture_mode_)
      .add("context_kind", context_kind_)
      .add_boolean("supported_auth_method", supported_method_)
      .add_boolean("auth_method_capture_mode_check", mode_check_)
      .add_boolean("auth_method_context_kind_check", kind_check_)
      .add("requesting_device_id", text_or_null(device_id_, arena))
      .add("environment", text_or_null(environment_, arena))
      .add_boolean("stubbed_capture", is_truthy(context_.find("stubbed_capture")))
      .add_boolean("simulated_capture", is_truthy(context_.find("simulation")))
      .add_integer("time_drift_sec", policy_.time_drift_seconds)
      .add_boolean("required_fields_check", required_fields_)
      .add("missing_fields", names_array(missing_fields_, arena))
      .add_boolean("device_binding_check", device_binding_)
      .add_boolean("capture_claim_check", capture_claim_)
      .add_boolean("capture_signature_check", signature_)
      .add_boolean("trusted_capture_key_check", trusted_key_)
      .add_boolean("capture_claim_method_check", capture_claim_method_)
      .add("subject_kind", text_or_null(subject_kind_, arena))
      .add("subject_sha256", text_or_null(subject_sha256_, arena))
      .add("expected_subject_sha256", text_or_null(request_.subject_sha256, arena))
      .add_boolean("subject_binding_check", subject_binding_)
      .add_boolean("stable_system_fields_check", stable_system_fields_)
      .add("missing_system_fields", names_array(missing_system_fields_, arena))
      .add_boolean("policy_check", policy_ok_)
      .add_boolean("time_check", time_)
      .add_boolean("consistency_check", consistency_)
      .add_boolean("replay_protection_applied", is_v2_ && request_.enforce_replay)
      .add_boolean("replay_protection_eligible", replay_eligible_)
      .add_boolean("replay_protection_check", replay_ok_)
      .add("replay_protection_backend", protection.backend)
      .add("replay_protection_scope", protection.scope)
      .add_boolean("replay_protection_durable", protection.durable)
      .add("replay_protection_disposition", protection.disposition)
      .add("replay_protection_error",
           replay_unavailable_ ? json::Value::string("replay_store_unavailable") : json::Value())
      .add("assurance_class", assurance_.empty() ? json::Value() : json::Value::string(assurance_))
      .add("moment_claim", answer.moment_claim)
      .add_boolean("valid", answer.valid)
      .add("snapshot_hash", answer.valid ? json::Value::string(arena, answer.snapshot_hash) : json::Value())
      .add("refusal_reasons", reasons.done());
  return members.done();
}

MomentAnswer Examination::answer(const ReplayStore& replay, json::Arena& arena) const {
  const ReplayProtection protection{std::string(replay.backend()), replay.durable(),
                                    std::string(replay.scope()), disposition_};
  MomentAnswer answer;
  answer.refusal_reasons = refusal_reasons(replay);
  answer.replay_fault = replay_fault_;
  answer.valid = all_but_replay() && replay_ok_;
  if (answer.valid && is_v2_) {
    answer.moment_claim = moment_claim(protection, arena);
    answer.snapshot_hash = claim_sha256(answer.moment_claim);
  } else if (answer.valid) {
    answer.snapshot_hash = legacy_moment_sha256(context_);
  }
  answer.validation = validation(answer, protection, arena);
  return answer;
}

}  // namespace

MomentAnswer authenticate_moment(const MomentRequest& request, Instant now, const MomentPolicy& policy,
                                 ReplayStore& replay, json::Arena& arena) {
  return Examination(request, now, policy).run(replay, arena);
}

}  // namespace agentnet::sbn
