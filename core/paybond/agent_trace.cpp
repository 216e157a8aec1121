#include "core/paybond/agent_trace.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/agent_run.hpp"
#include "core/paybond/field.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::size_t kMaxTextBytes = 512;  // of a gateway's message and the like; the rest is cut off

// At most so many bytes, whole characters.
std::string_view shortened(std::string_view text) {
  if (text.size() <= kMaxTextBytes) return text;
  std::size_t end = kMaxTextBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return text.substr(0, end);
}

void add_text(json::ObjectBuilder& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object.add(name, shortened(text));
}

[[noreturn]] void bad_trace(const std::string& why) {
  throw Error(Category::usage, "bad_trace", "this is no trace of a run: " + why);
}

std::string text_of(const Value& event, std::string_view name) {
  const Value* member = event.find(name);
  return member != nullptr && member->is_string() ? std::string(member->text()) : std::string();
}

std::string money_of(const Value& event, std::string_view name) {
  const Value* member = event.find(name);
  const auto cents = member == nullptr ? std::nullopt : member->as_int64();
  return cents && *cents >= 0 ? money_text(*cents) : std::string();
}

// --- events of the wire

struct ReportedMember {
  std::string_view wire;
  std::string_view name;
};

constexpr ReportedMember kReported[] = {{"toolName", "tool_name"},
                                        {"toolCallId", "tool_call_id"},
                                        {"operation", "operation"},
                                        {"message", "message"},
                                        {"auditId", "audit_id"},
                                        {"decisionId", "decision_id"},
                                        {"code", "code"},
                                        {"status", "status"},
                                        {"amountCents", "amount_cents"},
                                        {"durationMs", "duration_ms"},
                                        {"evidenceId", "evidence_id"},
                                        {"presetId", "preset_id"},
                                        {"evidencePreset", "evidence_preset"},
                                        {"sandboxLifecycleStatus", "sandbox_lifecycle_status"},
                                        {"predicatePassed", "predicate_passed"},
                                        {"recordedAt", "recorded_at"}};

// --- steps

std::string evidence_label(const Value& event) {
  std::string label = "Evidence submitted";
  const std::string cost = money_of(event, "reported_cost_cents");
  if (!cost.empty()) label += ": reported cost " + cost;
  if (const Value* passed = event.find("predicate_passed"); passed != nullptr && passed->is_boolean()) {
    label += passed->as_boolean() ? "; the predicate holds" : "; the predicate does not hold";
  }
  return label;
}

struct StepRule {
  std::string_view type;
  std::string_view phase;
  std::string (*label)(const Value& event);
  std::span<const std::string_view> detail;
};

constexpr std::string_view kCallDetail[] = {"operation", "tool_call_id"};
constexpr std::string_view kSpendDetail[] = {"audit_id", "decision_id", "amount_cents"};
constexpr std::string_view kDenialDetail[] = {"audit_id", "code"};
constexpr std::string_view kStatusDetail[] = {"status"};
constexpr std::string_view kEvidenceDetail[] = {"reported_cost_cents", "sandbox_lifecycle_status",
                                                "predicate_passed"};

constexpr StepRule kSteps[] = {
    {"tool_selected", "tool", [](const Value& event) { return "Tool call: " + text_of(event, "operation"); },
     kCallDetail},
    {"spend_authorized", "authorize",
     [](const Value& event) { return "Spend authorized up to " + money_of(event, "amount_cents"); },
     kSpendDetail},
    {"spend_denied", "authorize",
     [](const Value& event) { return "Spend denied: " + text_of(event, "message"); }, kDenialDetail},
    {"tool_executed", "result", [](const Value&) { return std::string("Tool executed"); }, kCallDetail},
    {"spend_finalized", "result", [](const Value& event) { return "Spend " + text_of(event, "status"); },
     kStatusDetail},
    {"evidence_submitted", "evidence", evidence_label, kEvidenceDetail},
};

Value detail_of(const Value& event, std::span<const std::string_view> names, json::Arena& arena) {
  json::ObjectBuilder detail(arena);
  for (const std::string_view name : names) {
    const Value* member = event.find(name);
    detail.add(name, member == nullptr ? Value() : *member);
  }
  return detail.done();
}

}  // namespace

