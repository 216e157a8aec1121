// Tools over HTTP: who may ask, in which form, and what is answered.
#include "core/paybond/mcp_http.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Json = nlohmann::ordered_json;

constexpr McpTool kTool{
    .name = "count", .title = "Count", .help = "Counts its calls.", .scope = "mcp.x:read"};

class Served {
 public:
  Served() {
    add_mcp_routes(router_, server_, [](std::string_view key) { return key == "the key"; });
  }

  http::Response ask(const std::string& method, const std::string& target, const http::Headers& headers,
                     const std::string& body = {}) {
    http::Response answer;
    router_.handle({.method = method, .target = target, .headers = headers, .body = body},
                   [&](http::Response response) { answer = std::move(response); });
    return answer;
  }
  // A message as a host sends it.
  http::Response post(const std::string& body) { return ask("POST", "/mcp", good(), body); }
  // "401 missing_credential"
  std::string refused(const http::Headers& headers) {
    const http::Response answer = ask("POST", "/mcp", headers, kPing);
    if (answer.status == 200) return "200";
    return std::to_string(answer.status) + " " + Json::parse(answer.body)["error"]["code"].get<std::string>();
  }
  static http::Headers good() {
    return {{"authorization", "Bearer the key"}, {"content-type", "application/json"}};
  }

  static inline const std::string kPing = R"({"jsonrpc":"2.0","id":1,"method":"ping"})";
  int calls = 0;

 private:
  McpServer server_{{&kTool}, [this](const McpTool&, const json::Value&) {
                      json::Document document;
                      document.root =
                          json::ObjectBuilder(document.arena).add_integer("calls", ++calls).done();
                      return document;
                    }};
  http::Router router_;
};

TEST_CASE("a message is answered as over a pipe") {
  Served served;
  const http::Response answer = served.post(Served::kPing);
  CHECK(answer.status == 200);
  CHECK(answer.headers.get("Content-Type") == "application/json");
  CHECK(answer.body == R"({"jsonrpc":"2.0","id":1,"result":{}})");
  const std::string call = R"({"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"count"}})";
  CHECK(Json::parse(served.post(call).body)["result"]["structuredContent"]["calls"] == 1);
  CHECK(Json::parse(served.post(call).body)["result"]["structuredContent"]["calls"] == 2);
}

TEST_CASE("a notification is taken without an answer") {
  Served served;
  const http::Response answer = served.post(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  CHECK(answer.status == 202);
  CHECK(answer.body.empty());
}

TEST_CASE("what is no message is answered by an error of the protocol") {
  Served served;
  CHECK(Json::parse(served.post("no JSON").body)["error"]["code"] == -32700);
  CHECK(Json::parse(served.post("[" + Served::kPing + "]").body)["error"]["code"] == -32600);
  CHECK(Json::parse(served.post("").body)["error"]["code"] == -32700);
}

TEST_CASE("only the key opens it") {
  Served served;
  const auto with = [&](const std::string& authorization) {
    return served.refused({{"authorization", authorization}, {"content-type", "application/json"}});
  };
  CHECK(with("Bearer the key") == "200");
  CHECK(with("bearer  the key ") == "200");
  CHECK(with("Bearer another") == "401 invalid_credential");
  CHECK(with("Bearer ") == "401 missing_credential");
  CHECK(with("Basic the key") == "401 missing_credential");
  CHECK(served.refused({{"content-type", "application/json"}}) == "401 missing_credential");
  CHECK(served.refused({{"authorization", "Bearer the key"},
                        {"authorization", "Bearer the key"},
                        {"content-type", "application/json"}}) == "401 missing_credential");
  CHECK(served.calls == 0);
}

TEST_CASE("other types and versions are refused") {
  Served served;
  const auto with = [&](const std::string& type, const std::string& version) {
    http::Headers headers{{"authorization", "Bearer the key"}};
    if (!type.empty()) headers.add("content-type", type);
    if (!version.empty()) headers.add("mcp-protocol-version", version);
    return served.refused(headers);
  };
  CHECK(with("application/json; charset=utf-8", "") == "200");
  CHECK(with("text/plain", "") == "400 bad_content_type");
  CHECK(with("", "") == "400 bad_content_type");
  for (const std::string_view version : kMcpVersions)
    CHECK(with("application/json", std::string(version)) == "200");
  CHECK(with("application/json", "2023-01-01") == "400 unknown_protocol_version");
}

TEST_CASE("a message may have so many bytes and no more") {
  Served served;
  const std::string message = Served::kPing + std::string(kMaxMcpMessageBytes - Served::kPing.size(), ' ');
  CHECK(served.post(message).status == 200);
  CHECK(served.post(message + " ").status == 413);
}

TEST_CASE("health is told to anybody, and there is neither a stream nor a session") {
  Served served;
  CHECK(served.ask("GET", "/healthz", {}).body == R"({"status":"ok"})");
  CHECK(served.ask("GET", "/mcp", Served::good()).status == 405);
  CHECK(served.ask("DELETE", "/mcp", Served::good()).status == 405);
  CHECK(served.ask("POST", "/other", Served::good()).status == 404);
}

}  // namespace
}  // namespace agentnet::paybond
