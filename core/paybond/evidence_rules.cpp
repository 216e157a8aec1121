#include "core/paybond/evidence_rules.hpp"

#include <string>

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kPredicateVersion = 1;

// The op of a predicate's root. Throws for what is no predicate.
std::string_view root_op(const json::Value& predicate) {
  const json::Value* version = predicate.is_object() ? predicate.find("version") : nullptr;
  const json::Value* root = predicate.is_object() ? predicate.find("root") : nullptr;
  const json::Value* op = root != nullptr && root->is_object() ? root->find("op") : nullptr;
  if (version == nullptr || version->as_int64() != kPredicateVersion || op == nullptr || !op->is_string()) {
    throw Error(Category::usage, "bad_predicate", R"(a predicate is {"version":1,"root":{"op":TEXT}})", {},
                {{"field", "predicate_dsl"}});
  }
  return op->text();
}

}  // namespace

void check_terms(const json::Value& predicate, const json::Value& evidence_schema) {
  if (const std::string_view op = root_op(predicate); op != "true") {
    throw Error(Category::usage, "unsupported_predicate",
                "this network evaluates the predicate true alone, not " + std::string(op), {},
                {{"op", std::string(op)}});
  }
  if (!evidence_schema.is_object() && !evidence_schema.is_boolean()) {
    throw Error(Category::usage, "bad_evidence_schema", "a JSON Schema is an object or a boolean", {},
                {{"field", "evidence_schema"}});
  }
}

Judgement judge_evidence(const json::Value&, const JudgedIntent& intent, json::Arena& arena) {
  const std::string_view op = root_op(intent.predicate);
  return {op == "true", json::ObjectBuilder(arena).add("op", op).add_boolean("passed", op == "true").done()};
}

}  // namespace agentnet::paybond
