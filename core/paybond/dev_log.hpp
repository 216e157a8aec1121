// What trial runs leave behind: one line of JSON a run in .paybond/dev-trace.jsonl, and one in
// .paybond/dev-audit.jsonl (wire reference paybond 12.2).
//
//   dev-audit: {"kind": "dev.smoke", "recorded_at", "preset", "bind", "execute", "offline"}
//   dev-trace: {"id", "recorded_at", "preset", "operation", "intent_id", "run_id", "requested_spend_cents",
//               "authorized", "evidence_submitted", "sandbox_lifecycle_status", "result_status",
//               "cost_cents", "steps", "trace_events"}
//
// A later line of the same id takes the place of an earlier one; the kit's own files are read as well.
#pragma once

#include <string>
#include <string_view>

#include "core/json/value.hpp"
#include "core/paybond/agent_run.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxDevLines = 200;  // of one file; the oldest go first
inline constexpr std::size_t kMaxDevLogBytes = 16 * 1024 * 1024;

// The file's text with one line more, without the oldest beyond the limits.
std::string append_line(std::string_view before, std::string_view line);

// The events of a dev-trace file, an array, the oldest first. A line that is no event does not count, for
// another process may be in the middle of writing it.
json::Value read_dev_events(std::string_view text, json::Arena& arena);

// One event. `call` is null for a call that was denied; `trace_events` is an array of events
// (agent_trace.hpp).
struct DevEvent {
  std::string_view recorded_at;
  std::string_view preset;
  const AgentRun& run;
  const ToolCall* call;
  json::Value result;  // what the tool gave: status and cost_cents are shown
  json::Value trace_events;
};
json::Value dev_event(const DevEvent& event, json::Arena& arena);

// Instant, preset, operation, status and run, for people.
std::string dev_event_line(const json::Value& event);

}  // namespace agentnet::paybond
