#include "core/paybond/nonces.hpp"

#include "core/auth/tenant.hpp"
#include "core/base/bytes.hpp"
#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

// More than one, so that the old ones become fewer.
constexpr std::int64_t kForgottenAtOnce = 16;

// At least as many as are kept: those between the oldest and the newest that have gone are counted, too. Does
// not walk over them as count(*) would.
std::int64_t count_nonces(store::Connection& connection, std::string_view tenant_id) {
  store::Query rows = connection.query(
      "SELECT (SELECT max(number) FROM paybond_nonces WHERE tenant_id = ?) -"
      " (SELECT min(number) FROM paybond_nonces WHERE tenant_id = ?) + 1",
      {tenant_id, tenant_id});
  return rows.next() && !rows.is_null(0) ? rows.integer(0) : 0;
}

std::int64_t next_number(store::Connection& connection, std::string_view tenant_id) {
  store::Query rows = connection.query(
      "SELECT coalesce(max(number), 0) + 1 FROM paybond_nonces WHERE tenant_id = ?", {tenant_id});
  return rows.next() ? rows.integer(0) : 1;
}

}  // namespace

void take_nonce(store::Connection& connection, std::string_view tenant_id, const ProofNonce& taken,
                Instant now, std::int64_t most) {
  connection.run(
      "DELETE FROM paybond_nonces WHERE rowid IN"
      " (SELECT rowid FROM paybond_nonces WHERE expires_at < ? ORDER BY expires_at LIMIT ?)",
      {auth::to_column(now), kForgottenAtOnce});
  const std::string key = hex_lower(taken.key.bytes);
  {
    store::Query rows =
        connection.query("SELECT 1 FROM paybond_nonces WHERE tenant_id = ? AND public_key = ? AND nonce = ?",
                         {tenant_id, key, taken.nonce});
    if (rows.next()) {
      throw Error(Category::verification, "replayed_proof", "the recognition proof was used before",
                  "sign another one, with a nonce of its own");
    }
  }
  if (count_nonces(connection, tenant_id) >= most) {
    throw Error(Category::policy, "rate_limited", "too many recognition proofs within ten minutes",
                "wait until the oldest have run out");
  }
  connection.run(
      "INSERT INTO paybond_nonces (tenant_id, number, public_key, nonce, expires_at) VALUES (?, ?, ?, ?, ?)",
      {tenant_id, next_number(connection, tenant_id), key, taken.nonce, auth::to_column(taken.expires_at)});
}

}  // namespace agentnet::paybond
