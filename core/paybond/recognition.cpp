#include "core/paybond/recognition.hpp"

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/artefact_fields.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kKinds[] = {kRecognitionKind};
constexpr std::string_view kAlgorithms[] = {kSealAlgorithm};

constexpr Field kVerifierContext[] = {
    {.name = "tenant_id", .rule = Rule::text},
    {.name = "verifier_id", .rule = Rule::token},
};
constexpr Field kEnvelope[] = {
    {.name = "method", .rule = Rule::text},
    {.name = "path", .rule = Rule::text},
    {.name = "body_digest_sha256_hex", .rule = Rule::hex32},
};
constexpr Field kProof[] = {
    {.name = "schema_version", .rule = Rule::integer},
    {.name = "kind", .rule = Rule::text, .choices = kKinds},
    {.name = "key_id", .rule = Rule::token},
    {.name = "signature_algorithm", .rule = Rule::text, .choices = kAlgorithms},
    {.name = "issued_at", .rule = Rule::trimmed_instant},
    {.name = "expires_at", .rule = Rule::trimmed_instant},
    {.name = "nonce", .rule = Rule::text, .most_characters = kMaxNonceCharacters},
    {.name = "purpose", .rule = Rule::token},
    {.name = "verifier_context", .rule = Rule::object, .members = kVerifierContext},
    {.name = "request_envelope", .rule = Rule::object, .members = kEnvelope},
};

// The text that is hashed, of a proof in any layout.
std::string canonical_proof(const json::Value& proof) {
  std::string canonical;
  write_shape(proof, kProof, Escapes::plain, canonical);
  const json::Document normal = json::parse(canonical);
  if (normal.root.find("schema_version")->as_int64() != 1) {
    bad_field("malformed", "schema_version", "only 1 is supported");
  }
  const auto issued = parse_iso(normal.root.find("issued_at")->text());
  const auto expires = parse_iso(normal.root.find("expires_at")->text());
  if (*expires <= *issued) bad_field("malformed", "expires_at", "not after issued_at");
  if (*expires - *issued > kMaxRecognitionWindow) {
    bad_field("malformed", "expires_at", "more than ten minutes after issued_at");
  }
  return canonical;
}

json::Value describe(const RecognitionRequest& request, json::Arena& arena) {
  const json::Value context = json::ObjectBuilder(arena)
                                  .add("tenant_id", request.tenant_id)
                                  .add("verifier_id", request.verifier_id)
                                  .done();
  const json::Value envelope = json::ObjectBuilder(arena)
                                   .add("method", request.method)
                                   .add("path", request.path)
                                   .add("body_digest_sha256_hex", crypto::sha256_hex(request.body))
                                   .done();
  return json::ObjectBuilder(arena)
      .add_integer("schema_version", 1)
      .add("kind", kRecognitionKind)
      .add("key_id", request.key_id)
      .add("signature_algorithm", kSealAlgorithm)
      .add("issued_at", iso_seconds(request.issued_at))
      .add("expires_at", iso_seconds(request.expires_at))
      .add("nonce", request.nonce)
      .add("purpose", request.purpose)
      .add("verifier_context", context)
      .add("request_envelope", envelope)
      .done();
}

// The proof says signature_algorithm where the other artefacts say signing_algorithm.
json::Value with_algorithm(const json::Value& proof, json::Arena& arena) {
  return json::with_member(proof, "signing_algorithm", json::Value::string(kSealAlgorithm), arena);
}

std::string_view text_in(const json::Value& object, std::string_view name) {
  return object.find(name)->text();
}

}  // namespace

std::string sign_recognition(const RecognitionRequest& request, const crypto::KeyView& key) {
  json::Arena arena;
  const std::string canonical = canonical_proof(describe(request, arena));
  const json::Document sealed = json::parse(seal(canonical, key));
  return json::to_compact(json::without_member(sealed.root, "signing_algorithm", arena));
}

std::string recognition_header(std::string_view proof) {
  return base64_encode(as_bytes(json::to_spaced(json::parse(proof).root)), Base64::url);
}

Verdict verify_recognition_seal(const json::Value& proof, std::span<const crypto::PublicKey> trusted) {
  return judge([&] {
    const std::string canonical = canonical_proof(proof);
    json::Arena arena;
    return check_seal(with_algorithm(proof, arena), canonical, trusted);
  });
}

Verdict verify_recognition(const json::Value& proof, const RecognitionExpectation& expected,
                           std::span<const crypto::PublicKey> trusted) {
  Verdict verdict = verify_recognition_seal(proof, trusted);
  if (!verdict.valid) return verdict;
  const json::Document normal = json::parse(canonical_proof(proof));
  const json::Value& said = normal.root;
  const json::Value& context = *said.find("verifier_context");
  const json::Value& envelope = *said.find("request_envelope");
  if (text_in(context, "tenant_id") != expected.tenant_id ||
      text_in(context, "verifier_id") != expected.verifier_id ||
      text_in(said, "purpose") != expected.purpose) {
    return Verdict::no("wrong_audience", "the proof is for another tenant, verifier or purpose");
  }
  const bool covers_body =
      !expected.body || text_in(envelope, "body_digest_sha256_hex") == crypto::sha256_hex(*expected.body);
  if (text_in(envelope, "method") != expected.method || text_in(envelope, "path") != expected.path ||
      !covers_body) {
    return Verdict::no("wrong_request", "the proof is for another method, path or body");
  }
  if (*parse_iso(text_in(said, "expires_at")) <= expected.now) {
    return Verdict::no("expired", "the proof has expired");
  }
  if (*parse_iso(text_in(said, "issued_at")) > expected.now) {
    return Verdict::no("not_yet_valid", "the proof is from the future");
  }
  return verdict;
}

}  // namespace agentnet::paybond
