#include "core/paybond/evidence_rules.hpp"

#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/paybond/predicate.hpp"

namespace agentnet::paybond {

void check_terms(const json::Value& predicate, const json::Value& evidence_schema) {
  const Schema schema(evidence_schema);
  const Predicate rule(predicate);
}

Judgement judge_evidence(const json::Value& terms, const json::Value& payload, std::int64_t amount_cents,
                         std::size_t artifact_count) {
  const Schema schema(*terms.find("evidence_schema"));
  const Predicate predicate(*terms.find("predicate_dsl"));
  Fuel fuel;
  if (const std::vector<SchemaFault> faults = schema.validate(payload, fuel); !faults.empty()) {
    const SchemaFault& first = faults.front();
    throw Error(Category::refused, "evidence_schema_mismatch",
                "the payload does not follow the evidence schema: " + first.path + ": " + first.message, {},
                {{"path", first.path},
                 {"keyword", first.keyword},
                 {"faults", static_cast<std::int64_t>(faults.size())}});
  }
  const PredicateTrace trace = predicate.evaluate({.payload = payload,
                                                   .amount_cents = amount_cents,
                                                   .evidence_schema = &schema,
                                                   .artifact_count = artifact_count},
                                                  fuel);
  json::Arena arena;
  return {trace.passed, json::to_compact(json::ObjectBuilder(arena)
                                             .add_boolean("passed", trace.passed)
                                             .add("trace", trace_value(trace, arena))
                                             .done())};
}

}  // namespace agentnet::paybond
