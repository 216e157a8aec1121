#include "core/auth/api_key.hpp"

#include <algorithm>

#include "core/auth/random_text.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::auth {
namespace {

constexpr std::size_t kShownCharacters = 4;

// In the order of the members of ApiKey.
constexpr std::string_view kSelect =
    "SELECT id, tenant_id, mode, label, scopes, last4, created_at, revoked_at FROM api_keys";

ApiKey read_key(const store::Query& row) {
  ApiKey key{row.text(0),
             row.text(1),
             row.text(2) == key_mode_name(KeyMode::test) ? KeyMode::test : KeyMode::live,
             row.text(3),
             split_scopes(row.text(4)),
             row.text(5),
             from_column(row.integer(6)),
             std::nullopt};
  if (!row.is_null(7)) key.revoked_at = from_column(row.integer(7));
  return key;
}

bool is_paybond_key(std::string_view text) {
  for (const std::string_view prefix : {kPaybondLivePrefix, kPaybondSandboxPrefix}) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    return text.size() == kPaybondKeyIdDigits + 1 + kPaybondSecretDigits &&
           text[kPaybondKeyIdDigits] == '_' &&
           is_hex(text.substr(0, kPaybondKeyIdDigits), kPaybondKeyIdDigits) &&
           is_hex(text.substr(kPaybondKeyIdDigits + 1), kPaybondSecretDigits);
  }
  return false;
}

void check_options(const ApiKeyOptions& options) {
  if (!is_short_text(options.label)) {
    throw Error(Category::usage, "bad_label",
                "a label has at most " + std::to_string(kMaxTextBytes) + " bytes of UTF-8");
  }
  const bool all_fit = std::all_of(options.scopes.begin(), options.scopes.end(), is_scope);
  if (options.scopes.empty() || options.scopes.size() > kMaxScopes || !all_fit) {
    throw Error(Category::usage, "bad_scope",
                "a key has 1 to " + std::to_string(kMaxScopes) + " scopes of at most " +
                    std::to_string(kMaxScopeBytes) + " letters, digits and . _ : - * each");
  }
}

void check_count(store::Connection& connection, std::string_view tenant_id) {
  store::Query query = connection.query("SELECT count(*) FROM api_keys WHERE tenant_id = ?", {tenant_id});
  if (!query.next() || query.integer(0) < static_cast<std::int64_t>(kMaxKeysPerTenant)) return;
  throw Error(Category::policy, "too_many_keys",
              "a tenant has at most " + std::to_string(kMaxKeysPerTenant) + " API keys");
}

}  // namespace

std::string_view key_mode_name(KeyMode mode) {
  return mode == KeyMode::live ? "live" : "test";
}

Secret make_api_key(KeyMode mode, Random& random) {
  return random_secret(mode == KeyMode::live ? kLivePrefix : kTestPrefix, kApiKeyRandomCharacters, random);
}

Secret make_paybond_key(KeyMode mode, std::string_view key_id, Random& random) {
  std::array<std::uint8_t, kPaybondSecretDigits / 2> bytes{};
  random.fill(bytes);
  std::string digits = hex_lower(bytes);
  wipe(bytes);
  std::string key;
  key.reserve(kPaybondSandboxPrefix.size() + kPaybondKeyIdDigits + 1 + kPaybondSecretDigits);
  key += mode == KeyMode::live ? kPaybondLivePrefix : kPaybondSandboxPrefix;
  key += key_id;
  key += '_';
  key += digits;
  wipe(digits);
  Secret secret(as_bytes(key));
  wipe(key);
  return secret;
}

bool looks_like_api_key(std::string_view text) {
  return text.starts_with(kLivePrefix) || text.starts_with(kTestPrefix) || text.starts_with(kPaybondPrefix);
}

bool is_api_key(std::string_view text) {
  return is_random_text(text, kLivePrefix, kApiKeyRandomCharacters) ||
         is_random_text(text, kTestPrefix, kApiKeyRandomCharacters) || is_paybond_key(text);
}

std::string api_key_hash(std::string_view key) {
  return crypto::sha256_hex(key);
}

NewApiKey add_api_key(store::Connection& connection, std::string_view tenant_id, const ApiKeyOptions& options,
                      Instant now, Random& random) {
  check_options(options);
  require_tenant(connection, tenant_id);
  check_count(connection, tenant_id);
  const std::string uuid = uuid4(random);
  std::string digits = uuid;  // which name the key in its own text, where it has such a part
  std::erase(digits, '-');
  Secret key = options.form == KeyForm::paybond ? make_paybond_key(options.mode, digits, random)
                                                : make_api_key(options.mode, random);
  const std::string_view text = as_text(key.expose());
  ApiKey record{"key_" + uuid,
                std::string(tenant_id),
                options.mode,
                options.label,
                options.scopes,
                std::string(text.substr(text.size() - kShownCharacters)),
                now,
                std::nullopt};
  connection.run(
      "INSERT INTO api_keys (id, hash, tenant_id, mode, label, scopes, last4, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {record.id, api_key_hash(text), tenant_id, key_mode_name(options.mode), options.label,
       join_scopes(options.scopes), record.last4, to_column(now)});
  return {std::move(record), std::move(key)};
}

std::vector<ApiKey> list_api_keys(store::Connection& connection, std::string_view tenant_id) {
  static const std::string sql = std::string(kSelect) + " WHERE tenant_id = ? ORDER BY created_at, id";
  std::vector<ApiKey> keys;
  store::Query query = connection.query(sql, {tenant_id});
  while (query.next())
    keys.push_back(read_key(query));
  return keys;
}

std::optional<ApiKey> find_api_key(store::Connection& connection, std::string_view hash) {
  static const std::string sql = std::string(kSelect) + " WHERE hash = ?";
  store::Query query = connection.query(sql, {hash});
  if (!query.next()) return std::nullopt;
  return read_key(query);
}

ApiKey require_api_key(store::Connection& connection, std::string_view tenant_id, std::string_view id) {
  static const std::string sql = std::string(kSelect) + " WHERE id = ? AND tenant_id = ?";
  store::Query query = connection.query(sql, {id, tenant_id});
  if (!query.next()) throw Error(Category::not_found, "unknown_key", "the tenant has no such key");
  return read_key(query);
}

NewApiKey rotate_api_key(store::Connection& connection, std::string_view tenant_id, std::string_view id,
                         Random& random) {
  ApiKey record = require_api_key(connection, tenant_id, id);
  if (record.revoked_at) {
    throw Error(Category::conflict, "key_revoked", "the key is revoked and gets no new secret", {},
                {{"key_id", record.id}});
  }
  Secret key = make_api_key(record.mode, random);
  const std::string_view text = as_text(key.expose());
  record.last4 = text.substr(text.size() - kShownCharacters);
  connection.run("UPDATE api_keys SET hash = ?, last4 = ? WHERE id = ?",
                 {api_key_hash(text), record.last4, record.id});
  return {std::move(record), std::move(key)};
}

void revoke_api_key(store::Connection& connection, std::string_view tenant_id, std::string_view id,
                    Instant now) {
  const std::int64_t found = connection.run(
      "UPDATE api_keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ? AND tenant_id = ?",
      {to_column(now), id, tenant_id});
  if (found == 0) throw Error(Category::not_found, "unknown_key", "the tenant has no such key");
}

}  // namespace agentnet::auth
