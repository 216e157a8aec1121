#include "core/paybond/dev_log.hpp"

#include <algorithm>
#include <vector>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/agent_trace.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

Value member_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr ? Value() : *member;
}

std::string text_of(const Value& object, std::string_view name) {
  const Value member = member_of(object, name);
  return member.is_string() ? std::string(member.text()) : std::string();
}

}  // namespace

std::string append_line(std::string_view before, std::string_view line) {
  std::vector<std::string_view> lines = lines_of(before);
  lines.push_back(line);
  std::size_t bytes = 0;
  std::size_t first = lines.size();
  // The new line stays whatever its size is; a file that could not be read again would be worse.
  while (first > 0 && lines.size() - first < kMaxDevLines &&
         (first == lines.size() || bytes + lines[first - 1].size() + 1 <= kMaxDevLogBytes)) {
    --first;
    bytes += lines[first].size() + 1;
  }
  std::string text;
  text.reserve(bytes);
  for (; first < lines.size(); ++first) {
    text += lines[first];
    text += '\n';
  }
  return text;
}

Value read_dev_events(std::string_view text, json::Arena& arena) {
  std::vector<Value> events;
  json::Parser parser;
  for (const std::string_view line : lines_of(text)) {
    Value event;
    try {
      event = parser.parse(arena.copy(line), arena);
    } catch (const Error&) {
      continue;
    }
    const std::string id = text_of(event, "id");
    if (id.empty()) continue;
    const auto known = std::find_if(events.begin(), events.end(),
                                    [&](const Value& each) { return text_of(each, "id") == id; });
    if (known != events.end()) events.erase(known);
    events.push_back(event);
  }
  json::ArrayBuilder out(arena);
  const std::size_t first = events.size() - std::min(events.size(), kMaxDevLines);
  for (std::size_t place = first; place < events.size(); ++place)
    out.add(events[place]);
  return out.done();
}

Value dev_event(const DevEvent& event, json::Arena& arena) {
  const AgentRun& run = event.run;
  const ToolCall* call = event.call;
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(run.run_id))
      .add("recorded_at", event.recorded_at)
      .add("preset", event.preset)
      .add("operation", std::string_view(run.operation))
      .add("intent_id", std::string_view(run.intent_id))
      .add("run_id", std::string_view(run.run_id))
      .add_integer("requested_spend_cents", run.requested_spend_cents.value_or(0))
      .add_boolean("authorized", call != nullptr)
      .add_boolean("evidence_submitted", call != nullptr && call->state == ToolCallState::reported)
      .add_optional("sandbox_lifecycle_status", call != nullptr ? call->lifecycle : run.lifecycle)
      .add("result_status", member_of(event.result, "status"))
      .add("cost_cents", member_of(event.result, "cost_cents"))
      .add("steps", trace_steps(event.trace_events, arena))
      .add("trace_events", event.trace_events)
      .done();
}

std::string dev_event_line(const Value& event) {
  std::string line = text_of(event, "recorded_at");
  for (const std::string_view name : {"preset", "operation", "sandbox_lifecycle_status", "run_id"})
    line += "  " + text_of(event, name);
  return line;
}

}  // namespace agentnet::paybond
