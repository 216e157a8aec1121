// What was recorded of the classes around the kernel: chains, entities, handoffs, cDNA.
#include <doctest/doctest.h>

#include <set>

#include "core/sbn/pgdag/cdna_steps.hpp"
#include "core/sbn/pgdag/entity.hpp"
#include "core/sbn/pgdag/handoff.hpp"
#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

Json of(const json::Value& value) {
  return Json::parse(json::to_compact(value));
}

template <typename T>
Json json_text(const T& thing) {
  json::Arena arena;
  return of(thing.to_json(arena));
}

// "entries[2].proof_hash=\"evil\"" on a chain of `length` entries.
void run_chain_verify(const Json& entry) {
  FixedClock clock;
  EvidenceChainManager manager(clock);
  const std::string id = chain_id("test", "1");
  for (int i = 0; i < entry["length"].get<int>(); ++i)
    manager.append(id, {.step_id = "s", .proof_hash = "p" + std::to_string(i)}, "run-" + std::to_string(i));
  const std::string mutation = entry["mutation"];
  const std::size_t place = std::stoul(mutation.substr(mutation.find('[') + 1));
  const std::string member =
      mutation.substr(mutation.find("].") + 2, mutation.find('=') - mutation.find("].") - 2);
  const std::string value = Json::parse(mutation.substr(mutation.find('=') + 1));
  EvidenceEntry& changed = manager.entries(id).at(place);
  if (member == "proof_hash") {
    changed.proof_hash = value;
  } else if (member == "prev_hash") {
    changed.prev_hash = value;
  } else if (member == "entry_hash") {
    changed.entry_hash = value;
  } else {
    FAIL("unknown member " << member);
  }
  const ChainHealth health = manager.verify(id);
  CHECK(health.is_healthy == entry["healthy"].get<bool>());
  CHECK((health.break_at ? Json(*health.break_at) : Json()) == entry["break_at"]);
  CHECK((health.reason ? Json(*health.reason) : Json()) == entry["reason"]);
  CHECK(health.length == entry["length"].get<std::int64_t>());
}

std::vector<ProofArtifact> proofs_with(const Json& statuses) {
  std::vector<ProofArtifact> proofs;
  for (const auto& [step, status] : statuses.items()) {
    ProofArtifact proof{step};
    proof.status = status == "completed" ? ProofStatus::completed : ProofStatus::failed;
    proofs.push_back(proof);
  }
  return proofs;
}

void run_entity(const Json& entry) {
  FixedClock clock;
  EntityReducer reducer("employee", "w-42", clock);
  std::size_t number = 0;
  for (const Json& fold : entry["folds"]) {
    if (fold.contains("entity")) {
      const std::string name = fold["entity"];
      EntityReducer other(name.substr(0, name.find('/')), name.substr(name.find('/') + 1), clock);
      other.fold_run(fold["state"]["latest_run_id"], {}, fold["amount_int"].get<double>());
      CHECK(json_text(other.state()) == fold["state"]);
      continue;
    }
    reducer.fold_run("run-" + std::to_string(number++), proofs_with(fold["statuses"]),
                     fold["amount"].get<double>());
    CHECK(json_text(reducer.state()) == fold["state"]);
    CHECK(json_text(reducer.checkpoints().back()) == fold["checkpoint"]);
    CHECK(EntityReducer::verify_checkpoint(reducer.checkpoints().back()) == fold["verify"].get<bool>());
  }
}

void run_handoff(const Json& entry) {
  const Json& input = entry["input"];
  const json::Document payload = json::parse(input["payload"].dump());
  HandoffEnvelope envelope{input["source_product"],
                           input["source_template"],
                           input["source_run_id"],
                           input.value("source_slot_id", ""),
                           input.value("source_merkle_root", ""),
                           input.value("target_product", ""),
                           input.value("target_template", "")};
  envelope.payload = payload.root;
  const HandoffEnvelope built = build_handoff(envelope, FixedClock().at);
  CHECK(json_text(built) == entry["result"]);
  CHECK(validate_upstream_proof(built) == entry["validate"].get<bool>());
}

