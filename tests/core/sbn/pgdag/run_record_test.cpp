// Records of runs: written, read, done again, and every change of them found.
#include "core/sbn/pgdag/run_record.hpp"

#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

constexpr const char* kDiamond =
    R"({"name":"t","version":"1.0","domain":"general","nodes":[{"id":"a"},{"id":"b"},{"id":"c"},{"id":"d"}],)"
    R"("edges":[["a","b"],["a","c"],["b","d"],["c","d"]]})";

struct Recorded {
  FixedClock clock;
  CountedIds random;
  RunRecord record{"run-1"};

  // Runs what is left, the steps of a round together, as a command would.
  void go_on(const std::string& failing = {}) {
    Replay replay(record, clock, random);
    REQUIRE(replay.faults().empty());
    Run& run = replay.run();
    bool failed = false;
    for (auto ready = run.ready(); !ready.empty() && !failed; ready = run.ready()) {
      const std::int64_t round = record.next_round();
      std::vector<std::pair<std::uint32_t, StepEnvelope>> opened;
      for (const std::uint32_t node : ready) {
        opened.emplace_back(node, run.open(node));
        run.set_aside();
      }
      for (auto& [node, envelope] : opened) {
        const std::string step = envelope.step_id;
        StepOutcome outcome;
        if (step == failing) outcome.error = "no";
        const std::string text = outcome.error ? R"({"error":"no"})" : "{\"from_" + step + "\":1.50}";
        if (!outcome.error) outcome.outputs = json::Parser().parse(run.arena().copy(text), run.arena());
        const ProofArtifact proof = run.seal(envelope, outcome);
        record.add_step(round, proof, text);
        failed = !run.close(node, proof, outcome).succeeded() || failed;
      }
    }
    record.take(run.result());
  }

  Recorded(const std::string& failing = {}) {
    record.dag = kDiamond;
    record.inputs = R"({"x":1})";
    record.actor = "tester";
    record.slot_id = "local-1";
    record.started_at = record.updated_at = clock.at;
    go_on(failing);
  }
};

std::vector<RecordFault> faults_of(const std::string& text) {
  const RunRecord record = RunRecord::read(text);
  FixedClock clock;
  CountedIds random;
  return Replay(record, clock, random).check_end();
}

std::string first_fault(const Json& record) {
  const auto faults = faults_of(record.dump());
  return faults.empty() ? "none" : faults.front().where + ": " + faults.front().what;
}

TEST_CASE("a record that is written and read holds, and is written alike again") {
  Recorded run;
  const std::string text = run.record.write();
  CHECK(run.record.status == "complete");
  CHECK(faults_of(text).empty());
  CHECK(RunRecord::read(text).write() == text);
}

TEST_CASE("any change of what can be computed is found, and where it is") {
  Recorded run;
  const Json good = Json::parse(run.record.write());
  const auto changed = [&](const std::string& pointer, const Json& value) {
    Json record = good;
    record[Json::json_pointer(pointer)] = value;
    return first_fault(record);
  };
  CHECK(first_fault(good) == "none");
  CHECK(changed("/inputs/x", 2).starts_with("a: inputs_fingerprint"));
  CHECK(changed("/log/1/outputs/from_b", 1.6).starts_with("b: outputs_fingerprint"));
  CHECK(changed("/log/0/proof/proof_hash", std::string(64, '0')).starts_with("a: proof_hash"));
  CHECK(changed("/log/0/proof/created_at", "2026-01-02T03:04:05+00:00").starts_with("a: proof_hash"));
  CHECK(changed("/log/0/proof/status", "failed").starts_with("a: proof_hash"));
  CHECK(changed("/log/0/proof/metrics/more", 1).starts_with("a: proof_hash"));
  CHECK(changed("/actor", "other").starts_with("a: proof_hash"));
  CHECK(changed("/template/domain", "other").starts_with("a: proof_hash"));
  CHECK(changed("/log/3/entry_hash", "0") == "d: entry_hash mismatch at seq 3");
  CHECK(changed("/run_id", "run-2") == "a: entry_hash mismatch at seq 0");
  CHECK(changed("/merkle_root_hash", "0").starts_with("merkle_root_hash: "));
  CHECK(changed("/status", "failed").starts_with("status: "));
  CHECK(changed("/final_outputs/more", 1).starts_with("final_outputs: "));
  CHECK(changed("/log/2/proof/step_id", "zz") == "zz: it is no step of the template");
  CHECK(changed("/log/3/proof/step_id", "a") == "a: it ran before the steps that come before it, or twice");
}

