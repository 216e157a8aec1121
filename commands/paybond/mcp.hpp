// paybond mcp: the commands of the group.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kPaybondMcpServe;
extern const Command kPaybondMcpInstall;
extern const Command kPaybondMcpVerifyConfig;

inline constexpr std::string_view kMcpHosts[] = {"claude", "codex", "openai", "generic"};

}  // namespace agentnet::commands
