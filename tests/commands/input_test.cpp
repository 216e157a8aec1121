// What an argument stands for: JSON itself, standard input or a file.
#include "commands/input.hpp"

#include <doctest/doctest.h>

#include "core/json/write.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::CommandRun;
using tests::fault_of;

TEST_CASE("an argument is the JSON itself, standard input or a file") {
  const CommandRun run("of input");
  const std::string file = run.folder.put("a.json", "of file");
  const auto read = [&](const std::string& argument) { return read_input(argument, run.context); };
  CHECK(read(R"({"a":1})").text == R"({"a":1})");
  CHECK(read("[1]").name == "the argument");
  CHECK(read("-").text == "of input");
  CHECK(read("@" + file).text == "of file");
  CHECK(read(file).name == file);
}

TEST_CASE("a name that looks like JSON needs the sign before it") {
  const CommandRun run;
  const std::string missing = run.folder.path() + "/none";
  CHECK(fault_of([&] { (void)read_input("@{none}", run.context); }) == "usage/bad_input");
  CHECK(fault_of([&] { (void)read_input(missing, run.context); }) == "usage/bad_input");
  CHECK(fault_of([&] { (void)read_input("", run.context); }) == "usage/bad_input");
  CHECK(fault_of([&] { (void)read_input(run.folder.path(), run.context); }) == "usage/bad_input");
}

TEST_CASE("what is wrong with a document is said with its name") {
  try {
    (void)parse_input({"standard input", "{"});
    FAIL("nothing was thrown");
  } catch (const Error& fault) {
    CHECK(fault.category() == Category::usage);
    CHECK(fault.message().starts_with("standard input: "));
  }
}

TEST_CASE("only faults of usage get a name in front") {
  const auto thrown = [](Category category) {
    try {
      naming("here", [&] { throw Error(category, "code", "what", "hint"); });
    } catch (const Error& fault) {
      CHECK(fault.hint() == "hint");
      return fault.message();
    }
    return std::string();
  };
  CHECK(thrown(Category::usage) == "here: what");
  CHECK(thrown(Category::auth) == "what");
}

TEST_CASE("of duplicate names the last counts, or both are refused") {
  const CommandRun run;
  const InputText input{"file", R"({"a":1,"b":{"c":1,"c":2},"a":3})"};
  json::Document document = parse_input(input);
  CHECK(json::to_compact(settle_duplicates(document.root, document.arena, false, input, run.context)) ==
        R"({"a":3,"b":{"c":2}})");
  CHECK(fault_of([&] { (void)settle_duplicates(document.root, document.arena, true, input, run.context); }) ==
        "usage/duplicate_name");
  const InputText plain{"file", R"({"a":1,"b":{"a":2}})"};
  json::Document other = parse_input(plain);
  CHECK(fault_of([&] { (void)settle_duplicates(other.root, other.arena, true, plain, run.context); }) ==
        "nothing");
}

}  // namespace
}  // namespace agentnet::commands
