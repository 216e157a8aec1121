// Drift, handoffs, checkpoints and health: what the recordings do not show.
#include <doctest/doctest.h>

#include "core/sbn/pgdag/cdna.hpp"
#include "core/sbn/pgdag/drift.hpp"
#include "core/sbn/pgdag/entity.hpp"
#include "core/sbn/pgdag/evidence_chain.hpp"
#include "core/sbn/pgdag/handoff.hpp"
#include "core/sbn/pgdag/lineage.hpp"
#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

DriftReport drift(const DriftInput& input) {
  return detect_drift("e", input, FixedClock().at);
}

TEST_CASE("one reason alone is to be watched, two are drift") {
  CHECK(drift({}).recommendation == "no_action");
  CHECK(drift({}).reasoning == "no significant drift");
  const DriftReport one = drift({.recent_success_rate = 0.5});
  CHECK(one.recommendation == "monitor");
  CHECK(one.reasoning == "success rate 50.0% below floor 80.0%");
  CHECK(one.magnitude == 0.5);
  const DriftReport two = drift({.recent_success_rate = 0.555, .recent_yield = 0.4, .baseline_yield = 0.5});
  CHECK(two.recommendation == "mutate");
  CHECK(two.magnitude == 0.445);
  CHECK(two.reasoning == "success rate 55.5% below floor 80.0%; yield drifted 20.00% (threshold 15%)");
}

TEST_CASE("a magnitude above a half is drift, at a half it is not") {
  const DriftReport at = drift({.recent_duration_ms = 200, .baseline_duration_ms = 100});
  CHECK(at.magnitude == 0.5);
  CHECK_FALSE(at.drifted);
  CHECK(at.recommendation == "no_action");
  const DriftReport past = drift({.recent_duration_ms = 201, .baseline_duration_ms = 100});
  CHECK(past.magnitude == 0.505);
  CHECK(past.drifted);
  CHECK(drift({.recent_duration_ms = 900, .baseline_duration_ms = 100}).magnitude == 1.0);
  CHECK(drift({.recent_duration_ms = 20, .baseline_duration_ms = 100}).magnitude == 0.0);
}

TEST_CASE("template counts are compared when both sides have some") {
  CHECK(drift({.current_templates = {{"a", 1}}}).dimensions.size() == 1);
  CHECK(drift({.current_templates = {{"a", 1}}, .baseline_templates = {{"a", 1}}}).magnitude == 1.0);
  CHECK(drift({.current_templates = {{"a", 0}}, .baseline_templates = {{"a", 0}}}).magnitude == 0.0);
}

TEST_CASE("spec versions go up, and what is none counts as 0.1.0") {
  const auto minor = [](const char* text) {
    return next_spec_version(text, MutationStrategy::drift_correction);
  };
  const auto major = [](const char* text) { return next_spec_version(text, MutationStrategy::manual); };
  CHECK(minor("1.2.3") == "1.3.0");
  CHECK(major("1.2.3") == "2.0.0");
  CHECK(minor("1") == "1.1.0");
  CHECK(minor("1.2") == "1.3.0");
  CHECK(minor("1.2.3.4") == "1.3.0");
  for (const char* text : {"", "abc", "1.x.3", "v1.2.3"}) {
    CHECK(minor(text) == "0.2.0");
    CHECK(major(text) == "1.0.0");
  }
}

TEST_CASE("an engine that was never seeded does not mutate") {
  FixedClock clock;
  CountedIds random;
  LineageManager lineage({.clock = clock, .random = random});
  CHECK_FALSE(lineage.apply_manual_mutation("e", "why"));
  lineage.seed("e", "onlyone");
  CHECK_FALSE(lineage.check_and_mutate("e", 0.5, 0.9));
  CHECK_FALSE(lineage.check_and_mutate("e", 0.49, 0.65));
  CHECK(lineage.check_and_mutate("e", 0.49, 0.66));
  CHECK(lineage.current("e")->cdna.starts_with("onlyone:g1:"));
  CHECK(lineage.history("e").size() == 1);
  CHECK(lineage.history("other").empty());
}

TEST_CASE("a mark of a cDNA is that of the original") {
  CHECK(mutate({"q", "onlyone", 0, "1.2.3"}, {.strategy = MutationStrategy::manual, .reasoning = "m"},
               FixedClock().at)
            .after.cdna == "onlyone:g1:11bd");
  CHECK(code_of([] { strategy_of("bogus"); }) == "bad_strategy");
}

TEST_CASE("a handoff holds until its payload or its hash changes") {
  const json::Document payload = json::parse(R"({"a":1})");
  const json::Document other = json::parse(R"({"a":2})");
  HandoffEnvelope envelope{"p", "t", "r"};
  envelope.payload = payload.root;
  HandoffEnvelope built = build_handoff(envelope, FixedClock().at);
  CHECK(built.handoff_hash == "ac009eef7becbd1c67f068a06c2ccaf059217d6509b387dbbf2080e4999a8d78");
  CHECK(handoff_holds(built));
  HandoffEnvelope renamed = built;
  renamed.source_product = "other";
  CHECK(validate_upstream_proof(renamed));  // as the original has it
  CHECK_FALSE(handoff_holds(renamed));
  HandoffEnvelope changed = built;
  changed.payload = other.root;
  CHECK_FALSE(validate_upstream_proof(changed));
  changed = built;
  changed.handoff_hash.clear();
  CHECK_FALSE(validate_upstream_proof(changed));
  CHECK(build_handoff({"p", "t", "r"}, FixedClock().at).handoff_hash ==
        "914e6a7f2493fd91da2671159c5d2f92302678957a2a19deb9d26a7737c730d2");
}

TEST_CASE("a checkpoint holds by its own totals") {
  FixedClock clock;
  EntityReducer reducer("x", "y", clock);
  reducer.fold_run("r1", {{.step_id = "a"}, {.step_id = "b", .status = ProofStatus::interrupted}}, 2);
  CHECK(reducer.state().total_failed == 1);
  EntityCheckpoint checkpoint = reducer.checkpoints().back();
  CHECK(EntityReducer::verify_checkpoint(checkpoint));
  checkpoint.total_amount = 3;
  CHECK_FALSE(EntityReducer::verify_checkpoint(checkpoint));
  reducer.reset();
  CHECK(reducer.state().total_runs == 0);
  CHECK(reducer.checkpoints().empty());
}

TEST_CASE("the health of chains is looked at anew each time") {
  FixedClock clock;
  EvidenceChainManager manager(clock);
  ChainHealthTracker tracker(manager);
  manager.append("c", {.step_id = "s", .proof_hash = "p"}, "r");
  manager.append("c", {.step_id = "s", .proof_hash = "q"}, "r");
  tracker.register_chain("c");
  tracker.register_chain("not there");
  CHECK_FALSE(tracker.any_broken());
  CHECK(tracker.verify_all().size() == 2);
  manager.entries("c")[1].prev_hash = "x";
  CHECK(tracker.any_broken());
  json::Arena arena;
  CHECK(json::to_compact(manager.chain_json("not there", arena)) ==
        R"({"chain_id":"not there","length":0,"head_hash":"","verified":false,"last_verified_at":null})");
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
