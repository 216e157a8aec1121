// The fixed-order JSON that Paybond's signed artefacts are hashed as, described once for each as a table
// (wire reference paybond 10).
//
// A Field says how one member is brought into its normal form and where it stands; write_shape writes the
// members of a table in the table's order, whatever order and other members the document has.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::paybond {

// What a member must be and how it is normalised. Texts are trimmed as Python does it, unless said otherwise:
// unlike intents and evidence, artefacts are made by the Python part of the kit.
enum class Rule : std::uint8_t {
  text,
  lower,     // A to Z in lower case
  upper,     // as it stands, for choices that are written in capitals
  token,     // lower case, [a-z0-9][a-z0-9._:/-]{0,127}
  tenant,    // [a-z0-9][a-z0-9._-]{0,255}
  currency,  // lower case, [a-z0-9_]{3,16}
  hex32,     // lower case, 64 hexadecimal digits
  uuid,      // lower case with hyphens
  uuid_or_hex32,
  instant,  // ISO 8601, written as whole seconds in UTC; not trimmed
  trimmed_instant,
  integer,  // a decimal without fraction counts too
  boolean,
  tokens,           // an array of texts, each a token; sorted, each once
  tokens_in_order,  // the same, each where it first stood
  object,
  objects,  // an array of objects; null when there is none
};

// What is written when the member is missing, null or empty ("", 0 and [] are empty for those that omit).
enum class Absent : std::uint8_t { refused, blank, omitted, null, fallback };

struct Field {
  std::string_view name;
  Rule rule;
  Absent absent = Absent::refused;
  std::span<const std::string_view> choices = {};  // of a text; empty: any
  std::span<const Field> members = {};             // of an object or of each of the objects
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::string_view fallback = {};  // as it is written, for Absent::fallback
  std::size_t most_characters = std::string_view::npos;
};

enum class Escapes : std::uint8_t {
  plain,  // what JSON needs
  go,     // also & < > U+2028 U+2029 as \u00xx and \u20xx
};

// Appends the object. Throws Error usage/malformed with the field's path in the message and in the detail
// "field".
void write_shape(const json::Value& object, std::span<const Field> fields, Escapes escapes, std::string& out);

// True for [a-z0-9][a-z0-9._:/-]{0,127}.
bool is_token(std::string_view text);

}  // namespace agentnet::paybond
