// Signing keys that are trusted: whoever holds the private one makes tokens that speak for the tenant.
//
// A token names its key by "kid", but kids are not unique (the SDK calls every key "sbn-ed25519"). What
// decides is the signature: a public key is registered once, so it speaks for one tenant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/tenant.hpp"
#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::auth {

// With the same kid and issuer: so many signatures are tried for a token at the most.
inline constexpr std::size_t kMaxKeysOfOneIssuer = 16;

struct TrustedKey {
  std::string id;
  std::string kid;
  std::string issuer;    // what "iss" must be
  std::string audience;  // what "aud" must be or have
  std::string tenant_id;
  crypto::PublicKey public_key;
  Instant created_at;
  std::optional<Instant> revoked_at;
};

struct TrustedKeyOptions {
  std::string kid;
  std::string issuer;
  std::string audience;
};

// Throws Error not_found/unknown_tenant, usage/bad_signing_key for a kid, issuer or audience that is empty or
// too long, conflict/key_exists when the public key is registered already, policy/too_many_keys.
TrustedKey add_signing_key(store::Connection& connection, std::string_view tenant_id,
                           const TrustedKeyOptions& options, const crypto::PublicKey& public_key, Instant now,
                           Random& random);
// The oldest first, revoked ones as well.
std::vector<TrustedKey> list_signing_keys(store::Connection& connection, std::string_view tenant_id);
// Those that may have signed a token with this kid and issuer, revoked ones as well.
std::vector<TrustedKey> find_signing_keys(store::Connection& connection, std::string_view kid,
                                          std::string_view issuer);
// As revoke_api_key. The public key cannot be registered again.
void revoke_signing_key(store::Connection& connection, std::string_view tenant_id, std::string_view id,
                        Instant now);

}  // namespace agentnet::auth
