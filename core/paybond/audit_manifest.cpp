#include "core/paybond/audit_manifest.hpp"

#include "core/base/unicode_text.hpp"
#include "core/json/write.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kCore[] = {"schema_version",       "kind",
                                      "tenant_realm_id",      "job_id",
                                      "generated_at_rfc3339", "gateway_build_version",
                                      "score_model_version",  "disclosure_tier",
                                      "redaction_profile",    "checkpoint_last_ledger_seq",
                                      "export_filter",        "artifacts"};

std::string_view text_of(const json::Value& manifest, std::string_view name) {
  const json::Value* value = manifest.find(name);
  if (value == nullptr || !value->is_string()) bad_field("malformed", name, "not a text");
  return strip(value->text());
}

}  // namespace

std::string manifest_core(const json::Value& manifest) {
  if (!manifest.is_object()) bad_field("malformed", "the document", "not an object");
  std::string core = "{";
  for (const std::string_view name : kCore) {
    const json::Value* value = manifest.find(name);
    if (value == nullptr) continue;
    if (name == "checkpoint_last_ledger_seq" && !value->truthy()) continue;
    if (core.size() > 1) core += ',';
    core += '"' + std::string(name) + "\":";
    json::write_compact(*value, core);
  }
  return core + "}";
}

Verdict verify_manifest(const json::Value& manifest, std::span<const crypto::PublicKey> trusted) {
  return judge([&] {
    const crypto::Sha256Digest digest = crypto::sha256(as_bytes(manifest_core(manifest)));
    if (lower_ascii(text_of(manifest, "signed_payload_sha256_hex")) != hex_lower(digest)) {
      return Verdict::no("digest_mismatch", "the content is not what signed_payload_sha256_hex says");
    }
    const std::string_view key = text_of(manifest, "signing_public_key_ed25519_hex");
    const auto holds = verify_hex(digest, key, text_of(manifest, "ed25519_signature_hex"));
    if (!holds) return Verdict::no("malformed", "the key or the signature is not in hexadecimal digits");
    if (!*holds) return Verdict::no("bad_signature", "the signature is not the key's");
    if (!trusted.empty() && !is_trusted(key, trusted)) {
      return Verdict::no("untrusted_key", "the key is not a trusted one");
    }
    return Verdict::yes();
  });
}

std::string sign_manifest(const json::Value& manifest, const crypto::KeyView& key) {
  std::string out = manifest_core(manifest);
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes(out));
  out.pop_back();
  const auto member = [&out](std::string_view name, const std::string& value) {
    out += ",\"" + std::string(name) + "\":\"" + value + "\"";
  };
  member("signed_payload_sha256_hex", hex_lower(digest));
  member("signing_public_key_ed25519_hex", hex_lower(key.public_key().bytes));
  member("ed25519_signature_hex", hex_lower(key.sign(digest)));
  return out + "}";
}

}  // namespace agentnet::paybond
