// Runs: order, inputs, failures, waiting and resuming. What was recorded of the original is in
// vectors_test.cpp; the resume state is that of release 0.14.
#include "core/sbn/pgdag/run.hpp"

#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

StepFn waits_for(const std::string& type, const std::string& partial) {
  return [=](const StepContext&) { return StepOutcome{.event = WaitEvent{type, "key-1", "", partial}}; };
}

std::vector<std::string> steps_of(const RunResult& result) {
  std::vector<std::string> steps;
  for (const ProofArtifact& proof : result.proofs)
    steps.push_back(proof.step_id);
  return steps;
}

TEST_CASE("an empty template is complete at once") {
  TestKernel test;
  const RunResult result = execute(dag_of({}), test.of(), {}, {});
  CHECK(result.success());
  CHECK(result.merkle_root_hash.empty());
  CHECK(result.run_id == "run-000000000001");
  CHECK(result.slot_id == "local-000000000002");
}

TEST_CASE("a cycle and an edge from nowhere leave a run partial") {
  TestKernel test;
  const Steps steps{{"a", returns("{}")}, {"b", returns("{}")}};
  CHECK(execute(dag_of({"a", "b"}, {{"a", "b"}, {"b", "a"}}), test.of(), {}, steps).status ==
        RunStatus::partial);
  const RunResult result = execute(dag_of({"a", "b"}, {{"zz", "b"}}), test.of(), {}, steps);
  CHECK(result.status == RunStatus::partial);
  CHECK(steps_of(result) == std::vector<std::string>{"a"});
}

TEST_CASE("an Error that a function throws fails the step with its message") {
  TestKernel test;
  const Steps steps{
      {"a", [](const StepContext&) -> StepOutcome { throw Error(Category::failed, "boom", "it broke"); }}};
  const RunResult result = execute(dag_of({"a", "b"}), test.of(), {}, steps);
  CHECK(result.status == RunStatus::failed);
  CHECK(steps_of(result) == std::vector<std::string>{"a"});
  CHECK(RunResult::node_result(result.proofs[0]).error == "it broke");
}

TEST_CASE("inputs and config must be objects") {
  TestKernel test;
  const DagTemplate dag = dag_of({"a"});
  const json::Document list = json::parse("[1]");
  CHECK(code_of([&] { Run(dag, test.of(), RunRequest{list.root}); }) == "not_an_object");
  CHECK(code_of([&] { Run(dag, test.of(), RunRequest{{}, "", list.root}); }) == "not_an_object");
}

TEST_CASE("a step that overwrites the hash of an earlier one does not hide it from the steps behind") {
  TestKernel test;
  std::string seen;
  const Steps steps{{"a", returns("{}")},
                    {"b", returns(R"({"a_proof_hash":"forged"})")},
                    {"c", [&](const StepContext& context) {
                       seen = context.inputs.find("a_proof_hash")->text();
                       return StepOutcome{};
                     }}};
  const RunResult result = execute(dag_of({"a", "b", "c"}), test.of(), {}, steps);
  CHECK(seen == result.proofs[0].proof_hash);
}

TEST_CASE("a step that waits stops the run, and resuming gives it the event") {
  TestKernel test;
  const DagTemplate dag = dag_of({"a", "b", "c"}, {{"a", "b"}, {"b", "c"}});
  const json::Document inputs = json::parse(R"({"x":1})");
  Steps steps{
      {"a", returns(R"({"ok":"a"})")}, {"b", waits_for("approval", R"({"half":1})")}, {"c", returns("{}")}};
  const RunResult waiting = execute(dag, test.of(), {inputs.root, "me", {}, "run-w"}, steps);
  CHECK(waiting.waiting());
  CHECK(waiting.merkle_root_hash.empty());
  CHECK(!waiting.completed_at);
  const Json json = json_of(waiting);
  CHECK(json["wait_event"] == Json::parse(R"({"event_type":"approval","event_key":"key-1","node_id":"b",
                                              "partial_outputs":{"half":1},"metadata":{}})"));
  CHECK(json["final_outputs"] == Json::parse(R"({"x":1,"ok":"a","half":1})"));
  CHECK(json["resume_state"]["completed_steps"] == Json({"a"}));
  CHECK(json["resume_state"]["initial_inputs"] == Json::parse(R"({"x":1})"));

  steps["b"] = [](const StepContext& context) {
    CHECK(context.inputs.find("approved")->as_boolean());
    CHECK(context.inputs.find("a_proof_hash") != nullptr);
    return StepOutcome{};
  };
  const json::Document state = json::parse(waiting.resume_state);
  const json::Document event = json::parse(R"({"approved":true})");
  Run run(dag, test.of(), state.root, event.root);
  const RunResult done = run_all(run, test.interruption, steps);
  CHECK(done.success());
  CHECK(done.run_id == "run-w");
  CHECK(done.slot_id == waiting.slot_id);
  CHECK(steps_of(done) == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("the older release has no resume state") {
  TestKernel test;
  const RunResult result =
      execute(dag_of({"a"}), test.of(Profile::v0_12_2), {}, {{"a", waits_for("e", "{}")}});
  CHECK(result.waiting());
  CHECK(!json_of(result).contains("resume_state"));
}

TEST_CASE("a resume state of another template, or none, is refused") {
  TestKernel test;
  const DagTemplate dag = dag_of({"a"});
  const auto code = [&](const std::string& text) {
    return code_of([&] { Run(dag, test.of(), json::parse(text).root, {}); });
  };
  CHECK(code("[]") == "bad_resume_state");
  CHECK(code("{}") == "bad_resume_state");
  CHECK(code(R"({"template_name":"other"})") == "wrong_template");
}

TEST_CASE("steps that were set aside may be closed later, with what they were opened with") {
  TestKernel test;
  const DagTemplate dag = dag_of({"a", "b", "c"}, {{"a", "c"}, {"b", "c"}});
  Run run(dag, test.of(), RunRequest{});
  const std::vector<std::uint32_t> ready = run.ready();
  CHECK(ready == std::vector<std::uint32_t>{0, 1});
  std::vector<StepEnvelope> envelopes;
  for (const std::uint32_t node : ready) {
    envelopes.push_back(run.open(node));
    run.set_aside();
  }
  CHECK(envelopes[0].inputs_fingerprint == envelopes[1].inputs_fingerprint);
  for (const std::uint32_t node : {1U, 0U})
    run.close(node, run.seal(envelopes[node], {}), {});
  CHECK(run.ready() == std::vector<std::uint32_t>{2});
  run.open(2);
  CHECK(run.outputs().size() == 8);
}

TEST_CASE("a layered template of a thousand steps and a linear one of as many run to their end") {
  TestKernel test;
  DagTemplate layered{"layered"};
  DagTemplate linear{"linear"};
  Steps steps;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = "n" + std::to_string(1'000 + i);
    layered.nodes.push_back({id});
    linear.nodes.push_back({id});
    steps[id] = returns(R"({"ok":true})");
    for (int source = (i / 10 - 1) * 10; i >= 10 && source < i / 10 * 10; source += 4)
      layered.edges.push_back({"n" + std::to_string(1'000 + source), id});
  }
  for (const DagTemplate* dag : {&layered, &linear}) {
    Run run(*dag, test.of(), RunRequest{});
    const RunResult result = run_all(run, test.interruption, steps);
    CHECK(result.success());
    json::Arena arena;
    CHECK(run.outputs().fingerprint() == canonical_fingerprint(run.outputs().to_json(arena)));
  }
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
