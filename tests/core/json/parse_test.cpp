#include "core/json/parse.hpp"

#include <doctest/doctest.h>
#include <sys/mman.h>

#include <string>

#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;
using agentnet::Error;

namespace {

struct Rejected {
  std::string_view text;
  std::int64_t offset;
};

void check_rejected(const Rejected& rejected, ParseOptions options = {}) {
  CAPTURE(rejected.text);
  const Outcome outcome = attempt(rejected.text, options);
  CHECK(outcome.code == "bad_json");
  CHECK(outcome.offset == rejected.offset);
}

std::string nested(std::string_view open, std::string_view middle, std::string_view close, unsigned times) {
  std::string text;
  for (unsigned i = 0; i < times; ++i)
    text += open;
  text += middle;
  for (unsigned i = 0; i < times; ++i)
    text += close;
  return text;
}

}  // namespace

TEST_CASE("every shape of number is accepted and keeps its text and kind") {
  for (const std::string_view text : {"0", "-0", "1", "-1", "9", "10", "1234567890", "18446744073709551616",
                                      "-9223372036854775809", "100000000000000000000000000000000000000"}) {
    CAPTURE(text);
    const Document document = parse(text);
    CHECK(document.root.kind() == Kind::integer);
    CHECK(document.root.text() == text);
  }
  for (const std::string_view text : {"0.0",       "-0.0",    "1.0",
                                      "0.5",       "-0.5",    "1e5",
                                      "1E5",       "1e+5",    "1e-5",
                                      "1E-05",     "0e0",     "0E+0",
                                      "-0e-0",     "0.5e-10", "20e1",
                                      "1.25E+2",   "1E400",   "-1E400",
                                      "1e-400",    "1e00005", "0.00000000000000000000000000000000000000001",
                                      "123.456e78"}) {
    CAPTURE(text);
    const Document document = parse(text);
    CHECK(document.root.kind() == Kind::decimal);
    CHECK(document.root.text() == text);
  }
}

TEST_CASE("what is nearly a number is rejected where it goes wrong") {
  const Rejected table[] = {{"-", 1},
                            {"--1", 1},
                            {"-a", 1},
                            {"- 1", 1},
                            {"-.5", 1},
                            {"01", 1},
                            {"00", 1},
                            {"-01", 2},
                            {"-00", 2},
                            {"00.5", 1},
                            {"012", 1},
                            {"1.", 2},
                            {"-1.", 3},
                            {"1.e5", 2},
                            {"1.-5", 2},
                            {"1.a", 2},
                            {"1e", 2},
                            {"1E", 2},
                            {"1e+", 3},
                            {"1e-", 3},
                            {"1e 5", 2},
                            {"1e+-5", 3},
                            {"1ee5", 2},
                            {"1e5.5", 3},
                            {"1e5e5", 3},
                            {"1.5.5", 3},
                            {"0x1", 1},
                            {"0X1F", 1},
                            {"0b1", 1},
                            {"0o7", 1},
                            {"1_000", 1},
                            {"1,000", 1},
                            {"1 000", 2},
                            {"1a", 1},
                            {"1f", 1},
                            {"1L", 1},
                            {"1n", 1},
                            {"0.e1", 2},
                            {"9.e+", 2},
                            {"1e1a", 3},
                            {"0e", 2},
                            {"-0e", 3},
                            {"0.", 2},
                            {"+1", 0},
                            {"++1", 0},
                            {"+", 0},
                            {".5", 0},
                            {".", 0},
                            {"e5", 0},
                            {"inf", 0},
                            {"nan", 0},
                            {"NAN", 0},
                            {"Inf", 0},
                            {"infinity", 0},
                            {"\uff11", 0},
                            {"\u0661", 0},
                            {"1\uff11", 1},
                            {"\u2212"
                             "1",
                             0},
                            {"1\u00bd", 1},
                            {"$1", 0},
                            {"1%", 1},
                            {"0-1", 1},
                            {"1+1", 1}};
  for (const Rejected& row : table)
    check_rejected(row);
}

TEST_CASE("a number that is broken off at the end of an item is rejected at the bracket") {
  for (const Rejected& row : {Rejected{"[-]", 2}, {"[1.]", 3}, {"[1e]", 3}, {"{\"a\":-}", 6}, {"[1,-,2]", 4}})
    check_rejected(row);
}

