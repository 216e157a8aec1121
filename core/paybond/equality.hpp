// When two JSON values are the same (JSON Schema 2020-12 core, 4.2.2): numbers by value, objects whatever the
// order of their members, and never across kinds.
#pragma once

#include <string>

#include "core/json/value.hpp"
#include "core/paybond/decimal.hpp"
#include "core/paybond/fuel.hpp"

namespace agentnet::paybond {

// The number. Throws Error refused/number_out_of_range (422) for an exponent beyond kMaxDecimalExponent.
Decimal decimal_of(const json::Value& number);

// A text that is equal for equal values and for no others. Spends fuel by its length. No object in `value`
// may have a name twice (json::without_duplicates). Throws Error refused: out_of_fuel, number_out_of_range.
std::string equality_key(const json::Value& value, Fuel& fuel);

// "a number", "an object": for messages.
const char* kind_phrase(const json::Value& value);

// A value as messages show it: JSON when it is a scalar of at most kMaxShownBytes, otherwise its kind.
inline constexpr std::size_t kMaxShownBytes = 60;
std::string shown(const json::Value& value);

}  // namespace agentnet::paybond
