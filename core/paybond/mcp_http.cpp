#include "core/paybond/mcp_http.hpp"

#include <algorithm>
#include <mutex>

#include "core/json/write.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kBearer = "bearer ";

void check_key(const http::Headers& headers, const std::function<bool(std::string_view)>& is_key) {
  const std::string_view value = headers.get("authorization");
  const bool has_scheme =
      value.size() > kBearer.size() && http::equals_ignoring_case(value.substr(0, kBearer.size()), kBearer);
  if (!has_scheme || headers.count("authorization") != 1) {
    throw Error(Category::auth, "missing_credential", "the request has no Authorization: Bearer",
                "send the API key that the server goes by");
  }
  if (!is_key(trim_white_space(value.substr(kBearer.size()))))
    throw Error(Category::auth, "invalid_credential", "this is not the API key that the server goes by");
}

// A page can send other types to another site without asking first.
void check_type(const http::Headers& headers) {
  const std::string_view whole = headers.get("content-type");
  const std::string_view type = trim_white_space(whole.substr(0, whole.find(';')));
  if (headers.count("content-type") != 1 || !http::equals_ignoring_case(type, "application/json"))
    throw Error(Category::usage, "bad_content_type", "the body must be application/json");
}

void check_version(const http::Headers& headers) {
  const auto version = headers.find("mcp-protocol-version");
  if (version && std::ranges::find(kMcpVersions, std::string_view(*version)) == std::end(kMcpVersions))
    throw Error(Category::usage, "unknown_protocol_version",
                "this version of the protocol is not spoken here");
}

}  // namespace

void add_mcp_routes(http::Router& router, McpServer& server, std::function<bool(std::string_view)> is_key) {
  router.add("GET", "/healthz", [](const std::shared_ptr<http::Exchange>& exchange) {
    exchange->reply(http::json_response(200, R"({"status":"ok"})"));
  });
  // Shared: handlers are copied, and must wait for each other.
  const auto turn = std::make_shared<std::mutex>();
  router.add("POST", "/mcp",
             [&server, turn, is_key = std::move(is_key)](const std::shared_ptr<http::Exchange>& exchange) {
               const http::Request& request = exchange->request();
               check_key(request.headers, is_key);
               check_type(request.headers);
               check_version(request.headers);
               if (request.body.size() > kMaxMcpMessageBytes) {
                 throw Error(Category::usage, "too_large",
                             "a message has at most " + std::to_string(kMaxMcpMessageBytes) + " bytes");
               }
               const std::lock_guard<std::mutex> mine(*turn);
               const auto answer = server.answer(request.body);
               exchange->reply(answer ? http::json_response(200, json::to_compact(answer->root))
                                      : http::Response{.status = 202, .headers = {}, .body = {}});
             });
}

}  // namespace agentnet::paybond
