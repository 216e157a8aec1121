#include "core/paybond/mcp_config.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::string_view kServers = "mcpServers";
constexpr std::string_view kName = "paybond";
constexpr std::string_view kEnvFile = "PAYBOND_ENV_FILE";
constexpr std::string_view kKeyPrefix = "paybond_sk_";

Value server_value(const McpConfig& config, json::Arena& arena) {
  json::ArrayBuilder args(arena);
  for (const std::string& arg : config.args)
    args.add(std::string_view(arg));
  json::ObjectBuilder env(arena);
  env.add(kEnvFile, std::string_view(config.env_file))
      .add(kToolPolicyVariable, std::string_view(config.tool_policy));
  if (!config.tool_allowlist.empty()) env.add(kToolListVariable, std::string_view(config.tool_allowlist));
  return json::ObjectBuilder(arena)
      .add("command", std::string_view(config.command))
      .add("args", args.done())
      .add("env", env.done())
      .done();
}

// A basic string of TOML has the escapes of JSON's, but DEL must be escaped, too, as ASCII style does.
std::string toml_text(std::string_view text) {
  std::string out;
  json::write_string(text, out, json::Text::ascii);
  return out;
}

std::string text_of(const Value* value) {
  return value != nullptr && value->is_string() ? std::string(value->text()) : std::string();
}

bool holds_key(const Value& value) {
  if (value.is_string()) return value.text().find(kKeyPrefix) != std::string_view::npos;
  if (value.is_array()) return std::any_of(value.items().begin(), value.items().end(), holds_key);
  if (!value.is_object()) return false;
  return std::any_of(value.members().begin(), value.members().end(),
                     [](const json::Member& member) { return holds_key(member.value); });
}

void check_env(const Value& server, McpCheck& check) {
  const auto wrong = [&](const std::string& why) { check.issues.push_back({"env", why}); };
  const Value* env = server.find("env");
  if (env != nullptr && !env->is_object()) return wrong("env is not an object");
  const Value none{};
  const Value& variables = env == nullptr ? none : *env;
  if (variables.find("PAYBOND_API_KEY") != nullptr) {
    wrong("PAYBOND_API_KEY stands in the configuration; PAYBOND_ENV_FILE names the file that holds it");
  } else if (holds_key(server)) {
    wrong("an API key stands in the configuration; PAYBOND_ENV_FILE names the file that holds it");
  }
  check.config.env_file = text_of(variables.find(kEnvFile));
  if (check.config.env_file.empty()) wrong("PAYBOND_ENV_FILE is missing");
  check.config.tool_policy = text_of(variables.find(kToolPolicyVariable));
  check.config.tool_allowlist = text_of(variables.find(kToolListVariable));
}

void check_args(const Value& server, McpCheck& check) {
  const auto wrong = [&](const std::string& why) { check.issues.push_back({"args", why}); };
  const Value* args = server.find("args");
  if (args == nullptr || !args->is_array()) return wrong("args is not an array");
  for (const Value& arg : args->items()) {
    if (!arg.is_string()) return wrong("an argument is not a text");
    check.config.args.emplace_back(arg.text());
  }
}

}  // namespace

std::string write_mcp_json(std::string_view before, const McpConfig& config) {
  json::Document old = json::parse("{}");
  if (!before.empty()) {
    try {
      old = json::parse(before);
    } catch (const Error& fault) {
      throw Error(Category::usage, "bad_mcp_config", "the configuration is no JSON: " + fault.message());
    }
  }
  json::Arena& arena = old.arena;
  const Value* servers = old.root.find(kServers);
  const Value none = json::ObjectBuilder(arena).done();
  const Value& others = servers == nullptr ? none : *servers;
  if (!old.root.is_object() || !others.is_object()) {
    throw Error(Category::usage, "bad_mcp_config", "the configuration has no object mcpServers");
  }
  const Value all = json::with_member(others, kName, server_value(config, arena), arena);
  return json::to_indented(json::with_member(old.root, kServers, all, arena), json::Text::utf8) + "\n";
}

std::string write_mcp_toml(const McpConfig& config) {
  std::string text = "[mcp_servers.paybond]\ncommand = " + toml_text(config.command) + "\nargs = [";
  for (std::size_t place = 0; place < config.args.size(); ++place)
    text += (place == 0 ? "" : ", ") + toml_text(config.args[place]);
  text += "]\n\n[mcp_servers.paybond.env]\n";
  text += std::string(kEnvFile) + " = " + toml_text(config.env_file) + "\n";
  text += std::string(kToolPolicyVariable) + " = " + toml_text(config.tool_policy) + "\n";
  if (!config.tool_allowlist.empty()) {
    text += std::string(kToolListVariable) + " = " + toml_text(config.tool_allowlist) + "\n";
  }
  return text;
}

McpCheck check_mcp_json(std::string_view text) {
  McpCheck check;
  const auto wrong = [&](const std::string& why) {
    check.issues.push_back({"config", why});
    return check;
  };
  json::Document document;
  try {
    document = json::parse(text);
  } catch (const Error& fault) {
    return wrong(fault.message());
  }
  const Value* servers = document.root.find(kServers);
  const Value* server = servers == nullptr ? nullptr : servers->find(kName);
  if (server == nullptr || !server->is_object()) return wrong("there is no object mcpServers.paybond");
  check.config.command = text_of(server->find("command"));
  if (check.config.command.empty()) check.issues.push_back({"command", "command is missing"});
  check_args(*server, check);
  check_env(*server, check);
  return check;
}

}  // namespace agentnet::paybond
