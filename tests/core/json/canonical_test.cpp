#include "core/json/canonical.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;
using agentnet::Error;

namespace {

Outcome canonical(std::string_view text, Form form = Form::svp) {
  return outcome_of([&] { return to_canonical(parse(text, kAsPython).root, form); });
}

// Without the canon_version that svp adds, for tests of other things.
std::string sorted(std::string_view text) {
  return canonical(text, Form::sorted).text;
}

std::string with_extra(std::string_view text, std::vector<std::string_view> extra, Extra where) {
  const Document document = parse(text, kAsPython);
  std::string out;
  CanonicalWriter(std::move(extra), where).write(document.root, out);
  return out;
}

void check_refused(std::string_view text, Form form, const std::string& code, std::int64_t offset) {
  CAPTURE(text);
  const Outcome outcome = canonical(text, form);
  CHECK(outcome.code == code);
  CHECK(outcome.offset == offset);
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

constexpr std::string_view kAllVolatile[] = {"snap_hash",
                                             "hash",
                                             "add_snapchore_hash",
                                             "post_metrics_snap_hash",
                                             "signature",
                                             "signatures",
                                             "sig",
                                             "attestation",
                                             "attestations",
                                             "attestation_sig",
                                             "created_at",
                                             "updated_at",
                                             "timestamp",
                                             "time",
                                             "ts",
                                             "nonce",
                                             "audit_snapchore",
                                             "snapchore_context",
                                             "snapchore_validation"};

}  // namespace

TEST_CASE("the volatile names are exactly the recorded ones, told apart by case") {
  CHECK(volatile_names().size() == std::size(kAllVolatile));
  for (const std::string_view name : kAllVolatile) {
    CAPTURE(name);
    CHECK(is_volatile(name));
    CHECK(std::count(volatile_names().begin(), volatile_names().end(), name) == 1);
    for (std::size_t i = 0; i < name.size(); ++i) {
      std::string other(name);
      other[i] = static_cast<char>(other[i] ^ 0x20);
      CHECK_FALSE(is_volatile(other));
    }
    for (std::size_t length = 0; length < name.size(); ++length) {
      const std::string_view start = name.substr(0, length);
      CHECK(is_volatile(start) ==
            (std::find(std::begin(kAllVolatile), std::end(kAllVolatile), start) != std::end(kAllVolatile)));
    }
    for (const std::string_view more :
         {std::string_view("x"), std::string_view(" "), with_zeros("\0"), std::string_view("_at")})
      CHECK_FALSE(is_volatile(std::string(name) + std::string(more)));
    CHECK_FALSE(is_volatile(" " + std::string(name)));
  }
  for (const std::string_view name :
       {std::string_view(), std::string_view("canon_version"), std::string_view("metadata"),
        std::string_view("id"), with_zeros("\0"), std::string_view("t"), std::string_view("tss"),
        std::string_view("hashes"), std::string_view("\xff"),
        std::string_view("a name far longer than every volatile one of them")})
    CHECK_FALSE(is_volatile(name));
}

TEST_CASE("volatile members fall away at every depth, and nothing else does") {
  for (const std::string_view name : kAllVolatile) {
    CAPTURE(name);
    const std::string member = "\"" + std::string(name) + "\":{\"x\":1}";
    const std::string text = "{" + member + ",\"a\":{" + member + ",\"b\":[{" + member + "}]},\"c\":\"" +
                             std::string(name) + "\"}";
    CHECK(canonical(text).text ==
          R"({"a":{"b":[{}]},"c":")" + std::string(name) + R"(","canon_version":"SVP-1.0"})");
  }
  CHECK(canonical(R"({"Hash":1,"TIMESTAMP":2})").text ==
        R"({"Hash":1,"TIMESTAMP":2,"canon_version":"SVP-1.0"})");
}

TEST_CASE("extra names fall away at the top and in metadata when capturing") {
  const std::string text =
      R"({"x":1,"y":2,"a":{"x":3,"metadata":{"x":4}},"metadata":{"x":5,"y":6,"in":{"x":7}},"l":[{"x":8}]})";
  CHECK(
      with_extra(text, {"x"}, Extra::capture) ==
      R"({"a":{"metadata":{"x":4},"x":3},"canon_version":"SVP-1.0","l":[{"x":8}],"metadata":{"in":{"x":7},"y":6},"y":2})");
  CHECK(
      with_extra(text, {"x", "y"}, Extra::capture) ==
      R"({"a":{"metadata":{"x":4},"x":3},"canon_version":"SVP-1.0","l":[{"x":8}],"metadata":{"in":{"x":7}}})");
  CHECK(with_extra(R"({"metadata":[{"x":1}]})", {"x"}, Extra::capture) ==
        R"({"canon_version":"SVP-1.0","metadata":[{"x":1}]})");
  CHECK(with_extra(R"({"metadata":{"x":1},"b":2})", {"metadata"}, Extra::capture) ==
        R"({"b":2,"canon_version":"SVP-1.0"})");
  CHECK(with_extra(R"({"metadata":1,"metadata":{"x":1}})", {"x"}, Extra::capture) ==
        R"({"canon_version":"SVP-1.0","metadata":{}})");
}

TEST_CASE("extra names fall away at every depth when asked for") {
  const std::string text = R"({"x":1,"a":{"x":3,"b":[{"x":4,"c":5}]},"metadata":{"x":5,"in":{"x":7}}})";
  CHECK(with_extra(text, {"x"}, Extra::every_depth) ==
        R"({"a":{"b":[{"c":5}]},"canon_version":"SVP-1.0","metadata":{"in":{}}})");
}

TEST_CASE("extra names are compared exactly, may be empty and add to the volatile ones") {
  CHECK(with_extra(R"({"":1,"X":2,"x ":3,"hash":4,"a":{"":5}})", {"", "x"}, Extra::capture) ==
        R"({"X":2,"a":{"":5},"canon_version":"SVP-1.0","x ":3})");
  CHECK(with_extra(R"({"a":1})", {}, Extra::capture) == R"({"a":1,"canon_version":"SVP-1.0"})");
  CHECK(with_extra(R"({"é":1,"e\u0301":2})", {"é"}, Extra::capture) ==
        "{\"canon_version\":\"SVP-1.0\",\"e\u0301\":2}");
}

TEST_CASE("canon_version is added at the top level unless it is there already") {
  CHECK(canonical("{}").text == R"({"canon_version":"SVP-1.0"})");
  CHECK(canonical(R"({"z":1,"a":2})").text == R"({"a":2,"canon_version":"SVP-1.0","z":1})");
  CHECK(canonical(R"({"canon_version":"x"})").text == R"({"canon_version":"x"})");
  CHECK(canonical(R"({"canon_version":null})").text == R"({"canon_version":null})");
  CHECK(canonical(R"({"canon_version":{"canon_version":1}})").text ==
        R"({"canon_version":{"canon_version":1}})");
  CHECK(canonical(R"({"a":{"canon_version":"x"},"l":[{}]})").text ==
        R"({"a":{"canon_version":"x"},"canon_version":"SVP-1.0","l":[{}]})");
  CHECK(canonical(R"({"canon\u005fversion":2})").text == R"({"canon_version":2})");
  CHECK(canonical(R"({"canon_version":1,"canon_version":2})").text == R"({"canon_version":2})");
  CHECK(with_extra(R"({"canon_version":"x"})", {"canon_version"}, Extra::capture) ==
        R"({"canon_version":"SVP-1.0"})");
  CHECK(sorted("{}") == "{}");
  CHECK(canonical(R"({"a":1})", Form::quantized).text == R"({"a":1})");
}

TEST_CASE("names are sorted by code point") {
  CHECK(sorted(R"({"\uffff":1,"\ud83d\ude00":2,"a":3,"é":4,"Z":5,"":6,"~":7,"\u0000":8})") ==
        "{\"\":6,\"\\u0000\":8,\"Z\":5,\"a\":3,\"~\":7,\"é\":4,\"\uffff\":1,\"\U0001f600\":2}");
  CHECK(sorted(R"({"10":1,"9":2,"1":3})") == R"({"1":3,"10":1,"9":2})");
}

TEST_CASE("names that share their first bytes are told apart by the rest") {
  CHECK(sorted(R"({"abcdefgh2":1,"abcdefgh":2,"abcdefgh10":3,"abcdefg":4,"abcdefgh1":5})") ==
        R"({"abcdefg":4,"abcdefgh":2,"abcdefgh1":5,"abcdefgh10":3,"abcdefgh2":1})");
  CHECK(sorted(R"({"a\u0000":1,"a":2,"a\u0000\u0000":3,"\u0000":4,"":5,"\u0000\u0000":6})") ==
        R"({"":5,"\u0000":4,"\u0000\u0000":6,"a":2,"a\u0000":1,"a\u0000\u0000":3})");
  CHECK(sorted(R"({"abcdefg\u0000":1,"abcdefg":2})") == R"({"abcdefg":2,"abcdefg\u0000":1})");
}

TEST_CASE("objects of every size and order are sorted like a list of their names") {
  const std::uint64_t seed = std::random_device()();
  INFO("seed ", seed);
  std::mt19937_64 random(seed);
  const auto random_name = [&] {
    static const char* const kParts[] = {
        "a", "b", "Z", "é", "\uffff", "😀", "\\u0000", "prefix__", "longer_than_eight_"};
    std::string name;
    for (std::size_t parts = random() % 5; parts > 0; --parts)
      name += kParts[random() % std::size(kParts)];
    return name + std::to_string(random() % 1'000'000);
  };
  for (std::size_t size = 0; size < 120; ++size) {
    std::vector<std::pair<std::string, std::string>> members;
    for (std::size_t i = 0; i < size; ++i)
      members.emplace_back(random_name(), std::to_string(i));
    std::string text = "{";
    for (const auto& [name, value] : members)
      text += (text.size() == 1 ? "\"" : ",\"") + name + "\":" + value;
    std::map<std::string, std::string> expected;
    for (const auto& [name, value] : members)
      expected[std::string(parse('"' + name + '"').root.text())] = value;
    const Document back = parse(sorted(text + "}"));
    std::vector<std::pair<std::string, std::string>> got;
    for (const Member& member : back.root.members())
      got.emplace_back(member.name.text(), member.value.text());
    CHECK(got == std::vector<std::pair<std::string, std::string>>(expected.begin(), expected.end()));
  }
}

TEST_CASE("of a name that repeats the last counts, and the repetition is reported") {
  struct Row {
    std::string_view text;
    std::string_view canonical;
    std::int64_t duplicate;  // offset of the second occurrence; -1 for none
  };
  const Row table[] = {
      {R"({"a":1,"b":2})", R"({"a":1,"b":2})", -1},
      {R"({"a":1,"a":2})", R"({"a":2})", 7},
      {R"({"a":1,"b":0,"a":2,"a":3})", R"({"a":3,"b":0})", 13},
      {R"({"a":1,"\u0061":2})", R"({"a":2})", 7},
      {R"({"x":[{"y":1,"y":2}]})", R"({"x":[{"y":2}]})", 13},
      {R"({"longer_than_8":1,"longer_than_9":2,"longer_than_8":3})",
       R"({"longer_than_8":3,"longer_than_9":2})", 37},
      {R"({"hash":1,"hash":2})", "{}", -1},  // dropped, so it does not matter
      {R"({"a":{"a":1}})", R"({"a":{"a":1}})", -1},
  };
  for (const Row& row : table) {
    CAPTURE(row.text);
    const Document document = parse(row.text);
    std::string bare;
    CanonicalWriter svp(Form::svp);
    svp.write(document.root, bare);
    CHECK((svp.duplicate() ? std::int64_t{svp.duplicate()->offset()} : -1) == row.duplicate);
    const std::string expected = to_canonical(parse(row.canonical).root, Form::svp);
    CHECK(bare == expected);
  }
}

TEST_CASE("duplicates beyond the size that is sorted by hand are treated alike") {
  std::string text = "{";
  for (int i = 0; i < 100; ++i)
    text += "\"name_" + std::to_string(i % 40) + "\":" + std::to_string(i) + ",";
  const Document document = parse(text + "\"z\":0}");
  Document clean = parse(text + "\"z\":0}");
  CanonicalWriter writer(Form::sorted);
  std::string out;
  writer.write(document.root, out);
  CHECK(out == to_canonical(without_duplicates(clean.root, clean.arena), Form::sorted));
  REQUIRE(writer.duplicate());
  CHECK(writer.duplicate()->text() == "name_0");
  writer.write(parse("{}").root, out);
  CHECK_FALSE(writer.duplicate());
}

TEST_CASE("a value that a later one overrides, or that is volatile, may be anything") {
  CHECK(canonical(R"({"a":1e400,"a":1})").text == R"({"a":1,"canon_version":"SVP-1.0"})");
  CHECK(canonical(R"({"a":"\ud800","a":1})").text == R"({"a":1,"canon_version":"SVP-1.0"})");
  CHECK(canonical(R"({"a":)" + nested("[", "", "]", 200) + R"(,"a":1})").text ==
        R"({"a":1,"canon_version":"SVP-1.0"})");
  CHECK(
      canonical(R"({"hash":"\ud800","ts":NaN,"sig":1e99,"nonce":)" + nested("[", "", "]", 500) + "}").text ==
      R"({"canon_version":"SVP-1.0"})");
  CHECK(with_extra(R"({"x":NaN,"metadata":{"x":"\udc00"}})", {"x"}, Extra::capture) ==
        R"({"canon_version":"SVP-1.0","metadata":{}})");
}

TEST_CASE("values 50 levels below the root are written and those 51 below are refused") {
  static_assert(kMaxSvpDepth == 50);
  const std::string fits = nested("{\"a\":", "1", "}", 50);
  CHECK(canonical(fits).text ==
        "{\"a\":" + nested("{\"a\":", "1", "}", 49) + ",\"canon_version\":\"SVP-1.0\"}");
  check_refused(nested("{\"a\":", "1", "}", 51), Form::svp, "too_deep", 255);
  CHECK(canonical("{\"a\":" + nested("[", "", "]", 50) + "}").code == "");
  check_refused("{\"a\":" + nested("[", "", "]", 51) + "}", Form::svp, "too_deep", 55);
  check_refused("{\"a\":" + nested("[", "0", "]", 50) + "}", Form::svp, "too_deep", 55);
  CHECK(canonical(nested("{\"a\":", "{\"hash\":[[1]]}", "}", 50)).code == "");
  CHECK(canonical(R"({"metadata":)" + nested("[", "", "]", 50) + "}").code == "");
  check_refused(R"({"metadata":{"a":)" + nested("[", "", "]", 50) + "}}", Form::svp, "too_deep", 66);
  const std::string deep = nested("[", "1", "]", 900);
  CHECK(canonical(deep, Form::sorted).text == deep);
  CHECK(canonical(deep, Form::quantized).text == deep);
}

TEST_CASE("only an object has a SnapChore hash") {
  for (const std::string_view text : {"[1,2,3]", "\"abc\"", "5", "1.5", "null", "true", "[]", " []"})
    CHECK(canonical(text).code == "not_an_object");
  check_refused("  5", Form::svp, "not_an_object", 2);
  for (const Form form : {Form::sorted, Form::quantized}) {
    for (const std::string_view text : {"[1,2,3]", "\"abc\"", "5", "null", "true"})
      CHECK(canonical(text, form).text == text);
  }
}

TEST_CASE("integers stand as they are, but for minus zero") {
  const std::string big(4300, '9');
  const std::string table[] = {"0", "-1", "100000000000000000000000", big, "-" + big};
  for (const std::string& text : table)
    CHECK(canonical("[" + text + "]", Form::quantized).text == "[" + text + "]");
  CHECK(sorted("[-0]") == "[0]");
  CHECK(canonical(R"({"a":-0})").text == R"({"a":0,"canon_version":"SVP-1.0"})");
}

TEST_CASE("decimals are rounded in svp and quantized and only respelled in sorted") {
  const std::string text = "[0.1234567890123456,1e15,-0.0,1E3,5e-13,1.50]";
  CHECK(canonical(text, Form::sorted).text ==
        "[0.1234567890123456,1000000000000000.0,-0.0,1000.0,5e-13,1.5]");
  CHECK(canonical(text, Form::quantized).text == "[0.123456789012,1000000000000000.0,-0.0,1000.0,1e-12,1.5]");
  CHECK(canonical("{\"a\":" + text + "}").text ==
        R"({"a":[0.123456789012,1000000000000000.0,-0.0,1000.0,1e-12,1.5],"canon_version":"SVP-1.0"})");
}

TEST_CASE("decimals of 1e16 and more are refused where rounding, those that are not finite everywhere") {
  CHECK(canonical(R"({"a":9999999999999998.0})").text ==
        R"({"a":9999999999999998.0,"canon_version":"SVP-1.0"})");
  for (const std::string_view number : {"1e16", "-1e16", "10000000000000000.0", "1.7976931348623157e308"}) {
    const std::string text = "{\"a\":[1," + std::string(number) + "]}";
    check_refused(text, Form::svp, "number_out_of_range", 8);
    check_refused(text, Form::quantized, "number_out_of_range", 8);
    CHECK(canonical(text, Form::sorted).code == "");
  }
  CHECK(sorted("[1e16,1.7976931348623157e308]") == "[1e+16,1.7976931348623157e+308]");
  for (const std::string_view number : {"1e400", "-1e400", "NaN", "Infinity", "-Infinity"}) {
    for (const Form form : {Form::svp, Form::sorted, Form::quantized})
      check_refused("{\"a\":[1," + std::string(number) + "]}", form, "number_out_of_range", 8);
  }
}

TEST_CASE("half a surrogate pair is refused in a name and in a value") {
  for (const Form form : {Form::svp, Form::sorted, Form::quantized}) {
    check_refused(R"({"a":["\ud800"]})", form, "lone_surrogate", 6);
    check_refused(R"({"a":1,"\udc00":1})", form, "lone_surrogate", 7);
    check_refused(R"({"a":{"x\udc00y":1}})", form, "lone_surrogate", 6);
  }
  CHECK(sorted(R"(["\ud83d\ude00"])") == "[\"\U0001f600\"]");
}

TEST_CASE(
    "strings have the short escapes, lower-case hexadecimal for other controls, and all else as it is") {
  CHECK(sorted(R"({"\"\\\/\b\f\n\r\t":"\u0000\u000b\u001f\u007f\u2028\u00e9\/"})") ==
        "{\"\\\"\\\\/\\b\\f\\n\\r\\t\":\"\\u0000\\u000b\\u001f\x7f\u2028é/\"}");
  CHECK(sorted("[\"</script>\x7f\u2029\"]") == "[\"</script>\x7f\u2029\"]");
}

