// Plain JSON writers. Numbers come out as they were written. (The canonical forms that are hashed have a
// writer of their own, canonical.hpp.)
#pragma once

#include <string>

#include "core/json/value.hpp"

namespace agentnet::json {

class Output;  // core/json/output.hpp, for writers built on these

// How non-ASCII text is written: as it is, or as \uXXXX escapes (Python's default).
enum class Text : std::uint8_t { utf8, ascii };

// One line, no spaces.
void write_compact(const Value& value, std::string& out, Text text = Text::utf8);
std::string to_compact(const Value& value, Text text = Text::utf8);

// One line with a space behind each comma and colon, in ASCII: Python's json.dumps, and what the official
// clients send.
std::string to_spaced(const Value& value);

// Two spaces a level, one member or item a line, `[]` and `{}` for empty ones, no final newline: the layout
// of Python's json.dumps(indent=2).
void write_indented(const Value& value, std::string& out, Text text = Text::ascii);
std::string to_indented(const Value& value, Text text = Text::ascii);

// A quoted string with the escapes \" \\ \b \f \n \r \t, and \u00xx for other controls; in ASCII also for
// U+007F, as Python does. `text` must be well-formed UTF-8, but for lone surrogates as three bytes.
void write_string(std::string_view text, std::string& out, Text style = Text::utf8);
void write_string(std::string_view text, Output& out, Text style = Text::utf8);

}  // namespace agentnet::json
