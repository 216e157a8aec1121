// JSON Schema 2020-12, as far as schemas of evidence use it.
//
// An intent names the schema that its evidence must follow; whoever judges the evidence must come to the same
// verdict as Paybond's kit, which uses Python's jsonschema. Known are
//
//   any value   type enum const allOf anyOf oneOf not if then else $ref
//   numbers     minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
//   strings     minLength maxLength pattern                       (lengths in code points)
//   arrays      items prefixItems contains minContains maxContains minItems maxItems uniqueItems
//   objects     properties patternProperties additionalProperties propertyNames required
//               minProperties maxProperties dependentRequired
//   only read   title description default examples $comment $schema format, and $id at the top
//   $defs       schemas that $ref names
//
// and true and false as schemas. A keyword that is not known is refused: ignoring it would pass evidence that
// the principal meant to be refused. $ref names a schema of the same document by its JSON Pointer ("#",
// "#/$defs/name", "#/properties/a"); no other document is ever read. Numbers are compared exactly
// (core/paybond/decimal.hpp); patterns are those of core/paybond/pattern.hpp.
//
// Choices that differ from Python's jsonschema: numbers are never rounded to doubles, and in patterns $ is
// the end of the text alone and \w, \d and \b know ASCII alone, as ECMA-262 has it.
#pragma once

#include <string>
#include <vector>

#include "core/json/value.hpp"
#include "core/paybond/fuel.hpp"

namespace agentnet::paybond {

struct SchemaNode;

inline constexpr std::size_t kMaxSubschemas = 4096;    // of one schema, itself included
inline constexpr unsigned kMaxSchemaDepth = 64;        // schemas inside each other
inline constexpr std::size_t kMaxSchemaPatterns = 32;  // pattern and patternProperties together
inline constexpr unsigned kMaxValidationDepth = 512;   // schemas that are being applied at one time
inline constexpr std::size_t kMaxSchemaFaults = 20;    // that one validation tells

// Why a value does not follow its schema.
struct SchemaFault {
  std::string path;     // of the value inside the instance, a JSON Pointer; "" is the instance itself
  std::string keyword;  // that was not met; "false" for a schema that is false
  std::string message;  // a phrase; may hold texts of schema and instance
};

// [{path, keyword, message}], for answers. Texts lie in `faults`, which must outlive the value.
json::Value faults_value(const std::vector<SchemaFault>& faults, json::Arena& arena);

// A schema made ready. Owns what it needs; any number of threads may validate with it.
class Schema {
 public:
  // Throws Error usage (400), the message and the details "path" (JSON Pointer into the schema) and "keyword"
  // saying where:
  //   unknown_keyword   a keyword that is not known
  //   bad_schema        a keyword with a value that it cannot have, or a name twice in an object
  //   bad_pattern       a pattern that is not taken
  //   bad_reference     a $ref to nothing, or one that only leads back to itself
  //   schema_too_large  more than the limits above, or more work than kEvaluationFuel
  explicit Schema(const json::Value& document);
  ~Schema();
  Schema(Schema&& other) noexcept;
  Schema& operator=(Schema&& other) noexcept;

  // The faults, at most kMaxSchemaFaults of them; none when the instance follows the schema. Of a name twice
  // in an object the last counts. Throws Error refused (422): out_of_fuel, too_deep (kMaxValidationDepth),
  // number_out_of_range.
  std::vector<SchemaFault> validate(const json::Value& instance, Fuel& fuel) const;

 private:
  std::vector<SchemaNode> nodes_;  // the first is the schema itself
};

}  // namespace agentnet::paybond