// "check_and_mutate(0.3,0.78)" or "apply_regime_mutation(\"crisis\")".
std::optional<MutationProof> apply(LineageManager& lineage, const std::string& engine,
                                   const std::string& operation) {
  const std::size_t open = operation.find('(');
  const std::string name = operation.substr(0, open);
  const Json arguments = Json::parse("[" + operation.substr(open + 1, operation.size() - open - 2) + "]");
  if (name == "check_and_mutate") return lineage.check_and_mutate(engine, arguments[0], arguments[1]);
  if (name == "apply_regime_mutation") return lineage.apply_regime_mutation(engine, arguments[0]);
  if (name == "apply_manual_mutation") return lineage.apply_manual_mutation(engine, arguments[0]);
  FAIL("unknown operation " << name);
  return std::nullopt;
}

void run_cdna(const Json& entry, Profile profile) {
  FixedClock clock;
  CountedIds random;
  EvidenceChainManager chains(clock);
  LineageManager lineage({.clock = clock, .random = random, .profile = profile, .chains = &chains});
  const std::string engine = entry["seed"]["engine_id"];
  lineage.seed(engine, entry["seed"]["cdna"], entry["seed"]["spec_version"]);
  Json results = Json::array();
  for (const Json& operation : entry["ops"]) {
    const auto proof = apply(lineage, engine, operation);
    results.push_back(proof ? json_text(*proof) : Json());
  }
  CHECK(results == entry["results"]);
  json::Arena arena;
  CHECK(of(lineage.evolution_timeline(engine, arena)) == entry["timeline"]);
  CHECK(of(lineage.all_engines_summary(arena)) == entry["summary"]);
  Json chain = Json::array();
  for (const EvidenceEntry& each : chains.entries(chain_id("cdna", engine)))
    chain.push_back(json_text(each));
  CHECK(chain == entry["chain"]);
  CHECK(chains.verify(chain_id("cdna", engine)).is_healthy);
}

void run_cdna_template(const Json& entry, Profile profile) {
  TestKernel test;
  LineageManager lineage({.clock = test.clock, .random = test.random, .profile = profile, .sealed = false});
  const std::string engine = entry["inputs"]["engine_id"];
  lineage.seed(engine, "engine:yield");
  const DagTemplate dag = cdna_mutation_template();
  json::Arena arena;
  Json drawn = of(dag.to_json(arena));
  drawn.erase("metadata");
  CHECK(drawn == entry["template"]);
  const json::Document inputs = json::parse(entry["inputs"].dump());
  const RunResult result = execute(dag, test.of(profile),
                                   {inputs.root,
                                    entry["kwargs"]["actor"].get<std::string>(),
                                    {},
                                    entry["kwargs"]["run_id"].get<std::string>()},
                                   cdna_mutation_steps(lineage));
  CHECK(json_of(result) == entry["result"]);
  CHECK(lineage.current(engine)->cdna == entry["engine_after"].get<std::string>());
}

// Tested in vectors_test.cpp.
const std::set<std::string> kKernelKinds = {"canonical_fingerprint", "merkle_root", "pgdag_idempotency",
                                            "pgdag_local_seal"};

bool run_entry(const json::Value& value, Profile profile) {
  const std::string kind(value.find("kind")->text());
  if (kKernelKinds.contains(kind)) return false;
  const Json entry = of(value);
  if (kind == "pgdag_run") {
    if (!entry.contains("engine_after")) return false;
    run_cdna_template(entry, profile);
  } else if (kind == "pgdag_chain_verify") {
    run_chain_verify(entry);
  } else if (kind == "pgdag_entity") {
    run_entity(entry);
  } else if (kind == "pgdag_handoff") {
    run_handoff(entry);
  } else if (kind == "pgdag_cdna") {
    run_cdna(entry, profile);
  } else {
    FAIL("unknown kind " << kind);
  }
  return true;
}

TEST_CASE("every recorded chain, entity, handoff and mutation comes out the same") {
  fixtures::run_vectors(run_entry);
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
