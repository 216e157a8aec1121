// How much work a rule that somebody else wrote may cause.
//
// Schemas and predicates come from a principal and run on evidence from a payee; both may be hostile.
// Whatever evaluates them spends from one Fuel: a unit stands for one small step or some bytes looked at,
// some tens of nanoseconds. The count depends on the documents alone, so the same evaluation ends the same
// everywhere.
#pragma once

#include <cstdint>

#include "core/base/error.hpp"

namespace agentnet::paybond {

inline constexpr std::uint64_t kEvaluationFuel = 10'000'000;  // of one evaluation, well below a second

class Fuel {
 public:
  explicit Fuel(std::uint64_t units = kEvaluationFuel) : left_(units) {}

  // Throws Error refused/out_of_fuel (422) when fewer units are left.
  void spend(std::uint64_t units) {
    if (units > left_) {
      throw Error(Category::refused, "out_of_fuel", "the evaluation takes more work than is allowed",
                  "make the schema, the predicate or the evidence smaller");
    }
    left_ -= units;
  }

  std::uint64_t left() const { return left_; }

 private:
  std::uint64_t left_;
};

}  // namespace agentnet::paybond
