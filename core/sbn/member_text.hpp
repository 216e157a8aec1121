// Reading members of a claim as text, the way the network's own tools read them.
//
// Those tools take whatever JSON value stands in a member and make text of it before they look at it, so that
// an integer of 64 digits passes where a digest of 64 digits does. Verifying must agree with them on that.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/canonical.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

// A string as it is, numbers as Python prints them, "True", "False", "None". Arrays and objects become
// compact JSON (Python's text for them has other quotes and spaces), and no check passes with either.
std::string text_of(const json::Value& value);
// The text of a member that is there and truthy, otherwise "".
std::string text_or_empty(const json::Value* member);
// The trimmed text of a member that is there, not null and not blank.
std::optional<std::string> trimmed_or_none(const json::Value* member);

// A to Z made small; other bytes stay.
std::string lower_ascii(std::string_view text);

// The member is the boolean true, and not merely truthy.
bool is_true(const json::Value* member);
// The member is a string with exactly this text.
bool is_text(const json::Value* member, std::string_view text);

// The canonical bytes, or nullopt for a value that has none (a number that is not finite, half of a surrogate
// pair, too deep). For verifying, where such a value is a negative answer and not a fault.
std::optional<std::string> canonical_or_none(const json::Value& value, json::Form form);

}  // namespace agentnet::sbn
