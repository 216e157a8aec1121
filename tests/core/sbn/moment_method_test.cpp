#include "core/sbn/moment_method.hpp"

#include <doctest/doctest.h>

#include "core/sbn/moment.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

TEST_CASE("three methods are known, each with its modes and its kind of context") {
  CHECK(method_rule(kLocalSystemContextV2)->allows_mode("simulate"));
  CHECK_FALSE(method_rule(kLocalSystemContextV2)->allows_mode("stubbed"));
  CHECK(method_rule(kSystemContextV1)->allows_mode("stubbed"));
  CHECK_FALSE(method_rule(kImageExifGpsV1)->allows_mode("simulate"));
  CHECK(method_rule(kImageExifGpsV1)->context_kind == "image");
  CHECK_FALSE(method_rule("snapchore.local_system_context.v3").has_value());
}

TEST_CASE("the capture mode is the one stated, or what the flags amount to") {
  json::Arena arena;
  const auto mode = [&](std::string_view text) { return capture_mode_of(parse_in(arena, text)); };
  CHECK(mode(R"({"capture_mode":" device ","simulation":true})") == "device");
  CHECK(mode(R"({"simulation":true,"stubbed_capture":true})") == "simulate");
  CHECK(mode(R"({"simulation":1,"stubbed_capture":true})") == "stubbed");
  CHECK(mode("{}") == "device");
}

TEST_CASE("the context kind is the one stated, or image when there are EXIF members") {
  json::Arena arena;
  const auto kind = [&](std::string_view text) { return context_kind_of(parse_in(arena, text)); };
  CHECK(kind(R"({"context_kind":"","input_type":"image"})") == "image");
  CHECK(kind(R"({"GPSInfo":null})") == "image");
  CHECK(kind(R"({"DateTime":"x"})") == "image");
  CHECK(kind("{}") == "system");
}

TEST_CASE("the method asked for governs, then the context's, then the claim's, then version 1") {
  json::Arena arena;
  const json::Value context = parse_in(
      arena, R"({"requested_auth_method":"b","auth_method":"c","capture_claim":{"auth_method":"d"}})");
  const auto without = [&](const json::Value& value, const char* name) {
    return json::without_member(value, name, arena);
  };
  CHECK(governing_auth_method(context, " a ") == "a");
  CHECK(governing_auth_method(context, "") == "b");
  CHECK(governing_auth_method(context, " ") == "d");
  const json::Value second = without(context, "requested_auth_method");
  CHECK(governing_auth_method(second, {}) == "c");
  const json::Value third = without(second, "auth_method");
  CHECK(governing_auth_method(third, {}) == "d");
  CHECK(governing_auth_method(without(third, "capture_claim"), {}) == kSystemContextV1);
}

TEST_CASE("a payload or metadata asks for a method under any of the known names") {
  json::Arena arena;
  const auto asked = [&](std::string_view payload, std::string_view metadata) {
    return requested_auth_method(parse_in(arena, payload), parse_in(arena, metadata)).value_or("none");
  };
  CHECK(asked("{}", "{}") == "none");
  CHECK(asked("[1]", "null") == "none");
  CHECK(asked(R"({"requested_moment_auth_method":"a","auth_method":"b"})", R"({"auth_method":"c"})") == "a");
  CHECK(asked(R"({"moment_auth_method":"a"})", "{}") == "a");
  CHECK(asked("{}", R"({"auth_method":"c"})") == "c");
  CHECK(asked(R"({"moment_auth":{"requested_method":"","method":"m"}})", "{}") == "m");
  CHECK(asked(R"({"payload":{"auth_method":"p"},"metadata":{"moment_auth":{"auth_method":"m"}}})", "{}") ==
        "m");
  CHECK(asked(R"({"payload":{"metadata":{"payload":{"auth_method":"deep"}}}})", "{}") == "deep");
  CHECK(asked(R"({"auth_method":0})", "{}") == "0");
  CHECK(asked(R"({"auth_method":null})", "{}") == "none");
}
