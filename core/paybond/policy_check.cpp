#include "core/paybond/policy_check.hpp"

#include <algorithm>
#include <set>

#include "core/json/number.hpp"
#include "core/paybond/completion_catalog.hpp"
#include "core/paybond/policy_file.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::size_t kMaxOperationBytes = 128;
constexpr std::size_t kDigestDigits = 64;

using Names = std::initializer_list<std::string_view>;
using Test = bool (*)(std::string_view text);

bool is_digit_or_letter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_argument_path(std::string_view text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9') || text[0] == '.') return false;
  return std::ranges::all_of(text, [](char c) { return is_digit_or_letter(c) || c == '_' || c == '.'; });
}

bool is_digest(std::string_view text) {
  if (!text.starts_with("sha256:") || text.size() != 7 + kDigestDigits) return false;
  return std::ranges::all_of(text.substr(7), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

bool is_operation(std::string_view text) {
  return !text.empty() && text.size() <= kMaxOperationBytes;
}

bool is_file(std::string_view text) {
  return !text.empty() && text.size() <= kMaxPolicyPathBytes;
}

class Checker {
 public:
  explicit Checker(PolicyVerdict& verdict) : verdict_(verdict) {}

  void document(const json::Value& root) {
    if (!root.is_object()) return fault("(root)", "must be a mapping");
    const bool second = version(root);
    Names first_fields = {"$schema", "version", "name", "default_deny", "tools", "intent", "adapter"};
    Names second_fields = {"$schema", "version", "name",    "default_deny", "tools",
                           "intent",  "adapter", "extends", "overrides"};
    fields(root, "(root)", second ? second_fields : first_fields);
    text(root, "", "name", is_policy_name, "must be a name: lower-case letters, digits, _ and -", true);
    boolean(root, "", "default_deny", true);
    const json::Value* extends = second ? object(root, "", "extends", true) : nullptr;
    if (extends != nullptr) base(*extends);
    if (second) overrides(root);
    tools(root, extends != nullptr);
    const json::Value* given = root.find("intent");
    const bool alone = given != nullptr && given->is_null();  // "intent:", as presets that only read have it
    const json::Value* intent = alone ? nullptr : object(root, "", "intent", true);
    if (intent != nullptr) intent_section(*intent, "intent", true);
    adapter(root, "");
    if (extends != nullptr) fault("extends", "an overlay says what holds only together with its base policy");
    if (!verdict_.faults.empty()) {
      verdict_.side_effecting = verdict_.read_only = 0;
      return;
    }
    verdict_.name = root.find("name")->text();
    if (intent != nullptr) registered(*root.find("tools"), *intent);
    verdict_.faults = std::move(names_);
  }

 private:
  // Of what is named and is not there.
  void unknown(std::string path, std::string_view code, std::string message) {
    if (names_.size() < kMaxPolicyFaults) names_.push_back({std::move(path), std::move(message), code});
  }

  // The tools that an intent allows are tools of the policy.
  void registered(const json::Value& tools, const json::Value& intent) {
    const json::Value* allowed = intent.find("allowed_tools");
    if (allowed == nullptr) return;
    for (const json::Value& each : allowed->items()) {
      if (tools.find(each.text()) != nullptr) continue;
      unknown("intent.allowed_tools", "policy.allowed_tool_not_registered",
              std::string(each.text()) + " is allowed and stands under no tools");
    }
  }

  void fault(std::string path, std::string message) {
    if (verdict_.faults.size() < kMaxPolicyFaults)
      verdict_.faults.push_back({std::move(path), std::move(message)});
  }

  static std::string at(const std::string& path, std::string_view name) {
    return (path.empty() ? "" : path + ".") + std::string(name);
  }

  void fields(const json::Value& object, const std::string& path, Names known) {
    for (const json::Member& each : object.members()) {
      if (std::ranges::find(known, each.name.text()) == known.end())
        fault(path, "has an unknown field: " + std::string(each.name.text()));
    }
  }

  // The mapping of that name; null, and perhaps a fault, when there is none.
  const json::Value* object(const json::Value& parent, const std::string& path, std::string_view name,
                            bool may_be_empty = false) {
    const json::Value* value = parent.find(name);
    if (value == nullptr) return nullptr;
    if (!value->is_object()) {
      fault(at(path, name), "must be a mapping");
    } else if (value->members().empty() && !may_be_empty) {
      fault(at(path, name), "must set at least one field");
    } else {
      return value;
    }
    return nullptr;
  }

  std::string_view text(const json::Value& parent, const std::string& path, std::string_view name, Test test,
                        const char* what, bool needed = false) {
    const json::Value* value = parent.find(name);
    if (value == nullptr) {
      if (needed) fault(at(path, name), "is missing");
    } else if (!value->is_string() || !test(value->text())) {
      fault(at(path, name), what);
    } else {
      return value->text();
    }
    return {};
  }

  std::optional<bool> boolean(const json::Value& parent, const std::string& path, std::string_view name,
                              bool needed = false) {
    const json::Value* value = parent.find(name);
    if (value == nullptr) {
      if (needed) fault(at(path, name), "is missing");
    } else if (!value->is_boolean()) {
      fault(at(path, name), "must be true or false");
    } else {
      return value->as_boolean();
    }
    return {};
  }

  void whole(const json::Value& parent, const std::string& path, std::string_view name, std::int64_t least) {
    const json::Value* value = parent.find(name);
    if (value == nullptr) return;
    const auto number = value->as_int64();
    if (!number || *number < least)
      fault(at(path, name), "must be a whole number from " + std::to_string(least));
  }

  // Whether the version is 2.
  bool version(const json::Value& root) {
    const json::Value* value = root.find("version");
    const double number = value != nullptr && value->is_number() ? json::to_double(value->text()) : 0;
    if (number != 1 && number != 2) fault("version", "must be 1 or 2");
    return number == 2;
  }

  void base(const json::Value& extends) {
    fields(extends, "extends", {"org_policy_id", "org_id", "base_digest", "base_policy"});
    text(extends, "extends", "org_policy_id", is_policy_name, "must be the name of a policy", true);
    text(extends, "extends", "org_id", is_org_id, "must be an organisation: org_ and a name in snake case",
         true);
    text(extends, "extends", "base_digest", is_digest, "must be sha256: and 64 hexadecimal digits");
    text(extends, "extends", "base_policy", is_file, "must be the path of a file");
  }

  void overrides(const json::Value& root) {
    const json::Value* section = root.find("overrides");
    if (section == nullptr) return;
    if (!section->is_object() || section->members().empty())
      return fault("overrides", "must set default_deny, tools, intent or adapter");
    fields(*section, "overrides", {"default_deny", "tools", "intent", "adapter"});
    boolean(*section, "overrides", "default_deny");
    if (const json::Value* list = object(*section, "overrides", "tools")) {
      each_tool(*list, "overrides.tools",
                [&](const json::Value& tool, const std::string& path) { tool_fields(tool, path); });
    }
    if (const json::Value* intent = object(*section, "overrides", "intent"))
      intent_section(*intent, "overrides.intent", false);
    adapter(*section, "overrides");
  }

  template <typename Work>
  void each_tool(const json::Value& list, const std::string& path, const Work& work) {
    if (list.members().size() > kMaxPolicyTools)
      return fault(path, "has more than " + std::to_string(kMaxPolicyTools) + " tools");
    std::set<std::string_view> seen;
    for (const json::Member& each : list.members()) {
      const std::string_view name = each.name.text();
      if (!seen.insert(name).second) continue;
      if (!is_tool_name(name)) {
        fault(path, "'" + std::string(name) + "' is no name of a tool");
        continue;
      }
      const json::Value& tool = *list.find(name);
      if (tool.is_object() && !tool.members().empty()) {
        work(tool, at(path, name));
      } else {
        fault(at(path, name), "must be a mapping");
      }
    }
  }

  void tools(const json::Value& root, bool overlay) {
    const json::Value* list = root.find("tools");
    if (list == nullptr) return fault("tools", "is missing");
    if (!list->is_null() && !list->is_object()) return fault("tools", "must be a mapping");
    if (list->is_null() || list->members().empty()) {
      if (!overlay) fault("tools", "must name at least one tool");
      return;
    }
    each_tool(*list, "tools", [&](const json::Value& tool, const std::string& path) {
      tool_fields(tool, path);
      const auto side_effecting = boolean_once(tool, path);
      ++(side_effecting.value_or(false) ? verdict_.side_effecting : verdict_.read_only);
      if (side_effecting.value_or(false) && tool.find("evidence_preset") == nullptr)
        fault(at(path, "evidence_preset"), "a tool with side effects must name the preset of its evidence");
    });
  }

  // side_effecting of a tool that must have it; a wrong kind was told by tool_fields.
  std::optional<bool> boolean_once(const json::Value& tool, const std::string& path) {
    const json::Value* value = tool.find("side_effecting");
    if (value == nullptr) fault(at(path, "side_effecting"), "is missing");
    return value != nullptr && value->is_boolean() ? std::optional(value->as_boolean()) : std::nullopt;
  }

  void tool_fields(const json::Value& tool, const std::string& path) {
    fields(tool, path,
           {"side_effecting", "max_spend_cents", "spend_from_args", "evidence_preset", "vendor_pack",
            "operation"});
    boolean(tool, path, "side_effecting");
    whole(tool, path, "max_spend_cents", 0);
    text(tool, path, "spend_from_args", is_argument_path, "must be a path of names with dots between");
    text(tool, path, "operation", is_operation, "must be a text of 1 to 128 bytes");
    if (tool.find("max_spend_cents") != nullptr && tool.find("spend_from_args") != nullptr)
      fault(path, "has max_spend_cents and spend_from_args, which exclude each other");
    preset(tool, path, "evidence_preset", false);
    preset(tool, path, "vendor_pack", true);
  }

  void preset(const json::Value& tool, const std::string& path, std::string_view name, bool pack) {
    const std::string_view id = text(tool, path, name, is_identifier, "must be an id in snake case");
    if (id.empty()) return;
    const CompletionPreset* found = find_completion_preset(id);
    if (found == nullptr) {
      return unknown(at(path, name), pack ? "policy.unknown_vendor_pack" : "policy.unknown_evidence_preset",
                     "the catalogue has no preset " + std::string(id));
    }
    if (pack && !found->is_vendor_pack())
      return unknown(at(path, name), "policy.invalid_vendor_pack", std::string(id) + " is no vendor pack");
    if (!found->superseded_by.empty() && verdict_.warnings.size() < kMaxPolicyFaults) {
      verdict_.warnings.push_back(
          {at(path, name), std::string(id) + " is deprecated; use " + std::string(found->superseded_by),
           kPolicyWarningCode});
    }
  }

  void intent_section(const json::Value& intent, const std::string& path, bool whole_binding) {
    fields(intent, path, {"policy_binding", "budget", "allowed_tools"});
    if (const json::Value* binding = object(intent, path, "policy_binding", whole_binding)) {
      const std::string here = at(path, "policy_binding");
      fields(*binding, here, {"template_id", "version_seq", "head_digest"});
      text(*binding, here, "template_id", is_identifier, "must be an id in snake case", whole_binding);
      whole(*binding, here, "version_seq", 1);
      text(*binding, here, "head_digest", is_digest, "must be sha256: and 64 hexadecimal digits");
    }
    if (const json::Value* budget = object(intent, path, "budget", true)) {
      const std::string here = at(path, "budget");
      text(*budget, here, "currency", is_currency, "must be a currency: three lower-case letters", true);
      const json::Value* most = budget->find("max_spend_usd");
      if (most != nullptr && (!most->is_number() || json::to_double(most->text()) < 0))
        fault(at(here, "max_spend_usd"), "must be a number from 0");
    }
    if (const json::Value* allowed = intent.find("allowed_tools"))
      allowed_tools(*allowed, at(path, "allowed_tools"));
  }

  void allowed_tools(const json::Value& list, const std::string& path) {
    if (!list.is_array()) return fault(path, "must be a list");
    if (list.items().size() > kMaxPolicyTools)
      return fault(path, "has more than " + std::to_string(kMaxPolicyTools) + " tools");
    std::set<std::string_view> seen;
    std::size_t place = 0;
    for (const json::Value& item : list.items()) {
      const std::string here = path + "[" + std::to_string(place++) + "]";
      if (!item.is_string() || !is_tool_name(item.text())) {
        fault(here, "must be the name of a tool");
      } else if (!seen.insert(item.text()).second) {
        fault(here, "stands twice");
      }
    }
  }

  void adapter(const json::Value& parent, const std::string& path) {
    const json::Value* section = object(parent, path, "adapter");
    if (section == nullptr) return;
    fields(*section, at(path, "adapter"), {"deny_provider_executed_tools"});
    boolean(*section, at(path, "adapter"), "deny_provider_executed_tools");
  }

  PolicyVerdict& verdict_;
  std::vector<PolicyFault> names_;  // told when the form is right
};

}  // namespace

PolicyVerdict check_policy(const json::Value& document) {
  PolicyVerdict verdict;
  Checker(verdict).document(document);
  return verdict;
}

json::Value policy_faults_value(const std::vector<PolicyFault>& faults, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const PolicyFault& fault : faults) {
    list.add(json::ObjectBuilder(arena)
                 .add("path", std::string_view(fault.path))
                 .add("code", fault.code)
                 .add("message", std::string_view(fault.message))
                 .done());
  }
  return list.done();
}

}  // namespace agentnet::paybond
