// What agents' middleware reports of its runs to the network (the kit's trace reporter, release 0.12.17).
//
// A run is named by whoever reports it, within its tenant. Nothing is decided by a report: it is for people
// who look at a run from elsewhere. Events may come before the run itself is told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxReportedRuns = 10'000;   // of one tenant
inline constexpr std::int64_t kMaxReportedEvents = 1'000;  // of one run; the oldest go first
inline constexpr std::size_t kMaxEventsAtOnce = 100;

struct ReportedRun {
  std::string run_id;
  std::string intent_id;  // empty until the run itself is told
  std::string operation;
  bool sandbox = false;
  std::string allowed_tools = "[]";  // a JSON array of texts
  std::string completion_preset;
};

// {"intent_id", "operation", "sandbox", "allowed_tools", "completion_preset"}, all but the first optional;
// other members do not count. Throws Error usage: bad_run_id, bad_intent_id, bad_field.
ReportedRun read_reported_run(const std::string& run_id, const json::Value& body);

// {"events": [event]} as texts of events in the form of a trace (agent_trace.hpp). Throws Error usage:
// bad_run_id, bad_field with the event's place, too_many_events.
std::vector<std::string> read_reported_events(const std::string& run_id, const json::Value& body);

// Takes the place of what was told of that run before; its events stay. Throws Error
// not_found/unknown_intent, policy/quota_exceeded.
void report_run(store::Connection& connection, std::string_view tenant_id, const ReportedRun& run,
                Instant now);
// Throws Error policy/quota_exceeded.
void report_events(store::Connection& connection, std::string_view tenant_id, const std::string& run_id,
                   const std::vector<std::string>& events, Instant now);

// {"tenant_id", "run_id", "intent_id", "operation", "sandbox", "allowed_tools", "completion_preset",
// "trace_events", "updated_at"}. Throws Error not_found/unknown_run.
json::Value reported_run(store::Connection& connection, std::string_view tenant_id, std::string_view run_id,
                         json::Arena& arena);

}  // namespace agentnet::paybond
