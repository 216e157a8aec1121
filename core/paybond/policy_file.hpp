// The file that says what an agent's tools may do, paybond.policy.yaml, as a value and as text.
//
//   version: 1                     2 for an organisation's base policy and what extends it
//   name: travel-agent-v1
//   default_deny: true             whether tools that are not named are denied
//   tools:
//     travel.book_hotel:
//       side_effecting: true
//       max_spend_cents: 20000
//       evidence_preset: cost_and_completion     (completion_catalog.hpp)
//   intent:
//     allowed_tools:
//       - travel.book_hotel
//     budget:
//       currency: usd
//       max_spend_usd: 200
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace agentnet::paybond {

inline constexpr std::size_t kMaxPolicyPathBytes = 512;  // of a base policy's file

struct PolicyTool {
  std::string name;
  bool side_effecting = false;
  std::optional<std::int64_t> max_spend_cents = {};
  std::string evidence_preset = {};
  std::string operation = {};
};

// The base policy that a tenant's overlay extends.
struct PolicyBase {
  std::string org_policy_id;
  std::string org_id;
  std::string file = {};  // where a copy lies; may be empty
};

struct Policy {
  int version = 1;
  std::string name;
  std::optional<PolicyBase> extends = {};
  std::vector<PolicyTool> tools = {};
  std::string template_id = {};  // of the intent's policy binding
  std::vector<std::string> allowed_tools = {};
  std::string max_spend_usd = {};  // a number; empty: no budget
};

// The file's text, which read_yaml (policy_yaml.hpp) reads back. Every policy denies by default.
std::string policy_text(const Policy& policy);

// Faults of what a command line names. Throw Error usage: bad_policy_name; bad_tool_name; bad_extends when it
// is not org_<snake_case>/<policy name>.
void check_policy_name(const std::string& name, std::string_view what);
void check_tool_name(const std::string& name);
PolicyBase read_extends(const std::string& text);

// Whether a text is such a name: [a-z][a-z0-9_-]{0,63}, [a-z][a-z0-9_.-]{0,127}, org_[a-z][a-z0-9_]{0,57},
// [a-z0-9_]{1,64}.
bool is_policy_name(std::string_view text);
bool is_tool_name(std::string_view text);
bool is_org_id(std::string_view text);
bool is_identifier(std::string_view text);

}  // namespace agentnet::paybond
