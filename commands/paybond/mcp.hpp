// paybond mcp: the commands of the group.
#pragma once

#include "commands/command.hpp"
#include "core/paybond/mcp_config.hpp"

namespace agentnet::commands {

extern const Command kPaybondMcpServe;
extern const Command kPaybondMcpInstall;
extern const Command kPaybondMcpVerifyConfig;

// The JSON configuration that --config names with what is wrong with it, else the one that install would
// write, for which --env-file, --tool-policy and --tool-allowlist count. Throws Error usage/bad_input for a
// file that cannot be read, refused/toml_not_here for --config with the format toml.
paybond::McpCheck mcp_configuration(const Arguments& arguments, const Context& context,
                                    const std::string& format);

inline constexpr std::string_view kMcpHosts[] = {"claude", "codex", "openai", "generic"};

}  // namespace agentnet::commands
