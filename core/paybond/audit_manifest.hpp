// Manifests of audit exports: which files there are, with their hashes, signed (wire reference paybond 10).
#pragma once

#include "core/paybond/sealed.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kAuditManifestKind = "paybond.audit_export_manifest_v1";

// The text that is hashed: twelve members in a fixed order, as they stand; those that the manifest lacks are
// left out, and so is checkpoint_last_ledger_seq when it is 0 or null. Throws Error usage/malformed.
std::string manifest_core(const json::Value& manifest);

// The manifest's own members are signed_payload_sha256_hex, signing_public_key_ed25519_hex and
// ed25519_signature_hex. What is beside them and the twelve is not covered and does not count.
Verdict verify_manifest(const json::Value& manifest, std::span<const crypto::PublicKey> trusted);

// The twelve members and these three, one line of JSON. Throws Error usage/malformed.
std::string sign_manifest(const json::Value& manifest, const crypto::KeyView& key);

}  // namespace agentnet::paybond
