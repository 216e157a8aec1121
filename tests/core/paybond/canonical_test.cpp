#include "core/paybond/canonical.hpp"

#include "core/paybond/digest.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

std::string canonical(const std::string& text) {
  return std::string(Digester().canonical(text));
}

std::string nested(std::size_t depth) {
  return repeated("[", depth) + repeated("]", depth);
}

TEST_CASE("canonical text and digest of the recorded documents are the recorded ones") {
  Digester digester;  // one for all, as in bulk
  for (const auto& vector : read_vectors("canonical_json.json")) {
    CAPTURE(vector.at("id"));
    const std::string text = vector.at("input_json_text");
    if (vector.contains("error")) {
      CHECK_NE(error_code([&] { digester.canonical(text); }), "");
      continue;
    }
    const std::string_view written = digester.canonical(text);
    CHECK_EQ(written, vector.at("canonical_utf8").get<std::string>());
    CHECK_EQ(written.size(), vector.at("canonical_len").get<std::size_t>());
    CHECK_EQ(hex_lower(digester.digest(text)), vector.at("blake3_hex").get<std::string>());
    CHECK_EQ(digest_of(text), digester.digest(text));
    CHECK_EQ(digest_of(json::parse(text).root), digester.digest(text));
  }
}

TEST_CASE("names are ordered by code point and not by UTF-16 unit") {
  CHECK_EQ(canonical("{\"\xf0\x9f\x98\x80\":1,\"\xef\xbf\xbd\":2}"),
           "{\"\xef\xbf\xbd\":2,\"\xf0\x9f\x98\x80\":1}");
  CHECK_EQ(canonical(R"({"b":1,"aaaaaaaab":2,"aaaaaaaaa":3,"":4})"),
           R"({"":4,"aaaaaaaaa":3,"aaaaaaaab":2,"b":1})");
}

TEST_CASE("of duplicates the last counts, and the writer says which there was") {
  Digester digester;
  CHECK_EQ(digester.canonical(R"({"a":1,"b":2,"\u0061":3})"), R"({"a":3,"b":2})");
  REQUIRE(digester.duplicate());
  CHECK_EQ(digester.duplicate()->text(), "a");
  CHECK_EQ(digester.duplicate()->offset(), 13);
  digester.canonical("{}");
  CHECK_FALSE(digester.duplicate());
}

TEST_CASE("a duplicate that does not count must be valid all the same") {
  CHECK_EQ(error_code([] { canonical(R"({"a":1e999,"a":1})"); }), "number_out_of_range");
  CHECK_EQ(error_code([] { canonical(R"({"a":[{"b":1e999}],"a":1})"); }), "number_out_of_range");
  CHECK_EQ(canonical(R"({"a":)" + nested(kMaxNesting - 1) + R"(,"a":1})"), R"({"a":1})");
  CHECK_EQ(error_code([] { canonical(R"({"a":)" + nested(kMaxNesting) + R"(,"a":1})"); }), "too_deep");
}

TEST_CASE("127 containers inside each other are taken and 128 are not") {
  CHECK_EQ(canonical(nested(kMaxNesting)), nested(kMaxNesting));
  CHECK_EQ(error_code([] { canonical(nested(kMaxNesting + 1)); }), "too_deep");
  const std::string objects = repeated(R"({"a":)", kMaxNesting) + "1" + repeated("}", kMaxNesting);
  CHECK_EQ(canonical(objects), objects);
  CHECK_EQ(error_code([&] { canonical("[" + objects + "]"); }), "too_deep");
}

TEST_CASE("a refusal names the byte and appends nothing") {
  const json::Document document = json::parse(R"({"a":[1,2e999]})");
  std::string out = "kept";
  try {
    CanonicalWriter().write(document.root, out);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK_EQ(error.code(), "number_out_of_range");
    REQUIRE_EQ(error.details().size(), 1);
    CHECK_EQ(std::get<std::int64_t>(error.details()[0].value), 8);
  }
  CHECK_EQ(out, "kept");
}

TEST_CASE("strings keep all but quotes, backslashes and controls as they are") {
  CHECK_EQ(canonical(R"("\/\u007f\u2028<&>\u0000\u001F\b\f\n\r\t")"),
           "\"/\x7f\xe2\x80\xa8<&>\\u0000\\u001f\\b\\f\\n\\r\\t\"");
}

TEST_CASE("a number that is another one when it is read again is found") {
  const auto changing = [](const std::string& text) {
    const json::Document document = json::parse(canonical(text));
    const auto found = changing_number(document.root);
    return std::string(found.value_or("none"));
  };
  CHECK_EQ(changing(R"({"a":[1,2.5],"b":{"c":[0.1,98243.643931795392]}})"), "98243.64393179539");
  CHECK_EQ(changing(R"([3.8660646419181276e-17])"), "3.866064641918128e-17");
  CHECK_EQ(changing(R"({"a":[1,0.7030502047778455,-0,18446744073709551616,"98243.64393179539"]})"), "none");
}

TEST_CASE("any value may be the root") {
  CHECK_EQ(canonical(" null "), "null");
  CHECK_EQ(canonical("true"), "true");
  CHECK_EQ(canonical("-7"), "-7");
  CHECK_EQ(canonical("\"a\""), "\"a\"");
  CHECK_EQ(error_code([] { canonical(""); }), "bad_json");
  CHECK_EQ(error_code([] { canonical("{} {}"); }), "bad_json");
}

}  // namespace
}  // namespace agentnet::paybond