TEST_CASE("composed and decomposed characters stay different") {
  CHECK(sorted(R"({"\u00e9":1,"e\u0301":2})") == "{\"e\u0301\":2,\"\u00e9\":1}");
}

TEST_CASE("a built value has the same canonical form as its text") {
  Arena arena;
  const Value inner = ObjectBuilder(arena).add("z", "q\"\n").add_integer("a", -5).done();
  const Value built = ObjectBuilder(arena)
                          .add("ts", "now")
                          .add("b", inner)
                          .add("a", Value::number(Kind::decimal, "1.0"))
                          .done();
  const std::string text = R"({"ts":"now","b":{"z":"q\"\n","a":-5},"a":1.0})";
  for (const Form form : {Form::svp, Form::sorted, Form::quantized})
    CHECK(to_canonical(built, form) == canonical(text, form).text);
}

TEST_CASE("a writer goes on after a refusal, and leaves nothing of it behind") {
  CanonicalWriter writer(Form::svp);
  std::string out = "before";
  const Document good = parse(R"({"b":[{"d":1,"c":2}],"a":1})");
  for (const std::string_view text : {R"({"a":1,"a":2,"b":{"c":[1e99]}})", "[]", R"({"a":"\ud800"})"}) {
    const Document bad = parse(text, kAsPython);
    CHECK_THROWS_AS(writer.write(bad.root, out), Error);
    CHECK(out == "before");
  }
  writer.write(good.root, out);
  CHECK(out == R"(before{"a":1,"b":[{"c":2,"d":1}],"canon_version":"SVP-1.0"})");
  CHECK_FALSE(writer.duplicate());
}

TEST_CASE("the canonical form of canonical bytes is the same bytes") {
  for (const auto& vector : read_vectors("hash_canonical.json")) {
    if (!vector.contains("canonical_hex")) continue;
    CAPTURE(vector.at("id").get<std::string>());
    const auto bytes = agentnet::parse_hex(vector.at("canonical_hex").get<std::string>()).value();
    const std::string text(agentnet::as_text(bytes));
    CHECK(canonical(text).text == text);
    CHECK(canonical(text, Form::quantized).text == text);
    CHECK(canonical(text, Form::sorted).text == text);
  }
}
