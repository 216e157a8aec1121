// The grammar of patterns (core/paybond/pattern.hpp), read once from left to right.
//
// Nothing is handed to the matcher as it was written: each piece is spelled out in a form that the matcher
// reads in one way only, so its own extensions (\C, \Q, (?i), [[:alpha:]]) cannot be reached.
#include <optional>

#include "core/base/unicode_text.hpp"
#include "core/paybond/pattern.hpp"

namespace agentnet::paybond {
namespace {

// ECMA-262 WhiteSpace and LineTerminator, as the inside of a class, and all other code points.
constexpr std::string_view kSpaces =
    R"(\x{9}-\x{d}\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff})";
constexpr std::string_view kNoSpaces =
    R"(\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e})"
    R"(\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff})";
constexpr std::string_view kNoLineEnd = R"([^\n\r\x{2028}\x{2029}])";
constexpr char32_t kMostCodePoint = 0x10FFFF;

bool is_surrogate(char32_t c) {
  return c >= 0xD800 && c <= 0xDFFF;
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

class Translator {
 public:
  explicit Translator(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size())
      piece();
    if (depth_ > 0) fail("a group is not closed");
    return std::move(out_);
  }

 private:
  // A kind such as \d: what stands for it inside a class, and whether there is one.
  struct Escape {
    std::string kind;
    char32_t character = 0;
  };

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Category::usage, "bad_pattern",
                "the pattern is not taken: " + what + " at byte " + std::to_string(at_), {},
                {{"offset", static_cast<std::int64_t>(at_)}});
  }

  bool take(std::string_view wanted) {
    if (!text_.substr(at_).starts_with(wanted)) return false;
    at_ += wanted.size();
    return true;
  }

  char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void put(char32_t character) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out_ += "\\x{";
    bool leading = true;
    for (int shift = 20; shift >= 0; shift -= 4) {
      const auto digit = static_cast<unsigned>(character >> shift) & 15U;
      if (digit == 0 && leading && shift > 0) continue;
      leading = false;
      out_ += kDigits[digit];
    }
    out_ += '}';
  }

  void piece();
  void open_group();
  void repeat();
  void escape_outside();
  void character_class();
  void class_item();
  Escape escape();
  Escape class_atom();
  std::string category(bool negated);
  char32_t unicode_escape();
  char32_t four_hex();
  std::optional<unsigned> count();
  char32_t code_point();

  std::string_view text_;
  std::size_t at_ = 0;
  unsigned depth_ = 0;
  bool repeatable_ = false;  // what stands before may be repeated
  std::string out_;
};

void Translator::piece() {
  switch (next()) {
    case '|':
      out_ += text_[at_++];
      repeatable_ = false;
      return;
    case '(':
      return open_group();
    case ')':
      if (depth_ == 0) fail("a ) without its (");
      --depth_;
      out_ += text_[at_++];
      repeatable_ = true;
      return;
    case '^':
    case '$':
      out_ += text_[at_++] == '^' ? "\\A" : "\\z";
      repeatable_ = false;
      return;
    case '*':
    case '+':
    case '?':
    case '{':
      return repeat();
    case ']':
    case '}':
      return fail("a bare " + std::string(1, next()));
    case '[':
      return character_class();
    case '\\':
      return escape_outside();
    case '.':
      ++at_;
      out_ += kNoLineEnd;
      break;
    default:
      put(code_point());
  }
  repeatable_ = true;
}

void Translator::open_group() {
  if (++depth_ > kMaxGroupDepth)
    fail("groups are nested more than " + std::to_string(kMaxGroupDepth) + " deep");
  if (!take("(?:")) {
    if (text_.substr(at_).starts_with("(?")) fail("looking around, names and flags are not known");
    take("(");
  }
  out_ += "(?:";
  repeatable_ = false;
}

// A whole number without the sign; nullopt when there is no digit.
std::optional<unsigned> Translator::count() {
  std::optional<unsigned> number;
  while (next() >= '0' && next() <= '9') {
    number = number.value_or(0) * 10 + static_cast<unsigned>(next() - '0');
    if (*number > kMaxRepeat) fail("a repeat of more than " + std::to_string(kMaxRepeat));
    ++at_;
  }
  return number;
}

void Translator::repeat() {
  if (!repeatable_) fail("nothing that can be repeated stands before " + std::string(1, next()));
  const std::size_t start = at_;
  if (text_[at_++] == '{') {
    const auto least = count();
    if (!least) fail("a { that begins no repeat");
    const auto most = take(",") ? count() : least;
    if (most && *most < *least) fail("a repeat that ends before it begins");
    if (!take("}")) fail("a { that begins no repeat");
  }
  take("?");
  out_ += text_.substr(start, at_ - start);
  repeatable_ = false;
}

void Translator::escape_outside() {
  if (take("\\b") || take("\\B")) {
    out_ += text_.substr(at_ - 2, 2);
    repeatable_ = false;
    return;
  }
  const Escape escaped = escape();
  if (escaped.kind.empty()) {
    put(escaped.character);
  } else {
    out_ += '[' + escaped.kind + ']';
  }
  repeatable_ = true;
}

