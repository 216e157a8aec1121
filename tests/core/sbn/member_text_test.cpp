#include "core/sbn/member_text.hpp"

#include <doctest/doctest.h>

#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

TEST_CASE("values become the text that Python's str makes of them") {
  json::Arena arena;
  const auto text = [&](std::string_view written) { return text_of(parse_in(arena, written)); };
  CHECK(text("null") == "None");
  CHECK(text("true") == "True");
  CHECK(text("false") == "False");
  CHECK(text("\"caf\\u00e9\"") == "caf\u00e9");
  CHECK(text("4") == "4");
  CHECK(text("-0") == "0");
  CHECK(text("1e3") == "1000.0");
  CHECK(text("1e-7") == "1e-07");
  CHECK(text("[1, 2]") == "[1,2]");
}

TEST_CASE("a member that is missing or not truthy is empty text") {
  json::Arena arena;
  CHECK(text_or_empty(nullptr) == "");
  for (const char* written : {"null", "false", "0", "\"\"", "[]", "{}", "0.0"}) {
    const json::Value value = parse_in(arena, written);
    CAPTURE(written);
    CHECK(text_or_empty(&value) == "");
  }
  const json::Value one = parse_in(arena, "1");
  CHECK(text_or_empty(&one) == "1");
}

TEST_CASE("trimming leaves nothing of a blank member but keeps zero and false") {
  json::Arena arena;
  const auto text = [&](std::string_view written) {
    const json::Value value = parse_in(arena, written);
    return trimmed_or_none(&value);
  };
  CHECK_FALSE(trimmed_or_none(nullptr).has_value());
  CHECK_FALSE(text("null").has_value());
  CHECK_FALSE(text("\" \\t\\u00a0\"").has_value());
  CHECK(text("\" a b \"") == "a b");
  CHECK(text("0") == "0");
  CHECK(text("false") == "False");
}

TEST_CASE("only A to Z are made small") {
  CHECK(lower_ascii("PROD-\u00c4z@[") == "prod-\u00c4z@[");
}

TEST_CASE("only the boolean true is true") {
  json::Arena arena;
  CHECK_FALSE(is_true(nullptr));
  for (const char* written : {"1", "\"true\"", "false", "[true]"}) {
    const json::Value value = parse_in(arena, written);
    CHECK_FALSE(is_true(&value));
  }
  const json::Value value = parse_in(arena, "true");
  CHECK(is_true(&value));
}

TEST_CASE("a value without canonical bytes is a no and not a fault") {
  json::Arena arena;
  CHECK(canonical_or_none(parse_in(arena, "{\"b\":1,\"a\":2}"), json::Form::sorted) == "{\"a\":2,\"b\":1}");
  CHECK_FALSE(canonical_or_none(parse_in(arena, "{\"a\":NaN}"), json::Form::sorted).has_value());
  CHECK_FALSE(canonical_or_none(parse_in(arena, "{\"a\":\"\\ud800\"}"), json::Form::sorted).has_value());
  CHECK_FALSE(canonical_or_none(parse_in(arena, "[1]"), json::Form::svp).has_value());
}
