// Access tokens: what a subject of a tenant gets in exchange for its own credentials, for a short time. They
// are opaque, "atl_tok_" and 40 random characters; what is kept is the SHA-256, by which a token is found.
#pragma once

#include "core/auth/caller.hpp"
#include "core/auth/tenant.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"

namespace agentnet::auth {

inline constexpr std::string_view kAccessTokenPrefix = "atl_tok_";
inline constexpr std::size_t kAccessTokenRandomCharacters = 40;
inline constexpr std::size_t kMaxTokensPerSubject = 100;  // that are still good; the oldest make room

struct AccessToken {
  std::string tenant_id;
  std::string subject;  // the id of whoever got it
  std::vector<std::string> scopes;
  Instant expires_at;
  bool revoked = false;
};

// Begins as one does, whether or not it is one to the end.
bool looks_like_access_token(std::string_view text);

// Makes one, and forgets those of the subject that have expired. To be called inside a write.
Secret add_access_token(store::Connection& connection, const AccessToken& token, Instant now, Random& random);
// By the text; an expired or revoked one as well.
std::optional<AccessToken> find_access_token(store::Connection& connection, std::string_view text);
// All of the subject, in force with the commit.
void revoke_access_tokens(store::Connection& connection, std::string_view subject);

}  // namespace agentnet::auth
