// Moment claims: what a seal says about the moment it was made (wire reference sbn d.3).
//
// A device captures its context (a JSON object: time, device id, environment, system_meta, what is being
// sealed). Three things are made of it, each committing to the one before:
//
//   capture claim   the context reduced to names, ids and digests; nothing of the host is readable in it
//   capture proof   an Ed25519 signature over the capture claim, when a key is configured (moment_proof.hpp)
//   moment claim    capture claim, proof, the twelve checks that passed and how replay was kept out
//                   (moment_auth.hpp makes it, moment_claim.hpp judges it)
//
// A claim is hashed over its sorted canonical form: nothing dropped, nothing rounded, no canon_version. All
// functions here are pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kCaptureClaimSchema = "snapchore.capture_claim.v2";
inline constexpr std::string_view kMomentClaimSchema = "snapchore.moment_claim.v2";
inline constexpr std::string_view kLocalSystemContextV2 = "snapchore.local_system_context.v2";
inline constexpr std::string_view kSystemContextV1 = "snapchore.system_context.v1";
inline constexpr std::string_view kImageExifGpsV1 = "snapchore.image_exif_gps.v1";

inline constexpr std::string_view kAssuranceLocal = "LOCAL_SOFTWARE_CONTEXT";
inline constexpr std::string_view kAssuranceTrusted = "TRUSTED_RUNTIME_SIGNED_CONTEXT";

inline constexpr std::string_view kSubjectSealSurface = "seal_surface";
inline constexpr std::string_view kSubjectCaptureOnly = "capture_only";

// The checks a moment claim must list as true, in the order they are written.
inline constexpr std::array<std::string_view, 12> kMomentChecks = {"supported_auth_method",
                                                                   "auth_method_capture_mode_check",
                                                                   "auth_method_context_kind_check",
                                                                   "subject_binding_check",
                                                                   "required_fields_check",
                                                                   "stable_system_fields_check",
                                                                   "device_binding_check",
                                                                   "capture_claim_check",
                                                                   "policy_check",
                                                                   "time_check",
                                                                   "consistency_check",
                                                                   "replay_protection_check"};

// The bytes that a claim's hash and signature cover. Throws Error usage as CanonicalWriter does.
std::string canonical_claim(const json::Value& claim);
// Lower-case hex SHA-256 of them.
std::string claim_sha256(const json::Value& claim);

// True for 64 lower-case hexadecimal digits.
bool is_sha256(std::string_view text);
// The part before the first '-', in any case, is prod, production, stage or staging.
bool is_secure_environment(std::string_view name);
// The instant of a captured_at or device_timestamp member: a string that parse_iso reads once trimmed.
std::optional<Instant> captured_instant(const json::Value* member);

// Lower-case hex SHA-256 of "hw_fingerprint|hostname_hash|os|arch|cpu_count" of a context's system_meta;
// members that are missing are empty text. A value that is no object has none of them.
std::string system_commitment(const json::Value& system_meta);
// "snapchore-device-" and the first 32 digits of the commitment.
std::string device_id_of(const json::Value& system_meta);

// The members of an object under a name, or an empty object when there is none (or it is something else).
json::Value object_member(const json::Value& object, std::string_view name);

// The capture claim that belongs to a context. raw_context_sha256 covers the whole context without its
// capture_claim, capture_proof, requested_auth_method and auth_method. nullopt when device_timestamp cannot
// be read or the context has no canonical form. Lies in `arena`.
std::optional<json::Value> build_capture_claim(const json::Value& context, json::Arena& arena);

}  // namespace agentnet::sbn
