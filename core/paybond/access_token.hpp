// Harbor's access tokens: short-lived bearers that the gateway gives for an API key (wire reference paybond
// 5.1).
//
// A token is a JWT (core/crypto/jwt.hpp) that Harbor's key signs, with compact JSON in it:
//   {"alg":"EdDSA","kid":"harbor","typ":"JWT"}
//   {"aud":"harbor","exp","iat","iss":"agentnet-gateway","jti","scope":[…],"sub":KEY_ID,"tenant_id"}
// Tenant and scopes are those of the API key; who revokes the key ends its tokens, too (route_call.hpp).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/auth/caller.hpp"
#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::paybond {

inline constexpr std::chrono::seconds kAccessTokenLife{900};

std::string make_access_token(const crypto::SigningKey& harbor, const auth::Caller& caller, Instant now,
                              Random& random);

// Whom the token speaks for; its credential_id is the API key's. nullopt for a text that Harbor's key did not
// sign as a token. Throws Error auth/expired_token.
std::optional<auth::Caller> read_access_token(std::string_view token, const crypto::PublicKey& harbor,
                                              Instant now);

}  // namespace agentnet::paybond