TEST_CASE("an integer has 4300 digits at most, its sign not counted, and a decimal has no limit") {
  const std::string most(kMaxIntegerDigits, '7');
  CHECK(attempt(most).text == most);
  CHECK(attempt("-" + most).text == "-" + most);
  check_rejected({most + "7", 0});
  check_rejected({"[0,-" + most + "7]", 3});
  CHECK(attempt(most + "7.5").text == most + "7.5");
  CHECK(attempt(most + "7e5").text == most + "7e5");
  CHECK(attempt("0." + most + most).text == "0." + most + most);
}

TEST_CASE("literals are exactly true, false and null") {
  CHECK(attempt("true").text == "true");
  CHECK(attempt("[false,null]").text == "[false,null]");
  const Rejected table[] = {{"tru", 0},   {"truee", 4}, {"True", 0},    {"TRUE", 0},
                            {"t", 0},     {"fals", 0},  {"falsey", 5},  {"nul", 0},
                            {"nulll", 4}, {"NULL", 0},  {"None", 0},    {"undefined", 0},
                            {"n ull", 0}, {"[tru]", 1}, {"[true1]", 5}, {"nullnull", 4}};
  for (const Rejected& row : table)
    check_rejected(row);
}

TEST_CASE("NaN and the infinities are rejected unless asked for") {
  for (const Rejected& row :
       {Rejected{"NaN", 0}, {"Infinity", 0}, {"-Infinity", 0}, {"[1,NaN]", 3}, {"{\"a\":-Infinity}", 5}})
    check_rejected(row);
  check_rejected({"NaN", 0}, {.non_finite = false, .lone_surrogates = true});
  constexpr ParseOptions kNonFinite{.non_finite = true, .lone_surrogates = false};
  for (const std::string_view text : {"NaN", "Infinity", "-Infinity"}) {
    CAPTURE(text);
    const Document document = parse(text, kNonFinite);
    CHECK(document.root.kind() == Kind::decimal);
    CHECK(document.root.text() == text);
  }
  for (const Rejected& row : {Rejected{"-NaN", 1},
                              {"+NaN", 0},
                              {"+Infinity", 0},
                              {"nan", 0},
                              {"Inf", 0},
                              {"-Inf", 0},
                              {"NaNN", 3},
                              {"-infinity", 1},
                              {"Infinityx", 8},
                              {"--Infinity", 1}})
    check_rejected(row, kNonFinite);
}

TEST_CASE("arrays and objects are accepted with and without the four kinds of white space") {
  struct Row {
    std::string_view text;
    std::string_view compact;
  };
  const Row table[] = {
      {"[]", "[]"},
      {"{}", "{}"},
      {"[[]]", "[[]]"},
      {"[{},[],{}]", "[{},[],{}]"},
      {" \t\r\n[ \t\r\n] \t\r\n", "[]"},
      {"\n{\r}\t", "{}"},
      {" [ 1 , 2 ,\n3 ] ", "[1,2,3]"},
      {"{ \"a\" : 1 , \"b\" : [ ] }", R"({"a":1,"b":[]})"},
      {"{\"\":0}", R"({"":0})"},
      {"\t5\n", "5"},
      {"\"top\"", "\"top\""},
      {"{\"a\":{\"a\":{\"a\":{}}}}", R"({"a":{"a":{"a":{}}}})"},
  };
  for (const Row& row : table) {
    CAPTURE(row.text);
    CHECK(attempt(row.text).text == row.compact);
  }
}

