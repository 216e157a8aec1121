#include "core/paybond/mcp_config.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

const McpConfig kConfig{"/opt/a b/paybond", {"mcp", "serve"}, ".env.local", "readonly"};

Vector written(std::string_view before = {}) {
  return Vector::parse(write_mcp_json(before, kConfig));
}

std::vector<std::string> fields_of(const Vector& config) {
  std::vector<std::string> fields;
  for (const McpIssue& issue : check_mcp_json(config.dump()).issues)
    fields.push_back(issue.field);
  return fields;
}

TEST_CASE("a configuration names the program, and the file that holds the key") {
  CHECK_EQ(written().dump(),
           R"({"mcpServers":{"paybond":{"command":"/opt/a b/paybond","args":["mcp","serve"],)"
           R"("env":{"PAYBOND_ENV_FILE":".env.local","PAYBOND_MCP_TOOL_POLICY":"readonly"}}}})");
  McpConfig listed = kConfig;
  listed.tool_allowlist = "a,b";
  CHECK_EQ(
      Vector::parse(write_mcp_json("", listed))["mcpServers"]["paybond"]["env"]["PAYBOND_MCP_TOOL_ALLOWLIST"],
      "a,b");
}

TEST_CASE("what else a configuration holds stays, and an older server of that name goes") {
  const Vector more =
      written(R"({"z": 1, "mcpServers": {"other": {"command": "x"}, "paybond": {"old": 1}}, "a": [2.50]})");
  CHECK_EQ(more.at("z"), 1);
  CHECK_EQ(more.at("mcpServers").at("other").at("command"), "x");
  CHECK_FALSE(more.at("mcpServers").at("paybond").contains("old"));
  CHECK_NE(write_mcp_json(R"({"a": [2.50]})", kConfig).find("2.50"), std::string::npos);
  CHECK_EQ(write_mcp_json(write_mcp_json("", kConfig), kConfig), write_mcp_json("", kConfig));
}

TEST_CASE("a configuration that is none is not written over") {
  for (const std::string before : {"{", "[]", "7", R"({"mcpServers": []})", R"({"mcpServers": null})"}) {
    CAPTURE(before);
    CHECK_EQ(error_code([&] { write_mcp_json(before, kConfig); }), "bad_mcp_config");
  }
}

TEST_CASE("the same in TOML, texts escaped") {
  McpConfig config = kConfig;
  config.command = "/opt/\"q\"\\x\n\x7f";
  config.tool_allowlist = "a";
  CHECK_EQ(
      write_mcp_toml(config),
      "[mcp_servers.paybond]\ncommand = \"/opt/\\\"q\\\"\\\\x\\n\\u007f\"\nargs = [\"mcp\", \"serve\"]\n\n"
      "[mcp_servers.paybond.env]\nPAYBOND_ENV_FILE = \".env.local\"\nPAYBOND_MCP_TOOL_POLICY = "
      "\"readonly\"\nPAYBOND_MCP_TOOL_ALLOWLIST = \"a\"\n");
}

TEST_CASE("what was written is found good, and read as it was written") {
  const McpCheck check = check_mcp_json(write_mcp_json("", kConfig));
  CHECK(check.issues.empty());
  CHECK_EQ(check.config.command, kConfig.command);
  CHECK_EQ(check.config.args, kConfig.args);
  CHECK_EQ(check.config.env_file, kConfig.env_file);
  CHECK_EQ(check.config.tool_policy, kConfig.tool_policy);
}

TEST_CASE("each fault of a configuration is named") {
  using Fields = std::vector<std::string>;
  CHECK_EQ(check_mcp_json("{").issues.at(0).field, "config");
  for (const std::string text : {"[]", "{}", R"({"mcpServers": 7})", R"({"mcpServers": {"paybond": []}})"}) {
    CAPTURE(text);
    CHECK_EQ(check_mcp_json(text).issues.at(0).field, "config");
  }
  const auto with = [](const std::string& name, const Vector& value) {
    Vector config = written();
    config["mcpServers"]["paybond"][name] = value;
    return fields_of(config);
  };
  CHECK_EQ(with("command", ""), Fields{"command"});
  CHECK_EQ(with("command", 7), Fields{"command"});
  CHECK_EQ(with("args", "mcp"), Fields{"args"});
  CHECK_EQ(with("args", Vector::array({1})), Fields{"args"});
  CHECK_EQ(with("env", nullptr), Fields{"env"});
  CHECK_EQ(with("env", Vector::object()), Fields{"env"});
}

TEST_CASE("a key in a configuration is found wherever it stands, and not repeated") {
  const std::string key = "paybond_sk_live_0123456789abcdef_secret";
  for (const int place : {0, 1, 2}) {
    Vector config = written();
    Vector& server = config["mcpServers"]["paybond"];
    if (place == 0) server["env"]["PAYBOND_API_KEY"] = key;
    if (place == 1) server["env"]["OTHER"] = key;
    if (place == 2) server["args"].push_back("--api-key=" + key);
    const McpCheck check = check_mcp_json(config.dump());
    REQUIRE_EQ(check.issues.size(), 1);
    CHECK_EQ(check.issues.at(0).message.find("secret"), std::string::npos);
  }
}

}  // namespace
}  // namespace agentnet::paybond
