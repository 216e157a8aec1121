#include "core/json/value.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;
using agentnet::Error;

namespace {

std::string code_of_wrong_kind(const Value& value, int accessor) {
  return outcome_of([&]() -> std::string {
           if (accessor == 0) (void)value.as_boolean();
           if (accessor == 1) (void)value.text();
           if (accessor == 2) (void)value.items();
           if (accessor == 3) (void)value.members();
           return "";
         })
      .code;
}

std::string cleaned(std::string_view text, ParseOptions options = {}) {
  Document document = parse(text, options);
  return to_compact(without_duplicates(document.root, document.arena));
}

}  // namespace

TEST_CASE("an object keeps every member in the order of the text and finds the last of a name") {
  const Document document = parse(R"({"b":1,"a":2,"b":3,"\u0062":4,"c":5})");
  CHECK(to_compact(document.root) == R"({"b":1,"a":2,"b":3,"b":4,"c":5})");
  REQUIRE(document.root.find("b") != nullptr);
  CHECK(document.root.find("b")->text() == "4");
  CHECK(document.root.find("a")->text() == "2");
  CHECK(document.root.find("d") == nullptr);
  CHECK(document.root.find("") == nullptr);
}

TEST_CASE("finding in anything but an object finds nothing") {
  for (const std::string_view text : {"null", "true", "1", "1.5", "\"a\"", "[{\"a\":1}]"})
    CHECK(parse(text).root.find("a") == nullptr);
}

TEST_CASE("each accessor answers only for its own kind") {
  const Document document = parse(R"([null, true, 1, 1.5, "s", [], {}])");
  const std::string allowed[] = {"", "0", "1", "1", "1", "2", "3"};
  for (std::size_t i = 0; i < 7; ++i) {
    const Value& value = document.root.items()[i];
    CHECK(static_cast<std::size_t>(value.kind()) == i);
    for (int accessor = 0; accessor < 4; ++accessor) {
      CAPTURE(i);
      CAPTURE(accessor);
      const bool right = allowed[i] == std::to_string(accessor);
      CHECK(code_of_wrong_kind(value, accessor) == (right ? "" : "wrong_kind"));
    }
  }
}

TEST_CASE("integers are read as 64 bits exactly when they fit") {
  struct Row {
    std::string_view text;
    std::optional<std::int64_t> number;
  };
  const Row table[] = {
      {"0", 0},
      {"-0", 0},
      {"1", 1},
      {"-1", -1},
      {"9223372036854775807", INT64_MAX},
      {"9223372036854775808", std::nullopt},
      {"-9223372036854775808", INT64_MIN},
      {"-9223372036854775809", std::nullopt},
      {"18446744073709551616", std::nullopt},
      {"1.0", std::nullopt},
      {"1e3", std::nullopt},
      {"\"1\"", std::nullopt},
      {"true", std::nullopt},
      {"null", std::nullopt},
      {"[1]", std::nullopt},
  };
  for (const Row& row : table) {
    CAPTURE(row.text);
    CHECK(parse(row.text).root.as_int64() == row.number);
  }
}

TEST_CASE("truth is Python's") {
  struct Row {
    std::string_view text;
    bool truthy;
  };
  const Row table[] = {
      {"null", false},    {"false", false},  {"true", true},   {"0", false},        {"-0", false},
      {"0.0", false},     {"-0.0", false},   {"0e5", false},   {"0E+0", false},     {"1e-400", false},
      {"-1e-400", false}, {"1e-324", false}, {"5e-324", true}, {"0.000", false},    {"0.0001", true},
      {"1", true},        {"-1", true},      {"1e400", true},  {"NaN", true},       {"-Infinity", true},
      {"\"\"", false},    {"\" \"", true},   {"\"0\"", true},  {"\"false\"", true}, {"[]", false},
      {"{}", false},      {"[0]", true},     {"[[]]", true},   {"{\"\":0}", true}};
  for (const Row& row : table) {
    CAPTURE(row.text);
    CHECK(parse(row.text, kAsPython).root.truthy() == row.truthy);
  }
}

