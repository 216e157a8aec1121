// Regular expressions that cannot blow up: the time of a match grows with the text and not faster.
//
// They are the part of ECMA-262 (with the u flag, as JSON Schema 2020-12 core 6.4 wants) that needs no going
// back, over code points, found anywhere in a text:
//
//   alternatives   a|b                 groups        (…) (?:…)
//   repeated       * + ? {n} {n,} {n,m}, also lazy (*?); counts up to kMaxRepeat
//   anywhere       . (no line end)     ends          ^ $ (of the text, never of a line)
//   classes        [a-z] [^a-z]        word border   \b \B
//   kinds          \d \D \w \W (ASCII), \s \S (ECMA's white space), \p{L} \P{Lu} (general categories)
//   characters     \t \n \r \f \v \0 \xHH \uHHHH (pairs too) \u{H…}, \ before ASCII punctuation
//
// Refused: looking around, references to groups, names of groups, flags, \c, and what the u flag refuses: a
// bare ] { or }, an empty class, a repeat of a repeat or of nothing, a kind as the end of a range.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/paybond/fuel.hpp"

namespace re2 {
class RE2;
}

namespace agentnet::paybond {

inline constexpr std::size_t kMaxPatternBytes = 1024;
inline constexpr unsigned kMaxGroupDepth = 32;     // groups inside each other
inline constexpr unsigned kMaxRepeat = 1000;       // of {n,m}
inline constexpr int kMaxPatternProgram = 10'000;  // instructions after compiling
inline constexpr int kMaxPatternMemory = 1 << 20;  // bytes, with what matching remembers

class Pattern {
 public:
  // Throws Error usage/bad_pattern (400); the message says what is wrong and at which byte.
  explicit Pattern(std::string_view text);
  ~Pattern();
  Pattern(Pattern&& other) noexcept;
  Pattern& operator=(Pattern&& other) noexcept;

  const std::string& text() const { return text_; }
  // Whether it matches anywhere in `text`, which must be UTF-8. Any thread. Spends fuel by the length of the
  // text and the size of the pattern. Throws Error refused/out_of_fuel.
  bool found_in(std::string_view text, Fuel& fuel) const;

 private:
  std::string text_;
  std::unique_ptr<const re2::RE2> compiled_;
  std::uint64_t units_per_byte_ = 1;
};

// The same pattern in the syntax of the matcher (RE2), every character of it spelled out. Throws Error
// usage/bad_pattern.
std::string translate_pattern(std::string_view text);

}  // namespace agentnet::paybond
