// Workflows, asked for as clients ask.
#include "core/sbn/pgdag/fingerprint.hpp"
#include "core/sbn/routes.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kRuns = "/v1/pgdag/runs";
const std::string kDiamond =
    R"({"name":"t","nodes":["a","b","c","d"],"edges":[["a","b"],["a","c"],["b","d"],["c","d"]]})";

std::string with_template(const std::string& dag, const std::string& more = {}) {
  return R"({"inputs":{"x":1},"actor":"me","config":{},"template":)" + dag + more + "}";
}

std::int64_t receipts(TestNetwork& net) {
  return static_cast<std::int64_t>(net.get("/api/receipts?limit=200").json()["receipts"].size());
}

TEST_CASE("each route asks for a credential, running for the scope to seal") {
  TestNetwork net;
  check_guarded(net, "GET", "/v1/pgdag/health", "");
  check_guarded(net, "POST", kRuns, "snapchore.seal", with_template(kDiamond));
}

TEST_CASE("health names the rules and the steps there are") {
  TestNetwork net;
  const Json health = net.get("/v1/pgdag/health").json();
  CHECK(health["status"] == "ok");
  CHECK(health["kernel"] == "0.14.0");
  CHECK(health["steps"] == Json({"builtin:pass"}));
}

TEST_CASE("a run is complete, and each of its steps has a receipt that can be fetched") {
  TestNetwork net;
  const Json run = net.post(kRuns, with_template(kDiamond, R"(,"run_id":"run-7")")).json();
  CHECK(run["run_id"] == "run-7");
  CHECK(run["status"] == "complete");
  REQUIRE(run["proofs"].size() == 4);
  std::vector<std::string> hashes;
  for (const auto& [step, proof] : run["proofs"].items()) {
    CAPTURE(step);
    hashes.push_back(proof["proof_hash"]);
    CHECK(proof["status"] == "completed");
    const std::string receipt = proof["receipt_id"];
    CHECK(net.get("/receipts/" + receipt).json()["status"] == "attested");
    const std::string block = proof["block_ref"];
    const Json sealed = net.get("/internal/snapchore/blocks/" + block).json();
    CHECK(sealed["payload"]["proof_hash"] == proof["proof_hash"]);
    CHECK(sealed["payload"]["run_id"] == "run-7");
  }
  CHECK(run["merkle_root_hash"] == pgdag::merkle_root(hashes));
  CHECK(run["final_outputs"]["x"] == 1);
  CHECK(receipts(net) == 4);
}

TEST_CASE("what cannot be run is refused by name, and leaves nothing") {
  TestNetwork net;
  const auto said = [&](const std::string& body) { return net.post(kRuns, body).said(); };
  CHECK(said("{}") == "400 bad_field");
  CHECK(said(with_template("7")) == "400 bad_template");
  CHECK(said(with_template(R"({"name":"t","nodes":["a","a"]})")) == "400 duplicate_node");
  CHECK(said(with_template(R"({"name":"t","nodes":["a"],"edges":[["a","a"]]})")) == "400 cycle");
  CHECK(said(with_template(R"({"name":"t","nodes":["a"],"edges":[["a","b"]]})")) == "400 unknown_edge_end");
  CHECK(said(with_template(R"({"name":"t","nodes":[{"id":"a","metadata":{"command":"ls"}}]})")) ==
        "400 unsupported_step");
  CHECK(said(R"({"template":)" + kDiamond + R"(,"inputs":[]})") == "400 bad_inputs");
  CHECK(said(R"({"template":)" + kDiamond + R"(,"actor":7})") == "400 bad_field");
  CHECK(said(R"({"workflow_id":"w-1"})") == "501 not_implemented");
  CHECK(receipts(net) == 0);
}

TEST_CASE("a template may have as many nodes as the limit and no more") {
  TestNetwork net;
  const auto with_nodes = [](int count) {
    Json dag{{"name", "t"}, {"nodes", Json::array()}};
    for (int i = 0; i < count; ++i)
      dag["nodes"].push_back("n" + std::to_string(i));
    return with_template(dag.dump());
  };
  CHECK(net.post(kRuns, with_nodes(1'000)).status == 200);
  CHECK(net.post(kRuns, with_nodes(1'001)).said() == "413 too_large");
}

TEST_CASE("inputs may be as large as the limit and no larger") {
  TestNetwork net;
  const auto with_inputs = [&](std::size_t bytes) {
    return R"({"template":{"name":"t","nodes":["a"]},"inputs":{"x":")" + std::string(bytes - 8, 'x') + "\"}}";
  };
  CHECK(net.post(kRuns, with_inputs(256 * 1024)).status == 200);
  CHECK(net.post(kRuns, with_inputs(256 * 1024 + 1)).said() == "413 too_large");
}

TEST_CASE("an empty template is complete without a seal, and other tenants see nothing of a run") {
  TestNetwork net;
  CHECK(net.post(kRuns, with_template(R"({"name":"t"})")).json()["status"] == "complete");
  CHECK(receipts(net) == 0);
  const Json run = net.post(kRuns, with_template(kDiamond)).json();
  const std::string receipt = run["proofs"]["a"]["receipt_id"];
  CHECK(net.ask("GET", "/receipts/" + receipt, {}, {{"x-api-key", net.rival}}).status == 404);
}

}  // namespace
}  // namespace agentnet::sbn
