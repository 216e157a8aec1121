#include "core/auth/signing_key.hpp"

#include "core/base/error.hpp"

namespace agentnet::auth {
namespace {

// In the order of the members of TrustedKey.
constexpr std::string_view kSelect =
    "SELECT id, kid, issuer, audience, tenant_id, public_key, created_at, revoked_at FROM signing_keys";

TrustedKey read_key(const store::Query& row) {
  TrustedKey key{row.text(0),
                 row.text(1),
                 row.text(2),
                 row.text(3),
                 row.text(4),
                 crypto::PublicKey::from_pem(row.text(5)),
                 from_column(row.integer(6)),
                 std::nullopt};
  if (!row.is_null(7)) key.revoked_at = from_column(row.integer(7));
  return key;
}

std::vector<TrustedKey> read_keys(store::Query query) {
  std::vector<TrustedKey> keys;
  while (query.next())
    keys.push_back(read_key(query));
  return keys;
}

std::int64_t count(store::Query query) {
  return query.next() ? query.integer(0) : 0;
}

void check_text(std::string_view what, std::string_view text) {
  if (!text.empty() && is_short_text(text)) return;
  throw Error(Category::usage, "bad_signing_key",
              "a signing key's " + std::string(what) + " has 1 to " + std::to_string(kMaxTextBytes) +
                  " bytes of UTF-8");
}

void check_room(store::Connection& connection, std::string_view tenant_id, const TrustedKeyOptions& options) {
  const std::int64_t of_tenant =
      count(connection.query("SELECT count(*) FROM signing_keys WHERE tenant_id = ?", {tenant_id}));
  if (of_tenant >= static_cast<std::int64_t>(kMaxKeysPerTenant)) {
    throw Error(Category::policy, "too_many_keys",
                "a tenant has at most " + std::to_string(kMaxKeysPerTenant) + " signing keys");
  }
  const std::int64_t of_issuer = count(connection.query(
      "SELECT count(*) FROM signing_keys WHERE kid = ? AND issuer = ?", {options.kid, options.issuer}));
  if (of_issuer >= static_cast<std::int64_t>(kMaxKeysOfOneIssuer)) {
    throw Error(Category::policy, "too_many_keys",
                "there are at most " + std::to_string(kMaxKeysOfOneIssuer) +
                    " signing keys with the same kid and issuer",
                "give this one another kid");
  }
}

}  // namespace

TrustedKey add_signing_key(store::Connection& connection, std::string_view tenant_id,
                           const TrustedKeyOptions& options, const crypto::PublicKey& public_key, Instant now,
                           Random& random) {
  check_text("kid", options.kid);
  check_text("issuer", options.issuer);
  check_text("audience", options.audience);
  require_tenant(connection, tenant_id);
  const std::string pem = public_key.to_pem();
  if (count(connection.query("SELECT count(*) FROM signing_keys WHERE public_key = ?", {pem})) != 0) {
    throw Error(Category::conflict, "key_exists", "this public key is registered already");
  }
  check_room(connection, tenant_id, options);
  TrustedKey key{"sgn_" + uuid4(random),
                 options.kid,
                 options.issuer,
                 options.audience,
                 std::string(tenant_id),
                 public_key,
                 now,
                 std::nullopt};
  connection.run(
      "INSERT INTO signing_keys (id, kid, issuer, audience, tenant_id, public_key, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      {key.id, key.kid, key.issuer, key.audience, tenant_id, pem, to_column(now)});
  return key;
}

std::vector<TrustedKey> list_signing_keys(store::Connection& connection, std::string_view tenant_id) {
  static const std::string sql = std::string(kSelect) + " WHERE tenant_id = ? ORDER BY created_at, id";
  return read_keys(connection.query(sql, {tenant_id}));
}

std::vector<TrustedKey> find_signing_keys(store::Connection& connection, std::string_view kid,
                                          std::string_view issuer) {
  static const std::string sql = std::string(kSelect) + " WHERE kid = ? AND issuer = ?";
  return read_keys(connection.query(sql, {kid, issuer}));
}

void revoke_signing_key(store::Connection& connection, std::string_view tenant_id, std::string_view id,
                        Instant now) {
  const std::int64_t found = connection.run(
      "UPDATE signing_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND tenant_id = ?",
      {to_column(now), id, tenant_id});
  if (found == 0) throw Error(Category::not_found, "unknown_key", "the tenant has no such key");
}

}  // namespace agentnet::auth
