#include "core/sbn/moment.hpp"

#include <algorithm>

#include "core/base/unicode_text.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/sbn/member_text.hpp"

namespace agentnet::sbn {
namespace {

// What the raw context commitment leaves out: the claim itself, and what only asks for a method.
constexpr std::array<std::string_view, 4> kOutsideRawContext = {"capture_claim", "capture_proof",
                                                                "requested_auth_method", "auth_method"};

// What stays the same on one host from boot to boot, in the order it is committed to.
constexpr std::array<std::string_view, 5> kStableSystemMembers = {"hw_fingerprint", "hostname_hash", "os",
                                                                  "arch", "cpu_count"};

constexpr std::size_t kDeviceIdDigits = 32;  // of the system commitment

std::string trimmed_text(const json::Value* member) {
  return std::string(strip(text_or_empty(member)));
}

}  // namespace

std::string canonical_claim(const json::Value& claim) {
  return json::to_canonical(claim, json::Form::sorted);
}

std::string claim_sha256(const json::Value& claim) {
  return crypto::sha256_hex(canonical_claim(claim));
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_secure_environment(std::string_view name) {
  const std::string lower = lower_ascii(strip(name));
  const std::string_view head = std::string_view(lower).substr(0, lower.find('-'));
  return head == "prod" || head == "production" || head == "stage" || head == "staging";
}

std::optional<Instant> captured_instant(const json::Value* member) {
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return parse_iso(strip(member->text()));
}

std::string system_commitment(const json::Value& system_meta) {
  std::string parts;
  for (const std::string_view name : kStableSystemMembers) {
    if (name != kStableSystemMembers.front()) parts += '|';
    if (const json::Value* member = system_meta.find(name)) parts += text_of(*member);
  }
  return crypto::sha256_hex(parts);
}

std::string device_id_of(const json::Value& system_meta) {
  return "snapchore-device-" + system_commitment(system_meta).substr(0, kDeviceIdDigits);
}

json::Value object_member(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member != nullptr && member->is_object()) return *member;
  json::Arena none;
  return json::ObjectBuilder(none).done();
}

std::optional<json::Value> build_capture_claim(const json::Value& context, json::Arena& arena) {
  const std::optional<Instant> captured = captured_instant(context.find("device_timestamp"));
  if (!captured) return std::nullopt;
  json::Value raw = context;
  for (const std::string_view name : kOutsideRawContext)
    raw = json::without_member(raw, name, arena);
  const std::optional<std::string> raw_bytes = canonical_or_none(raw, json::Form::sorted);
  if (!raw_bytes) return std::nullopt;

  return json::ObjectBuilder(arena)
      .add("schema_version", kCaptureClaimSchema)
      .add("auth_method", kLocalSystemContextV2)
      .add("capture_id", trimmed_text(context.find("capture_id")))
      .add("captured_at", iso_zulu(*captured))
      .add("capture_mode", trimmed_text(context.find("capture_mode")))
      .add("context_kind", trimmed_text(context.find("context_kind")))
      .add("environment", lower_ascii(trimmed_text(context.find("environment"))))
      .add("subject_kind", trimmed_text(context.find("subject_kind")))
      .add("subject_sha256", trimmed_text(context.find("subject_sha256")))
      .add("device_id", trimmed_text(context.find("device_id")))
      .add("derived_device_id", device_id_of(object_member(context, "system_meta")))
      .add("system_commitment", text_or_empty(context.find("expected_hash")))
      .add("raw_context_sha256", crypto::sha256_hex(*raw_bytes))
      .done();
}

}  // namespace agentnet::sbn
