#include "core/sbn/envelope.hpp"

#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/dsse.hpp"
#include "core/crypto/pem.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/member_text.hpp"

namespace agentnet::sbn {
namespace {

[[noreturn]] void bad_envelope(const std::string& what) {
  throw Error(Category::usage, "bad_envelope", "this is no DSSE envelope: " + what);
}

const json::Value& member(const json::Value& object, std::string_view name, json::Kind kind) {
  const json::Value* found = object.find(name);
  if (found == nullptr || found->kind() != kind)
    bad_envelope("'" + std::string(name) + "' is missing or of a wrong kind");
  return *found;
}

// DSSE readers must take both base64 alphabets. The URL-safe one comes with padding (RFC 4648) and without
// (JOSE).
std::optional<Bytes> decode(std::string_view text) {
  if (auto bytes = base64_decode(text, Base64::standard)) return bytes;
  if (text.size() % 4 == 0 && text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  return base64_decode(text, Base64::url);
}

// The first trusted key that one of the signatures verifies with.
const crypto::PublicKey* signer_of(const json::Value& signatures, std::string_view signed_bytes,
                                   std::span<const crypto::PublicKey> trusted) {
  for (const json::Value& entry : signatures.items()) {
    const auto signature = decode(member(entry, "sig", json::Kind::string).text());
    if (!signature) bad_envelope("a signature is not base64");
    for (const crypto::PublicKey& key : trusted) {
      if (crypto::verify(key, as_bytes(signed_bytes), *signature)) return &key;
    }
  }
  return nullptr;
}

// The digest of the only subject, or "" when the statement does not have exactly one with a SHA-256.
std::string subject_digest_of(const json::Value& statement) {
  const json::Value* subjects = statement.find("subject");
  if (subjects == nullptr || !subjects->is_array() || subjects->items().size() != 1) return {};
  const json::Value* digest = subjects->items()[0].find("digest");
  const json::Value* sha256 = digest == nullptr ? nullptr : digest->find("sha256");
  return sha256 != nullptr && sha256->is_string() ? std::string(sha256->text()) : std::string();
}

bool is_seal_statement(const json::Value& statement) {
  return is_text(statement.find("_type"), kStatementType) &&
         is_text(statement.find("predicateType"), kSealPredicateType);
}

}  // namespace

std::string key_id_of(const crypto::PublicKey& key) {
  return hex_lower(crypto::sha256(key.bytes));
}

std::string make_statement(const json::Value& block, json::Arena& arena) {
  const json::Value* hash = block.find("snapchore_hash");
  const json::Value* id = block.find("id");
  if (hash == nullptr || !hash->is_string() || id == nullptr) {
    throw Error(Category::usage, "not_sealed", "only a sealed block can be put into an envelope");
  }
  const json::Value digest = json::ObjectBuilder(arena).add("sha256", *hash).done();
  const json::Value subject =
      json::ObjectBuilder(arena).add("name", arena.copy(text_of(*id))).add("digest", digest).done();
  const json::Value statement = json::ObjectBuilder(arena)
                                    .add("_type", kStatementType)
                                    .add("subject", json::ArrayBuilder(arena).add(subject).done())
                                    .add("predicateType", kSealPredicateType)
                                    .add("predicate", json::ObjectBuilder(arena).add("block", block).done())
                                    .done();
  return json::to_compact(statement);
}

std::string statement_signing_bytes(std::string_view statement) {
  return crypto::dsse_encoding(kEnvelopePayloadType, statement);
}

json::Value sign_statement(std::string_view statement, const crypto::SigningKey& key, json::Arena& arena) {
  const crypto::Signature signature = key.sign(as_bytes(statement_signing_bytes(statement)));
  const json::Value entry = json::ObjectBuilder(arena)
                                .add("keyid", key_id_of(key.public_key()))
                                .add("sig", base64_encode(signature, Base64::standard))
                                .done();
  return json::ObjectBuilder(arena)
      .add("payloadType", kEnvelopePayloadType)
      .add("payload", base64_encode(as_bytes(statement), Base64::standard))
      .add("signatures", json::ArrayBuilder(arena).add(entry).done())
      .done();
}

EnvelopeVerdict open_envelope(const json::Value& envelope, std::span<const crypto::PublicKey> trusted,
                              json::Arena& arena) {
  if (!envelope.is_object()) bad_envelope("it is not an object");
  const std::string_view type = member(envelope, "payloadType", json::Kind::string).text();
  const auto payload = decode(member(envelope, "payload", json::Kind::string).text());
  if (!payload) bad_envelope("the payload is not base64");
  const json::Value& signatures = member(envelope, "signatures", json::Kind::array);
  if (signatures.items().size() > kMaxEnvelopeSignatures) bad_envelope("it has too many signatures");

  EnvelopeVerdict verdict;
  const auto refused = [&](const char* reason) {
    verdict.reason = reason;
    return verdict;
  };
  // The signature comes first: nothing that is not signed by a trusted key is read any further.
  const crypto::PublicKey* signer =
      signer_of(signatures, crypto::dsse_encoding(type, as_text(*payload)), trusted);
  if (signer == nullptr) return refused("no_trusted_signature");
  verdict.key_id = key_id_of(*signer);
  if (type != kEnvelopePayloadType) return refused("wrong_payload_type");
  const json::Value statement = json::Parser().parse(arena.copy(as_text(*payload)), arena);
  if (!statement.is_object() || !is_seal_statement(statement)) return refused("wrong_statement");
  verdict.subject_digest = subject_digest_of(statement);
  const json::Value* predicate = statement.find("predicate");
  const json::Value* block = predicate == nullptr ? nullptr : predicate->find("block");
  if (block == nullptr || !block->is_object()) return refused("wrong_statement");
  if (verdict.subject_digest.empty() || !is_text(block->find("snapchore_hash"), verdict.subject_digest)) {
    return refused("wrong_subject");
  }
  verdict.valid = true;
  verdict.block = *block;
  return verdict;
}

std::vector<crypto::PublicKey> read_trust_file(std::string_view text) {
  std::vector<crypto::PublicKey> keys;
  for (const crypto::PemBlock& block : crypto::pem_read(text))
    keys.push_back(crypto::PublicKey::from_pem(crypto::pem_write(block.label, block.bytes.expose())));
  if (keys.empty()) {
    throw Error(Category::usage, "no_keys", "the trust file holds no public key",
                "it takes PEM blocks of Ed25519 public keys, as 'openssl pkey -pubout' writes them");
  }
  return keys;
}

}  // namespace agentnet::sbn
