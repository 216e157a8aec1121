// Everything that was recorded of the original's kernel, in both releases.
//
// A recorded run does not hold its step functions. What a function returned is known by its fingerprint, how
// it failed by its error, and the rest by the recording's note; the function is then built anew.
#include <doctest/doctest.h>

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"
#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

std::string quoted(const std::string& text) {
  return Json(text).dump();
}

// What functions of the recordings return.
std::string returned_by(const std::string& node, const std::string& fingerprint) {
  for (const std::string& text :
       {R"({"ok":true,"node":)" + quoted(node) + "}", R"({"o":)" + quoted(node) + "}", std::string("{}"),
        std::string(R"({"ok":1})"), std::string(R"({"ok":true})")}) {
    if (canonical_fingerprint(json::parse(text).root) == fingerprint) return text;
  }
  FAIL("no known function returns what has the fingerprint " << fingerprint);
  return {};
}

constexpr std::string_view kUnregistered = "Step function not registered: ";

// The functions behind a recorded run.
Steps functions_of(const Json& entry, InterruptionHandler& interruption) {
  const std::string note = entry.value("note", "");
  const Json& proofs = entry["result"]["proofs"];
  Steps steps;
  for (const Json& node : entry["template"]["nodes"]) {
    const std::string id = node["id"];
    if (!proofs.contains(id)) {
      steps[id] = [](const StepContext&) -> StepOutcome { throw std::logic_error("ran a step too many"); };
      continue;
    }
    const std::string error = proofs[id]["metrics"].value("error", "");
    if (error.starts_with(kUnregistered)) continue;
    if (!error.empty()) {
      steps[id] = [error](const StepContext&) { return StepOutcome{.error = error}; };
      continue;
    }
    const StepFn plain = returns(returned_by(id, proofs[id]["outputs_fingerprint"]));
    const bool mutates = note.find("sets ctx.inputs") != note.npos;
    const bool triggers = proofs.contains("interrupted") && id == "a";
    steps[id] = [=, &interruption](const StepContext& context) {
      if (triggers) {
        interruption.trigger({"numa_freeze", std::string(64, 'f'), "numa", "regime", FixedClock().at});
      }
      StepOutcome outcome = plain(context);
      if (mutates) {
        json::Arena& arena = context.run.arena();
        outcome.mutations = json::ObjectBuilder(arena).add_integer(arena.copy("from_" + id), 1).done();
      }
      return outcome;
    };
  }
  return steps;
}

// Which of several completed steps the original calls the last one is left to chance.
void forget_last_step(Json& result, const Json& expected) {
  Json& proofs = result["proofs"];
  if (!proofs.contains("interrupted") || proofs.size() <= 2) return;
  for (const char* name : {"inputs_fingerprint"})
    proofs["interrupted"][name] = expected["proofs"]["interrupted"][name];
  proofs["interrupted"]["metrics"]["last_completed_step"] =
      expected["proofs"]["interrupted"]["metrics"]["last_completed_step"];
}

void check_result(Json result, const Json& entry) {
  const Json& expected = entry["result"];
  forget_last_step(result, expected);
  // Of several steps before one, the original adds the members in no particular order.
  CHECK(unordered(result["final_outputs"]) == unordered(expected["final_outputs"]));
  if (entry["template"]["edges"].empty()) CHECK(result["final_outputs"] == expected["final_outputs"]);
  Json order = Json::array();
  for (const auto& [name, proof] : result["proofs"].items())
    order.push_back(name);
  CHECK(order == entry["proof_order"]);
  result["final_outputs"] = expected["final_outputs"];
  CHECK(result == expected);
}

