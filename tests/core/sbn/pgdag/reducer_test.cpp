// How proofs are folded into a state.
#include "core/sbn/pgdag/reducer.hpp"

#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

ProofArtifact proof(const std::string& step, ProofStatus status = ProofStatus::completed,
                    const std::string& metrics = "{}") {
  ProofArtifact made{step};
  made.proof_hash = "h" + step;
  made.status = status;
  made.metrics = metrics;
  return made;
}

Json state_of(const Reducer& reducer) {
  json::Arena arena;
  return Json::parse(json::to_compact(reducer.state(FixedClock().at).to_json(arena)));
}

TEST_CASE("a run is partial until each expected step has a proof") {
  Reducer reducer({"a", "b"}, "run-1");
  CHECK(state_of(reducer)["status"] == "partial");
  CHECK(state_of(reducer)["pending_from"] == "a");
  CHECK(state_of(reducer)["last_completed_step"].is_null());
  reducer.fold(proof("b"));
  CHECK(state_of(reducer)["pending_from"] == "a");
  CHECK(state_of(reducer)["merkle_root_hash"] == "hb");
  reducer.fold(proof("a"));
  CHECK(state_of(reducer)["status"] == "complete");
  CHECK(state_of(reducer)["completed_steps"] == Json({"b", "a"}));
  CHECK(reducer.root() == merkle_root(std::vector<std::string>{"ha", "hb"}));
}

TEST_CASE("interrupted goes before failed, failed before complete") {
  Reducer reducer({"a"});
  CHECK(reducer.status() == RunStatus::partial);
  reducer.fold(proof("a", ProofStatus::failed));
  CHECK(reducer.status() == RunStatus::failed);
  CHECK(reducer.root() == "ha");
  reducer.fold(proof("interrupted", ProofStatus::interrupted));
  CHECK(reducer.status() == RunStatus::interrupted);
  CHECK(reducer.root() == "ha");
  reducer.reset();
  CHECK(reducer.status() == RunStatus::partial);
}

TEST_CASE("nothing expected is complete, and a step that nobody expects changes no root") {
  Reducer reducer({});
  reducer.fold(proof("zz"));
  CHECK(reducer.status() == RunStatus::complete);
  CHECK(reducer.root().empty());
}

TEST_CASE("of metrics of one name the later one counts") {
  Reducer reducer({"a", "b"});
  reducer.fold(proof("a", ProofStatus::completed, R"({"cost":1,"n":2.5})"));
  reducer.fold(proof("b", ProofStatus::completed, R"({"cost":2,"s":"y"})"));
  CHECK(state_of(reducer)["metrics"] == Json::parse(R"({"cost":2,"n":2.5,"s":"y"})"));
}

TEST_CASE("every status is read back from its name, others are refused") {
  for (const char* name : {"complete", "partial", "failed", "interrupted", "waiting"})
    CHECK(status_name(run_status_of(name)) == name);
  CHECK(code_of([] { run_status_of("done"); }) == "bad_status");
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
