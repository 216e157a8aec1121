#include "core/paybond/evidence.hpp"

#include <algorithm>

#include "core/paybond/body.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {

Bytes evidence_signing_bytes(const EvidenceTerms& terms, unsigned version) {
  if (version < kLeastEvidenceVersion || version > kMostEvidenceVersion) {
    throw Error(Category::usage, "bad_signing_version",
                "evidence has the signing versions 1 and 2, not " + std::to_string(version));
  }
  BincodeWriter out(version == 1 ? Bincode::one : Bincode::two);
  out.u8(static_cast<std::uint8_t>(version))
      .text(terms.tenant_id)
      .uuid(terms.intent_id)
      .text(terms.payee_did)
      .raw(terms.payload)
      .raw(terms.artifacts)
      .text(terms.submitted_at);
  return std::move(out).done();
}

Digest read_artifact(std::string_view text, std::size_t index) {
  const std::string field = "artifacts_hex[" + std::to_string(index) + "]";
  std::string_view digits = trim_white_space(text);
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  const auto bytes = parse_hex(digits);
  Digest digest{};
  if (!bytes) bad_field("bad_artifact", field, "not in hexadecimal digits");
  if (bytes->size() != digest.size()) {
    bad_field("bad_artifact", field, std::to_string(bytes->size()) + " bytes and not 32");
  }
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

Digest artifacts_digest(const std::vector<Digest>& artifacts) {
  crypto::Blake3 hash;
  for (const Digest& artifact : artifacts)
    hash.update(artifact);
  return hash.digest();
}

SignedEvidence EvidenceSigner::sign(const EvidenceInput& input, unsigned version,
                                    const crypto::KeyView& payee) {
  const std::string_view payload =
      in_field("payload_json", [&] { return digester_.canonical(input.payload_json); });
  std::vector<Digest> artifacts;
  std::string artifacts_json = "[";
  for (const std::string_view text : input.artifacts_hex) {
    artifacts.push_back(read_artifact(text, artifacts.size()));
    if (artifacts.size() > 1) artifacts_json += ',';
    artifacts_json += '"' + hex_lower(artifacts.back()) + '"';
  }
  artifacts_json += ']';
  const auto intent_id = parse_uuid(input.intent_id);
  if (!intent_id) bad_field("bad_intent_id", "intent_id", "not a UUID");
  const auto submitted_at = normalise_timestamp(input.submitted_at_rfc3339);
  if (!submitted_at) bad_field("bad_submitted_at", "submitted_at_rfc3339", "not an instant of RFC 3339");
  const EvidenceTerms terms{.tenant_id = input.tenant_id,
                            .intent_id = *intent_id,
                            .payee_did = input.payee_did,
                            .payload = crypto::blake3(as_bytes(payload)),
                            .artifacts = artifacts_digest(artifacts),
                            .submitted_at = *submitted_at};
  SignedEvidence made{.body = {}, .signing_bytes = evidence_signing_bytes(terms, version), .signature = {}};
  made.signature = payee.sign(made.signing_bytes);
  constexpr std::size_t kRestOfBody = 400;
  made.body = Body(payload.size() + artifacts_json.size() + kRestOfBody)
                  .raw("payload", payload)
                  .raw("artifacts", artifacts_json)
                  .text("payee_did", input.payee_did)
                  .base64("payee_pubkey", payee.public_key().bytes)
                  .base64("payee_signature", made.signature)
                  .text("submitted_at", *submitted_at)
                  .done();
  return made;
}

}  // namespace agentnet::paybond
