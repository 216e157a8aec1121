#include "commands/paybond/mcp_tools.hpp"

#include <doctest/doctest.h>

#include <set>

#include "commands/paybond/mcp_session.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::fault_of;

std::vector<std::string> names(const std::string& policy, const std::string& list = {}) {
  std::vector<std::string> out;
  for (const paybond::McpTool* tool : tools_for(policy, list))
    out.emplace_back(tool->name);
  return out;
}

// Arguments that fit the tool's parameters.
json::Document fitting(const paybond::McpTool& tool) {
  json::Document document;
  json::ObjectBuilder out(document.arena);
  for (const paybond::McpParameter& parameter : tool.parameters) {
    switch (parameter.kind) {
      case paybond::McpKind::text:
        out.add(parameter.name, "550e8400-e29b-41d4-a716-446655440000");
        break;
      case paybond::McpKind::cents:
        out.add_integer(parameter.name, 1);
        break;
      case paybond::McpKind::flag:
        out.add_boolean(parameter.name, true);
        break;
      case paybond::McpKind::object:
        out.add(parameter.name, json::ObjectBuilder(document.arena).done());
        break;
      case paybond::McpKind::texts:
        out.add(parameter.name, json::ArrayBuilder(document.arena).done());
        break;
    }
  }
  document.root = out.done();
  return document;
}

TEST_CASE("each tool has a name of its own, a text, and a scope that is listed") {
  std::set<std::string_view> seen;
  for (const paybond::McpTool& tool : mcp_tools()) {
    CAPTURE(tool.name);
    CHECK(seen.insert(tool.name).second);
    CHECK(tool.name.starts_with("paybond_"));
    CHECK_FALSE(tool.title.empty());
    CHECK_FALSE(tool.help.empty());
    const std::string_view scope = tool.scope.substr(0, tool.scope.find(':'));
    bool is_listed = false;
    for (const McpScope& each : mcp_scopes()) {
      if (each.id == scope) is_listed = !tool.writes() || each.max_level == "write";
    }
    CHECK(is_listed);
  }
}

TEST_CASE("each tool does something, and a session connects when it is first needed") {
  tests::CommandRun run;
  const AgentKey agent;
  int asked = 0;
  McpSession session(run.context, agent, [&]() -> std::unique_ptr<PaybondConnection> {
    ++asked;
    throw Error(Category::unreachable, "no_network", "there is no network");
  });
  for (const paybond::McpTool& tool : mcp_tools()) {
    CAPTURE(tool.name);
    const json::Document arguments = fitting(tool);
    CHECK_EQ(fault_of([&] { session.call(tool, arguments.root); }), "unreachable/no_network");
  }
  CHECK_EQ(asked, static_cast<int>(mcp_tools().size()));
}

TEST_CASE("a session has no token that nobody gave it") {
  tests::CommandRun run;
  const AgentKey agent;
  const McpSession session(run.context, agent, [] { return std::unique_ptr<PaybondConnection>(); });
  json::Arena arena;
  const auto token = [&](std::string_view given) {
    return session.token_for(json::ObjectBuilder(arena).add("capability_token", given).done(), "i");
  };
  CHECK_EQ(token("abc"), "abc");
  CHECK_EQ(fault_of([&] { token(""); }), "usage/missing_token");
  CHECK_EQ(fault_of([&] { token("[redacted]"); }), "usage/missing_token");
}

TEST_CASE("a policy lets through what it says") {
  for (const paybond::McpTool* tool : tools_for("readonly", ""))
    CHECK_FALSE(tool->writes());
  CHECK_LT(names("readonly").size(), names("spend-write").size());
  CHECK_LT(names("spend-write").size(), mcp_tools().size());
  for (const std::string& name : names("spend-write"))
    CHECK_NE(name, "paybond_confirm_settlement");
  CHECK_EQ(names("allowlist", " paybond_fund_intent ,paybond_get_intent,"),
           std::vector<std::string>{"paybond_get_intent", "paybond_fund_intent"});
  CHECK_EQ(fault_of([] { tools_for("allowlist", " , "); }), "usage/missing_option");
  CHECK_EQ(fault_of([] { tools_for("allowlist", "nope"); }), "usage/unknown_tool");
  CHECK_EQ(fault_of([] { tools_for("all", ""); }), "usage/bad_tool_policy");
}

TEST_CASE("a list of names has commas, and white space that does not count") {
  CHECK(names_of("").empty());
  CHECK(names_of(" , ,").empty());
  CHECK_EQ(names_of("a, b ,c"), std::vector<std::string>{"a", "b", "c"});
}

}  // namespace
}  // namespace agentnet::commands
