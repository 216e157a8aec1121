// From the JSON of a predicate to its clauses (the table in core/paybond/predicate.hpp).
#include <algorithm>

#include "core/paybond/equality.hpp"
#include "core/paybond/predicate_clause.hpp"
#include "core/paybond/schema_node.hpp"

namespace agentnet::paybond {
namespace {

class Compiler {
 public:
  Clause compile(const json::Value& document) {
    refuse_others(document, "", "the predicate", {"version", "root"});
    const json::Value& version = need(document, "", "version");
    if (version.as_int64() != kPredicateVersion) {
      fail("unknown_predicate_version", "/version",
           "the only known version is " + std::to_string(kPredicateVersion) + ", not " + shown(version));
    }
    return clause(need(document, "", "root"), "/root");
  }

 private:
  Clause clause(const json::Value& value, const std::string& at);
  void read_shape(Clause& made, const json::Value& value, const std::string& at);
  void read_clauses(Clause& made, const json::Value& list, const std::string& at);
  void read_path(Clause& made, const json::Value& value, const std::string& at);
  void read_value(Clause& made, const json::Value& value, const std::string& at);
  void read_values(Clause& made, const json::Value& value, const std::string& at);
  void read_number(Clause& made, const json::Value& value, const std::string& at);
  void read_pattern(Clause& made, const json::Value& value, const std::string& at);
  void read_count(Clause& made, const json::Value& value, const std::string& at);
  std::string key_of(const json::Value& value, const std::string& at);

  [[noreturn]] static void fail(const char* code, const std::string& at, const std::string& what,
                                const std::string& hint = {}) {
    throw Error(Category::usage, code, (at.empty() ? "the predicate" : at) + ": " + what, hint,
                {{"path", at}});
  }
  static const json::Value& need(const json::Value& object, const std::string& at, std::string_view name);
  // Throws unless it is an object with these names alone, each once.
  static void refuse_others(const json::Value& value, const std::string& at, const char* what,
                            std::initializer_list<std::string_view> known);

