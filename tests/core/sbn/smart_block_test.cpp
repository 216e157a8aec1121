#include "core/sbn/smart_block.hpp"

#include <doctest/doctest.h>

#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

struct Bench {
  json::Arena arena;
  CountingRandom random;

  SmartBlock make(std::string_view payload) {
    return make_block(parse_in(arena, payload), "general", "event", {kNoon, random}, arena);
  }
  SmartBlock load(std::string_view text) {
    return block_from_json(parse_in(arena, text), {kNoon, random}, arena);
  }
};

std::string names_of(const json::Value& object) {
  std::string names;
  for (const json::Member& member : object.members())
    names += std::string(member.name.text()) + " ";
  return names;
}

}  // namespace

TEST_CASE("a new block has an id, the time and empty parts, in the order of the wire") {
  Bench bench;
  const json::Value written = to_json(bench.make(R"({"a":1})"), bench.arena);
  CHECK(json::to_compact(written) ==
        R"({"id":"01020304-0506-4708-890a-0b0c0d0e0f10","domain":"general","type":"event","payload":{"a":1},)"
        R"("metadata":{},"metrics":{},"created_at":"2026-11-23T12:00:00+00:00"})");
}

TEST_CASE("a payload that is not truthy becomes an empty object") {
  Bench bench;
  for (const char* payload : {"null", "false", "0", "0.0", "\"\"", "[]", "{}"}) {
    CAPTURE(payload);
    CHECK(json::to_compact(bench.make(payload).payload) == "{}");
  }
}

TEST_CASE("members of a loaded block keep whatever values they have") {
  Bench bench;
  const SmartBlock block =
      bench.load(R"({"id":17,"domain":null,"type":["t"],"payload":0,"metrics":"m","created_at":0})");
  CHECK(json::to_compact(to_json(block, bench.arena)) ==
        R"({"id":17,"domain":null,"type":["t"],"payload":{},"metadata":{},"metrics":"m",)"
        R"("created_at":"2026-11-23T12:00:00+00:00"})");
}

TEST_CASE("of duplicate members the last counts, in the place of the first") {
  Bench bench;
  const SmartBlock block = bench.load(R"({"id":"a","payload":{"x":1,"y":2,"x":3},"id":"b"})");
  CHECK(block.id.text() == "b");
  CHECK(json::to_compact(block.payload) == R"({"x":3,"y":2})");
}

TEST_CASE("members that are no part of a block are named, and dropped by loading") {
  Bench bench;
  const json::Value written = parse_in(
      bench.arena, R"({"note":1,"id":"a","payload":{"inner":1},"note":2,"Id":3,"snapchore_hash":null})");
  const std::vector<std::string_view> unknown = unknown_members(written);
  REQUIRE(unknown.size() == 2);
  CHECK(unknown[0] == "note");
  CHECK(unknown[1] == "Id");
  CHECK(names_of(to_json(block_from_json(written, {kNoon, bench.random}, bench.arena), bench.arena)) ==
        "id domain type payload metadata metrics created_at ");
  CHECK(unknown_members(parse_in(bench.arena, "[1]")).empty());
}

TEST_CASE("only an object is a block") {
  Bench bench;
  for (const char* text : {"[]", "null", "\"block\"", "1"})
    CHECK(error_of([&] { bench.load(text); }).code() == "not_an_object");
}
