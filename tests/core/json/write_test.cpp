#include "core/json/write.hpp"

#include <doctest/doctest.h>

#include <string>

#include "core/json/output.hpp"
#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;

namespace {

struct Row {
  std::string_view text;
  std::string_view compact_utf8;
  std::string_view compact_ascii;
  std::string_view indented_utf8;
  std::string_view indented_ascii;
};

// Printed by CPython 3.11: json.dumps(value) with separators=(',', ':') or indent=2, and ensure_ascii either
// way.
// clang-format off
const Row kPython[] = {
    {"null", "null", "null", "null", "null"},
    {"true", "true", "true", "true", "true"},
    {"false", "false", "false", "false", "false"},
    {"0", "0", "0", "0", "0"},
    {"-1", "-1", "-1", "-1", "-1"},
    {"12345678901234567890123", "12345678901234567890123", "12345678901234567890123", "12345678901234567890123", "12345678901234567890123"},
    {"1.5", "1.5", "1.5", "1.5", "1.5"},
    {"-0.0", "-0.0", "-0.0", "-0.0", "-0.0"},
    {"1e+16", "1e+16", "1e+16", "1e+16", "1e+16"},
    {"1e-07", "1e-07", "1e-07", "1e-07", "1e-07"},
    {"\"\"", "\"\"", "\"\"", "\"\"", "\"\""},
    {"[]", "[]", "[]", "[]", "[]"},
    {"{}", "{}", "{}", "{}", "{}"},
    {"\"abc\"", "\"abc\"", "\"abc\"", "\"abc\"", "\"abc\""},
    {"\"\xc3\xa9\"", "\"\xc3\xa9\"", "\"\\u00e9\"", "\"\xc3\xa9\"", "\"\\u00e9\""},
    {"\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"", "\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"", "\"\\u65e5\\u672c\\u8a9e\"", "\"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\"", "\"\\u65e5\\u672c\\u8a9e\""},
    {"\"\xf0\x9f\x98\x80\"", "\"\xf0\x9f\x98\x80\"", "\"\\ud83d\\ude00\"", "\"\xf0\x9f\x98\x80\"", "\"\\ud83d\\ude00\""},
    {"\"\xf4\x8f\xbf\xbf\xf0\x90\x80\x80\"", "\"\xf4\x8f\xbf\xbf\xf0\x90\x80\x80\"", "\"\\udbff\\udfff\\ud800\\udc00\"", "\"\xf4\x8f\xbf\xbf\xf0\x90\x80\x80\"", "\"\\udbff\\udfff\\ud800\\udc00\""},
    {"\"\xef\xbf\xbf\xef\xbf\xbe\"", "\"\xef\xbf\xbf\xef\xbf\xbe\"", "\"\\uffff\\ufffe\"", "\"\xef\xbf\xbf\xef\xbf\xbe\"", "\"\\uffff\\ufffe\""},
    {"\"\x7f\"", "\"\x7f\"", "\"\\u007f\"", "\"\x7f\"", "\"\\u007f\""},
    {"\"\xc2\x80\xc2\x9f\"", "\"\xc2\x80\xc2\x9f\"", "\"\\u0080\\u009f\"", "\"\xc2\x80\xc2\x9f\"", "\"\\u0080\\u009f\""},
    {"\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\\u2028\\u2029\"", "\"\xe2\x80\xa8\xe2\x80\xa9\"", "\"\\u2028\\u2029\""},
    {"\"\\\"\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\""},
    {"\"\\u0000\\u0001\\u000b\\u000e\\u001f\"", "\"\\u0000\\u0001\\u000b\\u000e\\u001f\"", "\"\\u0000\\u0001\\u000b\\u000e\\u001f\"", "\"\\u0000\\u0001\\u000b\\u000e\\u001f\"", "\"\\u0000\\u0001\\u000b\\u000e\\u001f\""},
    {"\"</script>\"", "\"</script>\"", "\"</script>\"", "\"</script>\"", "\"</script>\""},
    {"\"a\\tb\"", "\"a\\tb\"", "\"a\\tb\"", "\"a\\tb\"", "\"a\\tb\""},
    {"\"tail\\\\\"", "\"tail\\\\\"", "\"tail\\\\\"", "\"tail\\\\\"", "\"tail\\\\\""},
    {"[1, 2, 3]", "[1,2,3]", "[1,2,3]", "[\n  1,\n  2,\n  3\n]", "[\n  1,\n  2,\n  3\n]"},
    {"[[]]", "[[]]", "[[]]", "[\n  []\n]", "[\n  []\n]"},
    {"[[], [[]], {}]", "[[],[[]],{}]", "[[],[[]],{}]", "[\n  [],\n  [\n    []\n  ],\n  {}\n]", "[\n  [],\n  [\n    []\n  ],\n  {}\n]"},
    {"{\"a\": 1}", "{\"a\":1}", "{\"a\":1}", "{\n  \"a\": 1\n}", "{\n  \"a\": 1\n}"},
    {"{\"a\": {}}", "{\"a\":{}}", "{\"a\":{}}", "{\n  \"a\": {}\n}", "{\n  \"a\": {}\n}"},
    {"{\"a\": []}", "{\"a\":[]}", "{\"a\":[]}", "{\n  \"a\": []\n}", "{\n  \"a\": []\n}"},
    {"{\"b\": 1, \"a\": 2}", "{\"b\":1,\"a\":2}", "{\"b\":1,\"a\":2}", "{\n  \"b\": 1,\n  \"a\": 2\n}", "{\n  \"b\": 1,\n  \"a\": 2\n}"},
    {"{\"\": \"\"}", "{\"\":\"\"}", "{\"\":\"\"}", "{\n  \"\": \"\"\n}", "{\n  \"\": \"\"\n}"},
    {"{\"\xc3\xa9\\n\": [null, true, {\"\xf0\x9f\x98\x80\": \"\x7f\"}]}", "{\"\xc3\xa9\\n\":[null,true,{\"\xf0\x9f\x98\x80\":\"\x7f\"}]}", "{\"\\u00e9\\n\":[null,true,{\"\\ud83d\\ude00\":\"\\u007f\"}]}", "{\n  \"\xc3\xa9\\n\": [\n    null,\n    true,\n    {\n      \"\xf0\x9f\x98\x80\": \"\x7f\"\n    }\n  ]\n}", "{\n  \"\\u00e9\\n\": [\n    null,\n    true,\n    {\n      \"\\ud83d\\ude00\": \"\\u007f\"\n    }\n  ]\n}"},
    {"{\"a\": [1, {\"b\": [2, {\"c\": []}]}], \"d\": \"e\"}", "{\"a\":[1,{\"b\":[2,{\"c\":[]}]}],\"d\":\"e\"}", "{\"a\":[1,{\"b\":[2,{\"c\":[]}]}],\"d\":\"e\"}", "{\n  \"a\": [\n    1,\n    {\n      \"b\": [\n        2,\n        {\n          \"c\": []\n        }\n      ]\n    }\n  ],\n  \"d\": \"e\"\n}", "{\n  \"a\": [\n    1,\n    {\n      \"b\": [\n        2,\n        {\n          \"c\": []\n        }\n      ]\n    }\n  ],\n  \"d\": \"e\"\n}"},
    {"[{\"a\": 1}, {\"b\": 2}]", "[{\"a\":1},{\"b\":2}]", "[{\"a\":1},{\"b\":2}]", "[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": 2\n  }\n]", "[\n  {\n    \"a\": 1\n  },\n  {\n    \"b\": 2\n  }\n]"},
    {"[\"x\", [\"y\", [\"z\"]]]", "[\"x\",[\"y\",[\"z\"]]]", "[\"x\",[\"y\",[\"z\"]]]", "[\n  \"x\",\n  [\n    \"y\",\n    [\n      \"z\"\n    ]\n  ]\n]", "[\n  \"x\",\n  [\n    \"y\",\n    [\n      \"z\"\n    ]\n  ]\n]"},
    {"{\"list\": [{}, [], \"\", 0, null]}", "{\"list\":[{},[],\"\",0,null]}", "{\"list\":[{},[],\"\",0,null]}", "{\n  \"list\": [\n    {},\n    [],\n    \"\",\n    0,\n    null\n  ]\n}", "{\n  \"list\": [\n    {},\n    [],\n    \"\",\n    0,\n    null\n  ]\n}"},
};
// clang-format on

}  // namespace

