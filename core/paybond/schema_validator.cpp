#include "core/paybond/schema_validator.hpp"

#include <algorithm>

#include "core/base/unicode_text.hpp"
#include "core/paybond/equality.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::uint64_t kUnitsOfSchema = 4;  // applying one
constexpr std::uint64_t kBytesPerUnit = 16;  // of text that is counted or read

unsigned types_of(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null:
      return kTypeNull;
    case json::Kind::boolean:
      return kTypeBoolean;
    case json::Kind::integer:
      return kTypeInteger | kTypeNumber;
    case json::Kind::decimal:
      return decimal_of(value).is_integer() ? kTypeInteger | kTypeNumber : kTypeNumber;
    case json::Kind::string:
      return kTypeString;
    case json::Kind::array:
      return kTypeArray;
    case json::Kind::object:
      return kTypeObject;
  }
  return 0;
}

}  // namespace

bool SchemaValidator::fault(std::string_view keyword, const std::string& message) {
  if (faults_ != nullptr && faults_->size() < kMaxSchemaFaults)
    faults_->push_back({path_, std::string(keyword), message});
  return false;
}

bool SchemaValidator::follows(NodeId id, const json::Value& value) {
  std::vector<SchemaFault>* const faults = faults_;
  faults_ = nullptr;
  const bool holds = check(id, value);
  faults_ = faults;
  return holds;
}

bool SchemaValidator::check_at(NodeId id, const json::Value& value, std::string_view step) {
  const std::size_t length = path_.size();
  if (faults_ != nullptr) path_ += pointer_step(step);
  const bool holds = check(id, value);
  path_.resize(length);
  return holds;
}

bool SchemaValidator::check(NodeId id, const json::Value& value) {
  fuel_.spend(kUnitsOfSchema);
  if (depth_ == kMaxValidationDepth) {
    throw Error(Category::refused, "too_deep",
                "the value is nested too deeply for its schema: more than " +
                    std::to_string(kMaxValidationDepth) + " schemas at one time");
  }
  const SchemaNode& node = nodes_[id];
  if (node.never) return fault("false", "nothing may stand here");
  ++depth_;
  bool holds = check_type(node, value);
  if (holds || !enough()) holds &= check_choices(node, value);
  if (holds || !enough()) holds &= check_kinds(node, value);
  if (holds || !enough()) holds &= check_combined(node, value);
  --depth_;
  return holds;
}

bool SchemaValidator::check_kinds(const SchemaNode& node, const json::Value& value) {
  if (value.is_number()) return !node.number || check_number(*node.number, value);
  if (value.is_string()) return !node.string || check_string(*node.string, value);
  if (value.is_array()) return !node.array || check_array(*node.array, value);
  return !value.is_object() || !node.object || check_object(*node.object, value);
}

bool SchemaValidator::check_type(const SchemaNode& node, const json::Value& value) {
  if (node.types == 0) return true;
  if (value.is_number()) fuel_.spend(value.text().size() / kBytesPerUnit);
  if ((node.types & types_of(value)) != 0) return true;
  return fault("type", shown(value) + " is not of type " + node.type_names);
}

bool SchemaValidator::check_choices(const SchemaNode& node, const json::Value& value) {
  if (!node.allowed && !node.constant) return true;
  const std::string key = equality_key(value, fuel_);
  bool holds = true;
  if (node.allowed && !std::binary_search(node.allowed->begin(), node.allowed->end(), key))
    holds = fault(
        "enum", shown(value) + " is none of the " + std::to_string(node.allowed->size()) + " values allowed");
  if (node.constant && *node.constant != key)
    holds = fault("const", shown(value) + " is not the value wanted");
  return holds;
}

bool SchemaValidator::check_combined(const SchemaNode& node, const json::Value& value) {
  bool holds = !node.reference || check(*node.reference, value);
  for (const NodeId id : node.all_of) {
    if (!holds && enough()) return false;
    holds &= check(id, value);
  }
  if (!holds && enough()) return false;
  if (!node.any_of.empty()) holds &= check_any(node, value);
  if (!node.one_of.empty()) holds &= check_one(node, value);
  if (node.none_of && follows(*node.none_of, value))
    holds = fault("not", shown(value) + " is what it must not be");
  if (node.condition && (node.then || node.otherwise)) {
    const std::optional<NodeId> next = follows(*node.condition, value) ? node.then : node.otherwise;
    if (next) holds &= check(*next, value);
  }
  return holds;
}

bool SchemaValidator::check_any(const SchemaNode& node, const json::Value& value) {
  const bool any =
      std::any_of(node.any_of.begin(), node.any_of.end(), [&](NodeId id) { return follows(id, value); });
  return any || fault("anyOf", shown(value) + " follows none of the schemas");
}

bool SchemaValidator::check_one(const SchemaNode& node, const json::Value& value) {
  std::size_t count = 0;
  for (const NodeId id : node.one_of) {
    count += follows(id, value) ? 1 : 0;
    if (count > 1) return fault("oneOf", shown(value) + " follows more than one of the schemas");
  }
  return count == 1 || fault("oneOf", shown(value) + " follows none of the schemas");
}

bool SchemaValidator::check_bounds(const Bounds& bounds, std::uint64_t count, const char* least,
                                   const char* most, const char* of) {
  const std::string has = "has " + std::to_string(count) + " " + of;
  bool holds = true;
  if (count < bounds.least)
    holds = fault(least, has + ", at least " + std::to_string(bounds.least) + " are wanted");
  if (count > bounds.most)
    holds = fault(most, has + ", at most " + std::to_string(bounds.most) + " are allowed");
  return holds;
}

bool SchemaValidator::check_number(const NumberRules& rules, const json::Value& value) {
  fuel_.spend(1 + value.text().size() / kBytesPerUnit);
  const Decimal number = decimal_of(value);
  bool holds = true;
  if (rules.minimum && number < *rules.minimum) holds = fault("minimum", shown(value) + " is too small");
  if (rules.maximum && number > *rules.maximum) holds = fault("maximum", shown(value) + " is too large");
  if (rules.exclusive_minimum && number <= *rules.exclusive_minimum)
    holds = fault("exclusiveMinimum", shown(value) + " is too small");
  if (rules.exclusive_maximum && number >= *rules.exclusive_maximum)
    holds = fault("exclusiveMaximum", shown(value) + " is too large");
  if (rules.multiple_of && !number.is_multiple_of(*rules.multiple_of))
    holds = fault("multipleOf", shown(value) + " is not a multiple of what is wanted");
  return holds;
}

bool SchemaValidator::check_string(const StringRules& rules, const json::Value& value) {
  fuel_.spend(1 + value.text().size() / kBytesPerUnit);
  bool holds = check_bounds(rules.length, count_code_points(value.text()).value_or(0), "minLength",
                            "maxLength", "characters");
  if (rules.pattern && !rules.pattern->found_in(value.text(), fuel_))
    holds = fault("pattern", shown(value) + " does not match the pattern");
  return holds;
}

}  // namespace agentnet::paybond
