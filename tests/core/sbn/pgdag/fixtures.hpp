// What the tests of the pgdag kernel share: a clock that stands still, counted ids, a kernel of both.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/execute.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::sbn::pgdag::fixtures {

using Json = nlohmann::ordered_json;

struct FixedClock final : Clock {
  Instant at = *parse_iso("2026-01-02T03:04:05.678901+00:00");
  Instant now() const override { return at; }
};

// The n-th id is n as 12 hexadecimal digits, n from 1.
struct CountedIds final : Random {
  std::uint64_t count = 0;
  void fill(std::span<std::uint8_t> bytes) override {
    std::uint64_t left = ++count;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      bytes[i] = 0;
    for (std::size_t i = 6; i-- > 0 && i < bytes.size(); left >>= 8)
      bytes[i] = static_cast<std::uint8_t>(left);
  }
};

struct TestKernel {
  FixedClock clock;
  CountedIds random;
  IdempotencyGate gate;
  InterruptionHandler interruption;
  RunLayer alone;

  Kernel of(Profile profile = kDefaultProfile) { return {clock, random, gate, interruption, alone, profile}; }
};

// A template "t" of these nodes and edges.
inline DagTemplate dag_of(std::initializer_list<const char*> nodes,
                          std::initializer_list<std::pair<const char*, const char*>> edges = {}) {
  DagTemplate dag{"t"};
  for (const char* node : nodes)
    dag.nodes.push_back({node});
  for (const auto& [source, target] : edges)
    dag.edges.push_back({source, target});
  return dag;
}

// A function that returns this JSON.
inline StepFn returns(const std::string& text) {
  return [text](const StepContext& context) {
    json::Arena& arena = context.run.arena();
    return StepOutcome{.outputs = json::Parser(json::kAsPython).parse(arena.copy(text), arena)};
  };
}

inline Json json_of(const RunResult& result) {
  json::Arena arena;
  return Json::parse(json::to_compact(result.to_json(arena)));
}

// As a map, whatever its order.
inline nlohmann::json unordered(const Json& value) {
  return nlohmann::json::parse(value.dump());
}

template <typename Action>
std::string code_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  return "nothing";
}

// Goes through the recorded vectors of both releases. `run` looks at one, and says whether it is of its
// kinds; some must be.
inline void run_vectors(const std::function<bool(const json::Value& entry, Profile profile)>& run) {
  for (const Profile profile : {Profile::v0_12_2, Profile::v0_14_0}) {
    const std::string name = "pgdag_" + std::string(profile_name(profile)) + ".json";
    const json::Document file =
        json::parse(tests::read_file(TEST_DATA "/vectors/sbn/" + name), json::kAsPython);
    std::size_t seen = 0;
    for (const json::Value& entry : file.root.find("vectors")->items()) {
      const std::string id = name + " " + std::string(entry.find("id")->text());
      CAPTURE(id);
      if (run(entry, profile)) ++seen;
    }
    CHECK(seen > 0);
  }
}

}  // namespace agentnet::sbn::pgdag::fixtures
