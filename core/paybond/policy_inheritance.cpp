#include "core/paybond/policy_inheritance.hpp"

#include <algorithm>

#include "core/json/number.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

// The member, null counting as none.
const Value* find(const Value* object, std::string_view name) {
  const Value* member = object != nullptr && object->is_object() ? object->find(name) : nullptr;
  return member == nullptr || member->is_null() ? nullptr : member;
}

bool is_true(const Value* value) {
  return value != nullptr && value->is_boolean() && value->as_boolean();
}

bool is_false(const Value* value) {
  return value != nullptr && value->is_boolean() && !value->as_boolean();
}

bool same_text(const Value& a, const Value& b) {
  return a.text() == b.text();
}

// What a tool is called by when it is used.
std::string_view operation_of(const Value& tool, std::string_view name) {
  const Value* operation = find(&tool, "operation");
  return operation == nullptr ? name : operation->text();
}

std::span<const json::Member> members_of(const Value* object) {
  if (object == nullptr || !object->is_object()) return {};
  return object->members();
}

class Merger {
 public:
  Merger(const Value& base, const Value& overlay, json::Arena& arena, PolicyMerge& merge)
      : base_(base),
        overlay_(overlay),
        overrides_(find(&overlay, "overrides")),
        arena_(arena),
        merge_(merge) {}

  void run() {
    json::ObjectBuilder effective(arena_);
    effective.add_integer("version", 1);
    effective.add("name", *overlay_.find("name"));
    effective.add_boolean("default_deny", default_deny());
    effective.add("tools", tools());
    const Value intent = intent_section();
    if (!intent.members().empty()) effective.add("intent", intent);
    adapter(effective);
    if (merge_.widenings.empty()) merge_.effective = effective.done();
  }

 private:
  void widens(std::string path, std::string message) {
    if (merge_.widenings.size() < kMaxPolicyFaults)
      merge_.widenings.push_back({std::move(path), std::move(message)});
  }
  void applied(std::string path) { merge_.applied.push_back(std::move(path)); }

  bool default_deny() {
    const Value* given = find(overrides_, "default_deny");
    if (given != nullptr) applied("overrides.default_deny");
    return is_true(find(&base_, "default_deny")) || is_true(find(&overlay_, "default_deny")) ||
           is_true(given);
  }

  // --- tools

  Value tools() {
    const std::span<const json::Member> base = members_of(find(&base_, "tools"));
    const Value* changes = find(overrides_, "tools");
    json::ObjectBuilder all(arena_);
    for (const json::Member& tool : base) {
      const Value* change = find(changes, tool.name.text());
      all.add(json::Member{tool.name, change == nullptr ? tool.value : changed(tool, *change, base)});
    }
    for (const json::Member& change : members_of(changes)) {
      const std::string name(change.name.text());
      if (find(find(&base_, "tools"), name) == nullptr)
        widens("overrides.tools." + name, "the base policy has no such tool");
    }
    for (const json::Member& tool : members_of(find(&overlay_, "tools"))) {
      const std::string path = "tools." + std::string(tool.name.text());
      if (find(find(&base_, "tools"), tool.name.text()) != nullptr) {
        widens(path, "is a tool of the base policy, which only overrides may change");
      } else {
        claims(base, tool.name.text(), operation_of(tool.value, tool.name.text()), path);
        all.add(tool);
      }
    }
    return all.done();
  }

  // An operation stays with the tool that the base gives it to: its limit would be void if another tool,
  // with a limit of its own, went by it.
  void claims(std::span<const json::Member> base, std::string_view name, std::string_view operation,
              const std::string& path) {
    for (const json::Member& other : base) {
      const std::string_view theirs = other.name.text();
      if (theirs != name && (theirs == operation || operation_of(other.value, theirs) == operation))
        widens(path, "goes by the operation of the base policy's tool " + std::string(theirs));
    }
  }

