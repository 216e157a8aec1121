// The parser: RFC 8259 and nothing more, unless an option says so.
//
// Every fault is an Error usage/bad_json whose message gives line, column and byte offset and whose details
// hold "offset", "line" and "column" (offset from 0, the others from 1).
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::json {

inline constexpr std::size_t kMaxDocumentBytes = std::size_t{1} << 30;  // bytes of one text
inline constexpr unsigned kMaxDepth = 990;              // arrays and objects inside each other
inline constexpr std::size_t kMaxIntegerDigits = 4300;  // digits of one integer, as CPython 3.11 limits them

struct ParseOptions {
  // NaN, Infinity and -Infinity are taken as decimals (Python writes them); a canonical writer refuses them.
  bool non_finite = false;
  // "\ud800" without its partner is taken as the three bytes of its code point, and the Value says so; a
  // canonical writer refuses it. Python's parser does the same.
  bool lone_surrogates = false;
};

// What Python's json.loads takes: for payloads that are hashed, where volatile members may hold anything.
inline constexpr ParseOptions kAsPython{true, true};

// Reusable for many documents; keeps its working memory between them. Not for two threads at once.
class Parser {
 public:
  explicit Parser(ParseOptions options = {}) : options_(options) {}

  // The value lies in `arena` and in `text`; both must outlive it. Throws Error usage/bad_json.
  Value parse(std::string_view text, Arena& arena);

 private:
  // Each of these leaves what it read as one more value on stack_.
  void parse_value();
  void parse_literal();
  void parse_number();
  void parse_string();
  void parse_string_with_escapes(const char* start, const char* first_escape);
  void parse_array();
  void parse_object();

  char32_t parse_escape();
  char32_t parse_unicode_escape();
  unsigned parse_four_hex();
  const char* check_character(const char* at) const;
  void open();
  bool more(char close, const char* no_end, const char* expected);
  bool take(char c);
  void skip_space();
  Value& push(Kind kind, const char* start);
  [[gnu::noinline]] void grow_stack();
  [[noreturn]] void fail(const char* at, const char* what) const;

  ParseOptions options_;
  Arena* arena_ = nullptr;
  const char* begin_ = nullptr;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  unsigned depth_ = 0;        // containers that are open
  std::vector<Value> stack_;  // their items and members so far; top_ of it are in use
  std::size_t top_ = 0;
};

// Copies the text; the document stands alone.
Document parse(std::string_view text, ParseOptions options = {});

// Where a byte offset lies: line and column count from 1; columns count bytes.
struct Position {
  std::size_t line;
  std::size_t column;
};
Position position_of(std::string_view text, std::size_t offset);

}  // namespace agentnet::json
