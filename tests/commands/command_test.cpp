// The values of a command line.
#include "commands/command.hpp"

#include <doctest/doctest.h>

#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::fault_of;
using tests::with;

TEST_CASE("of several values the last is the one, and all are there in their order") {
  const Arguments arguments = with({{"--x", {"a", "b"}}, {"--flag", {}}});
  CHECK(arguments.find("--x") == "b");
  CHECK(arguments.all("--x") == std::vector<std::string>{"a", "b"});
  CHECK(arguments.has("--flag"));
  CHECK_FALSE(arguments.find("--flag"));
  CHECK_FALSE(arguments.has("--none"));
  CHECK(arguments.text("--none").empty());
  CHECK(arguments.all("--none").empty());
}

TEST_CASE("a whole number lies within its limits and is nothing but digits") {
  const auto read = [](const char* text) { return with({{"--n", {text}}}).number("--n", -1, 9); };
  CHECK(read("-1") == -1);
  CHECK(read("9") == 9);
  CHECK_FALSE(Arguments().number("--n", 0, 1));
  for (const char* text : {"", "-2", "10", "1.0", "+1", " 1", "1 ", "0x1", "99999999999999999999"}) {
    CAPTURE(text);
    CHECK(fault_of([&] { (void)read(text); }) == "usage/bad_number");
  }
}

TEST_CASE("leaving one name out leaves the others and the original alone") {
  const Arguments all = with({{"--x", {"a"}}, {"--y", {"b"}}});
  const Arguments others = all.without("--x");
  CHECK_FALSE(others.has("--x"));
  CHECK(others.text("--y") == "b");
  CHECK(all.text("--x") == "a");
}

}  // namespace
}  // namespace agentnet::commands
