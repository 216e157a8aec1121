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
  body.add("name", std::string_view(request.name));
  add_trimmed(body, "role", request.role);
  add_trimmed(body, "label", request.label);
  add_trimmed(body, "kind", request.kind);
  add_trimmed(body, "preset", request.preset);
  if (!request.scopes.empty()) {
    json::ArrayBuilder scopes(arena);
    for (const std::string& scope : request.scopes)
      scopes.add(std::string_view(scope));
    body.add("scopes", scopes.done());
  }
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
