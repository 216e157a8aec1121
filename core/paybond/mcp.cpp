#include "core/paybond/mcp.hpp"

#include <algorithm>
#include <vector>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::int64_t kNotJson = -32'700;
constexpr std::int64_t kNoRequest = -32'600;
constexpr std::int64_t kNoMethod = -32'601;
constexpr std::int64_t kBadParameters = -32'602;
constexpr std::int64_t kOurFault = -32'603;

[[noreturn]] void bad_parameters(const std::string& why) {
  throw Error(Category::usage, "bad_parameters", why);
}

Value error_answer(const Value& id, std::int64_t code, const std::string& message, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("jsonrpc", "2.0")
      .add("id", id)
      .add("error", json::ObjectBuilder(arena)
                        .add_integer("code", code)
                        .add("message", std::string_view(message))
                        .done())
      .done();
}

Value member_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member == nullptr ? Value() : *member;
}

// --- tools

struct KindRule {
  std::string_view type;  // of JSON Schema
  std::string_view what;
  bool (*holds)(const Value& value);
};

bool is_texts(const Value& value) {
  return value.is_array() && std::all_of(value.items().begin(), value.items().end(),
                                         [](const Value& item) { return item.is_string(); });
}

const KindRule& rule_of(McpKind kind) {
  static constexpr KindRule kText{"string", "a text", [](const Value& value) { return value.is_string(); }};
  static constexpr KindRule kCents{"integer", "a whole number, 0 or more", [](const Value& value) {
                                     const auto number = value.as_int64();
                                     return number && *number >= 0;
                                   }};
  static constexpr KindRule kFlag{"boolean", "true or false",
                                  [](const Value& value) { return value.is_boolean(); }};
  static constexpr KindRule kObject{"object", "an object",
                                    [](const Value& value) { return value.is_object(); }};
  static constexpr KindRule kTexts{"array", "an array of texts", is_texts};
  switch (kind) {
    case McpKind::text:
      return kText;
    case McpKind::cents:
      return kCents;
    case McpKind::flag:
      return kFlag;
    case McpKind::object:
      return kObject;
    case McpKind::texts:
      return kTexts;
  }
  return kText;
}

void check_arguments(const McpTool& tool, const Value& arguments) {
  for (const json::Member& member : arguments.members()) {
    const std::string name(member.name.text());
    const auto known = std::find_if(tool.parameters.begin(), tool.parameters.end(),
                                    [&](const McpParameter& each) { return each.name == name; });
    if (known == tool.parameters.end()) {
      bad_parameters(std::string(tool.name) + " takes no argument '" + name + "'");
    }
    const KindRule& rule = rule_of(known->kind);
    if (!rule.holds(member.value)) bad_parameters(name + " is not " + std::string(rule.what));
  }
  for (const McpParameter& parameter : tool.parameters) {
    if (parameter.required && arguments.find(parameter.name) == nullptr) {
      bad_parameters(std::string(parameter.name) + " is missing");
    }
  }
}

Value tool_value(const McpTool& tool, json::Arena& arena) {
  const Value hints = json::ObjectBuilder(arena).add_boolean("readOnlyHint", !tool.writes()).done();
  return json::ObjectBuilder(arena)
      .add("name", tool.name)
      .add("title", tool.title)
      .add("description", tool.help)
      .add("inputSchema", input_schema(tool, arena))
      .add("annotations", hints)
      .done();
}

json::ObjectBuilder tool_result(std::string_view text, json::Arena& arena) {
  const Value part = json::ObjectBuilder(arena).add("type", "text").add("text", text).done();
  json::ObjectBuilder result(arena);
  result.add("content", json::ArrayBuilder(arena).add(part).done());
  return result;
}

Value failure(const Error& error, json::Arena& arena) {
  std::string text = error.code() + ": " + error.message();
  if (!error.hint().empty()) text += " (" + error.hint() + ")";
  return tool_result(text, arena).add_boolean("isError", true).done();
}

// --- initialize

Value initialized(const Value& parameters, json::Arena& arena) {
  const Value asked = member_of(parameters, "protocolVersion");
  if (!asked.is_string()) bad_parameters("protocolVersion is not a text");
  std::string_view version = kMcpVersions[0];
  for (const std::string_view known : kMcpVersions) {
    if (known == asked.text()) version = known;
  }
  const Value tools = json::ObjectBuilder(arena).add_boolean("listChanged", false).done();
  return json::ObjectBuilder(arena)
      .add("protocolVersion", version)
      .add("capabilities", json::ObjectBuilder(arena).add("tools", tools).done())
      .add("serverInfo",
           json::ObjectBuilder(arena).add("name", "paybond").add("version", AGENTNET_VERSION).done())
      .done();
}

}  // namespace

