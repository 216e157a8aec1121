#include "commands/paybond/shell_words.hpp"

#include <doctest/doctest.h>

#include "tests/commands/fixtures.hpp"
#include "tests/support/seed.hpp"

namespace agentnet::commands {
namespace {

using tests::fault_of;
using Words = std::vector<std::string>;

TEST_CASE("a line falls apart at its blanks") {
  CHECK(split_shell_line("intents  list\t--limit 5\r") == Words{"intents", "list", "--limit", "5"});
  CHECK(split_shell_line("").empty());
  CHECK(split_shell_line(" \t ").empty());
}

TEST_CASE("quotes and backslashes keep a word together") {
  CHECK(split_shell_line(R"(a 'b c' "d e" f\ g)") == Words{"a", "b c", "d e", "f g"});
  CHECK(split_shell_line(R"(--body='{"a": "x\y"}')") == Words{R"(--body={"a": "x\y"})"});
  CHECK(split_shell_line(R"("a\"b\\c\d")") == Words{R"(a"b\c\d)"});
  CHECK(split_shell_line("x '' \"\"") == Words{"x", "", ""});
  CHECK(split_shell_line(R"(it\'s a\#b)") == Words{"it's", "a#b"});
}

TEST_CASE("nothing is expanded") {
  CHECK(split_shell_line("$HOME `id` *;|&") == Words{"$HOME", "`id`", "*;|&"});
}

TEST_CASE("a comment ends the line, a # inside of a word does not") {
  CHECK(split_shell_line("# whoami").empty());
  CHECK(split_shell_line("whoami # who") == Words{"whoami"});
  CHECK(split_shell_line("did:web:p#key '#'") == Words{"did:web:p#key", "#"});
}

TEST_CASE("the program's own name in front does not count, once") {
  CHECK(split_shell_line("paybond whoami") == Words{"whoami"});
  CHECK(split_shell_line("paybond paybond") == Words{"paybond"});
}

TEST_CASE("a quote that stays open is refused") {
  CHECK(fault_of([] { split_shell_line("a 'b"); }) == "usage/open_quote");
  CHECK(fault_of([] { split_shell_line("a \"b\\\""); }) == "usage/open_quote");
  CHECK(split_shell_line("a\\") == Words{"a\\"});
}

// A word as a careful user writes it, in one of three ways.
std::string quoted(const std::string& word, std::uint64_t way) {
  if (way == 0) {
    std::string text = "'";
    for (const char c : word)
      text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
  }
  std::string text = way == 1 ? "\"" : "";
  for (const char c : word) {
    if (way == 2 || c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + (way == 1 ? "\"" : "");
}

TEST_CASE("whatever words are, quoting them brings them through") {
  const std::uint64_t seed = agentnet::tests::test_seed();
  INFO("AGENTNET_SEED=" << seed);
  std::mt19937_64 random(seed);
  constexpr std::string_view kLetters = "ab #'\"\\$\t={}\xc3\xa9";
  for (int round = 0; round < 500; ++round) {
    Words words{"x"};
    std::string line = "x";
    for (std::uint64_t count = random() % 5; count > 0; --count) {
      std::string word;
      for (std::uint64_t length = 1 + random() % 8; length > 0; --length)
        word += kLetters[random() % kLetters.size()];
      words.push_back(word);
      line += " " + quoted(word, random() % 3);
    }
    CAPTURE(line);
    CHECK(split_shell_line(line) == words);
  }
}

TEST_CASE("a line has a limit") {
  CHECK(split_shell_line(std::string(kMaxShellLineBytes, 'x')).size() == 1);
  CHECK(fault_of([] { split_shell_line(std::string(kMaxShellLineBytes + 1, 'x')); }) ==
        "usage/line_too_long");
}

}  // namespace
}  // namespace agentnet::commands
