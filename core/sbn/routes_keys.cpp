// API keys of the tenant, and what it has used.
#include "core/auth/api_key.hpp"
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::size_t kShownOfKey = 13;  // "sbn_live_" and four characters

json::Value key_row(const auth::ApiKey& key, json::Arena& arena) {
  json::ArrayBuilder scopes(arena);
  for (const std::string& scope : key.scopes)
    scopes.add(std::string_view(scope));
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(key.id))
      .add("name", std::string_view(key.label))
      .add("mode", auth::key_mode_name(key.mode))
      .add("last4", std::string_view(key.last4))
      .add("scopes", scopes.done())
      .add("created_at", std::string_view(iso_offset(key.created_at)))
      .add_boolean("revoked", key.revoked_at.has_value())
      .done();
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  auth::ApiKeyOptions options;
  options.label = call->optional_text("name").value_or("SnapChore key");
  const std::string mode = call->optional_text("mode").value_or("live");
  if (mode != "live" && mode != "test") {
    throw Error(Category::usage, "bad_field", "mode must be live or test", {}, {{"field", "mode"}});
  }
  options.mode = mode == "test" ? auth::KeyMode::test : auth::KeyMode::live;
  if (const auto scopes = call->texts("scopes"); !scopes.empty()) options.scopes = scopes;
  Service& service = routes.service;
  reply_written(routes, call, [=, &service](store::Connection& connection, json::Arena& arena) {
    const auth::NewApiKey made =
        auth::add_api_key(connection, call->tenant(), options, service.clock().now(), service.random());
    const std::string_view key = as_text(made.key.expose());
    return json::ObjectBuilder(arena)
        .add("api_key", key)
        .add("prefix", key.substr(0, kShownOfKey))
        .add("record", key_row(made.record, arena))
        .done();
  });
}

void list(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder keys(arena);
    for (const auth::ApiKey& key : auth::list_api_keys(connection, call.tenant()))
      keys.add(key_row(key, arena));
    return json::ObjectBuilder(arena).add("keys", keys.done()).done();
  });
}

void revoke(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const std::string& id = call->exchange->path_value("key_id");
    auth::revoke_api_key(connection, call->tenant(), id, now);
    return json::ObjectBuilder(arena).add("id", std::string_view(id)).add_boolean("revoked", true).done();
  });
}

json::Value usage_of(store::Connection& connection, std::string_view tenant, std::string_view month,
                     json::Arena& arena) {
  json::ObjectBuilder operations(arena);
  list_usage(connection, tenant, month,
             [&](const Usage& usage) { operations.add_integer(arena.copy(usage.operation), usage.amount); });
  return operations.done();
}

void usage(const Routes& routes, const Call& call) {
  const std::string month = month_of(routes.service.clock().now());
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const json::Value operations = usage_of(connection, call.tenant(), month, arena);
    std::int64_t events = 0;
    for (const json::Member& each : operations.members())
      events += each.value.as_int64().value_or(0);
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call.tenant()))
        .add("month", std::string_view(month))
        .add_integer("snapchore_events", events)
        .add("operations", operations)
        .done();
  });
}

void stats(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const json::Value operations = usage_of(connection, call.tenant(), {}, arena);
    const auto count = [&](std::string_view name) {
      const json::Value* member = operations.find(name);
      return member == nullptr ? 0 : member->as_int64().value_or(0);
    };
    store::Query chains =
        connection.query("SELECT COUNT(*), SUM(length) FROM sbn_chains WHERE tenant_id = ?", {call.tenant()});
    chains.next();
    return json::ObjectBuilder(arena)
        .add_integer("captures", count(kSourceCapture))
        .add_integer("seals", count(kSourceSeal))
        .add_integer("receipts", count(kSourceSeal))
        .add_integer("chains", chains.integer(0))
        .add_integer("chain_entries", chains.integer(1))
        .done();
  });
}

}  // namespace

void add_key_routes(const Routes& routes) {
  add_call(routes, "POST", "/internal/snapchore/api-keys", kScopeKeys,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "GET", "/internal/snapchore/api-keys", kScopeKeys,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "POST", "/internal/snapchore/api-keys/{key_id}/revoke", kScopeKeys,
           [routes](const std::shared_ptr<Call>& call) { revoke(routes, call); });
  add_call(routes, "GET", "/internal/snapchore/usage", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { usage(routes, *call); });
  add_call(routes, "GET", "/internal/snapchore/stats", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { stats(routes, *call); });
}

}  // namespace agentnet::sbn
