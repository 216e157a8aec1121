// The map of a run's outputs: its fingerprint is that of the whole object, however it came about.
#include "core/sbn/pgdag/outputs.hpp"

#include <random>

#include "tests/core/sbn/pgdag/fixtures.hpp"
#include "tests/support/seed.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

std::string whole_fingerprint(const Outputs& outputs) {
  json::Arena arena;
  return canonical_fingerprint(outputs.to_json(arena));
}

std::string text_of(const Outputs& outputs) {
  json::Arena arena;
  return json::to_compact(outputs.to_json(arena));
}

TEST_CASE("an empty map is the empty object") {
  Outputs outputs;
  CHECK(outputs.fingerprint() == canonical_fingerprint(json::parse("{}").root));
  CHECK(text_of(outputs) == "{}");
  CHECK(outputs.find("a") == nullptr);
}

TEST_CASE("members keep the place they came to, and the last value counts") {
  const json::Document source = json::parse(R"({"z":1,"a":2,"z":3,"m":{"b":1,"a":2}})");
  Outputs outputs;
  outputs.merge(source.root);
  CHECK(text_of(outputs) == R"({"z":3,"a":2,"m":{"b":1,"a":2}})");
  CHECK(outputs.size() == 3);
  CHECK(outputs.find("z")->text() == "3");
  CHECK(outputs.fingerprint() == whole_fingerprint(outputs));
}

TEST_CASE("a fingerprint in the middle of random changes is that of the whole object") {
  const std::uint64_t seed = tests::test_seed();
  INFO("AGENTNET_SEED=" << seed);
  std::mt19937_64 random(seed);
  json::Arena arena;
  Outputs outputs;
  for (int change = 0; change < 2'000; ++change) {
    const bool marked = random() % 4 == 0;
    const std::string before = marked ? text_of(outputs) : "";
    if (marked) outputs.mark();
    for (std::uint64_t i = random() % 5; i > 0; --i) {
      const std::string name = "n" + std::to_string(random() % 300);
      outputs.set(arena.copy(name), json::Value::string(arena, "v" + std::to_string(random() % 3)));
    }
    if (random() % 3 == 0) CHECK(outputs.fingerprint() == whole_fingerprint(outputs));
    if (!marked) continue;
    if (random() % 2 == 0) {
      outputs.roll_back();
      CHECK(text_of(outputs) == before);
    } else {
      outputs.keep();
    }
    CHECK(outputs.fingerprint() == whole_fingerprint(outputs));
  }
}

TEST_CASE("what was kept is not taken back by a later roll back") {
  json::Arena arena;
  Outputs outputs;
  outputs.mark();
  outputs.set("a", json::Value::string("1"));
  outputs.keep();
  outputs.roll_back();
  CHECK(text_of(outputs) == R"({"a":"1"})");
}

TEST_CASE("a chunk that is full is split, and one past it, too") {
  json::Arena arena;
  Outputs outputs;
  for (std::size_t i = 0; i <= Outputs::kMostInChunk + 1; ++i) {
    const std::string_view name = arena.copy("n" + std::to_string(100 + i));
    outputs.set(name, json::Value::integer(arena, static_cast<std::int64_t>(i)));
    CHECK(outputs.fingerprint() == whole_fingerprint(outputs));
  }
  outputs.mark();
  outputs.set("zzz", json::Value());
  outputs.roll_back();
  CHECK(outputs.fingerprint() == whole_fingerprint(outputs));
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