TEST_CASE("without duplicates an object is the one that Python's json makes") {
  struct Row {
    std::string_view text;
    std::string_view clean;
  };
  // The right column is what CPython 3.11 printed for json.dumps(json.loads(text), separators=(',', ':')).
  const Row table[] = {
      {R"({"a":1,"a":2})", R"({"a":2})"},
      {R"({"a":1,"b":2,"a":3})", R"({"a":3,"b":2})"},
      {R"({"a":1,"b":2,"b":3,"a":4,"c":5,"a":6})", R"({"a":6,"b":3,"c":5})"},
      {R"({"a":{"x":1,"x":2},"a":{"y":1,"y":2}})", R"({"a":{"y":2}})"},
      {R"({"a":[{"x":1,"x":2}],"b":1})", R"({"a":[{"x":2}],"b":1})"},
      {R"([{"a":1,"a":2},{"b":1}])", R"([{"a":2},{"b":1}])"},
      {R"({"a":{"b":{"c":1,"c":2}}})", R"({"a":{"b":{"c":2}}})"},
      {R"({"\u0061":1,"a":2})", R"({"a":2})"},
      {R"({"":1,"":2})", R"({"":2})"},
      {R"({"a":1,"a":{"b":1,"b":2},"c":{"d":1,"d":3}})", R"({"a":{"b":2},"c":{"d":3}})"},
      {R"({"a":{"dropped":1,"dropped":2},"a":1})", R"({"a":1})"},
  };
  for (const Row& row : table) {
    CAPTURE(row.text);
    CHECK(cleaned(row.text) == row.clean);
  }
}

TEST_CASE("duplicates in objects of every size are reduced as in a map that keeps first places") {
  std::mt19937 random(20'261'123);
  for (std::size_t size = 0; size < 60; ++size) {
    for (std::size_t names = 1; names <= size + 1; names += 1 + names / 3) {
      std::vector<std::pair<std::string, std::string>> expected;
      std::string text = "{";
      for (std::size_t i = 0; i < size; ++i) {
        const std::string name = "name" + std::to_string(random() % names);
        text += (i == 0 ? "\"" : ",\"") + name + "\":" + std::to_string(i);
        const auto same = [&](const auto& member) { return member.first == name; };
        const auto found = std::find_if(expected.begin(), expected.end(), same);
        if (found == expected.end()) expected.emplace_back(name, "");
        std::find_if(expected.begin(), expected.end(), same)->second = std::to_string(i);
      }
      std::string clean = "{";
      for (const auto& [name, value] : expected)
        clean += (clean.size() == 1 ? "\"" : ",\"") + name + "\":" + value;
      CHECK(cleaned(text + "}") == clean + "}");
    }
  }
}

TEST_CASE("removing duplicates reports the second occurrence of the first one met") {
  const auto found_at = [](std::string_view text) {
    Document document = parse(text);
    std::optional<Value> found;
    (void)without_duplicates(document.root, document.arena, &found);
    return found ? std::string(found->text()) + "@" + std::to_string(found->offset()) : "none";
  };
  CHECK(found_at(R"({"a":1,"b":2})") == "none");
  CHECK(found_at(R"({"a":1,"b":2,"a":3,"b":4})") == "a@13");
  CHECK(found_at(R"({"a":1,"a":2,"a":3})") == "a@7");
  CHECK(found_at(R"([{"x":{"y":1,"y":2}},{"a":1,"a":2}])") == "y@13");
}

TEST_CASE("a document without duplicates is handed back as it is, and unchanged parts are shared") {
  Document document = parse(R"({"same":[1,{"x":2}],"other":{"a":1,"a":2}})");
  const Value& same = *document.root.find("same");
  const Value clean = without_duplicates(document.root, document.arena);
  CHECK(clean.find("same")->items().data() == same.items().data());
  CHECK(without_duplicates(same, document.arena).items().data() == same.items().data());
  CHECK(without_duplicates(clean, document.arena).members().data() == clean.members().data());
}

