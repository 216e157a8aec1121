#include "core/paybond/sealed.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::size_t kKeyDigits = 64;
constexpr std::size_t kSignatureDigits = 128;

std::string_view text_of(const json::Value& document, std::string_view name) {
  const json::Value* value = document.find(name);
  return value != nullptr && value->is_string() ? strip(value->text()) : std::string_view();
}

}  // namespace

bool is_trusted(std::string_view key_hex, std::span<const crypto::PublicKey> trusted) {
  const auto bytes = parse_hex(strip(key_hex));
  return bytes && std::any_of(trusted.begin(), trusted.end(), [&](const crypto::PublicKey& key) {
           return std::equal(key.bytes.begin(), key.bytes.end(), bytes->begin(), bytes->end());
         });
}

std::optional<bool> verify_hex(ByteView digest, std::string_view key_hex, std::string_view signature_hex) {
  key_hex = strip(key_hex);
  signature_hex = strip(signature_hex);
  if (!is_hex(key_hex, kKeyDigits) || !is_hex(signature_hex, kSignatureDigits)) return std::nullopt;
  const auto key = crypto::PublicKey::from_raw(parse_hex(key_hex).value());
  return crypto::verify(key, digest, parse_hex(signature_hex).value());
}

Verdict check_seal(const json::Value& document, std::string_view canonical,
                   std::span<const crypto::PublicKey> trusted) {
  if (text_of(document, "signing_algorithm") != kSealAlgorithm) {
    return Verdict::no("malformed", "signing_algorithm is not " + std::string(kSealAlgorithm));
  }
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes(canonical));
  if (lower_ascii(text_of(document, "message_digest_sha256_hex")) != hex_lower(digest)) {
    return Verdict::no("digest_mismatch", "the content is not what message_digest_sha256_hex says");
  }
  const std::string_view key = text_of(document, "signing_public_key_ed25519_hex");
  const auto holds = verify_hex(digest, key, text_of(document, "ed25519_signature_hex"));
  if (!holds) return Verdict::no("malformed", "the key or the signature is not in hexadecimal digits");
  if (!*holds) return Verdict::no("bad_signature", "the signature is not the key's");
  if (!trusted.empty() && !is_trusted(key, trusted)) {
    return Verdict::no("untrusted_key", "the key is not a trusted one");
  }
  return Verdict::yes();
}

std::string seal(std::string_view canonical, const crypto::KeyView& key) {
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes(canonical));
  std::string out(canonical.substr(0, canonical.size() - 1));
  const auto member = [&out](std::string_view name, std::string_view value) {
    out += ",\"" + std::string(name) + "\":\"" + std::string(value) + "\"";
  };
  member("signing_algorithm", kSealAlgorithm);
  member("message_digest_sha256_hex", hex_lower(digest));
  member("signing_public_key_ed25519_hex", hex_lower(key.public_key().bytes));
  member("ed25519_signature_hex", hex_lower(key.sign(digest)));
  return out + "}";
}

Verdict judge(const std::function<Verdict()>& check) {
  try {
    return check();
  } catch (const Error& error) {
    if (error.category() != Category::usage || error.code() != "malformed") throw;
    return Verdict::no("malformed", error.message());
  }
}

}  // namespace agentnet::paybond
