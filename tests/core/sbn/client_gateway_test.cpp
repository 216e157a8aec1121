#include "core/sbn/client_gateway.hpp"

#include "tests/core/sbn/client_gateway_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Noting;

const json::Document kEmpty = json::parse("{}");
const json::Document kFacts = json::parse(R"({"a": 1, "é": 1.50})");

TEST_CASE("slots: requests are those of the official client") {
  Noting net;
  Client client(net, {});
  CHECK(net.of([&] { gateway::create_slot(client, "w", "t"); }) ==
        R"(POST /slots {"worker_id": "w", "task_type": "t"})");
  CHECK(net.of([&] {
    gateway::create_slot(client, "w", "t", {.generation_interval = 0, .metadata = kEmpty.root});
  }) == R"(POST /slots {"worker_id": "w", "task_type": "t", "generation_interval": 0})");
  CHECK(net.of([&] { gateway::create_slot(client, "w", "t", {.metadata = kFacts.root}); }) ==
        R"(POST /slots {"worker_id": "w", "task_type": "t", "metadata": {"a": 1, "\u00e9": 1.50}})");
  CHECK(net.of([&] { gateway::close_slot(client, "a b/c"); }) == "POST /slots/a%20b%2Fc/close {}");
  CHECK(net.of([&] { gateway::list_slot_blocks(client, "s"); }) == "GET /slots/s/blocks");
  CHECK(net.of([&] { gateway::list_slot_blocks(client, "s", 5); }) == "GET /slots/s/blocks?limit=5");
  CHECK(net.of([&] { gateway::list_slots(client); }) == "GET /slots");
  CHECK(net.of([&] { gateway::list_slots(client, {.state = "open", .limit = 0, .source = "x y"}); }) ==
        "GET /slots?state=open&limit=0&source=x%20y");
  CHECK(net.of([&] { gateway::list_slots(client, {.after = "s"}); }) == "GET /slots?after=s");
  CHECK(net.of([&] { gateway::list_orphan_slots(client); }) ==
        "GET /slots/orphans?min_age_seconds=1800&idle_seconds=1800&limit=200&include_unmanaged=false");
  CHECK(
      net.of([&] {
        gateway::reap_orphan_slots(client, {1, 2, 3, true});
      }) ==
      R"(POST /slots/orphans/reap {"min_age_seconds": 1, "idle_seconds": 2, "limit": 3, "include_unmanaged": true})");
  CHECK(net.of([&] { gateway::seal_slot(client, "s"); }) == "POST /slots/s/seal {}");
}

TEST_CASE("blocks, receipts and flags: requests are those of the official client") {
  Noting net;
  Client client(net, {});
  CHECK(net.of([&] { gateway::fetch_receipt(client, "r"); }) == "GET /receipts/r");
  CHECK(net.of([&] { client.list_receipts_by_hash("h"); }) == "GET /api/receipts?hash=h");
  CHECK(net.of([&] { client.list_receipts_by_hash("h", "p"); }) == "GET /api/receipts?hash=h&project_id=p");
  CHECK(net.of([&] { gateway::list_flags(client); }) == "GET /flags");
  CHECK(net.of([&] { gateway::fetch_block(client, "b"); }) == "GET /blocks/b");
  CHECK(net.of([&] { gateway::fetch_proof_ledger(client, "b"); }) == "GET /blocks/b/proof-ledger");
  CHECK(net.of([&] { gateway::fetch_proof_surface(client, "r"); }) == "GET /proof-surfaces/r");
  CHECK(net.of([&] { gateway::list_proof_surfaces(client, "b"); }) == "GET /blocks/b/proof-surfaces");
  CHECK(net.of([&] { gateway::list_proof_surfaces(client, "b", "k", 7); }) ==
        "GET /blocks/b/proof-surfaces?kind=k&limit=7");
  CHECK(net.of([&] { gateway::list_fractal_receipts(client, "b", "k", 7); }) ==
        "GET /blocks/b/fractal-receipts?kind=k&limit=7");
  CHECK(net.of([&] { gateway::list_successor_surfaces(client, "b", 7); }) ==
        "GET /blocks/b/successors?limit=7");
}

std::string attest_body(const gateway::Attestation& attestation) {
  Noting net;
  Client client(net, {});
  const std::string sent = net.of([&] { gateway::request_attestation(client, attestation); });
  REQUIRE(sent.starts_with("POST /attest "));
  CHECK(net.sent.headers.get("x-sbn-project-id") == attestation.target_project_id);
  return sent.substr(13);
}

