#include "core/paybond/predicate.hpp"

#include <algorithm>

#include "core/paybond/equality.hpp"
#include "core/paybond/predicate_clause.hpp"
#include "core/paybond/schema_node.hpp"

namespace agentnet::paybond {
namespace {

class Evaluation {
 public:
  Evaluation(const PredicateFacts& facts, const json::Value& payload, Fuel& fuel)
      : facts_(facts), payload_(payload), fuel_(fuel) {}

  PredicateTrace run(const Clause& clause);

 private:
  void run_children(const Clause& clause, PredicateTrace& trace);
  void run_leaf(const Clause& clause, PredicateTrace& trace);
  void compare(const Clause& clause, const json::Value& value, PredicateTrace& trace);
  void within_budget(const Clause& clause, const json::Value& value, PredicateTrace& trace);
  void follows_schema(const json::Value& value, PredicateTrace& trace);

  // The value at the clause's path; null when there is none.
  const json::Value* find(const Clause& clause);
  const json::Value& value_at(const Clause& clause);
  Decimal number_at(const Clause& clause, const json::Value& value);
  [[noreturn]] static void refuse(const char* code, const Clause& clause, const std::string& what) {
    throw Error(
        Category::refused, code, "predicate evaluation error: " + what, {},
        {{"path", clause.path ? pointer_of(*clause.path) : ""}, {"op", std::string(clause.row->name)}});
  }
  [[noreturn]] static void refuse_kind(const Clause& clause, const json::Value& value, const char* wanted) {
    const std::string place =
        clause.path->empty() ? "the payload" : "the value at " + pointer_of(*clause.path);
    refuse("wrong_kind", clause, place + " must be " + wanted + ", not " + kind_phrase(value));
  }
  [[noreturn]] static void refuse_without(const Clause& clause, const char* fact) {
    throw Error(Category::usage, "missing_fact",
                std::string(clause.row->name) + " needs " + fact + ", which was not given");
  }