TEST_CASE("both layouts in both text styles are those of Python's json.dumps") {
  for (const Row& row : kPython) {
    CAPTURE(row.text);
    const Document document = parse(row.text);
    CHECK(to_compact(document.root) == row.compact_utf8);
    CHECK(to_compact(document.root, Text::utf8) == row.compact_utf8);
    CHECK(to_compact(document.root, Text::ascii) == row.compact_ascii);
    CHECK(to_indented(document.root) == row.indented_ascii);
    CHECK(to_indented(document.root, Text::ascii) == row.indented_ascii);
    CHECK(to_indented(document.root, Text::utf8) == row.indented_utf8);
  }
}

TEST_CASE("numbers come out exactly as they were written") {
  for (const std::string_view text :
       {"-0", "1.0", "1.50", "1E5", "1e+05", "0.10e-0", "1E400", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827"}) {
    CHECK(to_compact(parse(text).root) == text);
    CHECK(to_indented(parse(text).root) == text);
  }
  CHECK(to_compact(parse("[NaN,Infinity,-Infinity]", kAsPython).root) == "[NaN,Infinity,-Infinity]");
}

TEST_CASE("duplicates are written too, in their order") {
  CHECK(to_compact(parse(R"({"a":1,"b":2,"a":3})").root) == R"({"a":1,"b":2,"a":3})");
}

TEST_CASE("every character that needs an escape gets it, wherever it stands") {
  for (unsigned c = 0; c < 0x80; ++c) {
    for (std::size_t before = 0; before < 18; ++before) {
      const std::string text = std::string(before, 'a') + static_cast<char>(c) + "\u00e9zzzzzzzz";
      for (const Text style : {Text::utf8, Text::ascii}) {
        std::string out;
        write_string(text, out, style);
        CHECK(parse(out).root.text() == text);
        const bool escaped = c < 0x20 || c == '"' || c == '\\' || (c == 0x7f && style == Text::ascii);
        const std::size_t plain = text.size() + 2 + (style == Text::ascii ? 4 : 0);  // é as \u00e9
        CHECK((out.size() > plain) == escaped);
      }
    }
  }
}

TEST_CASE("lone surrogates are written as Python writes them") {
  const Document document = parse(R"(["\ud800","a\udfff\ud83d\ude00"])", kAsPython);
  CHECK(to_compact(document.root, Text::ascii) == R"(["\ud800","a\udfff\ud83d\ude00"])");
}

TEST_CASE("a string built in memory is escaped like one that was parsed") {
  Arena arena;
  const Value object = ObjectBuilder(arena).add("a\"b", "c\\d\n").done();
  CHECK(to_compact(object) == R"({"a\"b":"c\\d\n"})");
}

TEST_CASE("writers append to what is there") {
  std::string out = "kept:";
  const Document document = parse("[1]");
  write_compact(document.root, out);
  write_string("s", out);
  write_indented(document.root, out);
  CHECK(out == "kept:[1]\"s\"[\n  1\n]");
}

TEST_CASE("output that is not kept leaves the string as it was") {
  std::string text = "before";
  {
    Output output(text);
    output.add(std::string(10'000, 'x'));
  }
  CHECK(text == "before");
  {
    Output output(text);
    output.add(',');
    output.keep();
    output.add("lost");
  }
  CHECK(text == "before,");
}

TEST_CASE("output takes pieces of every length") {
  std::string expected;
  std::string text;
  {
    Output output(text);
    for (std::size_t length = 0; length < 200; ++length) {
      std::string piece;
      for (std::size_t i = 0; i < length; ++i)
        piece += static_cast<char>('a' + (length + i) % 26);
      output.add(piece);
      output.add_quoted(piece);
      output.add('-');
      output.fill(length % 3, ' ');
      expected += piece + '"' + piece + '"' + '-' + std::string(length % 3, ' ');
    }
    output.keep();
  }
  CHECK(text == expected);
}