TEST_CASE("a rebuilt object remembers which names hold half a surrogate pair") {
  Document document = parse(R"({"\ud800":1,"x":1,"x":2})", kAsPython);
  for (const Value& value : {without_duplicates(document.root, document.arena),
                             with_member(document.root, "x", Value::boolean(true), document.arena),
                             without_member(document.root, "x", document.arena)}) {
    CHECK(value.members()[0].name.has_lone_surrogate());
    CHECK(value.members()[0].name.offset() == 1);
  }
}

TEST_CASE("setting a member replaces it in the place of the first, or adds it at the end") {
  Document document = parse(R"({"a":1,"b":2,"a":3})");
  Arena& arena = document.arena;
  const Value yes = Value::boolean(true);
  CHECK(to_compact(with_member(document.root, "b", yes, arena)) == R"({"a":1,"b":true,"a":3})");
  CHECK(to_compact(with_member(document.root, "a", yes, arena)) == R"({"a":true,"b":2})");
  CHECK(to_compact(with_member(document.root, "c", yes, arena)) == R"({"a":1,"b":2,"a":3,"c":true})");
  CHECK(to_compact(document.root) == R"({"a":1,"b":2,"a":3})");
  CHECK_THROWS_AS((void)with_member(Value(), "a", yes, arena), Error);
}

TEST_CASE("leaving out a member leaves out all of that name") {
  Document document = parse(R"({"a":1,"b":2,"a":3})");
  CHECK(to_compact(without_member(document.root, "a", document.arena)) == R"({"b":2})");
  CHECK(to_compact(without_member(document.root, "c", document.arena)) == R"({"a":1,"b":2,"a":3})");
}

TEST_CASE("builders make objects and arrays of every kind of value") {
  Arena arena;
  std::string text = "copied";
  const Value list = ArrayBuilder(arena).add("one").add(Value::integer(arena, 2)).add(Value()).done();
  const Value object = ObjectBuilder(arena)
                           .add("text", text)
                           .add("literal", "l")
                           .add_boolean("yes", true)
                           .add_integer("least", INT64_MIN)
                           .add_optional("some", std::optional<std::string>("x\n"))
                           .add_optional("none", std::nullopt)
                           .add("list", list)
                           .add("number", Value::number(Kind::decimal, "1.50"))
                           .add("empty", ObjectBuilder(arena).done())
                           .add("no_items", ArrayBuilder(arena).done())
                           .done();
  text = "######";
  CHECK(to_compact(object) ==
        R"({"text":"copied","literal":"l","yes":true,"least":-9223372036854775808,"some":"x\n","none":null,)"
        R"("list":["one",2,null],"number":1.50,"empty":{},"no_items":[]})");
}

TEST_CASE("an arena keeps what it handed out apart and aligned") {
  Arena arena;
  std::vector<std::pair<std::string_view, std::string>> texts;
  std::mt19937 random(7);
  for (int i = 0; i < 2'000; ++i) {
    const std::string text(random() % 90, static_cast<char>('a' + i % 26));
    texts.emplace_back(arena.copy(text), text);
    auto* const number = arena.allocate<std::uint64_t>(1 + random() % 3);
    CHECK(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t) == 0);
    *number = ~std::uint64_t{0};
  }
  for (const auto& [copy, original] : texts)
    CHECK(copy == original);
}

TEST_CASE("a reset arena is used again, at the same place once it has grown") {
  Arena arena;
  const char* place = nullptr;
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 100; ++i)
      (void)arena.copy(std::string(1'000, 'x'));
    arena.reset();
    const char* const start = arena.copy("y").data();
    if (round > 1) CHECK(start == place);
    place = start;
    arena.reset();
  }
  (void)arena.allocate<char>(Arena::kKeptBytes + 1);
  arena.reset();
  CHECK(arena.copy("after a block too large to keep") == "after a block too large to keep");
}

TEST_CASE("an arena that was moved from starts anew") {
  Arena first;
  const std::string_view kept = first.copy("kept");
  Arena second = std::move(first);
  const std::string_view other =
      first.copy("elsewhere");  // NOLINT: what a moved-from arena does is the point
  const std::string_view more = second.copy("more");
  CHECK(kept == "kept");
  CHECK(other == "elsewhere");
  CHECK(more == "more");
  second = std::move(first);
  CHECK(other == "elsewhere");
  CHECK(second.copy("again") == "again");
}
