#include "core/crypto/jwt.hpp"

#include "core/base/error.hpp"
#include "core/json/parse.hpp"

namespace agentnet::crypto {
namespace {

struct Parts {
  Jwt jwt;
  std::string_view signed_text;
  Bytes signature;
};

bool header_is_acceptable(std::string_view header) {
  try {
    json::Document document = json::parse(header);
    if (!document.root.is_object()) return false;
    // Section 4: names are unique. Two readers that pick different ones of a pair would disagree.
    std::optional<json::Value> duplicate;
    json::without_duplicates(document.root, document.arena, &duplicate);
    if (duplicate) return false;
    const json::Value* algorithm = document.root.find("alg");
    if (algorithm == nullptr || !algorithm->is_string() || algorithm->text() != "EdDSA") return false;
    return document.root.find("crit") == nullptr;
  } catch (const Error&) {
    return false;  // not JSON: for a token this is a negative answer like the others
  }
}

std::optional<std::string> decode(std::string_view part) {
  const std::optional<Bytes> bytes = base64_decode(part, Base64::url);
  if (!bytes) return std::nullopt;
  return std::string(as_text(*bytes));
}

std::optional<Parts> split(std::string_view token) {
  if (token.size() > kMaxJwtBytes) return std::nullopt;
  const std::size_t first = token.find('.');
  if (first == token.npos) return std::nullopt;
  const std::size_t second = token.find('.', first + 1);
  // A third point would be found inside the signature, where the decoder refuses it.
  if (second == token.npos) return std::nullopt;
  std::optional<std::string> header = decode(token.substr(0, first));
  std::optional<std::string> payload = decode(token.substr(first + 1, second - first - 1));
  std::optional<Bytes> signature = base64_decode(token.substr(second + 1), Base64::url);
  if (!header || !payload || !signature || !header_is_acceptable(*header)) return std::nullopt;
  return Parts{{std::move(*header), std::move(*payload)}, token.substr(0, second), std::move(*signature)};
}

}  // namespace

std::string jwt_sign(const SigningKey& key, std::string_view header, std::string_view payload) {
  if (!header_is_acceptable(header)) {
    throw Error(
        Category::usage, "bad_jwt",
        "the header of a token is a JSON object with \"alg\":\"EdDSA\", no name twice and no \"crit\"");
  }
  std::string token = base64_encode(as_bytes(header), Base64::url);
  token.append(".").append(base64_encode(as_bytes(payload), Base64::url));
  const Signature signature = key.sign(as_bytes(token));
  token.append(".").append(base64_encode(signature, Base64::url));
  if (token.size() > kMaxJwtBytes) throw Error(Category::usage, "bad_jwt", "a token has at most 64 KiB");
  return token;
}

std::optional<Jwt> jwt_verify(std::string_view token, const PublicKey& key) {
  std::optional<Parts> parts = split(token);
  if (!parts || !verify(key, as_bytes(parts->signed_text), parts->signature)) return std::nullopt;
  return std::move(parts->jwt);
}

std::optional<Jwt> jwt_read_unverified(std::string_view token) {
  std::optional<Parts> parts = split(token);
  if (!parts) return std::nullopt;
  return std::move(parts->jwt);
}

}  // namespace agentnet::crypto
