#include "core/paybond/client_keys.hpp"

#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kKeys = "/v1/admin/api-keys";

std::string key_path(std::string_view key_id, std::string_view rest = {}) {
  return std::string(kKeys) + "/" + http::percent_encode(key_id) + std::string(rest);
}

}  // namespace

json::Document list_keys(Client& client, std::int64_t limit) {
  const http::Query query = http::Query().add("limit", std::to_string(limit));
  return client.ask({.target = std::string(kKeys) + query.text(), .names_tenant = false}).document;
}

json::Document create_key(Client& client, const KeyRequest& request, const std::string& idempotency_key) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  json::ArrayBuilder scopes(arena);
  for (const std::string& scope : request.scopes) {
    const std::size_t colon = scope.rfind(':');
    if (colon == scope.npos) throw Error(Category::usage, "bad_scope", "a scope is NAME:LEVEL, not " + scope);
    scopes.add(json::ObjectBuilder(arena)
                   .add("scope", std::string_view(scope).substr(0, colon))
                   .add("level", std::string_view(scope).substr(colon + 1))
                   .done());
  }
  body.add("service_account_name", std::string_view(request.name))
      .add("service_account_role", std::string_view(request.role))
      .add("label", std::string_view(request.label))
      .add("key_kind", std::string_view(request.kind))
      .add("mcp_scopes", scopes.done());
  return client
      .ask({.method = "POST",
            .target = std::string(kKeys),
            .body = json::to_compact(body.done()),
            .idempotency_key = idempotency_key,
            .names_tenant = false})
      .document;
}

json::Document rotate_key(Client& client, std::string_view key_id) {
  return client.ask({.method = "POST", .target = key_path(key_id, "/rotate"), .names_tenant = false})
      .document;
}

void revoke_key(Client& client, std::string_view key_id) {
  client.send({.method = "DELETE", .target = key_path(key_id), .names_tenant = false});
}

}  // namespace agentnet::paybond