TEST_CASE("an entry that is taken out or moved is found") {
  Recorded run;
  const Json good = Json::parse(run.record.write());
  Json shorter = good;
  shorter["log"].erase(1);
  CHECK(first_fault(shorter) != "none");
  Json moved = good;
  std::swap(moved["log"][1], moved["log"][2]);
  CHECK(first_fault(moved) == "c: entry_hash mismatch at seq 1");
  Json none = good;
  none["log"] = Json::array();
  CHECK(first_fault(none).starts_with("status: "));
}

TEST_CASE("a failed step is forgotten when a run goes on, and the others are not run again") {
  Recorded run("c");
  CHECK(run.record.status == "failed");
  CHECK(faults_of(run.record.write()).empty());
  CHECK(run.record.steps == 3);
  run.record.forget_failures();
  CHECK(run.record.steps == 2);
  const ProofArtifact kept = run.record.log[1].proof;
  run.record.status = kRunning;
  run.go_on();
  CHECK(run.record.status == "complete");
  CHECK(run.record.log[1].proof.proof_hash == kept.proof_hash);
  CHECK(run.record.steps == 4);
  CHECK(faults_of(run.record.write()).empty());
}

TEST_CASE("what waits and the event that came are done again, too") {
  Recorded run;
  RunRecord record{"run-2"};
  record.dag = R"({"name":"t","nodes":["a"]})";
  record.started_at = record.updated_at = run.clock.at;
  record.add_wait({"approval", "k", "a", R"({"half":1})"});
  REQUIRE(record.waits() != nullptr);
  record.status = "waiting";
  record.final_outputs = R"({"half":1})";
  CHECK(faults_of(record.write()).empty());
  record.add_event(R"({"approved":true})");
  CHECK(record.waits() == nullptr);
  Replay replay(record, run.clock, run.random);
  CHECK(replay.faults().empty());
  CHECK(replay.run().outputs().find("approved") != nullptr);
  record.log.erase(record.log.begin());
  CHECK(Replay(record, run.clock, run.random).faults().size() == 1);
}

TEST_CASE("what is no record is refused by name") {
  const auto code = [](const std::string& text) { return code_of([&] { RunRecord::read(text); }); };
  CHECK(code("[]") == "bad_record");
  CHECK(code("{}") == "bad_record");
  CHECK(code(R"({"format":"agentnet-pgdag-run/2"})") == "bad_record");
  CHECK(code("{") == "bad_json");
  Recorded run;
  const Json good = Json::parse(run.record.write());
  for (const char* name :
       {"run_id", "status", "kernel", "slot_id", "started_at", "template", "inputs", "log"}) {
    Json record = good;
    record.erase(name);
    CHECK(code(record.dump()) == "bad_record");
  }
  Json record = good;
  record["status"] = "done";
  CHECK(code(record.dump()) == "bad_status");
}

TEST_CASE("a run id names a file and nothing else") {
  CHECK(is_record_run_id("run-1_a.b:c"));
  CHECK(is_record_run_id(std::string(kMaxRecordRunIdBytes, 'x')));
  CHECK_FALSE(is_record_run_id(std::string(kMaxRecordRunIdBytes + 1, 'x')));
  for (const char* text : {"", ".", "..", ".x", "a/b", "a b", "caf\xc3\xa9"})
    CHECK_FALSE(is_record_run_id(text));
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
