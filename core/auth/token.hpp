// Tokens: what a JWT must say to be believed, given the keys that are trusted. No clock and no store: facts
// are passed in.
//
// Header   "alg" EdDSA (see core/crypto/jwt.hpp), "kid" a text, "typ" absent or JWT in any case.
// Claims   an object in which no name stands twice:
//   iss        the key's issuer
//   aud        the key's audience, or a list that has it
//   exp, iat   whole seconds since 1970; now < exp, iat <= now, both with kTokenLeeway;
//              iat < exp <= iat + kMaxTokenLifetime
//   nbf        absent, or whole seconds with nbf <= now, with kTokenLeeway
//   tenant_id  absent, or the tenant of the key
//   scope      a list of up to kMaxScopes texts, of which those that are scopes count
// Everything else is not looked at.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/auth/caller.hpp"
#include "core/auth/signing_key.hpp"
#include "core/base/clock.hpp"

namespace agentnet::auth {

inline constexpr std::size_t kMaxTokenBytes = 16 * 1024;
inline constexpr std::chrono::seconds kTokenLeeway{60};  // for clocks that disagree
inline constexpr std::chrono::hours kMaxTokenLifetime{24};

// What is needed to look for the key; not proved by anything yet.
struct TokenNames {
  std::string kid;
  std::string issuer;
};
// nullopt for a text that is no token of the form above.
std::optional<TokenNames> read_token_names(std::string_view token);

// The caller that the token speaks for. Throws Error, in whose message nothing of the token appears:
//   auth/invalid_credential  none of the keys made its signature, or a rule above is broken
//   auth/revoked_credential  the key that made it is revoked
//   auth/expired_token       exp is past
//   auth/forbidden           tenant_id is another tenant than the key's
Caller check_token(std::string_view token, std::span<const TrustedKey> keys, Instant now);

}  // namespace agentnet::auth
