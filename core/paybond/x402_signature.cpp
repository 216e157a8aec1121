#include "core/paybond/x402_signature.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/ecdsa.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/crypto/keccak256.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

[[noreturn]] void bad_signature() {
  throw Error(Category::verification, "signature_invalid", "the receipt's signature does not hold");
}

[[noreturn]] void other_signer(const std::string& who) {
  throw Error(Category::verification, "signer_mismatch", "the receipt was signed by " + who);
}

std::string_view text_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && member->is_string() ? member->text() : std::string_view();
}

// --- JWS

json::Document part_of(std::string_view text, const char* what) {
  const auto bytes = base64_decode(text, Base64::url);
  if (!bytes) bad_receipt(std::string("the token's ") + what + " is not base64url");
  try {
    json::Document document = json::parse(as_text(*bytes));
    std::optional<Value> repeated;
    (void)json::without_duplicates(document.root, document.arena, &repeated);
    if (document.root.is_object() && !repeated) return document;
  } catch (const Error&) {
    // It is told below.
  }
  bad_receipt(std::string("the token's ") + what + " is no JSON object with each name once");
}

Bytes coordinate(const Value& jwk, std::string_view name) {
  const auto bytes = base64_decode(text_of(jwk, name), Base64::url);
  constexpr std::size_t kBytes = 32;
  if (!bytes || bytes->size() != kBytes) bad_receipt("the token's jwk has no " + std::string(name));
  return *bytes;
}

// RFC 7638: the members that make the key, by name, in one line.
std::string thumbprint(const Value& jwk, std::initializer_list<std::string_view> names) {
  json::Arena arena;
  json::ObjectBuilder members(arena);
  for (const std::string_view name : names)
    members.add(name, text_of(jwk, name));
  return base64_encode(crypto::sha256(as_bytes(json::to_compact(members.done()))), Base64::url);
}

void require_pin(std::string_view expected, const std::string& thumb, std::string_view x) {
  if (expected == thumb || (!x.empty() && expected == x)) return;
  other_signer("the key with the thumbprint " + thumb);
}

bool holds_ed25519(const Value& jwk, std::string_view signed_text, const Bytes& signature,
                   std::string_view expected) {
  if (text_of(jwk, "kty") != "OKP" || text_of(jwk, "crv") != "Ed25519")
    bad_receipt("the token's jwk is not one of Ed25519");
  const crypto::PublicKey key = crypto::PublicKey::from_raw(coordinate(jwk, "x"));
  require_pin(expected, thumbprint(jwk, {"crv", "kty", "x"}), text_of(jwk, "x"));
  return crypto::verify(key, as_bytes(signed_text), signature);
}

bool holds_es256(const Value& jwk, std::string_view signed_text, const Bytes& signature,
                 std::string_view expected) {
  if (text_of(jwk, "kty") != "EC" || text_of(jwk, "crv") != "P-256")
    bad_receipt("the token's jwk is not one of P-256");
  const Bytes x = coordinate(jwk, "x");
  const Bytes y = coordinate(jwk, "y");
  crypto::CurvePoint key{};
  std::copy(x.begin(), x.end(), key.begin());
  std::copy(y.begin(), y.end(), key.begin() + static_cast<std::ptrdiff_t>(x.size()));
  require_pin(expected, thumbprint(jwk, {"crv", "kty", "x", "y"}), {});
  return crypto::p256_verify(key, as_bytes(signed_text), signature);
}

// --- EIP-712

void append_word(Bytes& out, const crypto::Keccak256Digest& word) {
  out.insert(out.end(), word.begin(), word.end());
}

void append_text(Bytes& out, std::string_view text) {
  append_word(out, crypto::keccak256(as_bytes(text)));
}

void append_number(Bytes& out, std::uint64_t number) {
  crypto::Keccak256Digest word{};
  for (std::size_t i = word.size(); number != 0; number >>= 8U)
    word[--i] = static_cast<std::uint8_t>(number & 0xFFU);
  append_word(out, word);
}

std::uint64_t number_of(const Value& receipt, std::string_view name) {
  const Value* member = receipt.find(name);
  const auto number = member == nullptr ? std::nullopt : member->as_int64();
  if (!number || *number < 0) bad_receipt(std::string(name) + " is not a whole number from 0");
  return static_cast<std::uint64_t>(*number);
}

