#include "core/paybond/mcp.hpp"

#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

constexpr McpParameter kParameters[] = {{"intent_id", McpKind::text, true, "which"},
                                        {"cents", McpKind::cents, false, {}},
                                        {"loud", McpKind::flag, false, {}},
                                        {"body", McpKind::object, false, {}},
                                        {"names", McpKind::texts, false, {}}};
constexpr McpTool kEcho{"echo", "Echo", "Gives its arguments back.", "mcp.test:read", kParameters};
constexpr McpTool kFail{"fail", "Fail", "Fails.", "mcp.test:write", {}};

json::Document act(const McpTool& tool, const json::Value& arguments) {
  if (tool.name == "fail") throw Error(Category::policy, "denied", "no money", "ask for less");
  return json::parse(json::to_compact(arguments));
}

// What the server says to a line; null for nothing.
Vector said(const std::string& line) {
  McpServer server({&kEcho, &kFail}, act);
  const auto answer = server.answer(line);
  return answer ? Vector::parse(json::to_compact(answer->root)) : Vector();
}

Vector asked(const std::string& method, const Vector& parameters = Vector::object()) {
  return said(Vector({{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", parameters}}).dump());
}

Vector called(const std::string& tool, const Vector& arguments) {
  return asked("tools/call", {{"name", tool}, {"arguments", arguments}});
}

std::int64_t fault(const Vector& answer) {
  CHECK_EQ(answer.at("jsonrpc"), "2.0");
  CHECK_FALSE(answer.contains("result"));
  return answer.at("error").at("code").get<std::int64_t>();
}

TEST_CASE("a client and this server agree on a revision of the protocol") {
  for (const std::string_view version : kMcpVersions)
    CHECK_EQ(asked("initialize", {{"protocolVersion", version}}).at("result").at("protocolVersion"), version);
  const Vector answer =
      asked("initialize", {{"protocolVersion", "1999-01-01"}, {"capabilities", Vector::object()}});
  CHECK_EQ(answer.at("result").at("protocolVersion"), kMcpVersions[0]);
  CHECK_EQ(answer.at("result").at("serverInfo").at("name"), "paybond");
  CHECK(answer.at("result").at("capabilities").contains("tools"));
  CHECK_EQ(fault(asked("initialize")), -32602);
}

TEST_CASE("a ping is answered by nothing but its id") {
  CHECK_EQ(asked("ping").dump(), R"({"jsonrpc":"2.0","id":1,"result":{}})");
}

TEST_CASE("an id comes back as it was given") {
  for (const std::string id : {"7", "\"seven\"", "\"\"", "-1", "1.5", "123456789012345678901234567890"}) {
    CAPTURE(id);
    McpServer server({&kEcho}, act);
    const auto answer = server.answer(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":"ping"})");
    CHECK_EQ(json::to_compact(answer.value().root), R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":{}})");
  }
}

TEST_CASE("notifications and answers are not answered") {
  for (const std::string line : {R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
                                 R"({"jsonrpc":"2.0","method":"no/such/method","params":7})",
                                 R"({"jsonrpc":"2.0","id":1,"result":{}})",
                                 R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}})"}) {
    CAPTURE(line);
    CHECK(said(line).is_null());
  }
}

TEST_CASE("tools are listed with the arguments they take") {
  const Vector tools = asked("tools/list").at("result").at("tools");
  REQUIRE_EQ(tools.size(), 2);
  CHECK_EQ(tools.at(0).at("name"), "echo");
  CHECK_EQ(tools.at(0).at("inputSchema").dump(),
           R"({"type":"object","properties":{"intent_id":{"type":"string","description":"which"},)"
           R"("cents":{"type":"integer","minimum":0},"loud":{"type":"boolean"},"body":{"type":"object"},)"
           R"("names":{"type":"array","items":{"type":"string"}}},"required":["intent_id"],)"
           R"("additionalProperties":false})");
  CHECK_EQ(tools.at(0).at("annotations").at("readOnlyHint"), true);
  CHECK_EQ(tools.at(1).at("annotations").at("readOnlyHint"), false);
  CHECK_EQ(fault(asked("tools/list", {{"cursor", "x"}})), -32602);
}

TEST_CASE("a tool's answer comes as text and as an object") {
  const Vector given = {
      {"intent_id", "i"}, {"cents", 5}, {"loud", true}, {"body", {{"a", 1}}}, {"names", {"x"}}};
  const Vector result = called("echo", given).at("result");
  CHECK_EQ(result.at("isError"), false);
  CHECK_EQ(result.at("structuredContent"), given);
  CHECK_EQ(Vector::parse(result.at("content").at(0).at("text").get<std::string>()), given);
}

TEST_CASE("a tool that fails says why to the model") {
  const Vector result = called("fail", Vector::object()).at("result");
  CHECK_EQ(result.at("isError"), true);
  CHECK_EQ(result.at("content").at(0).at("text"), "denied: no money (ask for less)");
  CHECK_FALSE(result.contains("structuredContent"));
}

TEST_CASE("arguments that a tool does not take are refused before it is called") {
  for (const Vector& arguments :
       {Vector({{"cents", 5}}), Vector({{"intent_id", 7}}), Vector({{"intent_id", nullptr}}),
        Vector({{"intent_id", "i"}, {"cents", -1}}), Vector({{"intent_id", "i"}, {"cents", 1.5}}),
        Vector({{"intent_id", "i"}, {"cents", "5"}}), Vector({{"intent_id", "i"}, {"loud", 1}}),
        Vector({{"intent_id", "i"}, {"body", Vector::array()}}),
        Vector({{"intent_id", "i"}, {"names", Vector::array({1})}}),
        Vector({{"intent_id", "i"}, {"other", 1}}), Vector::array(), Vector("text")}) {
    CAPTURE(arguments);
    CHECK_EQ(fault(called("echo", arguments)), -32602);
  }
  CHECK_EQ(fault(called("nope", Vector::object())), -32602);
  CHECK_EQ(fault(asked("tools/call", {{"name", 7}})), -32602);
}

TEST_CASE("what is no request is answered by an error") {
  const std::vector<std::pair<std::string, std::int64_t>> lines = {
      {"garbage", -32700},
      {"{", -32700},
      {"\xff", -32700},
      {"[]", -32600},
      {R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])", -32600},
      {"7", -32600},
      {"{}", -32600},
      {R"({"jsonrpc":"1.0","id":1,"method":"ping"})", -32600},
      {R"({"id":1,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":1})", -32600},
      {R"({"jsonrpc":"2.0","id":1,"method":7})", -32600},
      {R"({"jsonrpc":"2.0","id":null,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":[],"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":1,"id":2,"method":"ping"})", -32600},
      {R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[]})", -32602},
      {R"({"jsonrpc":"2.0","id":1,"method":"nope"})", -32601},
      {R"({"jsonrpc":"2.0","id":1,"method":""})", -32601},
      {R"({"jsonrpc":"2.0","id":1,"method":"x","params":)" + repeated("[", 5000), -32700}};
  for (const auto& [line, code] : lines) {
    CAPTURE(line.substr(0, 100));
    CHECK_EQ(fault(said(line)), code);
  }
  CHECK(said("garbage").at("id").is_null());
  CHECK_EQ(said(R"({"id":5,"method":"ping"})").at("id"), 5);
}

TEST_CASE("a message that is too long has an answer without an id") {
  const Vector answer = Vector::parse(json::to_compact(McpServer::too_long().root));
  CHECK_EQ(fault(answer), -32600);
  CHECK(answer.at("id").is_null());
}

}  // namespace
}  // namespace agentnet::paybond