TEST_CASE("faults of structure are rejected where they stand") {
  const Rejected table[] = {{"", 0},
                            {" ", 1},
                            {"\n\n", 2},
                            {"[", 1},
                            {"]", 0},
                            {"{", 1},
                            {"}", 0},
                            {",", 0},
                            {":", 0},
                            {"[,]", 1},
                            {"[1,]", 3},
                            {"[1, ]", 4},
                            {"[,1]", 1},
                            {"[1,,2]", 3},
                            {"[1 2]", 3},
                            {"[1:2]", 2},
                            {"[1", 2},
                            {"[1,", 3},
                            {"[1,\n", 4},
                            {"[[]", 3},
                            {"[[],", 4},
                            {"[1;2]", 2},
                            {"[}", 1},
                            {"[1}", 2},
                            {"{]", 1},
                            {"{,}", 1},
                            {"{\"a\"}", 4},
                            {"{\"a\":}", 5},
                            {"{\"a\":1,}", 7},
                            {"{\"a\":1,,\"b\":2}", 7},
                            {"{\"a\" 1}", 5},
                            {"{\"a\"=1}", 4},
                            {"{\"a\":1", 6},
                            {"{\"a\":", 5},
                            {"{\"a\"", 4},
                            {"{\"a", 1},
                            {"{\"a\":1,", 7},
                            {"{a:1}", 1},
                            {"{'a':1}", 1},
                            {"{1:1}", 1},
                            {"{null:1}", 1},
                            {"{[]:1}", 1},
                            {"{{}:1}", 1},
                            {"{:1}", 1},
                            {"{\"a\"::1}", 5},
                            {"{\"a\",1}", 4},
                            {"{\"a\":1 \"b\":2}", 7},
                            {"{\"a\":1]", 6},
                            {"{\"a\":1;}", 6},
                            {"{\"a\":1,\"b\"}", 10},
                            {"{\"a\":1 2}", 7},
                            {"[\"a\":1]", 4},
                            {"[\"a\",", 5},
                            {"{\"a\":[}", 6},
                            {"[{]", 2},
                            {"[{\"a\":1]", 7},
                            {"1 1", 2},
                            {"{}{}", 2},
                            {"[][]", 2},
                            {"[1]]", 3},
                            {"{}}", 2},
                            {"[] x", 3},
                            {"\"a\"x", 3},
                            {"\"a\"\"b\"", 3},
                            {"//c\n1", 0},
                            {"/*c*/1", 0},
                            {"[1/*c*/]", 2},
                            {"1//", 1},
                            {"#", 0},
                            {"'a'", 0},
                            {"`a`", 0},
                            {"*", 0},
                            {"<null>", 0},
                            {"\\u0041", 0},
                            {"[\\n]", 1},
                            {"[a", 1},
                            {"{\"a\":b}", 5},
                            {"(1)", 0},
                            {"{...}", 1},
                            {"\\", 0},
                            {"&", 0}};
  for (const Rejected& row : table)
    check_rejected(row);
}

TEST_CASE("nothing else counts as white space, wherever it stands") {
  for (const std::string_view space :
       {std::string_view("\v"), std::string_view("\f"), std::string_view("\b"), with_zeros("\0"),
        std::string_view("\x1f"), std::string_view("\x7f"), std::string_view("\u00a0"),
        std::string_view("\u0085"), std::string_view("\u1680"), std::string_view("\u200b"),
        std::string_view("\u2028"), std::string_view("\u2029"), std::string_view("\u3000"),
        std::string_view("\u2060"), std::string_view("\ufeff")}) {
    const std::string s(space);
    check_rejected({s + "1", 0});
    check_rejected({"1" + s, 1});
    check_rejected({"[" + s + "]", 1});
    check_rejected({"[1" + s + "]", 2});
    check_rejected({"[1," + s + "2]", 3});
    check_rejected({"{" + s + "}", 1});
    check_rejected({"{\"a\"" + s + ":1}", 4});
    check_rejected({"{\"a\":" + s + "1}", 5});
    check_rejected({"{\"a\":1" + s + "}", 6});
  }
}

TEST_CASE("a byte order mark is rejected, and so are texts in UTF-16") {
  check_rejected({"\xef\xbb\xbf{}", 0});
  check_rejected({"\xef\xbb\xbf", 0});
  check_rejected({with_zeros("\xff\xfe{\0}\0"), 0});
  check_rejected({with_zeros("\0{\0}"), 0});
  check_rejected({with_zeros("{\0}\0"), 1});
}

TEST_CASE("containers nest to the limit and not one deeper") {
  const std::string arrays = nested("[", "", "]", kMaxDepth);
  CHECK(attempt(arrays).text == arrays);
  CHECK(attempt(nested("[", "1", "]", kMaxDepth)).code == "");
  check_rejected({nested("[", "", "]", kMaxDepth + 1), kMaxDepth});
  const std::string objects = nested("{\"a\":", "{}", "}", kMaxDepth - 1);
  CHECK(attempt(objects).text == objects);
  check_rejected({nested("{\"a\":", "{}", "}", kMaxDepth), 5 * kMaxDepth});
  CHECK(attempt(nested("[{\"a\":", "1", "}]", kMaxDepth / 2)).code == "");
  check_rejected({nested("[{\"a\":", "[]", "}]", kMaxDepth / 2), 6 * (kMaxDepth / 2)});
  check_rejected({std::string(1'000'000, '['), kMaxDepth});
}

TEST_CASE("containers side by side do not add up to depth") {
  std::string text = "[";
  for (unsigned i = 0; i < 3 * kMaxDepth; ++i)
    text += "[],{},";
  text += "[]]";
  CHECK(attempt(text).text == text);
}