TEST_CASE("an attestation repeats in its metadata what stands beside it, and sends nothing twice") {
  const std::string begin = R"({"slot_id": "s", "snap_hash": "h", "snap_version": "1")";
  CHECK(attest_body({.slot_id = "s", .snap_hash = "h"}) == begin + "}");
  CHECK(attest_body({.slot_id = "s", .snap_hash = "h", .metadata = kEmpty.root, .metrics = kEmpty.root}) ==
        begin + "}");
  CHECK(attest_body({.slot_id = "s", .snap_hash = "h", .frontier_id = "f"}) ==
        begin + R"(, "frontier_id": "f", "metadata": {"frontier_id": "f"}})");
  const json::Document own = json::parse(R"({"frontier_id": "x", "a": 1})");
  CHECK(attest_body({.slot_id = "s", .snap_hash = "h", .frontier_id = "f", .metadata = own.root}) ==
        begin + R"(, "frontier_id": "f", "metadata": {"frontier_id": "x", "a": 1}})");
  const json::Document metrics = json::parse(R"({"m": 1})");
  const json::Document extra = json::parse(R"({"slot_id": "no", "extra": 2, "metrics": 4})");
  CHECK(attest_body({.slot_id = "s",
                     .snap_hash = "h",
                     .frontier_id = "f",
                     .target_project_id = "p",
                     .type = "T",
                     .domain = "D",
                     .metrics = metrics.root,
                     .submission_fields = extra.root}) ==
        begin + R"(, "frontier_id": "f", "target_project_id": "p", "type": "T", "domain": "D", )"
                R"("metadata": {"frontier_id": "f", "target_project_id": "p", "project_id": "p"}, )"
                R"("metrics": {"m": 1}, "extra": 2})");
}

TEST_CASE("what stands under data is the answer, where the official client takes it so") {
  Noting net;
  Client client(net, {});
  const std::string wrapped = R"({"data":{"id":1}})";
  const std::string bare = R"({"id":1})";
  CHECK(net.made_of(wrapped, [&] { return gateway::create_slot(client, "w", "t"); }) == bare);
  CHECK(net.made_of(wrapped, [&] { return gateway::close_slot(client, "s"); }) == bare);
  CHECK(net.made_of(wrapped, [&] { return gateway::seal_slot(client, "s"); }) == bare);
  CHECK(net.made_of(wrapped, [&] { return gateway::fetch_receipt(client, "r"); }) == bare);
  CHECK(net.made_of(wrapped, [&] { return gateway::fetch_block(client, "b"); }) == bare);
  CHECK(net.made_of(wrapped, [&] { return gateway::fetch_proof_ledger(client, "b"); }) == bare);
  CHECK(net.made_of(R"({"data":{}})", [&] { return gateway::close_slot(client, "s"); }) == R"({"data":{}})");
  CHECK(net.made_of(wrapped, [&] { return gateway::reap_orphan_slots(client); }) == wrapped);
  CHECK(net.made_of(wrapped, [&] { return gateway::request_attestation(client, {}); }) == wrapped);
  CHECK(net.made_of(wrapped, [&] { return gateway::list_flags(client); }) == wrapped);
}

TEST_CASE("workflows: requests are those of the official client") {
  Noting net;
  Client client(net, {});
  CHECK(net.of([&] { gateway::run_pgdag(client, {}); }) ==
        R"(POST /v1/pgdag/runs {"inputs": {}, "actor": "sbn.gateway.pgdag", "config": {}})");
  const json::Document dag = json::parse(R"({"name": "t", "nodes": ["a"]})");
  const json::Document inputs = json::parse(R"({"x": 1})");
  const json::Document config = json::parse(R"({"c": 2})");
  CHECK(net.of([&] {
    gateway::run_pgdag(client, {.workflow_id = "w",
                                .dag = dag.root,
                                .inputs = inputs.root,
                                .actor = "me",
                                .config = config.root,
                                .run_id = "r"});
  }) == R"(POST /v1/pgdag/runs {"inputs": {"x": 1}, "actor": "me", "config": {"c": 2}, "workflow_id": "w", )"
        R"("template": {"name": "t", "nodes": ["a"]}, "run_id": "r"})");
  CHECK(net.of([&] { gateway::pgdag_health(client); }) == "GET /v1/pgdag/health");
}

}  // namespace
}  // namespace agentnet::sbn
