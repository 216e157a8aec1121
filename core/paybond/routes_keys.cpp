// The API keys of a tenant's service accounts, as the gateway's administration shows them.
#include <algorithm>

#include "core/auth/api_key.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/service_account.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kMaxListedKeys = 200;
constexpr std::string_view kIdPrefix = "key_";

// The 32 digits that stand in a Paybond key's own text, out of the id that the store has.
std::string key_digits(std::string_view id) {
  std::string digits(id.starts_with(kIdPrefix) ? id.substr(kIdPrefix.size()) : id);
  std::erase(digits, '-');
  return digits;
}

// The store's id for either form; a text that is neither stays as it is, and finds nothing.
std::string stored_id(const std::string& text) {
  const auto uuid = is_hex(text, auth::kPaybondKeyIdDigits) ? parse_uuid(text) : std::nullopt;
  return uuid ? std::string(kIdPrefix) + uuid_text(*uuid) : text;
}

json::Value key_item(const auth::ApiKey& key, json::Arena& arena) {
  std::optional<std::string> revoked;
  if (key.revoked_at) revoked = iso_zulu(*key.revoked_at);
  json::ArrayBuilder none(arena);
  return json::ObjectBuilder(arena)
      .add("key_id", std::string_view(key_digits(key.id)))
      .add("service_account_name", std::string_view(key.label))
      .add("service_account_role", role_of_scopes(key.scopes))
      .add("key_kind", "standard")
      .add("environment", key.mode == auth::KeyMode::live ? "live" : "sandbox")
      .add("mcp_scopes", none.done())
      .add("created_at", std::string_view(iso_zulu(key.created_at)))
      .add("expires_at", json::Value())
      .add_optional("revoked_at", revoked)
      .done();
}

json::Value new_key(const auth::NewApiKey& made, const Call& call, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("item", key_item(made.record, arena))
      .add("api_key", as_text(made.key.expose()))
      .done();
}

void list(const Routes& routes, const Call& call) {
  const auto limit =
      static_cast<std::size_t>(call.exchange->query_number("limit", kMaxListedKeys, 1, kMaxListedKeys));
  const std::string cursor = call.exchange->query("cursor").value_or("");
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::vector<auth::ApiKey> keys = auth::list_api_keys(connection, call.tenant());
    auto at = keys.begin();
    if (!cursor.empty()) {
      at = std::find_if(keys.begin(), keys.end(),
                        [&](const auth::ApiKey& key) { return key.id == stored_id(cursor); });
      if (at == keys.end()) throw Error(Category::usage, "bad_cursor", "there is no key of that id");
      ++at;
    }
    json::ArrayBuilder items(arena);
    std::size_t count = 0;
    for (; at != keys.end() && count < limit; ++at, ++count)
      items.add(key_item(*at, arena));
    std::optional<std::string> next;
    if (at != keys.end()) next = key_digits((at - 1)->id);
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call.tenant()))
        .add("items", items.done())
        .add_optional("next_cursor", next)
        .done();
  });
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  auth::ApiKeyOptions options{
      .mode = auth::KeyMode::test, .label = {}, .scopes = {}, .form = auth::KeyForm::paybond};
  options.label = call->short_text("service_account_name").value_or("");
  if (options.label.empty()) bad_field("missing_field", "service_account_name", "missing");
  if (const auto label = call->short_text("label")) options.label += ": " + *label;
  options.scopes = scopes_of_role(call->short_text("service_account_role").value_or(""));
  if (options.scopes.empty())
    bad_field("bad_role", "service_account_role", "one of reader, agent, operator, admin");
  // Keys of kind restricted open one service of the vendor that is not here.
  if (call->short_text("key_kind").value_or("standard") != "standard")
    bad_field("bad_kind", "key_kind", "only standard keys are made here");
  const Instant now = routes.service.clock.now();
  reply_secret(routes, call, 201,
               [=, &random = routes.service.random](store::Connection& connection, json::Arena& arena) {
                 return new_key(auth::add_api_key(connection, call->tenant(), options, now, random), *call,
                                arena);
               });
}

auth::ApiKey require_key(store::Connection& connection, const Call& call) {
  return auth::require_api_key(connection, call.tenant(), stored_id(call.exchange->path_value("key_id")));
}

// The new key may what the old one might, which ends with the same commit.
void rotate(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  reply_secret(
      routes, call, 200,
      [=, &random = routes.service.random](store::Connection& connection, json::Arena& arena) {
        const auth::ApiKey old = require_key(connection, *call);
        if (old.revoked_at) throw Error(Category::conflict, "key_revoked", "the API key is revoked already");
        auth::revoke_api_key(connection, call->tenant(), old.id, now);
        const auth::ApiKeyOptions options{
            .mode = old.mode, .label = old.label, .scopes = old.scopes, .form = auth::KeyForm::paybond};
        return new_key(auth::add_api_key(connection, call->tenant(), options, now, random), *call, arena);
      });
}

void revoke(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const auth::ApiKey key = require_key(connection, *call);
    auth::revoke_api_key(connection, call->tenant(), key.id, now);
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call->tenant()))
        .add("key_id", std::string_view(key_digits(key.id)))
        .add_boolean("revoked", true)
        .done();
  });
}

}  // namespace

void add_key_routes(const Routes& routes) {
  const std::string keys = "/v1/admin/api-keys";
  add_call(routes, "GET", keys, kScopePins,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "POST", keys, kScopePins,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "POST", keys + "/{key_id}/rotate", kScopePins,
           [routes](const std::shared_ptr<Call>& call) { rotate(routes, call); });
  add_call(routes, "DELETE", keys + "/{key_id}", kScopePins,
           [routes](const std::shared_ptr<Call>& call) { revoke(routes, call); });
}

}  // namespace agentnet::paybond
