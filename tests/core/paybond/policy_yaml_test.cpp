#include "core/paybond/policy_yaml.hpp"

#include "core/json/write.hpp"
#include "core/paybond/policy_presets.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

std::string read(const std::string& yaml) {
  return json::to_compact(read_yaml(yaml).root);
}

std::string fault(const std::string& yaml) {
  return error_code([&] { read_yaml(yaml); });
}

TEST_CASE("mappings and lists nest by indentation") {
  CHECK_EQ(read("a: 1\nb:\n  c: x\n  d:\n    e: true\nf: y\n"),
           R"({"a":1,"b":{"c":"x","d":{"e":true}},"f":"y"})");
  CHECK_EQ(read("a:\n      b: 1\n      c: 2\nd: 3"), R"({"a":{"b":1,"c":2},"d":3})");
  CHECK_EQ(read("a:\n  - x\n  - 2\nb:\n- y\nc: z"), R"({"a":["x",2],"b":["y"],"c":"z"})");
  CHECK_EQ(read("- a\n- b"), R"(["a","b"])");
}

TEST_CASE("nothing is null") {
  CHECK_EQ(read(""), "null");
  CHECK_EQ(read("# only a comment\n\n"), "null");
  CHECK_EQ(read("a:\nb: ~\nc: null\nd:"), R"({"a":null,"b":null,"c":null,"d":null})");
  CHECK_EQ(read("-\n- x"), R"([null,"x"])");
}

