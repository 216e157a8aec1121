// paybond dev: the commands of the group, and what trials share.
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

// What a trial does: the kit's two presets.
struct Trial {
  std::string_view preset;
  std::string_view operation;
  std::int64_t cents;
};
inline constexpr std::string_view kTrialPresets[] = {"travel", "shopping"};
// Throws Error usage/unknown_preset.
const Trial& trial_of(const std::string& preset);

// A trial spends: with a key for real money it would do so for real, or seem to. Throws Error
// policy/live_key, and what paybond_settings throws.
void refuse_live_key(const Arguments& arguments, Context& context);

// The file's text; "" when there is none yet. Throws Error.
std::string read_dev_file(const Filesystem& files, std::string_view path);

}  // namespace agentnet::commands