  Value changed(const json::Member& tool, const Value& change, std::span<const json::Member> base) {
    const std::string path = "tools." + std::string(tool.name.text());
    if (is_false(find(&change, "side_effecting")) && is_true(find(&tool.value, "side_effecting")))
      widens(path + ".side_effecting", "the base policy says that the tool has side effects");
    spend(tool.value, change, path);
    if (find(&change, "operation") != nullptr)
      claims(base, tool.name.text(), operation_of(change, tool.name.text()), path + ".operation");
    json::ObjectBuilder out(arena_);
    for (const json::Member& member : members_of(&tool.value)) {
      // A limit takes the place of an argument that told the amount.
      if (member.name.text() == "spend_from_args" && find(&change, "max_spend_cents") != nullptr) continue;
      const Value* instead = find(&change, member.name.text());
      out.add(json::Member{member.name, instead == nullptr ? member.value : *instead});
    }
    for (const json::Member& member : members_of(&change)) {
      applied(path + "." + std::string(member.name.text()));
      if (find(&tool.value, member.name.text()) == nullptr) out.add(member);
    }
    return out.done();
  }

  void spend(const Value& tool, const Value& change, const std::string& path) {
    const Value* limit = find(&tool, "max_spend_cents");
    const Value* wanted = find(&change, "max_spend_cents");
    if (limit != nullptr && wanted != nullptr && *wanted->as_int64() > *limit->as_int64())
      widens(path + ".max_spend_cents", "is more than the base policy's " + std::string(limit->text()));
    const Value* argument = find(&change, "spend_from_args");
    if (argument == nullptr) return;
    const Value* before = find(&tool, "spend_from_args");
    if (limit != nullptr) {
      widens(path + ".spend_from_args", "takes away the limit of the base policy");
    } else if (before != nullptr && !same_text(*before, *argument)) {
      widens(path + ".spend_from_args", "is another argument than the base policy's");
    }
  }

  // --- intent

  // Where the overlay says it, and what of it counts.
  struct Said {
    const Value* value = nullptr;
    bool by_override = false;
  };
  Said said(std::string_view section, std::string_view member) {
    const Value* value = find(find(find(overrides_, "intent"), section), member);
    if (value != nullptr) return {value, true};
    return {find(find(find(&overlay_, "intent"), section), member), false};
  }

  Value intent_section() {
    json::ObjectBuilder intent(arena_);
    const Value binding = policy_binding();
    if (!binding.members().empty()) intent.add("policy_binding", binding);
    const Value budget_value = budget();
    if (!budget_value.members().empty()) intent.add("budget", budget_value);
    if (const Value* list = allowed_tools()) intent.add("allowed_tools", *list);
    return intent.done();
  }

  Value policy_binding() {
    const Value* base = find(find(&base_, "intent"), "policy_binding");
    json::ObjectBuilder out(arena_);
    for (const std::string_view name : {"template_id", "version_seq", "head_digest"}) {
      const Value* before = find(base, name);
      const Said now = said("policy_binding", name);
      const std::string path = "intent.policy_binding." + std::string(name);
      if (now.value != nullptr && before != nullptr) {
        if (name == "template_id" && !same_text(*now.value, *before))
          widens(path, "is another template than the base policy's " + std::string(before->text()));
        if (name == "version_seq" && *now.value->as_int64() < *before->as_int64())
          widens(path, "is older than the base policy's " + std::string(before->text()));
      }
      if (now.by_override) applied(path);
      if (const Value* value = now.value == nullptr ? before : now.value) out.add(name, *value);
    }
    return out.done();
  }

  Value budget() {
    const Value* base = find(find(&base_, "intent"), "budget");
    const Value* before = find(base, "currency");
    const Said now = said("budget", "currency");
    json::ObjectBuilder out(arena_);
    if (before != nullptr && now.value != nullptr && !same_text(*before, *now.value))
      widens("intent.budget.currency", "is another than the base policy's " + std::string(before->text()));
    if (const Value* value = before == nullptr ? now.value : before) out.add("currency", *value);
    const Value* limit = find(base, "max_spend_usd");
    const Said wanted = said("budget", "max_spend_usd");
    if (limit != nullptr && wanted.value != nullptr &&
        json::to_double(wanted.value->text()) > json::to_double(limit->text()))
      widens("intent.budget.max_spend_usd", "is more than the base policy's " + std::string(limit->text()));
    if (wanted.by_override) applied("intent.budget.max_spend_usd");
    if (const Value* value = wanted.value == nullptr ? limit : wanted.value) out.add("max_spend_usd", *value);
    return out.done();
  }