Value trace_value(const TraceEvent& event, json::Arena& arena) {
  json::ObjectBuilder out(arena);
  out.add("type", event.type).add("run_id", std::string_view(event.run_id));
  if (event.type == "tool_selected") out.add("tool_name", std::string_view(event.operation));
  out.add("tool_call_id", std::string_view(event.tool_call_id))
      .add("operation", std::string_view(event.operation));
  add_text(out, "message", event.message);
  add_text(out, "audit_id", event.audit_id);
  add_text(out, "decision_id", event.decision_id);
  add_text(out, "code", event.code);
  add_text(out, "status", event.status);
  if (event.amount_cents) out.add_integer("amount_cents", *event.amount_cents);
  if (event.reported_cost_cents) out.add_integer("reported_cost_cents", *event.reported_cost_cents);
  if (event.lifecycle) out.add("sandbox_lifecycle_status", std::string_view(*event.lifecycle));
  if (event.predicate_passed) out.add_boolean("predicate_passed", *event.predicate_passed);
  return out.add("recorded_at", std::string_view(iso_zulu(event.at))).done();
}

Value reported_event(std::string_view run_id, const Value& event, json::Arena& arena) {
  if (!event.is_object()) bad_field("bad_field", "event", "not a JSON object");
  const std::string type = text_of(event, "type");
  if (type.empty()) bad_field("bad_field", "type", "not a text");
  json::ObjectBuilder out(arena);
  out.add("type", shortened(type)).add("run_id", run_id);
  for (const ReportedMember& member : kReported) {
    const Value* value = event.find(member.wire);
    if (value == nullptr || value->is_null()) continue;
    if (value->is_string()) {
      out.add(member.name, shortened(value->text()));
    } else if (value->is_number() || value->is_boolean()) {
      out.add(member.name, *value);
    } else {
      bad_field("bad_field", member.wire, "neither a text nor a number nor a boolean");
    }
  }
  const Value* run = event.find("runId");
  if (run != nullptr && !run->is_null() && !(run->is_string() && run->text() == run_id))
    bad_field("bad_field", "runId", "another run than the path's");
  return out.done();
}

json::Document read_trace(std::string_view text) {
  json::Document document;
  try {
    document = json::parse(text);
  } catch (const Error& fault) {
    bad_trace(fault.message());
  }
  const Value* events = document.root.find("trace_events");
  if (events == nullptr || !events->is_array()) bad_trace("trace_events is not an array");
  return document;
}

std::string append_trace(std::string_view before, std::string_view run_id, std::string_view intent_id,
                         const std::vector<TraceEvent>& added, Instant now) {
  json::Arena arena;
  std::vector<Value> events;
  json::Document old;
  if (!before.empty()) {
    old = read_trace(before);
    const auto items = old.root.find("trace_events")->items();
    events.assign(items.begin(), items.end());
  }
  for (const TraceEvent& event : added)
    events.push_back(trace_value(event, arena));
  json::ArrayBuilder kept(arena);
  const std::size_t first = events.size() - std::min(events.size(), kMaxTraceEvents);
  for (std::size_t place = first; place < events.size(); ++place)
    kept.add(events[place]);
  const Value root = json::ObjectBuilder(arena)
                         .add("run_id", run_id)
                         .add("intent_id", intent_id)
                         .add("trace_events", kept.done())
                         .add("updated_at", std::string_view(iso_offset(now)))
                         .done();
  return json::to_indented(root, json::Text::utf8) + "\n";
}

Value trace_steps(const Value& events, json::Arena& arena) {
  json::ArrayBuilder steps(arena);
  for (const Value& event : events.items()) {
    const std::string type = text_of(event, "type");
    const auto* const rule = std::find_if(std::begin(kSteps), std::end(kSteps),
                                          [&](const StepRule& each) { return each.type == type; });
    if (rule == std::end(kSteps)) continue;
    steps.add(json::ObjectBuilder(arena)
                  .add("phase", rule->phase)
                  .add("label", std::string_view(rule->label(event)))
                  .add("recorded_at", std::string_view(text_of(event, "recorded_at")))
                  .add("detail", detail_of(event, rule->detail, arena))
                  .done());
  }
  return steps.done();
}

std::size_t denials_of(const Value& events, std::string_view tool_call_id) {
  return static_cast<std::size_t>(
      std::count_if(events.items().begin(), events.items().end(), [&](const Value& event) {
        return text_of(event, "type") == "spend_denied" && text_of(event, "tool_call_id") == tool_call_id;
      }));
}

}  // namespace agentnet::paybond
