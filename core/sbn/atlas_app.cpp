#include "core/sbn/atlas_app.hpp"

#include <algorithm>

#include "core/auth/access_token.hpp"
#include "core/auth/random_text.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::sbn::atlas {
namespace {

constexpr std::size_t kClientIdCharacters = 24;
constexpr std::size_t kClientSecretCharacters = 40;

#define AGENTNET_APP_ROW                                                                            \
  "SELECT app_id, tenant_id, name, family, client_id, event_types, token_ttl_seconds, created_at, " \
  "revoked_at, secret_hash FROM atlas_apps "

App read_app(const store::Query& row) {
  App app{row.text(0), row.text(1), row.text(2),    row.text(3),
          row.text(4), row.text(5), row.integer(6), auth::from_column(row.integer(7)),
          std::nullopt};
  if (!row.is_null(8)) app.revoked_at = auth::from_column(row.integer(8));
  return app;
}

void check_text(std::string_view field, std::string_view text) {
  if (!text.empty() && auth::is_short_text(text)) return;
  throw Error(Category::usage, "bad_field",
              std::string(field) + " must be a line of text of 1 to " + std::to_string(auth::kMaxTextBytes) +
                  " bytes",
              {}, {{"field", std::string(field)}});
}

// Whether a row stands at that place of a query that is limited to it.
bool is_full(store::Query query) {
  return query.next();
}

void check_room_for_key(store::Connection& connection, std::string_view app_id) {
  if (!is_full(connection.query("SELECT 1 FROM atlas_bound_keys WHERE app_id = ? LIMIT 1 OFFSET ?",
                                {app_id, static_cast<std::int64_t>(kMaxKeysPerApp - 1)})))
    return;
  throw Error(Category::policy, "too_many_keys",
              "an app has at most " + std::to_string(kMaxKeysPerApp) + " bound keys");
}

void add_bound_key(store::Connection& connection, std::string_view app_id, std::string_view key_id,
                   int minted) {
  check_room_for_key(connection, app_id);
  connection.run("INSERT INTO atlas_bound_keys (app_id, key_id, minted) VALUES (?, ?, ?)",
                 {app_id, key_id, minted});
}

std::vector<std::string> app_scopes() {
  return {std::begin(kAppScopes), std::end(kAppScopes)};
}

}  // namespace

NewApp add_app(store::Connection& connection, const App& wanted, Instant now, Random& random) {
  check_text("app_name", wanted.name);
  check_text("app_family", wanted.family);
  if (wanted.token_ttl_seconds < 1 || wanted.token_ttl_seconds > kMaxTokenSeconds) {
    throw Error(Category::usage, "bad_field",
                "token_ttl_seconds must be 1 to " + std::to_string(kMaxTokenSeconds), {},
                {{"field", "token_ttl_seconds"}});
  }
  if (is_full(connection.query("SELECT 1 FROM atlas_apps WHERE tenant_id = ? LIMIT 1 OFFSET ?",
                               {wanted.tenant_id, static_cast<std::int64_t>(kMaxAppsPerTenant - 1)}))) {
    throw Error(Category::policy, "too_many_apps",
                "a tenant has at most " + std::to_string(kMaxAppsPerTenant) + " apps");
  }
  NewApp made{wanted, auth::random_secret(kClientSecretPrefix, kClientSecretCharacters, random)};
  App& app = made.app;
  app.app_id = "app_" + uuid4(random);
  app.client_id = auth::random_text(kClientIdPrefix, kClientIdCharacters, random);
  app.created_at = now;
  app.revoked_at.reset();
  connection.run(
      "INSERT INTO atlas_apps (app_id, tenant_id, name, family, client_id, secret_hash, event_types, "
      "token_ttl_seconds, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {app.app_id, app.tenant_id, app.name, app.family, app.client_id,
       crypto::sha256_hex(as_text(made.client_secret.expose())), app.event_types, app.token_ttl_seconds,
       auth::to_column(now)});
  return made;
}

std::optional<App> find_app(store::Connection& connection, std::string_view tenant_id,
                            std::string_view app_id) {
  store::Query row =
      connection.query(AGENTNET_APP_ROW "WHERE app_id = ? AND tenant_id = ?", {app_id, tenant_id});
  if (!row.next()) return std::nullopt;
  return read_app(row);
}

App require_app(store::Connection& connection, std::string_view tenant_id, std::string_view app_id) {
  auto app = find_app(connection, tenant_id, app_id);
  if (!app) throw Error(Category::not_found, "unknown_app", "there is no such app");
  return std::move(*app);
}