TEST_CASE("an error gives offset, line and column and says them in its message") {
  const Outcome outcome = attempt("{\n  \"a\": 1,\n  \"b\": x\n}");
  CHECK(outcome.offset == 19);
  CHECK(outcome.line == 3);
  CHECK(outcome.column == 8);
  CHECK(outcome.text == "invalid JSON: a value was expected at line 3, column 8 (byte 19)");
  try {
    parse("x");
    FAIL("not reached");
  } catch (const Error& error) {
    CHECK(error.category() == agentnet::Category::usage);
    CHECK(error.details().size() == 3);
  }
}

TEST_CASE("positions count lines by line feeds and columns by bytes") {
  const std::string_view text =
      "a\n\xc3\xa9"
      "b\r\nc\n";
  const auto is = [&](std::size_t offset, std::size_t line, std::size_t column) {
    CAPTURE(offset);
    const Position position = position_of(text, offset);
    CHECK(position.line == line);
    CHECK(position.column == column);
  };
  is(0, 1, 1);
  is(1, 1, 2);
  is(2, 2, 1);
  is(4, 2, 3);
  is(6, 2, 5);
  is(7, 3, 1);
  is(9, 4, 1);
  is(100, 4, 1);
}

TEST_CASE("every value and every name knows its offset in the text") {
  const Document document = parse(" {\"a\" : [ 1, \"\\u0041\", {\"b\":null} ],\n\"c\":-2.5, \"d\" :true}");
  const auto members = document.root.members();
  CHECK(document.root.offset() == 1);
  CHECK(members[0].name.offset() == 2);
  CHECK(members[0].value.offset() == 8);
  CHECK(members[0].value.items()[0].offset() == 10);
  CHECK(members[0].value.items()[1].offset() == 13);
  const Value& inner = members[0].value.items()[2];
  CHECK(inner.offset() == 23);
  CHECK(inner.members()[0].name.offset() == 24);
  CHECK(inner.members()[0].value.offset() == 28);
  CHECK(members[1].name.offset() == 37);
  CHECK(members[1].value.offset() == 41);
  CHECK(members[2].value.offset() == 52);
}

TEST_CASE("a parser goes on with the next document after one that failed") {
  Parser parser;
  Arena arena;
  const std::string deep(kMaxDepth + 1, '[');
  for (const std::string& bad :
       {deep, std::string("[1,[2,{\"a\":["), std::string("{\"a\":\"\\n"), std::string("[\"\\ud800\"]")}) {
    CHECK_THROWS_AS((void)parser.parse(bad, arena), Error);
    arena.reset();
    const std::string good = nested("[", "{\"a\":\"b\\n\"},1", "]", 200);
    CHECK(to_compact(parser.parse(good, arena)) == good);
    arena.reset();
  }
}

TEST_CASE("many documents in one arena stay valid together") {
  Parser parser;
  Arena arena;
  std::vector<std::string> texts;
  std::vector<Value> values;
  for (int i = 0; i < 500; ++i)
    texts.push_back("{\"n\":[" + std::to_string(i) + ",\"\\t" +
                    std::string(static_cast<std::size_t>(i), 'x') + "\"]}");
  for (const std::string& text : texts)
    values.push_back(parser.parse(text, arena));
  for (std::size_t i = 0; i < texts.size(); ++i)
    CHECK(to_compact(values[i]) == texts[i]);
}

TEST_CASE("a document outlives the text it was parsed from, and a move") {
  std::string text = R"({"name":"value","list":[1,2.50,"\u00e9"]})";
  Document document = parse(text);
  text.assign(text.size(), '#');
  const Document moved = std::move(document);
  CHECK(to_compact(moved.root) == "{\"name\":\"value\",\"list\":[1,2.50,\"\xc3\xa9\"]}");
}

TEST_CASE("a text over a gibibyte is refused before it is read") {
  const std::size_t size = kMaxDocumentBytes + 1;
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  REQUIRE(memory != MAP_FAILED);
  const char* const zeros = static_cast<const char*>(memory);
  Parser parser;
  Arena arena;
  const auto code = [&](std::size_t bytes) {
    return outcome_of([&] { return to_compact(parser.parse({zeros, bytes}, arena)); }).code;
  };
  CHECK(code(size) == "too_large");
  CHECK(code(kMaxDocumentBytes) == "bad_json");  // a zero byte is no value
  ::munmap(memory, size);
}
