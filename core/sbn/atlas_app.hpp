// Atlas apps in the store: who they are, how they prove it, and the keys that are bound to them.
//
// An app has a client id and a client secret, "atl_" and "atl_sec_" with random characters. The secret is
// shown once; what is kept is its SHA-256 (core/auth/api_key.hpp says why that is enough). It is exchanged
// for an access token that may do what kAppScopes say. Revoking the app ends its tokens and the keys that
// were minted for it, in one commit; keys that were there before are only let go.
//
// The functions work on a Connection; those that change something are for Database::write. A tenant sees its
// own apps only: another one's are not found.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/api_key.hpp"

namespace agentnet::sbn::atlas {

inline constexpr std::size_t kMaxAppsPerTenant = 1'000;  // revoked ones count
inline constexpr std::size_t kMaxKeysPerApp = 100;
inline constexpr std::int64_t kMaxTokenSeconds = 30 * 24 * 60 * 60;
inline constexpr std::string_view kClientIdPrefix = "atl_";
inline constexpr std::string_view kClientSecretPrefix = "atl_sec_";
inline constexpr std::string_view kScopeAtlas = "atlas.write";
// What a token of an app may do, and the most that a key of it may.
inline constexpr std::string_view kAppScopes[] = {auth::kScopeAttest, auth::kScopeRead, kScopeAtlas};

struct App {
  std::string app_id;
  std::string tenant_id;
  std::string name;
  std::string family;
  std::string client_id;
  std::string event_types;  // a list as compact JSON
  std::int64_t token_ttl_seconds = 3'600;
  Instant created_at;
  std::optional<Instant> revoked_at;

  std::string_view status() const { return revoked_at ? "revoked" : "active"; }
};

struct NewApp {
  App app;
  Secret client_secret;  // not to be had again
};

// Ids and the client's credentials are made here; of `wanted` the rest counts. Throws Error usage/bad_field
// for a name, a family or a ttl that cannot be one, policy/too_many_apps.
NewApp add_app(store::Connection& connection, const App& wanted, Instant now, Random& random);
std::optional<App> find_app(store::Connection& connection, std::string_view tenant_id,
                            std::string_view app_id);
// Throws Error not_found/unknown_app.
App require_app(store::Connection& connection, std::string_view tenant_id, std::string_view app_id);
// The same, and conflict/app_revoked.
App require_active_app(store::Connection& connection, std::string_view tenant_id, std::string_view app_id);
// Sorted by when they were registered.
std::vector<App> list_apps(store::Connection& connection, std::string_view tenant_id, std::int64_t limit,
                           std::int64_t offset);
// Once is enough: of a revoked app nothing changes.
App revoke_app(store::Connection& connection, std::string_view tenant_id, std::string_view app_id,
               Instant now);

struct Exchanged {
  App app;
  Secret token;
};
// Throws Error auth/invalid_credential, auth/revoked_credential.
Exchanged exchange(store::Connection& connection, std::string_view client_id, std::string_view client_secret,
                   Instant now, Random& random);

// A new API key for the app. No scopes: all of kAppScopes. Throws Error usage/bad_scope for scopes beyond
// them, policy/too_many_keys, and what auth::add_api_key throws.
auth::NewApiKey mint_key(store::Connection& connection, const App& app, const std::string& label,
                         std::vector<std::string> scopes, Instant now, Random& random);
// Binding twice is as good as once. Throws Error not_found/unknown_key, conflict/key_revoked,
// policy/too_many_keys.
auth::ApiKey bind_key(store::Connection& connection, const App& app, std::string_view key_id);
// Those that are good.
std::int64_t count_bound_keys(store::Connection& connection, std::string_view app_id);

}  // namespace agentnet::sbn::atlas
