// How a host of models is told to start `paybond mcp serve` (wire reference paybond 12).
//
//   {"mcpServers": {"paybond": {"command", "args", "env": {"PAYBOND_ENV_FILE", "PAYBOND_MCP_TOOL_POLICY",
//    "PAYBOND_MCP_TOOL_ALLOWLIST"?}}}}
//
// or the same as TOML, [mcp_servers.paybond] and [mcp_servers.paybond.env]. The configuration names the file
// that holds the key, never the key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::paybond {

// What the server that is started reads.
inline constexpr std::string_view kToolPolicyVariable = "PAYBOND_MCP_TOOL_POLICY";
inline constexpr std::string_view kToolListVariable = "PAYBOND_MCP_TOOL_ALLOWLIST";

inline constexpr std::size_t kMaxMcpConfigBytes = 1024 * 1024;

struct McpConfig {
  std::string command;
  std::vector<std::string> args;
  std::string env_file;
  std::string tool_policy;
  std::string tool_allowlist = {};  // names with commas; empty: none
};

// The file's text with this server in it: other servers and members of `before` stay, a server "paybond" is
// replaced. "" for no file. Throws Error usage/bad_mcp_config when `before` is no JSON object or its
// mcpServers none.
std::string write_mcp_json(std::string_view before, const McpConfig& config);
std::string write_mcp_toml(const McpConfig& config);

struct McpIssue {
  std::string field;  // config, command, args, env
  std::string message;
};
// What is wrong with a JSON configuration, and what it says; nothing is started and no file is looked at.
struct McpCheck {
  std::vector<McpIssue> issues;
  McpConfig config;
};
McpCheck check_mcp_json(std::string_view text);

}  // namespace agentnet::paybond
