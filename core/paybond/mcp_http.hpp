// The Model Context Protocol over HTTP: its transport "Streamable HTTP", as far as a server that keeps no
// sessions and begins no messages itself needs it.
//
//   GET  /healthz   {"status": "ok"}, to whoever asks
//   POST /mcp       one message (mcp.hpp) with Authorization: Bearer and the API key; its answer as JSON with
//                   200, 202 without a body for a notification. GET and DELETE are 405: there is no stream
//                   and no session.
//
// Throws, as answers: auth/missing_credential, invalid_credential; usage/bad_content_type unless the body is
// application/json; usage/unknown_protocol_version for an MCP-Protocol-Version that mcp.hpp does not speak;
// usage/too_large. Hosts and origins are http::Server's business.
#pragma once

#include <functional>
#include <string_view>

#include "core/http/router.hpp"
#include "core/paybond/mcp.hpp"

namespace agentnet::paybond {

// `server` and what is behind `is_key` must outlive the router. Messages are answered one at a time, on the
// thread that brings them.
void add_mcp_routes(http::Router& router, McpServer& server, std::function<bool(std::string_view)> is_key);

}  // namespace agentnet::paybond