crypto::Keccak256Digest eip712_digest(const Value& receipt) {
  Bytes domain;
  append_text(domain, "EIP712Domain(string name,string version,uint256 chainId)");
  append_text(domain, "x402 receipt");
  append_text(domain, "1");
  append_number(domain, 1);
  Bytes terms;
  append_text(terms,
              "Receipt(uint256 version,string network,string resourceUrl,string payer,uint256 issuedAt,"
              "string transaction)");
  append_number(terms, number_of(receipt, "version"));
  for (const std::string_view name : {"network", "resourceUrl", "payer"})
    append_text(terms, text_of(receipt, name));
  append_number(terms, number_of(receipt, "issuedAt"));
  append_text(terms, text_of(receipt, "transaction"));
  Bytes whole{0x19, 0x01};
  append_word(whole, crypto::keccak256(domain));
  append_word(whole, crypto::keccak256(terms));
  return crypto::keccak256(whole);
}

// The address: the end of the key's hash.
std::string address_of(const crypto::CurvePoint& key) {
  constexpr std::size_t kAddressBytes = 20;
  const crypto::Keccak256Digest hash = crypto::keccak256(key);
  return "0x" + hex_lower(ByteView(hash).last(kAddressBytes));
}

// Which of two points, of the last byte: 0 and 1, or 27 and 28 as Bitcoin began it.
bool parity_of(std::uint8_t v) {
  constexpr std::uint8_t kOffset = 27;
  const unsigned id = v >= kOffset ? v - kOffset : v;
  if (id > 1) bad_receipt("the signature's last byte is none of 0, 1, 27 and 28");
  return id == 1;
}

}  // namespace

void bad_receipt(const std::string& why) {
  throw Error(Category::usage, "bad_receipt", "this is no receipt: " + why);
}

json::Document verified_jws(std::string_view token, std::string_view expected_signer) {
  if (token.size() > kMaxReceiptTokenBytes) bad_receipt("its token has more than 64 KiB");
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? first : token.find('.', first + 1);
  if (second == token.npos) bad_receipt("its signature is not three parts with points between");
  const json::Document header = part_of(token.substr(0, first), "header");
  json::Document payload = part_of(token.substr(first + 1, second - first - 1), "payload");
  // A third point would be found here, where it is no base64url.
  const auto signature = base64_decode(token.substr(second + 1), Base64::url);
  if (!signature) bad_receipt("the token's signature is not base64url");
  const Value* jwk = header.root.find("jwk");
  if (jwk == nullptr || !jwk->is_object()) bad_receipt("the token's header has no jwk");
  if (header.root.find("crit") != nullptr) bad_receipt("the token's header has \"crit\"");
  const std::string_view algorithm = text_of(header.root, "alg");
  const std::string_view signed_text = token.substr(0, second);
  if (algorithm != "EdDSA" && algorithm != "ES256") bad_receipt("its algorithm is neither EdDSA nor ES256");
  const bool holds = algorithm == "EdDSA" ? holds_ed25519(*jwk, signed_text, *signature, expected_signer)
                                          : holds_es256(*jwk, signed_text, *signature, expected_signer);
  if (!holds) bad_signature();
  return payload;
}

void require_eip712(const Value& receipt, std::string_view signature, std::string_view expected_signer) {
  constexpr std::size_t kBytes = crypto::kEcdsaSignatureBytes + 1;
  const auto bytes = signature.starts_with("0x") ? parse_hex(signature.substr(2)) : std::nullopt;
  if (!bytes || bytes->size() != kBytes) bad_receipt("its signature is not 0x and 130 hexadecimal digits");
  const auto key = crypto::secp256k1_recover(
      eip712_digest(receipt), ByteView(*bytes).first(crypto::kEcdsaSignatureBytes), parity_of(bytes->back()));
  if (!key) bad_signature();
  const std::string address = address_of(*key);
  const bool same = std::equal(
      address.begin(), address.end(), expected_signer.begin(), expected_signer.end(), [](char a, char b) {
        return a == b || (a >= 'a' && a <= 'f' && b == static_cast<char>(a - 'a' + 'A'));
      });
  if (!same) other_signer(address);
}

}  // namespace agentnet::paybond
