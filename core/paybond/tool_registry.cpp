#include "core/paybond/tool_registry.hpp"

#include <algorithm>
#include <map>

#include "core/base/error.hpp"
#include "core/paybond/completion_catalog.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

[[noreturn]] void bad_registry(const std::string& why) {
  throw Error(Category::usage, "bad_registry", why, "paybond agent registry validate says all that is wrong");
}

void wrong(ToolRegistry& registry, const std::string& code, const std::string& message,
           const std::string& tool = {}) {
  registry.issues.push_back({"registry." + code, message, tool});
}

std::string text_of(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  return member != nullptr && member->is_string() ? std::string(member->text()) : std::string();
}

GuardedTool read_tool(ToolRegistry& registry, const std::string& name, const Value& entry) {
  GuardedTool tool{text_of(entry, "operation")};
  if (tool.operation.empty()) tool.operation = name;
  const Value* effects = entry.find("side_effecting");
  if (effects != nullptr && !effects->is_boolean()) {
    wrong(registry, "invalid_side_effecting", "side_effecting of the tool " + name + " is not true or false",
          name);
  } else if (effects != nullptr) {
    tool.side_effecting = effects->as_boolean();
  }
  const Value* most = entry.find("max_spend_cents");
  if (most != nullptr && !most->is_null()) {
    tool.max_spend_cents = most->as_int64();
    if (!tool.max_spend_cents || *tool.max_spend_cents < 0) {
      tool.max_spend_cents = 0;
      wrong(registry, "invalid_max_spend",
            "max_spend_cents of the tool " + name + " is not a whole number of cents", name);
    }
  }
  tool.evidence_preset = text_of(entry, "evidence_preset");
  if (tool.side_effecting && tool.evidence_preset.empty()) {
    wrong(registry, "missing_evidence_preset",
          "the tool " + name + " has side effects and names no evidence_preset", name);
  } else if (tool.side_effecting && find_completion_preset(tool.evidence_preset) == nullptr) {
    wrong(registry, "unknown_evidence_preset",
          "the tool " + name + " names the preset " + tool.evidence_preset + ", which the catalogue has not",
          name);
  }
  return tool;
}

void read_tools(ToolRegistry& registry, const Value& tools) {
  if (tools.members().size() > kMaxRegistryTools) {
    return wrong(registry, "too_many_tools",
                 "a registry has at most " + std::to_string(kMaxRegistryTools) + " tools");
  }
  std::map<std::string, std::string> names;  // by operation
  for (const json::Member& member : tools.members()) {
    const std::string name(member.name.text());
    ++registry.tool_count;
    if (!member.value.is_object()) {
      wrong(registry, "invalid_tool_entry", "the tool " + name + " is not an object", name);
      continue;
    }
    registry.tools.push_back(read_tool(registry, name, member.value));
    const std::string& operation = registry.tools.back().operation;
    const auto [known, is_new] = names.try_emplace(operation, name);
    if (!is_new) {
      wrong(registry, "duplicate_operation",
            "the tools " + known->second + " and " + name + " have the operation " + operation, name);
    }
  }
}

}  // namespace

bool ToolRegistry::ok() const {
  return std::all_of(issues.begin(), issues.end(), [](const RegistryIssue& issue) { return issue.is_note; });
}

std::size_t ToolRegistry::side_effecting_count() const {
  return static_cast<std::size_t>(
      std::count_if(tools.begin(), tools.end(), [](const GuardedTool& tool) { return tool.side_effecting; }));
}

ToolRegistry read_registry(const Value& root, std::int64_t newest) {
  if (!root.is_object()) bad_registry("a registry of tools is an object");
  ToolRegistry registry;
  const Value* version = root.find("version");
  if (version != nullptr && !version->is_null()) {
    registry.version = version->as_int64();
    if (!registry.version || *registry.version < kRegistryVersion || *registry.version > newest) {
      wrong(registry, "unsupported_version", "the version is not " + std::to_string(newest));
    }
  }
  const Value* deny = root.find("default_deny");
  if (deny != nullptr && deny->is_boolean()) {
    registry.default_deny = deny->as_boolean();
  } else if (deny != nullptr && !deny->is_null()) {
    registry.default_deny = true;  // until it is put right
    wrong(registry, "invalid_default_deny", "default_deny is not true or false");
  }
  const Value* tools = root.find("tools");
  if (tools != nullptr && tools->is_object()) {
    read_tools(registry, *tools);
  } else if (tools != nullptr && !tools->is_null()) {
    wrong(registry, "invalid_tools", "tools is not an object");
  }
  if (registry.default_deny) {
    registry.issues.push_back({"registry.default_deny_documented",
                               "operations that are not named as having side effects are denied",
                               {},
                               true});
  }
  return registry;
}

ToolRegistry require_registry(const Value& root, std::int64_t newest) {
  ToolRegistry registry = read_registry(root, newest);
  for (const RegistryIssue& issue : registry.issues) {
    if (!issue.is_note) bad_registry(issue.message);
  }
  return registry;
}

}  // namespace agentnet::paybond
