#include "core/paybond/attested_evidence.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::string_view kBlocks[] = {"issuerAsserted", "receiptAsserted"};
constexpr std::string_view kKeyMember = "signing_public_key_ed25519_hex";
constexpr std::string_view kSignatureMembers[] = {"ed25519_signature_hex", "signature"};
constexpr std::string_view kSignedMembers[] = {"ed25519_signature_hex", "signature", kKeyMember,
                                               "message_digest_sha256_hex"};
constexpr std::size_t kDigestDigits = 64;

[[noreturn]] void bad_record(std::string_view which, const std::string& why) {
  throw Error(Category::usage, "bad_record", "the " + std::string(which) + " " + why);
}

std::string_view text_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && member->is_string() ? member->text() : std::string_view();
}

const Value* object_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && member->is_object() ? member : nullptr;
}

struct SignatureTexts {
  std::string_view signature;
  std::string_view key;

  bool is_whole() const { return !signature.empty() && !key.empty(); }
};

SignatureTexts texts_in(const Value& object) {
  SignatureTexts texts{{}, text_of(object, kKeyMember)};
  for (const std::string_view name : kSignatureMembers) {
    if (texts.signature.empty()) texts.signature = text_of(object, name);
  }
  return texts;
}

SignatureTexts signature_of(const Value& record) {
  for (const std::string_view name : kBlocks) {
    const Value* block = object_of(record, name);
    if (block != nullptr && texts_in(*block).is_whole()) return texts_in(*block);
  }
  return texts_in(record);
}

Value without_signature(Value object, json::Arena& arena) {
  for (const std::string_view name : kSignedMembers)
    object = json::without_member(object, name, arena);
  return object;
}

// SHA-256 of what the signature covers.
crypto::Sha256Digest digest_of(const Value& record) {
  json::Arena arena;
  Value content = without_signature(record, arena);
  for (const std::string_view name : kBlocks) {
    const Value* block = object_of(content, name);
    if (block == nullptr) continue;
    const Value rest = without_signature(*block, arena);
    content = rest.members().empty() ? json::without_member(content, name, arena)
                                     : json::with_member(content, name, rest, arena);
  }
  return crypto::sha256(as_bytes(json::to_canonical(content, json::Form::sorted)));
}

// The digest of the record, whose signature holds.
crypto::Sha256Digest require_signed(const Value& record, std::string_view which) {
  if (!record.is_object()) bad_record(which, "is not an object");
  const SignatureTexts texts = signature_of(record);
  if (!texts.is_whole()) bad_record(which, "has no signature with its key");
  const auto signature = parse_hex(texts.signature);
  const auto key = parse_hex(texts.key);
  if (!signature || signature->size() != sizeof(crypto::Signature) || !key ||
      key->size() != sizeof(crypto::PublicKey)) {
    bad_record(which, "has a signature or key that is not one in hexadecimal digits");
  }
  const crypto::Sha256Digest digest = digest_of(record);
  if (crypto::verify(crypto::PublicKey::from_raw(*key), digest, *signature)) return digest;
  throw Error(Category::verification, "signature_invalid",
              "the signature of the " + std::string(which) + " does not hold");
}

std::string_view attestation_of(const Value& record, std::string_view which) {
  const Value* link = object_of(record, "backLink");
  const std::string_view digest = link == nullptr ? std::string_view() : text_of(*link, "attestationDigest");
  if (digest.empty()) bad_record(which, "has no backLink.attestationDigest");
  return digest;
}

// Without the name of the hash in front.
std::string_view bare_digest(std::string_view text) {
  constexpr std::string_view kHashes[] = {"sha256:", "blake3:"};
  for (const std::string_view hash : kHashes) {
    const bool named = text.size() >= hash.size() &&
                       std::equal(hash.begin(), hash.end(), text.begin(), [](char lower, char c) {
                         return lower == (c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
                       });
    if (named) return text.substr(hash.size());
  }
  return text;
}

[[noreturn]] void no_pair(const std::string& why) {
  throw Error(Category::verification, "records_not_a_pair", why);
}

}  // namespace

Value attested_value(const AttestedEvidence& evidence, json::Arena& arena) {
  json::ArrayBuilder artifacts(arena);
  for (const std::string& digest : evidence.artifact_blake3_hex)
    artifacts.add(std::string_view(digest));
  return json::ObjectBuilder(arena)
      .add("artifact_blake3_hex", artifacts.done())
      .add("operation", std::string_view(evidence.operation))
      .add("vendor_ref_id", std::string_view(evidence.vendor_ref_id))
      .done();
}

AttestedEvidence evidence_of_mcp_records(const Value& decision, const Value& outcome) {
  const std::string digest = hex_lower(require_signed(decision, "decision"));
  require_signed(outcome, "outcome");
  const std::string_view attested = attestation_of(decision, "decision");
  if (attestation_of(outcome, "outcome") != attested)
    no_pair("the decision and the outcome have different attestationDigests");
  const Value* derived = object_of(outcome, "outcomeDerived");
  const std::string_view decided =
      derived == nullptr ? std::string_view() : text_of(*derived, "decisionDigest");
  if (decided.empty()) bad_record("outcome", "has no outcomeDerived.decisionDigest");
  if (bare_digest(decided) != digest) no_pair("the outcome is that of another decision");

  AttestedEvidence evidence{
      {digest}, text_of(*derived, "status") == "executed" ? "attested" : "pending", std::string(attested)};
  const std::string_view result = bare_digest(text_of(*derived, "resultCommitment"));
  if (!result.empty() && !is_hex(result, kDigestDigits))
    bad_record("outcome", "has a resultCommitment that is no digest");
  if (!result.empty() && result != digest) evidence.artifact_blake3_hex.emplace_back(result);
  return evidence;
}

}  // namespace agentnet::paybond