Translator::Escape Translator::escape() {
  constexpr std::pair<char, std::string_view> kKinds[] = {
      {'d', "0-9"},   {'D', R"(\x{0}-\x{2f}\x{3a}-\x{10ffff})"},
      {'w', R"(\w)"}, {'W', R"(\W)"},
      {'s', kSpaces}, {'S', kNoSpaces}};
  constexpr std::pair<char, char32_t> kControls[] = {
      {'t', '\t'}, {'n', '\n'}, {'r', '\r'}, {'f', '\f'}, {'v', '\v'}};
  constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";
  ++at_;
  if (at_ == text_.size()) fail("a \\ with nothing behind it");
  const char c = text_[at_];
  for (const auto& [letter, kind] : kKinds) {
    if (c == letter) return ++at_, Escape{std::string(kind)};
  }
  for (const auto& [letter, control] : kControls) {
    if (c == letter) return ++at_, Escape{{}, control};
  }
  if (c == 'p' || c == 'P') return ++at_, Escape{category(c == 'P')};
  if (c == 'u') return ++at_, Escape{{}, unicode_escape()};
  if (c == 'x') {
    ++at_;
    const auto high = hex_digit(next());
    const auto low = high && at_ + 1 < text_.size() ? hex_digit(text_[at_ + 1]) : std::nullopt;
    if (!low) fail("\\x wants two hexadecimal digits");
    at_ += 2;
    return Escape{{}, *high * 16 + *low};
  }
  if (c == '0') {
    ++at_;
    if (next() >= '0' && next() <= '9') fail("an octal escape");
    return Escape{{}, 0};
  }
  if (kPunctuation.find(c) == std::string_view::npos) fail("an escape that is not known");
  ++at_;
  return Escape{{}, static_cast<char32_t>(c)};
}

std::string Translator::category(bool negated) {
  const std::size_t close = text_.find('}', at_);
  const bool braced = next() == '{' && close != std::string_view::npos;
  const std::string_view name = braced ? text_.substr(at_ + 1, close - at_ - 1) : std::string_view();
  const auto is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool known = (name.size() == 1 || (name.size() == 2 && is_lower(name[1]))) && is_upper(name[0]);
  if (!known) fail("\\p wants a general category, such as \\p{L} or \\p{Lu}");
  at_ = close + 1;
  return (negated ? "\\P{" : "\\p{") + std::string(name) + '}';
}

char32_t Translator::four_hex() {
  char32_t unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const auto digit = hex_digit(next());
    if (!digit) fail("\\u wants four hexadecimal digits");
    unit = unit * 16 + *digit;
  }
  return unit;
}

// What stands behind \u.
char32_t Translator::unicode_escape() {
  char32_t character = 0;
  if (take("{")) {
    const std::size_t first = at_;
    while (const auto digit = hex_digit(next())) {
      character = character * 16 + *digit;
      if (character > kMostCodePoint) fail("a code point that there is not");
      ++at_;
    }
    if (at_ == first || !take("}")) fail("\\u{ wants hexadecimal digits and }");
  } else {
    character = four_hex();
    if (character >= 0xD800 && character <= 0xDBFF && take("\\u")) {
      const char32_t low = four_hex();
      if (low < 0xDC00 || low > 0xDFFF) fail("half of a surrogate pair");
      return 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
    }
  }
  if (is_surrogate(character)) fail("half of a surrogate pair");
  return character;
}

void Translator::character_class() {
  ++at_;
  out_ += take("^") ? "[^" : "[";
  if (next() == ']') fail("a class that holds nothing");
  while (next() != ']' || at_ == text_.size()) {
    if (at_ >= text_.size()) fail("a class is not closed");
    class_item();
  }
  ++at_;
  out_ += ']';
  repeatable_ = true;
}

Translator::Escape Translator::class_atom() {
  if (next() != '\\') return Escape{{}, code_point()};
  if (take("\\b")) return Escape{{}, U'\b'};
  return escape();
}

void Translator::class_item() {
  const Escape first = class_atom();
  const bool range = next() == '-' && at_ + 1 < text_.size() && text_[at_ + 1] != ']';
  if (!range) {
    if (first.kind.empty()) {
      put(first.character);
    } else {
      out_ += first.kind;
    }
    return;
  }
  ++at_;
  const Escape last = class_atom();
  if (!first.kind.empty() || !last.kind.empty()) fail("a range that begins or ends with a kind");
  if (last.character < first.character) fail("a range that ends before it begins");
  put(first.character);
  out_ += '-';
  put(last.character);
}

// One character of the text, which is UTF-8.
char32_t Translator::code_point() {
  const auto byte = [&] { return static_cast<unsigned char>(text_[at_++]); };
  const unsigned lead = byte();
  if (lead < 0x80) return lead;
  const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  char32_t character = lead & (0x3FU >> more);
  for (int i = 0; i < more; ++i)
    character = (character << 6) | (byte() & 0x3FU);
  return character;
}

}  // namespace

std::string translate_pattern(std::string_view text) {
  if (text.size() > kMaxPatternBytes) {
    throw Error(Category::usage, "bad_pattern",
                "a pattern may have " + std::to_string(kMaxPatternBytes) + " bytes, not " +
                    std::to_string(text.size()));
  }
  if (!count_code_points(text)) throw Error(Category::usage, "bad_pattern", "the pattern is not UTF-8");
  return Translator(text).run();
}

}  // namespace agentnet::paybond