App require_active_app(store::Connection& connection, std::string_view tenant_id, std::string_view app_id) {
  App app = require_app(connection, tenant_id, app_id);
  if (app.revoked_at) throw Error(Category::conflict, "app_revoked", "the app is revoked");
  return app;
}

std::vector<App> list_apps(store::Connection& connection, std::string_view tenant_id, std::int64_t limit,
                           std::int64_t offset) {
  store::Query rows = connection.query(
      AGENTNET_APP_ROW "WHERE tenant_id = ? ORDER BY number LIMIT ? OFFSET ?", {tenant_id, limit, offset});
  std::vector<App> apps;
  while (rows.next())
    apps.push_back(read_app(rows));
  return apps;
}

App revoke_app(store::Connection& connection, std::string_view tenant_id, std::string_view app_id,
               Instant now) {
  App app = require_app(connection, tenant_id, app_id);
  if (app.revoked_at) return app;
  app.revoked_at = now;
  connection.run("UPDATE atlas_apps SET revoked_at = ? WHERE app_id = ?", {auth::to_column(now), app_id});
  auth::revoke_access_tokens(connection, app_id);
  std::vector<std::string> minted;
  {
    store::Query keys =
        connection.query("SELECT key_id FROM atlas_bound_keys WHERE app_id = ? AND minted = 1", {app_id});
    while (keys.next())
      minted.push_back(keys.text(0));
  }
  for (const std::string& key : minted)
    auth::revoke_api_key(connection, tenant_id, key, now);
  connection.run("DELETE FROM atlas_bound_keys WHERE app_id = ?", {app_id});
  return app;
}

Exchanged exchange(store::Connection& connection, std::string_view client_id, std::string_view client_secret,
                   Instant now, Random& random) {
  std::optional<App> app;
  {
    store::Query row = connection.query(AGENTNET_APP_ROW "WHERE client_id = ?", {client_id});
    // Hashes are compared: how long that takes says nothing about the secret.
    if (row.next() && row.text(9) == crypto::sha256_hex(client_secret)) app = read_app(row);
  }
  if (!app) {
    throw Error(Category::auth, "invalid_credential",
                "the client id and the client secret do not belong together");
  }
  if (app->revoked_at) throw Error(Category::auth, "revoked_credential", "the app is revoked");
  const auth::AccessToken wanted{app->tenant_id, app->app_id, app_scopes(),
                                 now + std::chrono::seconds(app->token_ttl_seconds)};
  Secret token = auth::add_access_token(connection, wanted, now, random);
  return {std::move(*app), std::move(token)};
}

auth::NewApiKey mint_key(store::Connection& connection, const App& app, const std::string& label,
                         std::vector<std::string> scopes, Instant now, Random& random) {
  const auth::Caller as_app{app.tenant_id, app_scopes(), app.app_id};
  if (scopes.empty()) scopes = as_app.scopes;
  for (const std::string& scope : scopes) {
    if (as_app.may(scope)) continue;
    throw Error(
        Category::usage, "bad_scope",
        "a key of an app has no scopes but " + auth::join_scopes(as_app.scopes) + " and what they cover", {},
        {{"scope", scope}});
  }
  auth::NewApiKey made = auth::add_api_key(connection, app.tenant_id,
                                           {.label = label, .scopes = std::move(scopes)}, now, random);
  add_bound_key(connection, app.app_id, made.record.id, 1);
  return made;
}

auth::ApiKey bind_key(store::Connection& connection, const App& app, std::string_view key_id) {
  auth::ApiKey key = auth::require_api_key(connection, app.tenant_id, key_id);
  if (key.revoked_at) throw Error(Category::conflict, "key_revoked", "the key is revoked");
  const bool bound = is_full(connection.query(
      "SELECT 1 FROM atlas_bound_keys WHERE app_id = ? AND key_id = ?", {app.app_id, key_id}));
  if (!bound) add_bound_key(connection, app.app_id, key_id, 0);
  return key;
}

std::int64_t count_bound_keys(store::Connection& connection, std::string_view app_id) {
  store::Query row = connection.query(
      "SELECT count(*) FROM atlas_bound_keys b JOIN api_keys k ON k.id = b.key_id WHERE b.app_id = ? AND "
      "k.revoked_at IS NULL",
      {app_id});
  return row.next() ? row.integer(0) : 0;
}

#undef AGENTNET_APP_ROW

}  // namespace agentnet::sbn::atlas