  // An empty list says nothing.
  static const Value* listed(const Value* intent) {
    const Value* list = find(intent, "allowed_tools");
    return list == nullptr || list->items().empty() ? nullptr : list;
  }

  const Value* allowed_tools() {
    const Value* base = listed(find(&base_, "intent"));
    const Value* wanted = listed(find(overrides_, "intent"));
    if (wanted == nullptr) wanted = listed(find(&overlay_, "intent"));
    if (wanted == nullptr || base == nullptr) return wanted == nullptr ? base : wanted;
    for (const Value& tool : wanted->items()) {
      if (std::ranges::none_of(base->items(), [&](const Value& each) { return same_text(each, tool); }))
        widens("intent.allowed_tools", std::string(tool.text()) + " is not allowed by the base policy");
    }
    return wanted;
  }

  // --- adapter

  void adapter(json::ObjectBuilder& effective) {
    constexpr std::string_view kFlag = "deny_provider_executed_tools";
    const Value* before = find(find(&base_, "adapter"), kFlag);
    const Value* by_override = find(find(overrides_, "adapter"), kFlag);
    const Value* now = by_override != nullptr ? by_override : find(find(&overlay_, "adapter"), kFlag);
    if (is_true(before) && is_false(now))
      widens("adapter." + std::string(kFlag), "the base policy denies tools that a provider executes");
    if (by_override != nullptr) applied("overrides.adapter." + std::string(kFlag));
    if (before == nullptr && now == nullptr) return;
    const bool denies = is_true(before) || is_true(now);
    effective.add("adapter", json::ObjectBuilder(arena_).add_boolean(kFlag, denies).done());
  }

  const Value& base_;
  const Value& overlay_;
  const Value* overrides_;
  json::Arena& arena_;
  PolicyMerge& merge_;
};

}  // namespace

PolicyMerge merge_policies(const Value& base, const Value& overlay, json::Arena& arena) {
  PolicyMerge merge;
  Merger(base, overlay, arena, merge).run();
  return merge;
}

bool is_overlay(const Value& policy) {
  return find(&policy, "extends") != nullptr;
}

std::vector<PolicyFault> overlay_faults(const Value& overlay) {
  std::vector<PolicyFault> faults = check_policy(overlay).faults;
  // Of `extends` itself the check only says that an overlay is not whole, and which fields it does not know.
  std::erase_if(faults, [](const PolicyFault& fault) { return fault.path == "extends"; });
  const Value* extends = find(&overlay, "extends");
  if (extends == nullptr || !extends->is_object()) return {{"extends", "must be a mapping"}};
  for (const json::Member& each : extends->members()) {
    constexpr std::string_view kKnown[] = {"org_policy_id", "org_id", "base_digest", "base_policy"};
    if (std::ranges::find(kKnown, each.name.text()) == std::end(kKnown))
      faults.push_back({"extends", "has an unknown field: " + std::string(each.name.text())});
  }
  return faults;
}

OverlayBase overlay_base(const Value& overlay) {
  const Value* extends = find(&overlay, "extends");
  const Value* digest = find(extends, "base_digest");
  return {{.org_policy_id = std::string(extends->find("org_policy_id")->text()),
           .org_id = std::string(extends->find("org_id")->text())},
          digest == nullptr ? std::string() : std::string(digest->text())};
}

Value merge_report(const PolicyMerge& merge, const OverlayBase& of, const Value& base, const Value& overlay,
                   json::Arena& arena) {
  json::ArrayBuilder applied(arena);
  for (const std::string& path : merge.applied)
    applied.add(std::string_view(path));
  json::ArrayBuilder denied(arena);
  for (const PolicyFault& each : merge.widenings) {
    denied.add(json::ObjectBuilder(arena)
                   .add("path", std::string_view(each.path))
                   .add("message", std::string_view(each.message))
                   .done());
  }
  return json::ObjectBuilder(arena)
      .add("org_policy_id", std::string_view(of.base.org_policy_id))
      .add("org_id", std::string_view(of.base.org_id))
      .add("base_policy_name", base.find("name")->text())
      .add("overlay_policy_name", overlay.find("name")->text())
      .add("overrides_applied", applied.done())
      .add("denied_widenings", denied.done())
      .done();
}

}  // namespace agentnet::paybond
