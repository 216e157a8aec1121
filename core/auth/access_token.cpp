#include "core/auth/access_token.hpp"

#include "core/auth/random_text.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::auth {

bool looks_like_access_token(std::string_view text) {
  return text.starts_with(kAccessTokenPrefix);
}

Secret add_access_token(store::Connection& connection, const AccessToken& token, Instant now,
                        Random& random) {
  connection.run("DELETE FROM access_tokens WHERE subject = ? AND expires_at <= ?",
                 {token.subject, to_column(now)});
  connection.run(
      "DELETE FROM access_tokens WHERE subject = ? AND number <= (SELECT number FROM access_tokens WHERE "
      "subject = ? ORDER BY number DESC LIMIT 1 OFFSET ?)",
      {token.subject, token.subject, static_cast<std::int64_t>(kMaxTokensPerSubject - 1)});
  Secret secret = random_secret(kAccessTokenPrefix, kAccessTokenRandomCharacters, random);
  connection.run(
      "INSERT INTO access_tokens (hash, tenant_id, subject, scopes, expires_at, revoked)"
      " VALUES (?, ?, ?, ?, ?, 0)",
      {crypto::sha256_hex(as_text(secret.expose())), token.tenant_id, token.subject,
       join_scopes(token.scopes), to_column(token.expires_at)});
  return secret;
}

std::optional<AccessToken> find_access_token(store::Connection& connection, std::string_view text) {
  store::Query row = connection.query(
      "SELECT tenant_id, subject, scopes, expires_at, revoked FROM access_tokens WHERE hash = ?",
      {crypto::sha256_hex(text)});
  if (!row.next()) return std::nullopt;
  return AccessToken{row.text(0), row.text(1), split_scopes(row.text(2)), from_column(row.integer(3)),
                     row.integer(4) != 0};
}

void revoke_access_tokens(store::Connection& connection, std::string_view subject) {
  connection.run("UPDATE access_tokens SET revoked = 1 WHERE subject = ?", {subject});
}

}  // namespace agentnet::auth
