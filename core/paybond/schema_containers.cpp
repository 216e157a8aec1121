// What schemas say of arrays and objects (core/paybond/schema_validator.hpp).
#include <algorithm>

#include "core/paybond/equality.hpp"
#include "core/paybond/schema_validator.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::size_t kMaxNamesShown = 5;  // of members that are not allowed

std::string quoted(std::string_view name) {
  return shown(json::Value::string(name));
}

}  // namespace

bool SchemaValidator::check_array(const ArrayRules& rules, const json::Value& value) {
  bool holds = check_bounds(rules.count, value.items().size(), "minItems", "maxItems", "items");
  if (!holds && enough()) return false;
  if (rules.unique && !is_unique(value)) holds = fault("uniqueItems", "holds a value twice");
  if (!holds && enough()) return false;
  holds &= check_items(rules, value);
  if (!holds && enough()) return false;
  if (rules.contains) holds &= check_contains(rules, value);
  return holds;
}

bool SchemaValidator::check_items(const ArrayRules& rules, const json::Value& value) {
  const auto items = value.items();
  const std::size_t prefix = std::min(rules.prefix_items.size(), items.size());
  bool holds = true;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i >= prefix && !rules.items) break;
    // One fault for all items that are too many, as jsonschema has it.
    if (i >= prefix && nodes_[*rules.items].never) {
      return fault("items", "has " + std::to_string(items.size()) + " items, at most " +
                                std::to_string(prefix) + " are allowed");
    }
    holds &= check_at(i < prefix ? rules.prefix_items[i] : *rules.items, items[i], std::to_string(i));
    if (!holds && enough()) return false;
  }
  return holds;
}

bool SchemaValidator::check_contains(const ArrayRules& rules, const json::Value& value) {
  std::uint64_t count = 0;
  for (const json::Value& item : value.items()) {
    if (follows(*rules.contains, item)) ++count;
    if (count > rules.contained.most)
      return fault("maxContains", "holds too many items of the kind that is looked for");
  }
  if (count >= rules.contained.least) return true;
  return count == 0 ? fault("contains", "holds no item of the kind that is looked for")
                    : fault("minContains", "holds too few items of the kind that is looked for");
}

bool SchemaValidator::is_unique(const json::Value& value) {
  std::vector<std::string> keys;
  for (const json::Value& item : value.items())
    keys.push_back(equality_key(item, fuel_));
  // Sorting compares each key some twenty times.
  fuel_.spend(2 * keys.size());
  std::sort(keys.begin(), keys.end());
  return std::adjacent_find(keys.begin(), keys.end()) == keys.end();
}

bool SchemaValidator::check_object(const ObjectRules& rules, const json::Value& value) {
  bool holds = check_bounds(rules.count, value.members().size(), "minProperties", "maxProperties", "members");
  if (!holds && enough()) return false;
  holds &= check_required(rules, value);
  if (!holds && enough()) return false;
  return check_members(rules, value) && holds;
}

bool SchemaValidator::check_required(const ObjectRules& rules, const json::Value& value) {
  const auto has = [&](const std::string& name) {
    fuel_.spend(1 + value.members().size());  // names are looked for one after the other
    return value.find(name) != nullptr;
  };
  bool holds = true;
  for (const std::string& name : rules.required) {
    if (!has(name)) holds = fault("required", quoted(name) + " is missing");
  }
  for (const auto& [name, others] : rules.dependent_required) {
    if (!has(name)) continue;
    for (const std::string& other : others) {
      if (!has(other))
        holds = fault("dependentRequired", quoted(other) + " is missing beside " + quoted(name));
    }
  }
  return holds;
}

bool SchemaValidator::check_members(const ObjectRules& rules, const json::Value& value) {
  bool holds = true;
  std::size_t extra_count = 0;
  std::string extra;  // members that additionalProperties: false does not allow; one fault for all of them
  for (const json::Member& member : value.members()) {
    if (!holds && enough()) return false;
    const std::string_view name = member.name.text();
    fuel_.spend(1);
    if (rules.names) holds &= check(*rules.names, member.name);
    bool known = false;
    if (const auto found = rules.properties.find(name); found != rules.properties.end()) {
      known = true;
      holds &= check_at(found->second, member.value, name);
    }
    for (const auto& [pattern, schema] : rules.patterns) {
      if (!pattern.found_in(name, fuel_)) continue;
      known = true;
      holds &= check_at(schema, member.value, name);
    }
    if (known || !rules.additional) continue;
    if (!nodes_[*rules.additional].never) {
      holds &= check_at(*rules.additional, member.value, name);
    } else if (++extra_count <= kMaxNamesShown) {
      extra += (extra.empty() ? "" : ", ") + quoted(name);
    }
  }
  if (extra_count > kMaxNamesShown) extra += " and " + std::to_string(extra_count - kMaxNamesShown) + " more";
  if (extra_count > 0) holds = fault("additionalProperties", "members that are not allowed: " + extra);
  return holds;
}

}  // namespace agentnet::paybond