void run_run(const Json& entry, Profile profile) {
  TestKernel test;
  const std::string text = entry["template"].dump();
  const json::Document source = json::parse(text);
  const DagTemplate dag = DagTemplate::from_json(source.root);
  const json::Document inputs = json::parse(entry["inputs"].dump());
  RunRequest request{inputs.root};
  request.actor = entry["kwargs"].value("actor", "");
  request.run_id = entry["kwargs"].value("run_id", "");
  // Whatever was triggered before a run does not count.
  test.interruption.trigger({"before", "", "", "", test.clock.at});
  Kernel kernel = test.of(profile);
  kernel.domain = "test";
  const RunResult result = execute(dag, kernel, std::move(request), functions_of(entry, test.interruption));
  check_result(json_of(result), entry);
  CHECK(result.success() == entry["success"].get<bool>());
  for (const ProofArtifact& proof : result.proofs) {
    const Json& expected = entry["node_results"][proof.step_id];
    const NodeResult node = RunResult::node_result(proof);
    CHECK(node.success == expected["success"].get<bool>());
    CHECK((node.error ? Json(*node.error) : Json()) == expected["error"]);
  }
}

void run_idempotency(const Json& entry, Profile profile) {
  TestKernel test;
  const DagTemplate dag{"one", "1.0", "test", {{"a"}}};
  const json::Document inputs = json::parse(R"({"x":1})");
  const Steps steps{{"a", returns(R"({"ok":true,"node":"a"})")}};
  const auto run = [&](const std::string& id) {
    return json_of(execute(dag, test.of(profile), {inputs.root, "tester", {}, id}, steps));
  };
  const Json first = run("run-fixed");
  const Json second = run("run-2");
  CHECK(first == entry["first"]);
  CHECK(second == entry["second"]);
  CHECK((first["proofs"] == second["proofs"]) == entry["same_proof"].get<bool>());
  CHECK(test.gate.size() == entry["gate_size"].get<std::size_t>());
}

void run_local_seal(const Json& entry) {
  const Json& given = entry["envelope"];
  const auto fingerprint = [](const Json& value) {
    return canonical_fingerprint(json::parse(value.dump()).root);
  };
  const StepEnvelope envelope{given["step_id"],
                              given["spec_version"],
                              fingerprint(given["inputs"]),
                              fingerprint(given["outputs"]),
                              given["actor"],
                              *parse_iso(given["created_at"].get<std::string>())};
  json::Arena arena;
  CHECK(Json::parse(json::to_compact(envelope.seal_payload(arena))) == entry["seal_payload"]);
  const json::Document metrics = json::parse(entry["metrics"].dump());
  const auto status = entry["status"] == "failed" ? ProofStatus::failed : ProofStatus::completed;
  const std::string domain = entry["domain"];
  CHECK(local_seal_text(envelope, status, domain, metrics.root) ==
        entry["canonical_text"].get<std::string>());
  CountedIds random;
  CHECK(seal_locally(envelope, status, domain, metrics.root, Profile::v0_12_2, random).proof_hash ==
        entry["proof_hash"].get<std::string>());
}

void run_fingerprint(const json::Value& entry) {
  const auto text = [&](std::string_view name) { return std::string(entry.find(name)->text()); };
  const json::Document input = json::parse(text("input_json"), json::kAsPython);
  CHECK(canonical_text(input.root) == text("canonical_text"));
  CHECK(hex_lower(as_bytes(canonical_text(input.root))) == text("canonical_hex"));
  CHECK(canonical_fingerprint(input.root) == text("fingerprint"));
  Outputs outputs;
  outputs.merge(input.root);
  CHECK(outputs.fingerprint() == text("fingerprint"));
}

// One entry; false for a kind that is tested elsewhere.
bool run_entry(const json::Value& value, Profile profile) {
  const std::string kind(value.find("kind")->text());
  if (kind == "canonical_fingerprint") {
    run_fingerprint(value);
    return true;
  }
  const Json entry = Json::parse(json::to_compact(value));
  if (kind == "merkle_root") {
    CHECK(merkle_root(entry["hashes"].get<std::vector<std::string>>()) == entry["root"].get<std::string>());
  } else if (kind == "pgdag_run") {
    if (entry.contains("engine_after")) return false;
    run_run(entry, profile);
  } else if (kind == "pgdag_idempotency") {
    run_idempotency(entry, profile);
  } else if (kind == "pgdag_local_seal") {
    run_local_seal(entry);
  } else {
    return false;
  }
  return true;
}

TEST_CASE("every recorded fingerprint, root, seal and run comes out the same") {
  fixtures::run_vectors(run_entry);
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