  std::size_t clauses_ = 0;
  std::size_t patterns_ = 0;
  unsigned depth_ = 0;
  Fuel fuel_;
  json::Arena arena_;  // of values without their duplicates
};

const json::Value& Compiler::need(const json::Value& object, const std::string& at, std::string_view name) {
  const json::Value* value = object.find(name);
  if (value == nullptr) fail("bad_predicate", at, "the member \"" + std::string(name) + "\" is missing");
  return *value;
}

void Compiler::refuse_others(const json::Value& value, const std::string& at, const char* what,
                             std::initializer_list<std::string_view> known) {
  if (!value.is_object())
    fail("bad_predicate", at, std::string(what) + " must be an object, not " + kind_phrase(value));
  std::vector<std::string_view> seen;
  for (const json::Member& member : value.members()) {
    const std::string_view name = member.name.text();
    if (std::find(known.begin(), known.end(), name) == known.end())
      fail("bad_predicate", at, "the member " + shown(member.name) + " is not known here");
    if (std::find(seen.begin(), seen.end(), name) != seen.end())
      fail("bad_predicate", at, "the member " + shown(member.name) + " stands twice");
    seen.push_back(name);
  }
}

Clause Compiler::clause(const json::Value& value, const std::string& at) {
  if (++clauses_ > kMaxClauses)
    fail("predicate_too_large", at, "more than " + std::to_string(kMaxClauses) + " clauses");
  if (++depth_ > kMaxClauseDepth)
    fail("predicate_too_large", at,
         "clauses are nested more than " + std::to_string(kMaxClauseDepth) + " deep");
  if (!value.is_object())
    fail("bad_predicate", at, std::string("a clause must be an object, not ") + kind_phrase(value));
  const json::Value& op = need(value, at, "op");
  if (!op.is_string()) fail("bad_predicate", at, "\"op\" must be a string");
  Clause made;
  made.row =
      std::find_if(std::begin(kOps), std::end(kOps), [&](const OpRow& row) { return row.name == op.text(); });
  if (made.row == std::end(kOps)) {
    std::string names;
    for (const OpRow& row : kOps)
      names += (names.empty() ? "" : ", ") + std::string(row.name);
    fail("unknown_predicate_op", at, "the op " + shown(op) + " is not known", "known are " + names);
  }
  read_shape(made, value, at);
  --depth_;
  return made;
}

void Compiler::read_shape(Clause& made, const json::Value& value, const std::string& at) {
  using Read = void (Compiler::*)(Clause&, const json::Value&, const std::string&);
  const auto members = [&](std::initializer_list<std::pair<std::string_view, Read>> wanted) {
    for (const auto& [name, read] : wanted)
      (this->*read)(made, need(value, at, name), at + pointer_step(name));
  };
  switch (made.row->shape) {
    case Shape::nothing:
      return refuse_others(value, at, "a clause", {"op"});
    case Shape::clauses:
      refuse_others(value, at, "a clause", {"op", "clauses"});
      return members({{"clauses", &Compiler::read_clauses}});
    case Shape::clause:
      refuse_others(value, at, "a clause", {"op", "clause"});
      made.children.push_back(clause(need(value, at, "clause"), at + "/clause"));
      return;
    case Shape::path:
      refuse_others(value, at, "a clause", {"op", "path"});
      return members({{"path", &Compiler::read_path}});
    case Shape::maybe_path:
      refuse_others(value, at, "a clause", {"op", "path"});
      if (value.find("path") != nullptr) members({{"path", &Compiler::read_path}});
      return;
    case Shape::path_value:
      refuse_others(value, at, "a clause", {"op", "path", "value"});
      return members({{"path", &Compiler::read_path}, {"value", &Compiler::read_value}});
    case Shape::path_number:
      refuse_others(value, at, "a clause", {"op", "path", "value"});
      return members({{"path", &Compiler::read_path}, {"value", &Compiler::read_number}});
    case Shape::path_values:
      refuse_others(value, at, "a clause", {"op", "path", "values"});
      return members({{"path", &Compiler::read_path}, {"values", &Compiler::read_values}});
    case Shape::path_pattern:
      refuse_others(value, at, "a clause", {"op", "path", "pattern"});
      return members({{"path", &Compiler::read_path}, {"pattern", &Compiler::read_pattern}});
    case Shape::count:
      refuse_others(value, at, "a clause", {"op", "count"});
      return members({{"count", &Compiler::read_count}});
  }
}

void Compiler::read_clauses(Clause& made, const json::Value& list, const std::string& at) {
  // An empty list would pass or fail whatever the evidence says; nobody means that.
  if (!list.is_array() || list.items().empty())
    fail("bad_predicate", at, "must be an array of at least one clause");
  for (const json::Value& item : list.items())
    made.children.push_back(clause(item, at + "/" + std::to_string(made.children.size())));
}

void Compiler::read_path(Clause& made, const json::Value& value, const std::string& at) {
  const bool named = value.is_array() && std::all_of(value.items().begin(), value.items().end(),
                                                     [](const json::Value& key) { return key.is_string(); });
  if (!named) fail("bad_predicate", at, "a path must be an array of member names");
  if (value.items().size() > kMaxPathKeys)
    fail("predicate_too_large", at, "a path may have " + std::to_string(kMaxPathKeys) + " keys");
  made.path.emplace();
  for (const json::Value& key : value.items()) {
    if (key.text().size() > kMaxPathKeyBytes)
      fail("predicate_too_large", at, "a key may have " + std::to_string(kMaxPathKeyBytes) + " bytes");
    made.path->emplace_back(key.text());
  }
}

std::string Compiler::key_of(const json::Value& value, const std::string& at) {
  try {
    return equality_key(json::without_duplicates(value, arena_), fuel_);
  } catch (const Error& error) {
    fail("bad_predicate", at, error.message());
  }
}

void Compiler::read_value(Clause& made, const json::Value& value, const std::string& at) {
  made.keys.push_back(key_of(value, at));
  made.wanted = shown(value);
}

void Compiler::read_values(Clause& made, const json::Value& value, const std::string& at) {
  if (!value.is_array() || value.items().empty())
    fail("bad_predicate", at, "must be an array of at least one value");
  if (value.items().size() > kMaxInValues)
    fail("predicate_too_large", at, "may hold " + std::to_string(kMaxInValues) + " values");
  for (const json::Value& item : value.items())
    made.keys.push_back(key_of(item, at));
  std::sort(made.keys.begin(), made.keys.end());
  made.wanted = "one of " + std::to_string(value.items().size()) + " values";
}

void Compiler::read_number(Clause& made, const json::Value& value, const std::string& at) {
  if (!value.is_number())
    fail("bad_predicate", at, std::string("must be a number, not ") + kind_phrase(value));
  made.number = Decimal::read(value.text());
  if (!made.number) fail("bad_predicate", at, "the exponent is too large");
  made.wanted = shown(value);
}

void Compiler::read_pattern(Clause& made, const json::Value& value, const std::string& at) {
  if (!value.is_string())
    fail("bad_predicate", at, std::string("must be a string, not ") + kind_phrase(value));
  if (++patterns_ > kMaxPredicatePatterns)
    fail("predicate_too_large", at, "more than " + std::to_string(kMaxPredicatePatterns) + " patterns");
  try {
    made.pattern.emplace(value.text());
  } catch (const Error& error) {
    fail("bad_pattern", at, error.message());
  }
  made.wanted = shown(value);
}

void Compiler::read_count(Clause& made, const json::Value& value, const std::string& at) {
  const auto count = value.is_integer() ? value.as_int64() : std::nullopt;
  if (!count || *count < 0) fail("bad_predicate", at, "must be a whole number from 0");
  made.count = static_cast<std::uint64_t>(*count);
}

}  // namespace

Clause compile_predicate(const json::Value& document) {
  return Compiler().compile(document);
}

}  // namespace agentnet::paybond
