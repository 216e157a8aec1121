#include "core/paybond/agent_run.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::array<std::string_view, 3> kStates = {"authorized", "consumed", "reported"};
[[noreturn]] void bad_run(const std::string& why) {
  throw Error(Category::usage, "bad_run", "this is no run of an agent: " + why,
              "paybond agent run bind makes one");
}

// --- reading members

const Value* find_some(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr || member->is_null() ? nullptr : member;
}

std::optional<std::string> find_text(const Value& object, std::string_view name) {
  const Value* member = find_some(object, name);
  if (member == nullptr) return std::nullopt;
  if (!member->is_string()) bad_run(std::string(name) + " is not a text");
  return std::string(member->text());
}

std::string need_text(const Value& object, std::string_view name) {
  auto text = find_text(object, name);
  if (!text || text->empty()) bad_run(std::string(name) + " is missing");
  return std::move(*text);
}

std::optional<std::int64_t> find_cents(const Value& object, std::string_view name) {
  const Value* member = find_some(object, name);
  if (member == nullptr) return std::nullopt;
  const auto cents = member->as_int64();
  if (!cents || *cents < 0) bad_run(std::string(name) + " is not a number of cents");
  return cents;
}

std::optional<bool> find_boolean(const Value& object, std::string_view name) {
  const Value* member = find_some(object, name);
  if (member == nullptr) return std::nullopt;
  if (!member->is_boolean()) bad_run(std::string(name) + " is not true or false");
  return member->as_boolean();
}

std::span<const Value> find_items(const Value& object, std::string_view name, std::size_t most) {
  const Value* member = find_some(object, name);
  if (member == nullptr) return {};
  if (!member->is_array() || member->items().size() > most) {
    bad_run(std::string(name) + " is not an array of at most " + std::to_string(most));
  }
  return member->items();
}

// --- tool calls

Value call_value(const ToolCall& call, json::Arena& arena) {
  const auto flag = [](const std::optional<bool>& value) { return value ? Value::boolean(*value) : Value(); };
  return json::ObjectBuilder(arena)
      .add("tool_call_id", std::string_view(call.tool_call_id))
      .add("operation", std::string_view(call.operation))
      .add_integer("requested_spend_cents", call.requested_spend_cents)
      .add("result_digest", std::string_view(call.result_digest))
      .add("audit_id", std::string_view(call.audit_id))
      .add("decision_id", std::string_view(call.decision_id))
      .add("begun_at", std::string_view(call.begun_at))
      .add("state", kStates.at(static_cast<std::size_t>(call.state)))
      .add_optional("intent_state", call.intent_state)
      .add("predicate_passed", flag(call.predicate_passed))
      .add_optional("sandbox_lifecycle_status", call.lifecycle)
      .done();
}

ToolCall read_call(const Value& value) {
  if (!value.is_object()) bad_run("a tool call is not an object");
  const std::string state = need_text(value, "state");
  const auto* const known = std::find(kStates.begin(), kStates.end(), state);
  if (known == kStates.end()) bad_run("a tool call is in no state that is known");
  return {.tool_call_id = need_text(value, "tool_call_id"),
          .operation = need_text(value, "operation"),
          .requested_spend_cents = find_cents(value, "requested_spend_cents").value_or(0),
          .result_digest = find_text(value, "result_digest").value_or(""),
          .audit_id = find_text(value, "audit_id").value_or(""),
          .decision_id = find_text(value, "decision_id").value_or(""),
          .begun_at = find_text(value, "begun_at").value_or(""),
          .state = static_cast<ToolCallState>(known - kStates.begin()),
          .intent_state = find_text(value, "intent_state"),
          .predicate_passed = find_boolean(value, "predicate_passed"),
          .lifecycle = find_text(value, "sandbox_lifecycle_status")};
}

// --- the registry's terms

Value tool_value(const GuardedTool& tool, json::Arena& arena) {
  json::ObjectBuilder out(arena);
  out.add("operation", std::string_view(tool.operation)).add_boolean("side_effecting", tool.side_effecting);
  if (tool.max_spend_cents) out.add_integer("max_spend_cents", *tool.max_spend_cents);
  return out.done();
}

