#include "core/json/write.hpp"

#include <cstdint>

#include "core/json/output.hpp"
#include "core/json/scan.hpp"

namespace agentnet::json {
namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr std::size_t kIndent = 2;  // spaces a level

void add_u_escape(unsigned unit, Output& out) {
  const char text[] = {'\\',           'u', kHex[unit >> 12 & 15], kHex[unit >> 8 & 15], kHex[unit >> 4 & 15],
                       kHex[unit & 15]};
  out.add({text, sizeof text});
}

// The short escape letter of a character, or 0.
char short_escape(unsigned char c) {
  switch (c) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    default:
      return 0;
  }
}

// The first byte that ASCII style escapes; `end` if there is none.
const char* find_unprintable(const char* in, const char* end) {
  while (in != end && *in >= ' ' && *in <= '~' && *in != '"' && *in != '\\')
    ++in;
  return in;
}

// Decodes one well-formed multi-byte sequence (three-byte surrogates included) and moves past it.
char32_t decode(const char*& in) {
  const auto byte = [&](int i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(in[i])); };
  char32_t code = 0;
  if (byte(0) < 0xe0) {
    code = (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
    in += 2;
  } else if (byte(0) < 0xf0) {
    code = (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
    in += 3;
  } else {
    code = (byte(0) & 0x07) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
    in += 4;
  }
  return code;
}

// Beyond the first plane as two surrogates.
void add_escaped_code(char32_t code, Output& out) {
  if (code < 0x10000) return add_u_escape(static_cast<unsigned>(code), out);
  const auto offset = static_cast<unsigned>(code - 0x10000);
  add_u_escape(0xd800 + (offset >> 10), out);
  add_u_escape(0xdc00 + (offset & 0x3ff), out);
}

// Most strings were parsed without a single escape and need none.
void write_text(const Value& string, Output& out, Text style) {
  if (style == Text::ascii || string.may_need_escapes()) return write_string(string.text(), out, style);
  out.add_quoted(string.text());
}

// What both layouts share; false for containers.
bool write_scalar(const Value& value, Output& out, Text style) {
  switch (value.kind()) {
    case Kind::null:
      out.add("null");
      return true;
    case Kind::boolean:
      out.add(value.as_boolean() ? "true" : "false");
      return true;
    case Kind::integer:
    case Kind::decimal:
      out.add(value.text());
      return true;
    case Kind::string:
      write_text(value, out, style);
      return true;
    case Kind::array:
    case Kind::object:
      break;
  }
  return false;
}

// What stands between the parts of a line.
struct Separators {
  std::string_view comma;
  std::string_view colon;
};
constexpr Separators kCompact{",", ":"};
constexpr Separators kSpaced{", ", ": "};

void write_line(const Value& value, Output& out, Text style, const Separators& separators) {
  if (write_scalar(value, out, style)) return;
  bool first = true;
  const auto separate = [&] {
    if (!first) out.add(separators.comma);
    first = false;
  };
  if (value.is_array()) {
    out.add('[');
    for (const Value& item : value.items()) {
      separate();
      write_line(item, out, style, separators);
    }
    return out.add(']');
  }
  out.add('{');
  for (const Member& member : value.members()) {
    separate();
    write_text(member.name, out, style);
    out.add(separators.colon);
    write_line(member.value, out, style, separators);
  }
  out.add('}');
}

void write_lines(const Value& value, unsigned level, Output& out, Text style) {
  if (write_scalar(value, out, style)) return;
  const bool is_array = value.is_array();
  const std::size_t count = is_array ? value.items().size() : value.members().size();
  out.add(is_array ? '[' : '{');
  for (std::size_t i = 0; i < count; ++i) {
    out.add(i == 0 ? "\n" : ",\n");
    out.fill(kIndent * (level + 1), ' ');
    if (is_array) {
      write_lines(value.items()[i], level + 1, out, style);
    } else {
      write_text(value.members()[i].name, out, style);
      out.add(": ");
      write_lines(value.members()[i].value, level + 1, out, style);
    }
  }
  if (count > 0) {
    out.add('\n');
    out.fill(kIndent * level, ' ');
  }
  out.add(is_array ? ']' : '}');
}

}  // namespace

void write_string(std::string_view text, Output& out, Text style) {
  out.add('"');
  const char* in = text.data();
  const char* const end = in + text.size();
  for (;;) {
    const char* const stop =
        style == Text::utf8 ? find_stop<Stop::nothing_else>(in, end) : find_unprintable(in, end);
    out.add({in, static_cast<std::size_t>(stop - in)});
    in = stop;
    if (in == end) break;
    // In UTF-8 style the scan stops for no multi-byte sequence, so only ASCII style gets to decode one.
    const auto c = static_cast<unsigned char>(*in);
    if (c >= 0x80) {
      add_escaped_code(decode(in), out);
      continue;
    }
    if (const char letter = short_escape(c)) {
      const char escape[] = {'\\', letter};
      out.add({escape, sizeof escape});
    } else {
      add_u_escape(c, out);
    }
    ++in;
  }
  out.add('"');
}

void write_string(std::string_view text, std::string& out, Text style) {
  Output output(out);
  write_string(text, output, style);
  output.keep();
}

void write_compact(const Value& value, std::string& out, Text text) {
  Output output(out);
  write_line(value, output, text, kCompact);
  output.keep();
}

std::string to_compact(const Value& value, Text text) {
  std::string out;
  write_compact(value, out, text);
  return out;
}

std::string to_spaced(const Value& value) {
  std::string out;
  Output output(out);
  write_line(value, output, Text::ascii, kSpaced);
  output.keep();
  return out;
}

void write_indented(const Value& value, std::string& out, Text text) {
  Output output(out);
  write_lines(value, 0, output, text);
  output.keep();
}

std::string to_indented(const Value& value, Text text) {
  std::string out;
  write_indented(value, out, text);
  return out;
}

}  // namespace agentnet::json
