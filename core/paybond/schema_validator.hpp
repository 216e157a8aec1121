// Applies the nodes of a schema to a value.
//
// Only core/paybond/schema*.cpp see this.
#pragma once

#include <string>
#include <vector>

#include "core/paybond/schema_node.hpp"

namespace agentnet::paybond {

class SchemaValidator {
 public:
  // Faults go to `faults`; null: only the verdict is wanted, and the first fault ends the work.
  SchemaValidator(const std::vector<SchemaNode>& nodes, Fuel& fuel, std::vector<SchemaFault>* faults)
      : nodes_(nodes), fuel_(fuel), faults_(faults) {}

  // Whether `value`, in which no object has a name twice, follows the schema. Throws as Schema::validate.
  bool check(NodeId id, const json::Value& value);

 private:
  bool check_kinds(const SchemaNode& node, const json::Value& value);
  bool check_type(const SchemaNode& node, const json::Value& value);
  bool check_choices(const SchemaNode& node, const json::Value& value);
  bool check_combined(const SchemaNode& node, const json::Value& value);
  bool check_any(const SchemaNode& node, const json::Value& value);
  bool check_one(const SchemaNode& node, const json::Value& value);
  bool check_number(const NumberRules& rules, const json::Value& value);
  bool check_string(const StringRules& rules, const json::Value& value);
  bool check_array(const ArrayRules& rules, const json::Value& value);
  bool check_items(const ArrayRules& rules, const json::Value& value);
  bool check_contains(const ArrayRules& rules, const json::Value& value);
  bool is_unique(const json::Value& value);
  bool check_object(const ObjectRules& rules, const json::Value& value);
  bool check_required(const ObjectRules& rules, const json::Value& value);
  bool check_members(const ObjectRules& rules, const json::Value& value);
  bool check_bounds(const Bounds& bounds, std::uint64_t count, const char* least, const char* most,
                    const char* of);

  // The verdict alone, without faults.
  bool follows(NodeId id, const json::Value& value);
  // The same schema check for a value one step further in.
  bool check_at(NodeId id, const json::Value& value, std::string_view step);
  // Notes the fault. Always false.
  bool fault(std::string_view keyword, const std::string& message);
  // Whether there is no point in going on after a fault.
  bool enough() const { return faults_ == nullptr || faults_->size() >= kMaxSchemaFaults; }

  const std::vector<SchemaNode>& nodes_;
  Fuel& fuel_;
  std::vector<SchemaFault>* faults_;
  std::string path_;
  unsigned depth_ = 0;
};

}  // namespace agentnet::paybond
