// Which tools of an agent cost money, and how much each may (wire reference paybond 12).
//
//   {"version": 1, "default_deny": true,
//    "tools": {"travel.book_hotel": {"side_effecting": true, "max_spend_cents": 20000,
//                                    "evidence_preset": "cost_and_completion"},
//              "search.web": {"side_effecting": false}}}
//
// A tool has side effects unless it says otherwise; then it must say how its evidence is judged. Its
// operation is its name, unless it has an "operation". Other members are those of policies and do not count.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kRegistryVersion = 1;
inline constexpr std::size_t kMaxRegistryTools = 1'000;

struct GuardedTool {
  std::string operation;
  bool side_effecting = true;
  std::optional<std::int64_t> max_spend_cents = {};
  std::string evidence_preset = {};
};

struct RegistryIssue {
  std::string code;  // "registry.missing_evidence_preset"
  std::string message;
  std::string tool = {};  // empty: of the registry
  bool is_note = false;   // nothing is wrong
};

struct ToolRegistry {
  std::optional<std::int64_t> version = {};  // none when there is no number
  bool default_deny = false;
  std::vector<GuardedTool> tools = {};  // those that are objects
  std::size_t tool_count = 0;
  std::vector<RegistryIssue> issues = {};

  bool ok() const;
  std::size_t side_effecting_count() const;
};

// Throws Error usage/bad_registry for what is no object; everything else is an issue, a version above
// `newest` among them.
ToolRegistry read_registry(const json::Value& root, std::int64_t newest = kRegistryVersion);
// The same, without issues. Throws Error usage/bad_registry that names the first.
ToolRegistry require_registry(const json::Value& root, std::int64_t newest = kRegistryVersion);

}  // namespace agentnet::paybond
