// A clause as it is evaluated. Only core/paybond/predicate*.cpp see this.
#pragma once

#include "core/paybond/decimal.hpp"
#include "core/paybond/pattern.hpp"
#include "core/paybond/predicate.hpp"

namespace agentnet::paybond {

enum class Op : std::uint8_t {
  always,
  all,
  any,
  negation,
  eq,
  ne,
  lt,
  lte,
  gt,
  gte,
  in,
  exists,
  non_empty,
  matches,
  amount_lte_budget,
  schema_valid,
  artifact_count_gte,
};

// The members that a clause may have beside "op".
enum class Shape : std::uint8_t {
  nothing,
  clauses,
  clause,
  path,
  maybe_path,
  path_value,
  path_number,
  path_values,
  path_pattern,
  count,
};

struct OpRow {
  std::string_view name;
  Op op;
  Shape shape;
};

inline constexpr OpRow kOps[] = {
    {"true", Op::always, Shape::nothing},
    {"all", Op::all, Shape::clauses},
    {"any", Op::any, Shape::clauses},
    {"not", Op::negation, Shape::clause},
    {"eq", Op::eq, Shape::path_value},
    {"ne", Op::ne, Shape::path_value},
    {"lt", Op::lt, Shape::path_number},
    {"lte", Op::lte, Shape::path_number},
    {"gt", Op::gt, Shape::path_number},
    {"gte", Op::gte, Shape::path_number},
    {"in", Op::in, Shape::path_values},
    {"exists", Op::exists, Shape::path},
    {"non_empty", Op::non_empty, Shape::path},
    {"matches", Op::matches, Shape::path_pattern},
    {"amount_lte_budget", Op::amount_lte_budget, Shape::path},
    {"schema_valid", Op::schema_valid, Shape::maybe_path},
    {"artifact_count_gte", Op::artifact_count_gte, Shape::count},
};

struct Clause {
  const OpRow* row = nullptr;
  std::vector<Clause> children;
  std::optional<std::vector<std::string>> path;
  std::vector<std::string> keys;  // equality keys of `value` or `values`, sorted
  std::string wanted;             // `value` or `values` as details show it
  std::optional<Decimal> number;  // `value` of a comparison
  std::optional<Pattern> pattern;
  std::uint64_t count = 0;
};

// Throws what Predicate's constructor throws.
Clause compile_predicate(const json::Value& document);

// ["a"]["b"] as JSON Pointers have it: "/a/b"; for messages and details.
std::string pointer_of(const std::vector<std::string>& path);

}  // namespace agentnet::paybond
