// Strings: UTF-8 checked, escapes decoded (RFC 8259 section 7).
#include <algorithm>

#include "core/json/parse.hpp"
#include "core/json/scan.hpp"

namespace agentnet::json {
namespace {

// Bytes of the well-formed UTF-8 sequence at `at` (RFC 3629 section 4); 0 when it is malformed.
int sequence_length(const char* at, const char* end) {
  const auto byte = [&](std::ptrdiff_t i) -> unsigned {
    return i < end - at ? static_cast<unsigned char>(at[i]) : 0U;
  };
  const auto tail = [&](std::ptrdiff_t i) { return (byte(i) & 0xc0) == 0x80; };
  const unsigned lead = byte(0);
  if (lead >= 0xc2 && lead <= 0xdf) return tail(1) ? 2 : 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    const unsigned low = lead == 0xe0 ? 0xa0 : 0x80;
    const unsigned high = lead == 0xed ? 0x9f : 0xbf;
    return byte(1) >= low && byte(1) <= high && tail(2) ? 3 : 0;
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    const unsigned low = lead == 0xf0 ? 0x90 : 0x80;
    const unsigned high = lead == 0xf4 ? 0x8f : 0xbf;
    return byte(1) >= low && byte(1) <= high && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

char* encode_utf8(char32_t code, char* out) {
  const auto put = [&](char32_t bits) { *out++ = static_cast<char>(static_cast<unsigned char>(bits)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
  return out;
}

bool is_surrogate(char32_t code) {
  return code >= 0xd800 && code <= 0xdfff;
}

char escaped_char(char letter) {
  switch (letter) {
    case '"':
      return '"';
    case '\\':
      return '\\';
    case '/':
      return '/';
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

}  // namespace

void Parser::parse_string() {
  const char* const start = at_;
  const char* at = start + 1;
  for (;;) {
    at = find_stop<Stop::non_ascii>(at, end_);
    if (at == end_) fail(start, "a string has no end");
    if (*at == '"') break;
    if (*at == '\\') return parse_string_with_escapes(start, at);
    at = check_character(at);
  }
  push(Kind::string, start).set_text({start + 1, static_cast<std::size_t>(at - start - 1)});
  at_ = at + 1;
}

// Past a byte that stopped the scan and is neither quote nor backslash: a control, or UTF-8.
const char* Parser::check_character(const char* at) const {
  if (static_cast<unsigned char>(*at) < 0x20) fail(at, "a control character in a string must be escaped");
  const int length = sequence_length(at, end_);
  if (length == 0) fail(at, "the text is not valid UTF-8");
  return at + length;
}

// From the first backslash on, the string is decoded into the arena. Escapes only shrink, so the distance to
// the closing quote bounds the room needed; that quote is found first.
void Parser::parse_string_with_escapes(const char* start, const char* first_escape) {
  const char* close = first_escape;
  while (close != end_ && *close != '"')
    close += *close == '\\' && end_ - close > 1 ? 2 : 1;
  if (close == end_) fail(start, "a string has no end");
  char* const decoded = arena_->allocate<char>(static_cast<std::size_t>(close - start));
  char* out = std::copy(start + 1, first_escape, decoded);
  std::uint8_t flags = Value::kMayNeedEscapes;
  at_ = first_escape;
  while (*at_ != '"') {
    if (*at_ == '\\') {
      const char32_t code = parse_escape();
      if (is_surrogate(code)) flags |= Value::kLoneSurrogate;
      out = encode_utf8(code, out);
      continue;
    }
    const char* stop = find_stop<Stop::non_ascii>(at_, close);
    if (stop != close && *stop != '\\') stop = check_character(stop);
    out = std::copy(at_, stop, out);
    at_ = stop;
  }
  ++at_;
  Value& value = push(Kind::string, start);
  value.flags_ = flags;
  value.set_text({decoded, static_cast<std::size_t>(out - decoded)});
}

// At a backslash, which is never the last byte; past the escape.
char32_t Parser::parse_escape() {
  if (at_[1] == 'u') return parse_unicode_escape();
  const char letter = escaped_char(at_[1]);
  if (letter == '\0') fail(at_, "an unknown escape in a string");
  at_ += 2;
  return static_cast<unsigned char>(letter);
}

// At a backslash and 'u'; takes a following low surrogate along when the first is a high one.
char32_t Parser::parse_unicode_escape() {
  const char* const start = at_;
  const unsigned first = parse_four_hex();
  if (first >= 0xd800 && first <= 0xdbff && end_ - at_ > 1 && at_[0] == '\\' && at_[1] == 'u') {
    const char* const second_start = at_;
    const unsigned second = parse_four_hex();
    if (second >= 0xdc00 && second <= 0xdfff) {
      return 0x10000 + (static_cast<char32_t>(first - 0xd800) << 10) + (second - 0xdc00);
    }
    at_ = second_start;
  }
  if (is_surrogate(first) && !options_.lone_surrogates) fail(start, "half of a surrogate pair in a string");
  return first;
}

unsigned Parser::parse_four_hex() {
  const char* const start = at_;
  at_ += 2;
  unsigned code = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char c = at_ < end_ ? *at_ : '\0';
    unsigned digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A') + 10;
    if (digit == 16) fail(start, "four hexadecimal digits must follow \\u");
    code = code << 4 | digit;
  }
  return code;
}

}  // namespace agentnet::json
