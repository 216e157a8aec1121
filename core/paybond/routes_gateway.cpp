// The gateway: who a key is, Harbor's access tokens, and the keys that are pinned for DIDs.
#include "core/auth/api_key.hpp"
#include "core/paybond/access_token.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/key_registry.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/service_account.hpp"

namespace agentnet::paybond {
namespace {

// Every rail here is simulated, whatever a key calls itself.
constexpr std::string_view kEnvironment = "sandbox";
constexpr std::int64_t kMaxListedPins = 200;

// A token may not be made of a token: it would never end.
void refuse_token(const Call& call) {
  const auto is_key = [](std::string_view value) { return auth::looks_like_api_key(value); };
  const http::Headers& headers = call.exchange->request().headers;
  const std::string_view bearer = headers.get("authorization");
  const std::size_t space = bearer.rfind(' ');
  if (is_key(headers.get("x-api-key"))) return;
  if (space != bearer.npos && is_key(bearer.substr(space + 1))) return;
  throw Error(Category::auth, "invalid_credential", "the exchange needs an API key");
}

void exchange_key(const Routes& routes, const Call& call) {
  refuse_token(call);
  json::Arena arena;
  const std::string token = make_access_token(routes.service.harbor, call.caller, routes.service.clock.now(),
                                              routes.service.random);
  call.reply(json::ObjectBuilder(arena)
                 .add("access_token", std::string_view(token))
                 .add_integer("expires_in", kAccessTokenLife.count())
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("token_type", "Bearer")
                 .done());
}

void principal(const Call& call) {
  json::Arena arena;
  json::ArrayBuilder roles(arena);
  for (const std::string& scope : call.caller.scopes)
    roles.add(std::string_view(scope));
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("tenant_uuid", std::string_view(tenant_uuid(call.tenant())))
                 .add("environment", kEnvironment)
                 .add("service_account_role", call.caller.may(auth::kScopePaybondSettle)  ? "operator"
                                              : call.caller.may(auth::kScopePaybondWrite) ? "agent"
                                                                                          : "reader")
                 .add("subject", std::string_view(call.caller.credential_id))
                 .add("roles", roles.done())
                 .done());
}

json::Value pin_row(const PinnedKey& pin, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("did", std::string_view(pin.did))
      .add("public_key_hex", std::string_view(pin.public_key))
      .add("origin", std::string_view(pin.origin))
      .add("created_at", std::string_view(iso_zulu(pin.created_at)))
      .done();
}

void register_did(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string did = call->short_text("did").value_or("");
  check_did("did", did);
  const auto bytes = parse_hex(call->short_text("public_key_hex").value_or(""));
  if (!bytes || bytes->size() != sizeof(crypto::PublicKey::bytes))
    bad_field("bad_key", "public_key_hex", "not 64 hexadecimal digits");
  const crypto::PublicKey key = crypto::PublicKey::from_raw(*bytes);
  const json::Value* asked = call->body.root.find("replace");
  if (asked != nullptr && !asked->is_boolean()) bad_field("bad_field", "replace", "not true or false");
  const bool replace = asked != nullptr && asked->as_boolean();
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 201, [=](store::Connection& connection, json::Arena& arena) {
    return pin_row(register_key(connection, call->tenant(), did, key, replace, now), arena);
  });
}

void list_dids(const Routes& routes, const Call& call) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedPins, 1, kMaxListedPins);
  const std::string after = call.exchange->query("cursor").value_or("");
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder dids(arena);
    std::optional<std::string> last;
    std::int64_t count = 0;
    list_pins(connection, call.tenant(), after, limit, [&](const PinnedKey& pin) {
      dids.add(pin_row(pin, arena));
      last = pin.did;
      ++count;
    });
    if (count < limit) last.reset();
    return json::ObjectBuilder(arena).add("dids", dids.done()).add_optional("next_cursor", last).done();
  });
}

void unpin(const Routes& routes, const std::shared_ptr<Call>& call) {
  reply_written(routes, call, 200, [call](store::Connection& connection, json::Arena& arena) {
    const std::string& did = call->exchange->path_value("did");
    unpin_key(connection, call->tenant(), did);
    return json::ObjectBuilder(arena).add("did", std::string_view(did)).add_boolean("removed", true).done();
  });
}

}  // namespace

void add_gateway_routes(const Routes& routes) {
  add_call(routes, "POST", "/v1/auth/harbor-access", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { exchange_key(routes, *call); });
  add_call(routes, "GET", "/v1/auth/principal", kAnyScope,
           [](const std::shared_ptr<Call>& call) { principal(*call); });
  add_call(routes, "POST", "/internal/agentnet/paybond/dids", kScopePins,
           [routes](const std::shared_ptr<Call>& call) { register_did(routes, call); });
  add_call(routes, "GET", "/internal/agentnet/paybond/dids", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { list_dids(routes, *call); });
  add_call(routes, "DELETE", "/internal/agentnet/paybond/dids/{did}", kScopePins,
           [routes](const std::shared_ptr<Call>& call) { unpin(routes, call); });
}

}  // namespace agentnet::paybond
