// The predicate of an intent: a rule that decides, from the evidence alone, whether the money is released.
//
// Paybond's own table of clauses is not public, so beside the envelope and the clause `true` the names here
// are this project's (differences.json, "local-predicate-language"). A document is
//
//   {"version": 1, "root": CLAUSE}
//
// and a CLAUSE is an object with "op" and exactly the members of its row. All are needed unless marked with
// ?.
//
//   op                  members                passes when
//   true                                       always
//   all                 clauses                each of them passes
//   any                 clauses                one of them passes
//   not                 clause                 it does not pass
//   eq, ne              path, value            the value there equals `value`, or does not; numbers by value
//   lt, lte, gt, gte    path, value (number)   the number there is less, …; compared exactly
//   in                  path, values           the value there equals one of `values`
//   exists              path                   something is there, null too
//   non_empty           path                   the string, array or object there holds something; null does
//   not matches             path, pattern          the pattern is found in the string there (pattern.hpp)
//   amount_lte_budget   path                   the number of cents there is at most the intent's amount
//   schema_valid        path?                  the value there (all of it without path) follows the schema
//                                              of the intent's evidence
//   artifact_count_gte  count                  the evidence came with at least so many artifacts
//
// A path is an array of member names from the top of the payload; [] is the payload. Clauses are taken in
// order, and `all` and `any` stop when the answer is known, so {"op":"exists"} can guard what follows it. A
// path that leads nowhere is an Error for every clause but `exists`, and so is a value of the wrong kind:
// what could not be decided must not settle an intent.
//
// No clock, no randomness, no I/O; the same documents give the same verdict and the same trace everywhere.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/paybond/fuel.hpp"
#include "core/paybond/schema.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kPredicateVersion = 1;
inline constexpr std::size_t kMaxClauses = 256;       // of one predicate
inline constexpr unsigned kMaxClauseDepth = 16;       // clauses inside each other
inline constexpr std::size_t kMaxPathKeys = 16;       // of one path
inline constexpr std::size_t kMaxPathKeyBytes = 256;  // of one key of it
inline constexpr std::size_t kMaxInValues = 256;      // of one `in`
inline constexpr std::size_t kMaxPredicatePatterns = 32;

// What a predicate decides from. What is pointed to must outlive the evaluation.
struct PredicateFacts {
  const json::Value& payload;                     // of the evidence
  std::optional<std::int64_t> amount_cents = {};  // of the intent
  const Schema* evidence_schema = nullptr;        // of the intent
  std::size_t artifact_count = 0;                 // of the evidence
};

// How a clause came to its answer. Those of `clauses` that were not needed are not there.
struct PredicateTrace {
  std::string_view op;
  bool passed = false;
  std::optional<std::vector<std::string>> path;
  std::string detail;  // a phrase; may hold short texts of the payload
  std::vector<SchemaFault> faults;
  std::vector<PredicateTrace> children;
};

// {"op","passed"} and, where there is any, "path", "detail", "faults" [{path, keyword, message}], "children".
// Texts lie in `trace`, which must outlive the value.
json::Value trace_value(const PredicateTrace& trace, json::Arena& arena);

struct Clause;

// A predicate made ready. Owns what it needs; any number of threads may evaluate it.
class Predicate {
 public:
  // Throws Error usage (400), the detail "path" being the JSON Pointer of the clause:
  //   unknown_predicate_version   another version than 1
  //   unknown_predicate_op        an op that is not in the table
  //   bad_predicate               anything else that is not as the table has it, names twice too
  //   bad_pattern                 a pattern that is not taken
  //   predicate_too_large         more than the limits above
  explicit Predicate(const json::Value& document);
  ~Predicate();
  Predicate(Predicate&& other) noexcept;
  Predicate& operator=(Predicate&& other) noexcept;

  // Evaluates the root; `passed` of what comes back is the verdict. Of a name twice in the payload the last
  // counts. Throws Error:
  //   refused/missing_key          (422) a path leads nowhere; detail "path"
  //   refused/wrong_kind           (422) the value there is not of the kind that the clause is about
  //   refused/negative_amount      (422) of amount_lte_budget
  //   refused/out_of_fuel, refused/too_deep, refused/number_out_of_range (422)
  //   usage/missing_fact           an amount or schema is needed and was not given
  PredicateTrace evaluate(const PredicateFacts& facts, Fuel& fuel) const;

 private:
  std::unique_ptr<const Clause> root_;
};

}  // namespace agentnet::paybond
