#include "commands/paybond/shell_words.hpp"

#include <doctest/doctest.h>

#include "tests/commands/fixtures.hpp"

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

TEST_CASE("a line has a limit") {
  CHECK(split_shell_line(std::string(kMaxShellLineBytes, 'x')).size() == 1);
  CHECK(fault_of([] { split_shell_line(std::string(kMaxShellLineBytes + 1, 'x')); }) ==
        "usage/line_too_long");
}

}  // namespace
}  // namespace agentnet::commands
