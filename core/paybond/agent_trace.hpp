// What happened in an agent's run, one event after the other, and how people read it (wire reference paybond
// 12.2).
//
// The trace of a run is a file of its own beside the run's, {"run_id", "intent_id", "trace_events": [event],
// "updated_at"}. An event is {"type", "run_id", …, "recorded_at"}; beyond these each type has the members of
// the event table in agent_trace.cpp. A step is an event for people: {"phase", "label", "recorded_at",
// "detail"}.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxTraceEvents = 1'000;  // of one run; the oldest go first
inline constexpr std::size_t kMaxTraceBytes = 4 * 1024 * 1024;

// Texts that are not there and numbers that are not known are left out of an event.
struct TraceEvent {
  std::string_view type;  // tool_selected, spend_authorized, spend_denied, tool_executed, spend_finalized,
                          // evidence_submitted
  std::string run_id;
  std::string tool_call_id;
  std::string operation;
  std::string audit_id = {};
  std::string decision_id = {};
  std::string code = {};
  std::string message = {};
  std::string status = {};
  std::optional<std::int64_t> amount_cents = {};
  std::optional<std::int64_t> reported_cost_cents = {};
  std::optional<std::string> lifecycle = {};
  std::optional<bool> predicate_passed = {};
  Instant at = {};
};

json::Value trace_value(const TraceEvent& event, json::Arena& arena);

// An event as middleware reports it over the wire, {"type", "toolCallId", "recordedAt", …}, in the form
// above. Members that no event has, and nulls, are left out; long texts are cut. Throws Error usage/bad_field
// for what is no event, or one of another run.
json::Value reported_event(std::string_view run_id, const json::Value& event, json::Arena& arena);

// The file's text after `added`. `before` is what the file held, "" for none; throws Error usage/bad_trace
// for what is no trace.
std::string append_trace(std::string_view before, std::string_view run_id, std::string_view intent_id,
                         const std::vector<TraceEvent>& added, Instant now);
// Throws Error usage/bad_trace.
json::Document read_trace(std::string_view text);

// The steps of these events, in order; an event of a type that is not known is none.
json::Value trace_steps(const json::Value& events, json::Arena& arena);
// How often the trace says that this call was denied.
std::size_t denials_of(const json::Value& events, std::string_view tool_call_id);

}  // namespace agentnet::paybond