  const PredicateFacts& facts_;
  const json::Value& payload_;  // without duplicates
  Fuel& fuel_;
};

PredicateTrace Evaluation::run(const Clause& clause) {
  fuel_.spend(1);
  PredicateTrace trace;
  trace.op = clause.row->name;
  trace.path = clause.path;
  if (clause.children.empty()) {
    run_leaf(clause, trace);
  } else {
    run_children(clause, trace);
  }
  return trace;
}

void Evaluation::run_children(const Clause& clause, PredicateTrace& trace) {
  const bool until = clause.row->op == Op::any;  // the answer of a child that settles the matter
  trace.passed = !until;
  for (const Clause& child : clause.children) {
    trace.children.push_back(run(child));
    if (trace.children.back().passed != until) continue;
    trace.passed = until;
    break;
  }
  // `not` has one child and turns what `all` would have said.
  if (clause.row->op == Op::negation) trace.passed = !trace.passed;
  const std::size_t skipped = clause.children.size() - trace.children.size();
  if (skipped > 0) trace.detail = std::to_string(skipped) + " more not needed";
}

const json::Value* Evaluation::find(const Clause& clause) {
  const json::Value* value = &payload_;
  if (!clause.path) return value;
  for (const std::string& key : *clause.path) {
    if (!value->is_object()) return nullptr;
    fuel_.spend(1 + value->members().size());  // names are looked for one after the other
    value = value->find(key);
    if (value == nullptr) return nullptr;
  }
  return value;
}

const json::Value& Evaluation::value_at(const Clause& clause) {
  if (const json::Value* value = find(clause)) return *value;
  // Which of the keys is the missing one: the first that leads nowhere.
  const json::Value* value = &payload_;
  for (const std::string& key : *clause.path) {
    const json::Value* next = value->is_object() ? value->find(key) : nullptr;
    if (next == nullptr) refuse("missing_key", clause, "missing key " + shown(json::Value::string(key)));
    value = next;
  }
  return *value;
}

Decimal Evaluation::number_at(const Clause& clause, const json::Value& value) {
  if (!value.is_number()) refuse_kind(clause, value, "a number");
  fuel_.spend(1 + value.text().size());
  return decimal_of(value);
}

void Evaluation::run_leaf(const Clause& clause, PredicateTrace& trace) {
  switch (clause.row->op) {
    case Op::always:
      trace.passed = true;
      return;
    case Op::exists:
      trace.passed = find(clause) != nullptr;
      trace.detail = trace.passed ? "is there" : "is not there";
      return;
    case Op::artifact_count_gte:
      trace.passed = facts_.artifact_count >= clause.count;
      trace.detail = std::to_string(facts_.artifact_count) + " artifacts, at least " +
                     std::to_string(clause.count) + " wanted";
      return;
    case Op::eq:
    case Op::ne:
    case Op::in: {
      const json::Value& value = value_at(clause);
      const std::string key = equality_key(value, fuel_);
      const bool equal = std::binary_search(clause.keys.begin(), clause.keys.end(), key);
      trace.passed = equal == (clause.row->op != Op::ne);
      trace.detail = shown(value) + (equal ? " is " : " is not ") + clause.wanted;
      return;
    }
    case Op::non_empty: {
      const json::Value& value = value_at(clause);
      if (value.is_number() || value.is_boolean())
        refuse_kind(clause, value, "a string, an array or an object");
      trace.passed = value.truthy();
      trace.detail = trace.passed ? "holds something" : "is empty";
      return;
    }
    case Op::matches: {
      const json::Value& value = value_at(clause);
      if (!value.is_string()) refuse_kind(clause, value, "a string");
      trace.passed = clause.pattern->found_in(value.text(), fuel_);
      trace.detail = shown(value) + (trace.passed ? " matches " : " does not match ") + clause.wanted;
      return;
    }
    case Op::amount_lte_budget:
      return within_budget(clause, value_at(clause), trace);
    case Op::schema_valid:
      if (facts_.evidence_schema == nullptr) refuse_without(clause, "the schema of the intent's evidence");
      return follows_schema(value_at(clause), trace);
    default:
      return compare(clause, value_at(clause), trace);
  }
}

void Evaluation::compare(const Clause& clause, const json::Value& value, PredicateTrace& trace) {
  const auto order = number_at(clause, value) <=> *clause.number;
  switch (clause.row->op) {
    case Op::lt:
      trace.passed = order < 0;
      break;
    case Op::lte:
      trace.passed = order <= 0;
      break;
    case Op::gt:
      trace.passed = order > 0;
      break;
    default:
      trace.passed = order >= 0;
  }
  const char* const relation = order < 0 ? " is less than " : order > 0 ? " is more than " : " equals ";
  trace.detail = shown(value) + relation + clause.wanted;
}

void Evaluation::within_budget(const Clause& clause, const json::Value& value, PredicateTrace& trace) {
  if (!facts_.amount_cents) refuse_without(clause, "the intent's amount in cents");
  const Decimal amount = number_at(clause, value);
  // Below every budget, and surely not what was spent.
  if (amount.is_negative()) refuse("negative_amount", clause, "the amount " + shown(value) + " is negative");
  const std::string budget = std::to_string(*facts_.amount_cents);
  trace.passed = amount <= Decimal::read(budget).value();
  trace.detail =
      shown(value) + (trace.passed ? " is within the budget of " : " is more than the budget of ") + budget;
}

void Evaluation::follows_schema(const json::Value& value, PredicateTrace& trace) {
  trace.faults = facts_.evidence_schema->validate(value, fuel_);
  trace.passed = trace.faults.empty();
  trace.detail = trace.passed ? "follows the schema" : "does not follow the schema";
}

}  // namespace

std::string pointer_of(const std::vector<std::string>& path) {
  std::string pointer;
  for (const std::string& key : path)
    pointer += pointer_step(key);
  return pointer;
}

Predicate::Predicate(const json::Value& document)
    : root_(std::make_unique<const Clause>(compile_predicate(document))) {}
Predicate::~Predicate() = default;
Predicate::Predicate(Predicate&& other) noexcept = default;
Predicate& Predicate::operator=(Predicate&& other) noexcept = default;

PredicateTrace Predicate::evaluate(const PredicateFacts& facts, Fuel& fuel) const {
  json::Arena arena;
  const json::Value payload = json::without_duplicates(facts.payload, arena);
  return Evaluation(facts, payload, fuel).run(*root_);
}

json::Value trace_value(const PredicateTrace& trace, json::Arena& arena) {
  json::ObjectBuilder node(arena);
  node.add("op", json::Value::string(trace.op)).add_boolean("passed", trace.passed);
  if (trace.path) {
    json::ArrayBuilder path(arena);
    for (const std::string& key : *trace.path)
      path.add(json::Value::string(key));
    node.add("path", path.done());
  }
  if (!trace.detail.empty()) node.add("detail", json::Value::string(trace.detail));
  if (!trace.faults.empty()) node.add("faults", faults_value(trace.faults, arena));
  if (!trace.children.empty()) {
    json::ArrayBuilder children(arena);
    for (const PredicateTrace& child : trace.children)
      children.add(trace_value(child, arena));
    node.add("children", children.done());
  }
  return node.done();
}

}  // namespace agentnet::paybond