GuardedTool read_tool(const Value& value) {
  if (!value.is_object()) bad_run("a tool is not an object");
  return {.operation = need_text(value, "operation"),
          .side_effecting = find_boolean(value, "side_effecting").value_or(true),
          .max_spend_cents = find_cents(value, "max_spend_cents")};
}

const GuardedTool* find_tool(const AgentRun& run, std::string_view name) {
  const auto found = std::find_if(run.tools.begin(), run.tools.end(),
                                  [&](const GuardedTool& tool) { return tool.operation == name; });
  return found == run.tools.end() ? nullptr : &*found;
}

bool may_begin_id(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

ToolCall* AgentRun::find_call(std::string_view tool_call_id) {
  for (ToolCall& call : tool_calls) {
    if (call.tool_call_id == tool_call_id) return &call;
  }
  return nullptr;
}

bool AgentRun::is_free(std::string_view name) const {
  const GuardedTool* tool = find_tool(*this, name);
  return tool != nullptr && !tool->side_effecting;
}

void require_run_id(std::string_view run_id) {
  const bool good = !run_id.empty() && run_id.size() <= kMaxRunIdBytes && may_begin_id(run_id.front()) &&
                    std::all_of(run_id.begin(), run_id.end(),
                                [](char c) { return may_begin_id(c) || c == '.' || c == '_' || c == '-'; });
  // ".trace" at the end would be the trace of another run.
  if (good && !run_id.ends_with(".trace")) return;
  throw Error(Category::usage, "invalid_run_id",
              "a run's id is 1 to " + std::to_string(kMaxRunIdBytes) +
                  " letters, digits, points, hyphens and underscores, begins with a letter or digit, and "
                  "does not end in .trace");
}

void require_tool_call_id(std::string_view id) {
  const bool good = !id.empty() && id.size() <= kMaxToolCallIdBytes &&
                    std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (good) return;
  throw Error(
      Category::usage, "bad_tool_call_id",
      "a tool call's id is 1 to " + std::to_string(kMaxToolCallIdBytes) + " visible characters of ASCII");
}

std::string write_run(const AgentRun& run) {
  json::Arena arena;
  json::ArrayBuilder tools(arena);
  for (const std::string& tool : run.allowed_tools)
    tools.add(std::string_view(tool));
  json::ArrayBuilder guarded(arena), calls(arena);
  for (const GuardedTool& tool : run.tools)
    guarded.add(tool_value(tool, arena));
  for (const ToolCall& call : run.tool_calls)
    calls.add(call_value(call, arena));
  json::ObjectBuilder out(arena);
  out.add("run_id", std::string_view(run.run_id))
      .add("tenant_id", std::string_view(run.tenant_id))
      .add("intent_id", std::string_view(run.intent_id))
      .add("capability_token", std::string_view(run.capability_token))
      .add("operation", std::string_view(run.operation))
      .add("allowed_tools", tools.done())
      .add_boolean("sandbox", run.sandbox)
      .add_optional("sandbox_lifecycle_status", run.lifecycle);
  if (run.requested_spend_cents) {
    out.add_integer("requested_spend_cents", *run.requested_spend_cents);
  } else {
    out.add("requested_spend_cents", Value());
  }
  out.add_optional("completion_preset", run.completion_preset)
      .add_optional("registry_file", run.registry_file)
      .add_boolean("default_deny", run.default_deny);
  out.add_optional("policy_digest", run.policy_digest)
      .add_optional("policy_version", run.policy_version)
      .add_optional("policy_loaded_at", run.policy_loaded_at);
  out.add("reload_watch", run.reload_watch ? Value::boolean(true) : Value())
      .add("reload_poll", Value())
      .add_optional("last_reload_at", run.last_reload_at);
  out.add_optional("policy_bind_content", run.policy_text);
  Value production;
  if (!run.sandbox) {
    production = json::ObjectBuilder(arena)
                     .add("payee_did", std::string_view(run.payee_did))
                     .add("agent_recognition_key_id", std::string_view(run.agent_key_id))
                     .done();
  }
  out.add("production_evidence", production)
      .add("created_at", std::string_view(run.created_at))
      .add("tools", guarded.done())
      .add("tool_calls", calls.done());
  return json::to_indented(out.done(), json::Text::utf8) + "\n";
}

AgentRun read_run(std::string_view text) {
  json::Document document;
  try {
    document = json::parse(text);
  } catch (const Error& fault) {
    bad_run(fault.message());
  }
  const Value& root = document.root;
  if (!root.is_object()) bad_run("not a JSON object");
  AgentRun run{.run_id = need_text(root, "run_id"),
               .tenant_id = need_text(root, "tenant_id"),
               .intent_id = need_text(root, "intent_id"),
               .capability_token = need_text(root, "capability_token"),
               .operation = find_text(root, "operation").value_or(""),
               .allowed_tools = {},
               .sandbox = find_boolean(root, "sandbox").value_or(false),
               .lifecycle = find_text(root, "sandbox_lifecycle_status"),
               .requested_spend_cents = find_cents(root, "requested_spend_cents"),
               .completion_preset = find_text(root, "completion_preset"),
               .registry_file = find_text(root, "registry_file"),
               .default_deny = find_boolean(root, "default_deny").value_or(true),
               .policy_digest = find_text(root, "policy_digest"),
               .policy_version = find_text(root, "policy_version"),
               .policy_loaded_at = find_text(root, "policy_loaded_at"),
               .policy_text = find_text(root, "policy_bind_content"),
               .reload_watch = find_boolean(root, "reload_watch").value_or(false),
               .last_reload_at = find_text(root, "last_reload_at"),
               .created_at = find_text(root, "created_at").value_or("")};
  for (const Value& tool : find_items(root, "allowed_tools", kMaxToolCalls)) {
    if (!tool.is_string()) bad_run("an allowed tool is not a text");
    run.allowed_tools.emplace_back(tool.text());
  }
  if (const Value* production = find_some(root, "production_evidence"); production != nullptr) {
    run.payee_did = find_text(*production, "payee_did").value_or("");
    run.agent_key_id = find_text(*production, "agent_recognition_key_id").value_or("");
  }
  for (const Value& tool : find_items(root, "tools", kMaxRegistryTools))
    run.tools.push_back(read_tool(tool));
  for (const Value& call : find_items(root, "tool_calls", kMaxToolCalls))
    run.tool_calls.push_back(read_call(call));
  return run;
}

std::optional<LocalDenial> deny_locally(const AgentRun& run, std::string_view operation,
                                        std::int64_t requested_spend_cents) {
  const auto& tools = run.allowed_tools;
  if (std::find(tools.begin(), tools.end(), operation) == tools.end()) {
    return LocalDenial{"operation_not_allowed", "the run does not allow this operation"};
  }
  const GuardedTool* tool = find_tool(run, operation);
  if (tool == nullptr && run.registry_file && run.default_deny) {
    return LocalDenial{"operation_not_allowed", "the registry does not name this operation"};
  }
  if (tool != nullptr && tool->max_spend_cents && requested_spend_cents > *tool->max_spend_cents) {
    return LocalDenial{"tool_budget_exceeded", "the registry allows this tool less than is asked for"};
  }
  if (run.requested_spend_cents && requested_spend_cents > *run.requested_spend_cents) {
    return LocalDenial{"budget_exceeded", "the run was bound for less than is asked for"};
  }
  return std::nullopt;
}

std::string call_key(const AgentRun& run, std::string_view tool_call_id, std::size_t denials) {
  return "agent:" + run.intent_id + ":" + std::string(tool_call_id) + ":" + std::to_string(denials);
}

ToolCall* resume_call(AgentRun& run, const ToolCall& asked) {
  ToolCall* known = run.find_call(asked.tool_call_id);
  if (known == nullptr) return nullptr;
  if (known->operation == asked.operation && known->result_digest == asked.result_digest &&
      known->requested_spend_cents == asked.requested_spend_cents) {
    return known;
  }
  throw Error(Category::conflict, "tool_call_reused",
              "the tool call " + asked.tool_call_id + " was for another operation, spend or result",
              "give each call of a tool an id of its own");
}

std::string money_text(std::int64_t cents) {
  const auto grouped = [](std::int64_t number) {
    std::string digits = std::to_string(number);
    constexpr std::size_t kGroup = 3;
    for (std::size_t place = digits.size(); place > kGroup;) {
      place -= kGroup;
      digits.insert(place, ",");
    }
    return digits;
  };
  const std::string small = std::to_string(100 + cents % 100).substr(1);
  return "$" + grouped(cents / 100) + "." + small + " (" + grouped(cents) + " cents)";
}

}  // namespace agentnet::paybond
