// Tokens for clients that hold a signing key (wire reference sbn, section b).
//
// A token is a JWT (core/crypto/jwt.hpp); header and claims are compact JSON in ASCII with sorted names:
//   {"alg":"EdDSA","kid":KID,"typ":"JWT"}
//   {"aud","cdna","exp","iat","iss","jti","role","scope","sub"} and, when it is not empty, "tenant_id"
// with whole seconds since 1970, both cut off: iat of the moment of making, exp of that moment plus the
// lifetime. Scopes are trimmed, after empty ones were dropped, and sorted, each once.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"

namespace agentnet::auth {

struct TokenOptions {
  std::string issuer;
  std::string audience;
  std::string kid = "sbn-ed25519";
  std::string subject = "sbn-sdk";
  std::vector<std::string> scopes = {"attest.write"};
  std::string cdna = "sdk";
  std::string role = "agent";
  std::string tenant_id = {};
  std::chrono::microseconds lifetime = std::chrono::seconds(300);
};

// One token made at that moment, with that id (32 lower-case hexadecimal digits by custom). Throws Error
// usage/bad_lifetime unless the lifetime is above 0 and at most ten years, usage/bad_text when a text is not
// UTF-8, and as jwt_sign.
std::string make_token(const crypto::SigningKey& key, const TokenOptions& options, Instant now,
                       std::string_view token_id);

// The signature of a JSON object, base64url: over its compact form in ASCII with sorted names. Throws Error
// usage, as CanonicalWriter, for a value that has none.
std::string sign_payload(const crypto::SigningKey& key, const json::Value& payload);

// Makes tokens as they are needed. May be called by several threads.
class TokenMinter {
 public:
  // Clock and random must outlive this. Throws as make_token does, but makes none yet.
  TokenMinter(crypto::SigningKey key, TokenOptions options, const Clock& clock, Random& random);

  // The same token until its lifetime is over, to the microsecond; then a new one.
  std::string token();
  // For the tokens made from now on; the one at hand stays in use, as the wire has it.
  void set_tenant(std::string tenant_id);
  // When the one at hand ends; the epoch when there is none.
  Instant expires_at();

 private:
  const crypto::SigningKey key_;
  const Clock& clock_;
  Random& random_;

  std::mutex mutex_;  // guards all below
  TokenOptions options_;
  std::string token_;
  Instant expires_at_{};
};

}  // namespace agentnet::auth
