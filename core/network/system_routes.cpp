#include "core/network/system_routes.hpp"

#include <map>

#include "core/json/write.hpp"

namespace agentnet::network {
namespace {

void say_healthy(const std::shared_ptr<http::Exchange>& exchange) {
  exchange->reply(http::json_response(200, R"({"status":"ok"})"));
}

json::Value parameters_of(std::string_view pattern, json::Arena& arena) {
  json::ArrayBuilder parameters(arena);
  for (std::size_t open = pattern.find('{'); open != pattern.npos; open = pattern.find('{', open + 1)) {
    const std::string_view name = pattern.substr(open + 1, pattern.find('}', open) - open - 1);
    parameters.add(json::ObjectBuilder(arena)
                       .add("name", json::Value::string(arena, name))
                       .add("in", "path")
                       .add_boolean("required", true)
                       .add("schema", json::ObjectBuilder(arena).add("type", "string").done())
                       .done());
  }
  return parameters.done();
}

json::Value operation_of(std::string_view pattern, json::Arena& arena) {
  const json::Value answered = json::ObjectBuilder(arena).add("description", "answered").done();
  json::ObjectBuilder operation(arena);
  if (pattern.find('{') != pattern.npos) operation.add("parameters", parameters_of(pattern, arena));
  return operation.add("responses", json::ObjectBuilder(arena).add("default", answered).done()).done();
}

std::string lower(std::string_view method) {
  std::string text(method);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

}  // namespace

void add_system_routes(http::Router& router, store::Database& database) {
  router.add("GET", "/healthz", say_healthy);
  router.add("GET", "/health", say_healthy);
  router.add("GET", "/readyz", [&database](const std::shared_ptr<http::Exchange>& exchange) {
    try {
      database.read([](store::Connection& connection) { connection.query("SELECT 1").next(); });
      exchange->reply(http::json_response(200, R"({"status":"ready"})"));
    } catch (const Error& error) {
      exchange->reply(http::error_response(503, error.code(), "the store cannot be read"));
    }
  });
  router.add("GET", "/openapi.json", [&router](const std::shared_ptr<http::Exchange>& exchange) {
    exchange->reply(http::json_response(200, openapi_document(router.routes())));
  });
}

std::string openapi_document(const std::vector<std::string>& routes) {
  json::Arena arena;
  std::map<std::string, json::ObjectBuilder> paths;
  for (const std::string& route : routes) {
    const std::size_t space = route.find(' ');
    const std::string pattern = route.substr(space + 1);
    auto [path, is_new] = paths.try_emplace(pattern, arena);
    path->second.add(arena.copy(lower(route.substr(0, space))), operation_of(pattern, arena));
  }
  json::ObjectBuilder all(arena);
  for (const auto& [pattern, methods] : paths)
    all.add(arena.copy(pattern), methods.done());
  return json::to_compact(json::ObjectBuilder(arena)
                              .add("openapi", "3.0.3")
                              .add("info", json::ObjectBuilder(arena)
                                               .add("title", "agentnet local network")
                                               .add("version", AGENTNET_VERSION)
                                               .done())
                              .add("paths", all.done())
                              .done());
}

}  // namespace agentnet::network
