// The small readers that `sbn atlas` commands share.
#include <doctest/doctest.h>

#include "commands/sbn/atlas.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::fault_of;
using tests::with;

using Texts = std::vector<std::string>;

TEST_CASE("white space goes from the ends only") {
  CHECK(trimmed("\t a b\r\n") == "a b");
  CHECK(trimmed(" \v\f").empty());
  CHECK(trimmed("").empty());
}

TEST_CASE("a list between commas has no empty parts") {
  CHECK(comma_list(" a, b,,c ,") == Texts{"a", "b", "c"});
  CHECK(comma_list(",").empty());
  CHECK(comma_list("").empty());
  CHECK(comma_lists(with({{"--x", {"a,b", "", "c"}}}), "--x") == Texts{"a", "b", "c"});
  CHECK(comma_lists({}, "--x").empty());
}

TEST_CASE("an option that must be there must say something") {
  CHECK(required(with({{"--x", {" a"}}}), "--x") == " a");
  CHECK(fault_of([] { (void)required({}, "--x"); }) == "usage/missing_option");
  CHECK(fault_of([] { (void)required(with({{"--x", {" "}}}), "--x"); }) == "usage/missing_option");
}

TEST_CASE("a number is decimal and finite") {
  const auto read = [](const char* text) { return decimal_option(with({{"--x", {text}}}), "--x"); };
  CHECK(read("-1.5") == -1.5);
  CHECK(read("1e-3") == 0.001);
  CHECK(read(".5") == 0.5);
  CHECK_FALSE(decimal_option({}, "--x"));
  for (const char* text :
       {"", " ", "1 ", " 1", "0x10", "0X1p3", "nan", "inf", "infinity", "1e999", "--1", "1,5"}) {
    CAPTURE(text);
    CHECK(fault_of([&] { (void)read(text); }) == "usage/bad_number");
  }
}

TEST_CASE("no texts are null, some are a list") {
  json::Arena arena;
  CHECK(text_list({}, arena).is_null());
  CHECK(json::to_compact(text_list({"a", "\""}, arena)) == R"(["a","\""])");
}

TEST_CASE("a member of a member is null where either is missing") {
  const json::Document answer = json::parse(R"({"binding":{"frontier":"f"},"other":1})");
  CHECK(inner(answer.root, "binding", "frontier").text() == "f");
  CHECK(inner(answer.root, "binding", "none").is_null());
  CHECK(inner(answer.root, "other", "frontier").is_null());
  CHECK(inner(answer.root, "none", "frontier").is_null());
}

TEST_CASE("people read texts bare, lists with commas, and nothing for null") {
  const auto plain = [](const char* text) { return plain_text(json::parse(text).root); };
  CHECK(plain(R"("a b")") == "a b");
  CHECK(plain("1.50") == "1.50");
  CHECK(plain("null").empty());
  CHECK(plain("true") == "true");
  CHECK(plain(R"(["a",1,null,["b"]])") == "a, 1, , b");
  CHECK(plain(R"({"a":1})") == R"({"a":1})");
}

}  // namespace
}  // namespace agentnet::commands
