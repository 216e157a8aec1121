// A schema as the validator walks it: one node for each subschema, which name each other by index.
//
// Only core/paybond/schema*.cpp see this.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/paybond/decimal.hpp"
#include "core/paybond/pattern.hpp"
#include "core/paybond/schema.hpp"

namespace agentnet::paybond {

using NodeId = std::uint32_t;
inline constexpr std::uint64_t kNoMost = std::numeric_limits<std::uint64_t>::max();

// How many there may be of something.
struct Bounds {
  std::uint64_t least = 0;
  std::uint64_t most = kNoMost;
};

struct NumberRules {
  std::optional<Decimal> minimum, maximum, exclusive_minimum, exclusive_maximum, multiple_of;
};

struct StringRules {
  Bounds length;
  std::optional<Pattern> pattern;
};

struct ArrayRules {
  std::vector<NodeId> prefix_items;
  std::optional<NodeId> items, contains;
  Bounds contained{1, kNoMost};
  Bounds count;
  bool unique = false;
};

struct ObjectRules {
  std::map<std::string, NodeId, std::less<>> properties;
  std::vector<std::pair<Pattern, NodeId>> patterns;
  std::optional<NodeId> additional, names;
  Bounds count;
  std::vector<std::string> required;
  std::vector<std::pair<std::string, std::vector<std::string>>> dependent_required;
};

// One bit for each name that "type" may have; integer is a number without fraction.
enum TypeBit : unsigned {
  kTypeNull = 1,
  kTypeBoolean = 2,
  kTypeInteger = 4,
  kTypeNumber = 8,
  kTypeString = 16,
  kTypeArray = 32,
  kTypeObject = 64,
};

struct SchemaNode {
  bool never = false;  // the schema false
  unsigned types = 0;  // TypeBits; 0: any
  std::string type_names;
  std::optional<std::vector<std::string>> allowed;  // equality keys of enum, sorted
  std::optional<std::string> constant;              // equality key of const
  // Null where a schema has no keyword for that kind of value.
  std::unique_ptr<NumberRules> number;
  std::unique_ptr<StringRules> string;
  std::unique_ptr<ArrayRules> array;
  std::unique_ptr<ObjectRules> object;
  std::vector<NodeId> all_of, any_of, one_of;
  std::optional<NodeId> none_of, condition, then, otherwise, reference;
};

// Throws what Schema's constructor throws.
std::vector<SchemaNode> compile_schema(const json::Value& document);

// The JSON Pointer in a $ref to the same document; nullopt for any other reference.
std::optional<std::string> reference_pointer(std::string_view target);

// A schema that applies itself to the same value would never come to an end. Throws Error
// usage/bad_reference.
void refuse_loops(const std::vector<SchemaNode>& nodes);

// One step of a JSON Pointer (RFC 6901): "/" and the name with ~ and / escaped.
std::string pointer_step(std::string_view name);

}  // namespace agentnet::paybond
