#include "core/paybond/schema.hpp"

#include "core/paybond/schema_validator.hpp"

namespace agentnet::paybond {

Schema::Schema(const json::Value& document) : nodes_(compile_schema(document)) {}
Schema::~Schema() = default;
Schema::Schema(Schema&& other) noexcept = default;
Schema& Schema::operator=(Schema&& other) noexcept = default;

json::Value faults_value(const std::vector<SchemaFault>& faults, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const SchemaFault& fault : faults) {
    list.add(json::ObjectBuilder(arena)
                 .add("path", json::Value::string(fault.path))
                 .add("keyword", json::Value::string(fault.keyword))
                 .add("message", json::Value::string(fault.message))
                 .done());
  }
  return list.done();
}

std::vector<SchemaFault> Schema::validate(const json::Value& instance, Fuel& fuel) const {
  json::Arena arena;
  std::vector<SchemaFault> faults;
  SchemaValidator(nodes_, fuel, &faults).check(0, json::without_duplicates(instance, arena));
  return faults;
}

}  // namespace agentnet::paybond