Value input_schema(const McpTool& tool, json::Arena& arena) {
  json::ObjectBuilder properties(arena);
  json::ArrayBuilder needed(arena);
  for (const McpParameter& parameter : tool.parameters) {
    json::ObjectBuilder property(arena);
    property.add("type", rule_of(parameter.kind).type);
    if (parameter.kind == McpKind::cents) property.add_integer("minimum", 0);
    if (parameter.kind == McpKind::texts) {
      property.add("items", json::ObjectBuilder(arena).add("type", "string").done());
    }
    if (!parameter.help.empty()) property.add("description", parameter.help);
    properties.add(parameter.name, property.done());
    if (parameter.required) needed.add(parameter.name);
  }
  return json::ObjectBuilder(arena)
      .add("type", "object")
      .add("properties", properties.done())
      .add("required", needed.done())
      .add_boolean("additionalProperties", false)
      .done();
}

Value McpServer::call_tool(const Value& parameters, json::Arena& arena) {
  const Value name = member_of(parameters, "name");
  if (!name.is_string()) bad_parameters("name is not a text");
  const auto tool = std::find_if(tools_.begin(), tools_.end(),
                                 [&](const McpTool* each) { return each->name == name.text(); });
  if (tool == tools_.end()) bad_parameters("there is no tool '" + std::string(name.text()) + "'");
  Value arguments = member_of(parameters, "arguments");
  if (arguments.is_null()) arguments = json::ObjectBuilder(arena).done();
  if (!arguments.is_object()) bad_parameters("arguments is not an object");
  check_arguments(**tool, arguments);
  try {
    const json::Document answer = call_(**tool, arguments);
    const std::string text = json::to_compact(answer.root);
    json::Parser parser;
    return tool_result(text, arena)
        .add("structuredContent", parser.parse(arena.copy(text), arena))
        .add_boolean("isError", false)
        .done();
  } catch (const Error& error) {
    return failure(error, arena);
  }
}

Value McpServer::result_of(std::string_view method, const Value& parameters, json::Arena& arena) {
  if (method == "initialize") return initialized(parameters, arena);
  if (method == "ping") return json::ObjectBuilder(arena).done();
  if (method == "tools/list") {
    // All of them fit one page, so there is no cursor that would be ours.
    if (parameters.find("cursor") != nullptr) bad_parameters("there is no such cursor");
    json::ArrayBuilder list(arena);
    for (const McpTool* tool : tools_)
      list.add(tool_value(*tool, arena));
    return json::ObjectBuilder(arena).add("tools", list.done()).done();
  }
  if (method == "tools/call") return call_tool(parameters, arena);
  throw Error(Category::not_found, "unknown_method", "there is no method '" + std::string(method) + "'");
}

std::optional<json::Document> McpServer::answer(std::string_view line) {
  json::Document out;
  json::Document message;
  Value id;
  const auto refused = [&](std::int64_t code, const std::string& why) {
    out.root = error_answer(id, code, why, out.arena);
    return std::optional(std::move(out));
  };
  try {
    message = json::parse(line);
  } catch (const Error& error) {
    return refused(kNotJson, error.message());
  }
  const Value& root = message.root;
  if (!root.is_object()) return refused(kNoRequest, "a message is one JSON object");
  std::optional<Value> repeated;
  (void)json::without_duplicates(root, message.arena, &repeated);
  const Value given_id = member_of(root, "id");
  if (given_id.is_string()) id = Value::string(out.arena, given_id.text());
  if (given_id.is_number()) id = Value::number(given_id.kind(), out.arena.copy(given_id.text()));
  if (repeated) return refused(kNoRequest, "a name stands twice in one object");
  const Value method = member_of(root, "method");
  // An answer to a request that was never made.
  if (method.is_null() && (root.find("result") != nullptr || root.find("error") != nullptr))
    return std::nullopt;
  const Value version = member_of(root, "jsonrpc");
  if (!version.is_string() || version.text() != "2.0") return refused(kNoRequest, "jsonrpc is not \"2.0\"");
  if (!method.is_string()) return refused(kNoRequest, "method is not a text");
  if (root.find("id") == nullptr) return std::nullopt;
  if (id.is_null()) return refused(kNoRequest, "id is neither a text nor a number");
  Value parameters = member_of(root, "params");
  if (parameters.is_null()) parameters = json::ObjectBuilder(message.arena).done();
  if (!parameters.is_object()) return refused(kBadParameters, "params is not an object");
  try {
    const Value result = result_of(method.text(), parameters, out.arena);
    out.root =
        json::ObjectBuilder(out.arena).add("jsonrpc", "2.0").add("id", id).add("result", result).done();
    return std::optional(std::move(out));
  } catch (const Error& error) {
    return refused(error.code() == "unknown_method" ? kNoMethod : kBadParameters, error.message());
  } catch (const std::exception& fault) {
    return refused(kOurFault, fault.what());
  }
}

json::Document McpServer::too_long() {
  json::Document out;
  out.root =
      error_answer(Value(), kNoRequest,
                   "a message has at most " + std::to_string(kMaxMcpMessageBytes) + " bytes", out.arena);
  return out;
}

}  // namespace agentnet::paybond
