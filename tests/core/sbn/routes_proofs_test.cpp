// What is proved about a block.
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Json;
using fixtures::SlotNetwork;
using network::fixtures::check_guarded;

struct Proved : SlotNetwork {
  std::string slot = open(R"(,"generation_interval":10)");
  Json closed = fill();
  std::string whole = closed["block_id"];
  std::string part = closed["compose_receipts"][0]["block_id"];

  Json fill() {
    for (int i = 0; i < 3; ++i) {
      submitted(slot, "{\"n\":" + std::to_string(i) + "}");
      pass(10);
    }
    return SlotNetwork::closed(slot);
  }
  Json data(const std::string& path) {
    const auto answer = get(path);
    REQUIRE(answer.said() == "200");
    return answer.json()["data"];
  }
};

TEST_CASE("each route of proofs asks for receipts.read, and knows no foreign block") {
  Proved net;
  for (const char* rest : {"", "/proof-ledger", "/proof-surfaces", "/fractal-receipts", "/successors"}) {
    const std::string path = "/blocks/" + net.part + rest;
    check_guarded(net, "GET", path, "receipts.read");
    CHECK(net.get_as(net.rival, path).said() == "404 unknown_block");
    CHECK(net.get("/blocks/nothing" + std::string(rest)).said() == "404 unknown_block");
  }
  const std::string surface = "/proof-surfaces/rcpt_" + net.part;
  check_guarded(net, "GET", surface, "receipts.read");
  CHECK(net.get_as(net.rival, surface).said() == "404 unknown_receipt");
  CHECK(net.get("/proof-surfaces/" + net.part).said() == "404 unknown_receipt");
}

TEST_CASE("a block is shown with its slot, its receipt and what it is part of") {
  Proved net;
  const Json block = net.data("/blocks/" + net.part);
  CHECK(block["id"] == net.part);
  CHECK(block["slot_id"] == net.slot);
  CHECK(block["block_type_profile"] == Json({{"Action", 1}}));
  CHECK(block["lineage_edges"][0]["target_id"] == net.whole);
  const Json receipt = net.receipt("rcpt_" + net.part);
  CHECK(block["canonical_proof_hash"] == receipt["hash"]);
  CHECK(block["surface"]["receipt"] == receipt);
  CHECK(net.data("/blocks/" + net.whole)["lineage_edges"].empty());
  const Json alone = net.seal(R"({"a":1})");
  CHECK(net.data("/blocks/" + alone["id"].get<std::string>())["slot_id"].is_null());
}

TEST_CASE("a proof surface holds the receipt, which verifies by the validators' keys alone") {
  Proved net;
  for (const auto& [id, kind] : std::initializer_list<std::pair<std::string, std::string>>{
           {net.part, "composed"}, {net.whole, "closed"}, {net.seal(R"({"a":1})")["id"], "seal"}}) {
    const Json surface = net.data("/proof-surfaces/rcpt_" + id);
    CHECK(surface["kind"] == kind);
    CHECK(surface["block_id"] == id);
    CHECK(net.receipt_fault(surface["receipt"], surface["snapchore_hash"]) == "");
    CHECK(net.data("/blocks/" + id + "/proof-surfaces")["proof_surfaces"] == Json({surface}));
  }
  CHECK(net.data("/blocks/" + net.part + "/proof-surfaces?kind=composed")["count"] == 1);
  CHECK(net.data("/blocks/" + net.part + "/proof-surfaces?kind=closed")["count"] == 0);
}

TEST_CASE("the proof ledger says when a block was sealed and by which batch attested") {
  Proved net;
  const Json ledger = net.data("/blocks/" + net.part + "/proof-ledger");
  const Json receipt = net.receipt("rcpt_" + net.part);
  REQUIRE(ledger["proof_ledger"].size() == 2);
  CHECK(ledger["proof_ledger"][0]["event"] == "sealed");
  CHECK(ledger["proof_ledger"][1]["receipt_id"] == receipt["receipt_id"]);
  CHECK(ledger["proof_ledger"][1]["root"] == receipt["attestation"]["root"]);
}

TEST_CASE("the closing block has the receipts of its parts; each part has it as its successor") {
  Proved net;
  const Json parts = net.data("/blocks/" + net.whole + "/fractal-receipts");
  CHECK(parts["count"] == 3);
  CHECK(parts["fractal_receipts"][0]["block_id"] == net.part);
  CHECK(net.data("/blocks/" + net.whole + "/fractal-receipts?limit=2")["count"] == 2);
  CHECK(net.data("/blocks/" + net.whole + "/fractal-receipts?kind=seal")["count"] == 0);
  CHECK(net.data("/blocks/" + net.part + "/fractal-receipts")["count"] == 0);
  CHECK(net.data("/blocks/" + net.part + "/successors")["successors"][0]["block_id"] == net.whole);
  CHECK(net.data("/blocks/" + net.whole + "/successors")["count"] == 0);
  CHECK(net.get("/blocks/" + net.whole + "/successors?limit=0").said() == "400 bad_parameter");
}

}  // namespace
}  // namespace agentnet::sbn
