#include "core/json/parse.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"

namespace agentnet::json {
namespace {

constexpr std::size_t kFirstStack = 64;  // values

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const char* skip_digits(const char* at, const char* end) {
  while (at != end && is_digit(*at))
    ++at;
  return at;
}

}  // namespace

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const std::size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
  return {lines + 1, before.size() - line_start + 1};
}

void Parser::fail(const char* at, const char* what) const {
  const auto offset = static_cast<std::size_t>(at - begin_);
  const Position position = position_of({begin_, static_cast<std::size_t>(end_ - begin_)}, offset);
  throw Error(Category::usage, "bad_json",
              std::string("invalid JSON: ") + what + " at line " + std::to_string(position.line) +
                  ", column " + std::to_string(position.column) + " (byte " + std::to_string(offset) + ")",
              {},
              {{"offset", static_cast<std::int64_t>(offset)},
               {"line", static_cast<std::int64_t>(position.line)},
               {"column", static_cast<std::int64_t>(position.column)}});
}

Value Parser::parse(std::string_view text, Arena& arena) {
  arena_ = &arena;
  begin_ = at_ = text.data();
  end_ = begin_ + text.size();
  depth_ = 0;
  top_ = 0;
  // A Value keeps offsets and sizes in 32 bits.
  if (text.size() > kMaxDocumentBytes) {
    throw Error(Category::usage, "too_large", "a JSON document is larger than 1 GiB");
  }
  skip_space();
  parse_value();
  skip_space();
  if (at_ != end_) fail(at_, "more text after the value");
  return stack_[0];
}

void Parser::skip_space() {
  while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
    ++at_;
}

bool Parser::take(char c) {
  if (at_ == end_ || *at_ != c) return false;
  ++at_;
  return true;
}

void Parser::grow_stack() {
  stack_.resize(std::max(kFirstStack, 2 * stack_.size()));
}

// A value is made where it stays until its container is complete: handing it from function to function by
// copy took a third of the time of parsing.
Value& Parser::push(Kind kind, const char* start) {
  if (top_ == stack_.size()) grow_stack();
  Value& value = stack_[top_++];
  value = Value(kind);
  value.offset_ = static_cast<std::uint32_t>(start - begin_);
  return value;
}

void Parser::parse_value() {
  if (at_ == end_) fail(at_, "a value is missing");
  switch (*at_) {
    case '"':
      return parse_string();
    case '{':
      return parse_object();
    case '[':
      return parse_array();
    case '-':
      return end_ - at_ > 1 && at_[1] == 'I' ? parse_literal() : parse_number();
    default:  // what is no value at all is for parse_literal to refuse
      return is_digit(*at_) ? parse_number() : parse_literal();
  }
}

void Parser::parse_literal() {
  const char* const start = at_;
  const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
  const auto take_word = [&](std::string_view word) {
    if (!rest.starts_with(word)) return false;
    at_ += word.size();
    return true;
  };
  if (take_word("true")) {
    push(Kind::boolean, start).size_ = 1;
  } else if (take_word("false")) {
    push(Kind::boolean, start);
  } else if (take_word("null")) {
    push(Kind::null, start);
  } else if (take_word("NaN") || take_word("Infinity") || take_word("-Infinity")) {
    if (!options_.non_finite) fail(start, "NaN and Infinity are no JSON numbers");
    push(Kind::decimal, start).set_text({start, static_cast<std::size_t>(at_ - start)});
  } else {
    fail(start, "a value was expected");
  }
}

void Parser::parse_number() {
  const char* const start = at_;
  const char* at = *start == '-' ? start + 1 : start;
  // One digit at least; where they begin.
  const auto digits = [&] {
    if (at == end_ || !is_digit(*at)) fail(at, "a digit was expected");
    const char* const first = at;
    at = skip_digits(at, end_);
    return first;
  };
  const char* const first_digit = digits();
  const auto whole_digits = static_cast<std::size_t>(at - first_digit);
  if (*first_digit == '0' && whole_digits > 1) fail(first_digit + 1, "a number must not begin with a zero");
  Kind kind = Kind::integer;
  if (at != end_ && *at == '.') {
    kind = Kind::decimal;
    ++at;
    digits();
  }
  if (at != end_ && (*at == 'e' || *at == 'E')) {
    kind = Kind::decimal;
    ++at;
    if (at != end_ && (*at == '+' || *at == '-')) ++at;
    digits();
  }
  // CPython limits int() but not float(), so a decimal may be of any length.
  if (kind == Kind::integer && whole_digits > kMaxIntegerDigits) {
    fail(start, "an integer has more than 4300 digits");
  }
  at_ = at;
  push(kind, start).set_text({start, static_cast<std::size_t>(at - start)});
}

// After an item or a member: true past a comma, false past the bracket that closes.
bool Parser::more(char close, const char* no_end, const char* expected) {
  skip_space();
  if (at_ == end_) fail(at_, no_end);
  const char c = *at_;
  if (c != ',' && c != close) fail(at_, expected);
  ++at_;
  if (c == close) return false;
  skip_space();
  return true;
}

void Parser::open() {
  if (depth_ == kMaxDepth) fail(at_, "arrays and objects are nested too deep");
  ++depth_;
  ++at_;
  skip_space();
}

void Parser::parse_array() {
  const char* const start = at_;
  const std::size_t first = top_;
  open();
  if (!take(']')) {
    do
      parse_value();
    while (more(']', "an array has no end", "a comma or ] was expected"));
  }
  --depth_;
  // The items move from the top of the stack to the arena, and the array takes their place.
  const std::size_t count = top_ - first;
  Value* const items = arena_->allocate<Value>(count);
  std::uninitialized_copy_n(stack_.data() + first, count, items);
  top_ = first;
  Value& value = push(Kind::array, start);
  value.size_ = static_cast<std::uint32_t>(count);
  value.items_ = items;
}

void Parser::parse_object() {
  const char* const start = at_;
  const std::size_t first = top_;
  open();
  if (!take('}')) {
    do {
      if (at_ == end_) fail(at_, "an object has no end");
      if (*at_ != '"') fail(at_, "a member name in double quotes was expected");
      parse_string();
      skip_space();
      if (!take(':')) fail(at_, "a colon was expected");
      skip_space();
      parse_value();
    } while (more('}', "an object has no end", "a comma or } was expected"));
  }
  --depth_;
  // Names and values alternate on the stack.
  const std::size_t count = (top_ - first) / 2;
  Member* const members = arena_->allocate<Member>(count);
  const Value* in = stack_.data() + first;
  for (std::size_t i = 0; i < count; ++i, in += 2)
    new (members + i) Member{in[0], in[1]};
  top_ = first;
  Value& value = push(Kind::object, start);
  value.size_ = static_cast<std::uint32_t>(count);
  value.members_ = members;
}

Document parse(std::string_view text, ParseOptions options) {
  Document document;
  const std::string_view kept = document.arena.copy(text);
  document.root = Parser(options).parse(kept, document.arena);
  return document;
}

}  // namespace agentnet::json
