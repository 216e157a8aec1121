// Signed tokens, as JWTs are: JWS compact serialisation (RFC 7515) with Ed25519 (RFC 8037).
//
//   base64url(header) "." base64url(payload) "." base64url(signature)     all without padding
//
// The signature is over the first two parts and the point between them. EdDSA is the only algorithm: a header
// that names another one, none, or two is refused before any key is tried, and so is one with "crit", because
// no extension is understood here (section 4.1.11). Claims such as exp and aud are for the caller to check.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/ed25519.hpp"

namespace agentnet::crypto {

inline constexpr std::size_t kMaxJwtBytes = 64 * 1024;  // bytes of one token

struct Jwt {
  std::string header;   // JSON, exactly as it was signed
  std::string payload;  // the claims as JSON for a JWT; any bytes for another JWS
};

// The token. `header` must be a JSON object that jwt_verify would take; nothing is added to it. Throws Error
// usage/bad_jwt when it is not, or when the token would be too long.
std::string jwt_sign(const SigningKey& key, std::string_view header, std::string_view payload);

// The parts of a token that the key's owner signed; nullopt for every other text, whatever is wrong with it.
std::optional<Jwt> jwt_verify(std::string_view token, const PublicKey& key);

// The parts of a token whose signature nobody has checked: to find the key by "kid", or to look when one's
// own token ends. Nothing they say is proved. nullopt for a text that jwt_verify refuses without trying the
// key.
std::optional<Jwt> jwt_read_unverified(std::string_view token);

}  // namespace agentnet::crypto