TEST_CASE("values are what JSON has, and text otherwise") {
  CHECK_EQ(read("a: true\nb: false\nc: True\nd: yes\ne: on"),
           R"({"a":true,"b":false,"c":"True","d":"yes","e":"on"})");
  CHECK_EQ(read("a: -5\nb: 1.50\nc: 1e3\nd: 01\ne: +1\nf: 0x1\ng: 2026-01-01\nh: 1.2.3"),
           R"({"a":-5,"b":1.50,"c":1e3,"d":"01","e":"+1","f":"0x1","g":"2026-01-01","h":"1.2.3"})");
  CHECK_EQ(read("a: x y\nb: it's\nc: a:b\nd: x#y"), R"({"a":"x y","b":"it's","c":"a:b","d":"x#y"})");
}

TEST_CASE("quotes make text") {
  CHECK_EQ(read("a: 'true'\nb: \"5\"\nc: 'it''s'\nd: \"a\\n\\u0041\"\ne: ''"),
           R"({"a":"true","b":"5","c":"it's","d":"a\nA","e":""})");
  CHECK_EQ(read("'a b': 1\n\"c: d\": 2"), R"({"a b":1,"c: d":2})");
}

TEST_CASE("comments end where the line does, and stand behind a blank") {
  CHECK_EQ(read("# c\na: x # d\nb: 'x # y' # z\n  # e\nc: it's # f"), R"({"a":"x","b":"x # y","c":"it's"})");
  CHECK_EQ(read("a: [x, 'y # z'] # c"), R"({"a":["x","y # z"]})");
}

TEST_CASE("lists may stand in one line") {
  CHECK_EQ(read("a: []\nb: {}\nc: [x]\nd: [ 'a, b' , 2,true ]\ne: [x,]"),
           R"({"a":[],"b":{},"c":["x"],"d":["a, b",2,true],"e":["x"]})");
  for (const char* yaml : {"a: [x", "a: [x, , y]", "a: [[x]]", "a: ['x]", "a: [x] y"})
    CHECK_EQ(fault(yaml), "bad_yaml");
}

TEST_CASE("one document may be marked as such, and end lines as Windows does") {
  CHECK_EQ(read("# c\n---\na: 1\n...\n"), R"({"a":1})");
  CHECK_EQ(read("a: 1\r\nb:\r\n  c: 2\r\n"), R"({"a":1,"b":{"c":2}})");
  CHECK_EQ(fault("a: 1\n---\nb: 2"), "yaml_unsupported");
  CHECK_EQ(fault("a: 1\n...\nb: 2"), "yaml_unsupported");
}

TEST_CASE("JSON is taken as it is") {
  CHECK_EQ(read(R"( {"a": [{"b": 1.0}]} )"), R"({"a":[{"b":1.0}]})");
  CHECK_EQ(fault(R"({"a": )"), "bad_json");
}

TEST_CASE("what is not read here is refused by name") {
  for (const char* yaml :
       {"a: &x 1", "a: *x", "a: !!str 1", "a: |\n  x", "a: >\n  x", "%YAML 1.2", "? a\n: b", "a: {b: 1}",
        "a: @x", "a: `x", "- b: 1", "- - x", "a:\n  - b: 1", "a: [b: 1]", "&x a: 1"}) {
    CAPTURE(yaml);
    CHECK_EQ(fault(yaml), "yaml_unsupported");
  }
}

TEST_CASE("what is no YAML is refused, with its line") {
  for (const char* yaml : {"a", "a: 1\nb", "a: b: c", ": x", "a: 'x", "a: \"x", "a: 'x' y", "a: \"\\q\"",
                           "a: 1\n  b: 2", "a:\n    b: 1\n  c: 2", "  a: 1\nb: 2", "a:\n\tb: 1", "- a\nb: 1",
                           "a: 1\n- b", "a:\n  x", "a: \x01", "a: \xff", "a: 'x\nb: y'"}) {
    CAPTURE(yaml);
    CHECK_EQ(fault(yaml), "bad_yaml");
  }
  try {
    read_yaml("a: 1\n\n# c\nb");
    FAIL("taken");
  } catch (const Error& error) {
    CHECK_EQ(std::get<std::int64_t>(error.details().at(0).value), 4);
  }
}

TEST_CASE("a name stands once in a mapping") {
  CHECK_EQ(fault("a: 1\nb: 2\na: 3"), "duplicate_name");
  CHECK_EQ(fault("a: 1\n'a': 3"), "duplicate_name");
  CHECK_EQ(read("a:\n  x: 1\nb:\n  x: 2"), R"({"a":{"x":1},"b":{"x":2}})");
  CHECK_EQ(fault(R"({"a": 1, "b": {"c": 1, "c": 1}})"), "duplicate_name");
}

TEST_CASE("a policy with bytes changed is read or refused, and read alike when written as JSON") {
  const std::string whole = policy_text(preset_policy("travel", {})) + "x: [a, 'b', \"c\"]  # d\n";
  constexpr std::string_view kBytes = " \n\t:-#'\"[]{},&*!|>%@`~a1\\\r.?\xC3";
  std::uint32_t state = 2463534242;  // xorshift: the same cases each time
  const auto next = [&](std::size_t below) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % below;
  };
  int taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string yaml = whole;
    for (std::size_t changes = 1 + next(3); changes > 0; --changes) {
      const std::size_t place = next(yaml.size());
      if (next(2) == 0) yaml.erase(place, 1 + next(3));
      if (next(2) == 0) yaml.insert(place, 1, kBytes[next(kBytes.size())]);
    }
    CAPTURE(yaml);
    std::string once;
    try {
      once = read(yaml);
      ++taken;
    } catch (const Error& error) {
      CHECK_EQ(error.category(), Category::usage);
      continue;
    }
    if (once.starts_with('{')) CHECK_EQ(read(once), once);
  }
  CHECK_GT(taken, 1000);
}

TEST_CASE("size and depth have a limit") {
  const auto nested = [](unsigned depth) {
    std::string yaml;
    for (unsigned i = 0; i < depth; ++i)
      yaml += std::string(i, ' ') + "a:\n";
    return yaml;
  };
  CHECK_EQ(fault(nested(kMaxYamlDepth)), "");
  CHECK_EQ(fault(nested(kMaxYamlDepth + 1)), "yaml_too_deep");
  const std::string long_line = "a: " + repeated("x", kMaxYamlBytes - 3);
  CHECK_EQ(fault(long_line), "");
  CHECK_EQ(fault(long_line + "x"), "yaml_too_large");
}

}  // namespace
}  // namespace agentnet::paybond
