// paybond dev: the commands of the group, and the files they share.
#pragma once

#include <string>

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kPaybondDevSmoke;
extern const Command kPaybondDevTrace;

inline constexpr std::string_view kDevAuditFile = ".paybond/dev-audit.jsonl";
inline constexpr std::string_view kDevTraceFile = ".paybond/dev-trace.jsonl";
inline constexpr std::int64_t kDashboardPort = 9'477;

inline std::string dashboard_url(std::int64_t port) {
  return "http://localhost:" + std::to_string(port);
}

// The file's text; "" when there is none yet. Throws Error.
std::string read_dev_file(const Filesystem& files, std::string_view path);

}  // namespace agentnet::commands
