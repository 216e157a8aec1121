// What the local network says of itself over HTTP.
//
//   GET /healthz, /health   200 while the process answers
//   GET /readyz             200 when the store can be read, else 503
//   GET /openapi.json       every route that there is
#pragma once

#include "core/http/router.hpp"
#include "core/store/database.hpp"

namespace agentnet::network {

// The database must outlive the router.
void add_system_routes(http::Router& router, store::Database& database);

// OpenAPI 3.0: paths, methods and path parameters; bodies are not described.
std::string openapi_document(const std::vector<std::string>& routes);

}  // namespace agentnet::network
