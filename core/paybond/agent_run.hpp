// An agent's run: an intent with its capability, and what the agent may do with them (wire reference paybond
// 12.2).
//
// A run is a file that `paybond agent run bind` makes and that each guarded tool call reads. It has the kit's
// members, in the kit's order:
//
//   run_id, tenant_id, intent_id, capability_token, operation, allowed_tools, sandbox,
//   sandbox_lifecycle_status, requested_spend_cents, completion_preset, registry_file, default_deny,
//   policy_digest, policy_version, policy_loaded_at, reload_watch, reload_poll, last_reload_at,
//   policy_bind_content, production_evidence, created_at
//
// and, beyond the kit, tools: the registry's terms as they were when the run was bound, so that whoever
// changes the registry's file does not change the run; and tool_calls: what became of each call, so that one
// that is asked twice is not spent twice. The token makes the file a secret; seeds are never in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/paybond/tool_registry.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxRunIdBytes = 128;
inline constexpr std::size_t kMaxToolCallIdBytes = 128;
inline constexpr std::size_t kMaxToolCalls = 1'000;  // of one run
inline constexpr std::size_t kMaxRunBytes = 4 * 1024 * 1024;

// How far a tool call has come. Each state is written down before the next step is taken.
enum class ToolCallState : std::uint8_t {
  authorized,  // the spend is reserved
  consumed,    // the reservation is spent
  reported,    // the evidence is in
};

struct ToolCall {
  std::string tool_call_id;
  std::string operation;
  std::int64_t requested_spend_cents = 0;
  std::string result_digest;  // BLAKE3 of the canonical result, hexadecimal
  std::string audit_id;
  std::string decision_id;
  std::string begun_at;  // whole seconds in UTC; evidence says it, so that a repeated body is the same
  ToolCallState state = ToolCallState::authorized;
  // What the answer to the evidence said, where it said it.
  std::optional<std::string> intent_state = {};
  std::optional<bool> predicate_passed = {};
  std::optional<std::string> lifecycle = {};
};

struct AgentRun {
  std::string run_id;
  std::string tenant_id;
  std::string intent_id;
  std::string capability_token;
  std::string operation;
  std::vector<std::string> allowed_tools;
  bool sandbox = true;
  std::optional<std::string> lifecycle = {};  // of the sandbox intent when it was bound
  std::optional<std::int64_t> requested_spend_cents = {};
  std::optional<std::string> completion_preset = {};
  std::string currency = {};  // that a new intent is asked for; the intent says it afterwards, not the file
  std::optional<std::string> registry_file = {};
  bool default_deny = true;
  std::vector<GuardedTool> tools = {};  // of the registry
  // Of the policy that the registry came with.
  std::optional<std::string> policy_digest = {};
  std::optional<std::string> policy_version = {};
  std::optional<std::string> policy_loaded_at = {};
  std::optional<std::string> policy_text = {};  // policy_bind_content
  bool reload_watch = false;                    // each guarded call looks first whether the file has changed
  std::optional<std::string> last_reload_at = {};
  // Who signs evidence, and as whom the gateway knows the agent; of a run outside the sandbox.
  std::string payee_did = {};
  std::string agent_key_id = {};
  std::string created_at;
  std::vector<ToolCall> tool_calls = {};

  // The call of that id; null when there is none.
  ToolCall* find_call(std::string_view tool_call_id);
  // True for an operation that the registry says has no side effects: it is neither asked about nor paid for.
  bool is_free(std::string_view name) const;
};

// Throws Error usage/invalid_run_id unless the id is [A-Za-z0-9][A-Za-z0-9._-]{0,127}: it names a file.
void require_run_id(std::string_view run_id);
// Throws Error usage/bad_tool_call_id unless it is 1 to kMaxToolCallIdBytes of visible ASCII.
void require_tool_call_id(std::string_view tool_call_id);

// The file's text, indented, with a final newline.
std::string write_run(const AgentRun& run);
// Throws Error usage/bad_run for what is no such file. Members that are not known do not count.
AgentRun read_run(std::string_view text);

// Why the run itself does not let this spend happen, before anybody is asked.
struct LocalDenial {
  std::string code;  // operation_not_allowed, budget_exceeded, tool_budget_exceeded
  std::string message;
};
std::optional<LocalDenial> deny_locally(const AgentRun& run, std::string_view operation,
                                        std::int64_t requested_spend_cents);

// The key under which a network knows this call: it is the same for each attempt at it, and another one once
// the call was denied `denials` times.
std::string call_key(const AgentRun& run, std::string_view tool_call_id, std::size_t denials);

// The call of this id when it was begun already. Throws Error conflict/tool_call_reused when it was begun for
// another operation, spend or result.
ToolCall* resume_call(AgentRun& run, const ToolCall& asked);

// "$187.00 (18,700 cents)". The kit shows each currency with this sign.
std::string money_text(std::int64_t cents);

}  // namespace agentnet::paybond
