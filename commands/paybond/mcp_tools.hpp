// The tools that `paybond mcp serve` offers, with the kit's names, titles and scopes; and which of them a
// tool policy lets through.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/paybond/mcp.hpp"

namespace agentnet::commands {

struct McpScope {
  std::string_view id;
  std::string_view title;
  std::string_view max_level;  // "read" or "write"
};
struct McpPreset {
  std::string_view id;
  std::string_view title;
  std::span<const std::string_view> scopes;
};

// In the kit's order.
std::span<const paybond::McpTool> mcp_tools();
std::span<const McpScope> mcp_scopes();
std::span<const McpPreset> mcp_presets();

// "readonly": the tools that change nothing. "spend-write": all but those that move money between accounts,
// the scope mcp.settlement. "allowlist": those that are named.
inline constexpr std::string_view kToolPolicies[] = {"readonly", "spend-write", "allowlist"};
inline constexpr std::string_view kDefaultToolPolicy = "spend-write";

// `names` are of the list, with commas between them. Throws Error usage: bad_tool_policy, unknown_tool for a
// name that is no tool's, missing_option for an empty list.
std::vector<const paybond::McpTool*> tools_for(const std::string& policy, const std::string& names);
// The names of a list with commas, without white space around them and without empty ones.
std::vector<std::string> names_of(const std::string& names);

}  // namespace agentnet::commands
