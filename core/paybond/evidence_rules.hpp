// What evidence must be and how it is judged: by the schema and the predicate that the principal signed.
//
// This is the one place where Harbor asks the validator of schemas and the evaluator of predicates.
#pragma once

#include "core/json/value.hpp"

namespace agentnet::paybond {

// The predicate and the schema of an intent that arrives. Throws Error usage: bad_predicate,
// unsupported_predicate, bad_evidence_schema.
void check_terms(const json::Value& predicate, const json::Value& evidence_schema);

struct JudgedIntent {
  json::Value predicate;
  json::Value evidence_schema;
  std::int64_t amount_cents = 0;
  std::size_t artifact_count = 0;
};
struct Judgement {
  bool passed = false;
  json::Value trace;  // what was asked and what it came to
};
// A predicate that does not hold is a negative answer. Throws Error verification/evidence_schema_mismatch for
// a payload that the schema refuses.
Judgement judge_evidence(const json::Value& payload, const JudgedIntent& intent, json::Arena& arena);

}  // namespace agentnet::paybond
