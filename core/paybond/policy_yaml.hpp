// The part of YAML that policies and registries of tools are written in. A file that begins with { is JSON.
//
//   key: value          mappings by indentation with blanks, of any depth up to kMaxYamlDepth
//   key:                a mapping or a list below it, or nothing: null
//   - value             lists of single values; they may stand as far left as their key
//   [a, b]  []  {}      the same on one line; of mappings only the empty one
//   true false null ~   and what JSON has as a number; everything else is text
//   'it''s'  "a\n"      text in quotes; in double quotes with JSON's escapes
//   # comment           at the start of a line or behind a blank
//   ---                 once, before all else; ... after it
//
// Everything else that YAML has is refused by name: what reads a rule about money must not guess.
#pragma once

#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxYamlBytes = 1024 * 1024;
inline constexpr unsigned kMaxYamlDepth = 16;

// Throws Error usage, the detail "line" saying where: bad_yaml; yaml_unsupported for anchors, aliases, tags,
// block text, directives, complex keys, mappings inside of lists or braces and a second document;
// duplicate_name, of JSON, too; yaml_too_large, yaml_too_deep; and what json::parse throws for JSON.
json::Document read_yaml(std::string_view text);

}  // namespace agentnet::paybond
