// What evidence must be and how it is judged: by the schema (schema.hpp) and the predicate (predicate.hpp)
// that the principal signed.
#pragma once

#include <string>

#include "core/json/value.hpp"

namespace agentnet::paybond {

// The predicate and the schema of an intent that arrives. Throws Error usage, what Predicate and Schema throw
// for documents that are none.
void check_terms(const json::Value& predicate, const json::Value& evidence_schema);

struct Judgement {
  bool passed = false;
  std::string text;  // {"passed", "trace"} as compact JSON
};

// `terms` is the intent's body, `payload` that of the evidence. A predicate that does not hold is a negative
// answer. Throws Error refused (422): evidence_schema_mismatch for a payload that the schema refuses, with
// the first fault's path and keyword as details; and what Schema::validate and Predicate::evaluate throw.
Judgement judge_evidence(const json::Value& terms, const json::Value& payload, std::int64_t amount_cents,
                         std::size_t artifact_count);

}  // namespace agentnet::paybond
