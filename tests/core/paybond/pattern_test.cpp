#include "core/paybond/pattern.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

bool found(std::string_view pattern, std::string_view text) {
  Fuel fuel;
  return Pattern(pattern).found_in(text, fuel);
}

std::string refused(std::string_view pattern) {
  return error_code([&] { Pattern{pattern}; });
}

TEST_CASE("a pattern is found anywhere unless it is tied to an end") {
  CHECK(found("b", "abc"));
  CHECK_FALSE(found("^b", "abc"));
  CHECK_FALSE(found("b$", "abc"));
  CHECK(found("^abc$", "abc"));
  CHECK(found("", ""));
  CHECK_FALSE(found("^a$", "a\n"));  // an end of the text, not of a line
  CHECK_FALSE(found("^b", "a\nb"));
}

TEST_CASE("characters are code points") {
  CHECK(found("^.$", "é"));
  CHECK(found("^.{2}$", "𝄞𝄞"));
  CHECK(found("^[à-ü]+$", "éü"));
  CHECK(found("^\\uD834\\uDD1E$", "𝄞"));
  CHECK(found("^\\u{1d11e}$", "𝄞"));
  CHECK(found("^\\u00e9\\x41$", "éA"));
  CHECK(found(std::string_view("^a\\0b$"), std::string_view("a\0b", 3)));
}

TEST_CASE("kinds are ECMA's") {
  CHECK(found("^\\d\\D\\w\\W$", "1a_é"));
  CHECK_FALSE(found("\\d", "٣"));
  CHECK_FALSE(found("\\w", "é"));
  for (const std::string_view space : {" ", "\t", "\v", "\u00a0", "\u2028", "\ufeff", "\u3000"}) {
    CHECK(found("^\\s$", space));
    CHECK(found("^[\\s]$", space));
    CHECK_FALSE(found("\\S", space));
    CHECK_FALSE(found("[^\\s]", space));
  }
  CHECK(found("^[\\S]$", "x"));
  for (const std::string_view end : {"\n", "\r", "\u2028", "\u2029"})
    CHECK_FALSE(found(".", end));
  CHECK(found("^[^a]$", "\n"));
  CHECK(found("^\\p{L}\\p{Lu}\\P{L}$", "éÉ1"));
  CHECK(found("\\bab\\b", "x ab"));
  CHECK_FALSE(found("\\Bab", "x ab"));
}

TEST_CASE("groups, choices and repeats do what they say") {
  CHECK(found("^(?:ab|c){2,3}$", "abcab"));
  CHECK_FALSE(found("^(ab|c){2,3}$", "abcabc"));
  CHECK(found("^a*?b+$", "aabb"));
  CHECK(found("^a{0,}$", ""));
  CHECK(found("^[a\\-z\\]b-]+$", "a-]bz"));
  CHECK(found("^\\{\\}\\.\\/$", "{}./"));
}

TEST_CASE("what needs going back, and what is no pattern, is refused") {
  for (const std::string_view pattern : {"(?=a)",
                                         "(?!a)",
                                         "(?<=a)",
                                         "(?<n>a)",
                                         "(?P<n>a)",
                                         "(?i)a",
                                         "(a)\\1",
                                         "\\k<n>",
                                         "a**",
                                         "a{2}{3}",
                                         "a++",
                                         "*a",
                                         "(|*)",
                                         "^*",
                                         "a|+",
                                         "{2}",
                                         "a{",
                                         "a{,2}",
                                         "a{2",
                                         "a{3,2}",
                                         "]",
                                         "}",
                                         "(",
                                         ")",
                                         "(a",
                                         "[a",
                                         "[]",
                                         "[^]",
                                         "[b-a]",
                                         "[\\d-a]",
                                         "[a-\\d]",
                                         "\\",
                                         "\\q",
                                         "\\C",
                                         "\\Qa\\E",
                                         "\\A",
                                         "\\z",
                                         "\\x1",
                                         "\\u12",
                                         "\\u{110000}",
                                         "\\u{}",
                                         "\\ud800",
                                         "\\ud800\\u0041",
                                         "\\00",
                                         "\\cA",
                                         "\\p{Greek}",
                                         "\\pL",
                                         "\\p{Xx}",
                                         "[a\\",
                                         "\xff"}) {
    CAPTURE(pattern);
    CHECK_EQ(refused(pattern), "bad_pattern");
  }
}

TEST_CASE("what another syntax would take for more is taken as it stands") {
  CHECK(found("^[[:alpha:\\]]+$", "[:alph]"));
  CHECK_FALSE(found("^[[:alpha:\\]]$", "z"));
}

TEST_CASE("the limits hold at the limit and not one past it") {
  CHECK_EQ(refused(std::string(kMaxPatternBytes, 'a')), "");
  CHECK_EQ(refused(std::string(kMaxPatternBytes + 1, 'a')), "bad_pattern");
  const auto nested = [](std::size_t depth) { return repeated("(", depth) + "a" + repeated(")", depth); };
  CHECK_EQ(refused(nested(kMaxGroupDepth)), "");
  CHECK_EQ(refused(nested(kMaxGroupDepth + 1)), "bad_pattern");
  CHECK_EQ(refused("a{1000}"), "");
  CHECK_EQ(refused("a{1001}"), "bad_pattern");
  CHECK_EQ(refused("(a{1000}){1000}"), "bad_pattern");
  CHECK_EQ(refused("((a{30}){30}){30}"), "bad_pattern");
}

TEST_CASE("a pattern that others blow up on ends, and costs fuel by the length of the text") {
  const std::string text(100'000, 'a');
  CHECK_FALSE(found("^(a+)+$", text + "b"));
  Fuel little(10);
  const Pattern pattern("a");
  CHECK_EQ(error_code([&] { pattern.found_in(text, little); }), "out_of_fuel");
}

}  // namespace
}  // namespace agentnet::paybond
