// A policy as far as a run is bound to it: the registry of its tools, and the intent that it asks for (wire
// reference paybond 12, paybond-server 8). What a policy is says policy_check.hpp, how it is written
// policy_yaml.hpp.
//
//   {"version": 1, "name": "travel-agent-v1", "default_deny": true, "tools": {…},
//    "intent": {"allowed_tools": ["travel.book_hotel"], "budget": {"currency": "usd", "max_spend_usd": 200}}}
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/paybond/tool_registry.hpp"

namespace agentnet::paybond {

struct RunPolicy {
  ToolRegistry registry;
  std::string digest;   // "sha256:" and 64 hexadecimal digits
  std::string version;  // see policy_version
  std::vector<std::string> allowed_tools = {};
  std::string currency = {};
  std::optional<std::int64_t> budget_cents = {};
};

// SHA-256 of the document in one line of ASCII, members sorted, numbers as they are written; as the kit's of
// what has no exponents. "$schema", whether the version is 2, and an empty list of allowed tools do not
// count.
std::string policy_digest(const json::Value& root);
// "travel-agent-v1@0a1b2c3d": the name and the first digits of the digest.
std::string policy_version(std::string_view name, std::string_view digest);

// Throws Error usage: bad_policy, which names the first fault of check_policy or a budget of parts of a cent;
// bad_registry for two tools of one operation.
RunPolicy read_run_policy(const json::Value& root);

// The tool that a run pays for: of the operation, or of the first that the policy's intent allows. Throws
// Error usage/operation_not_in_policy for none, and for one without side effects.
const GuardedTool& paying_tool(const RunPolicy& policy, std::string_view operation);
// What the tool may cost, and the policy's intent has; nullopt when neither is said.
std::optional<std::int64_t> spend_within(const RunPolicy& policy, const GuardedTool& tool);

}  // namespace agentnet::paybond
