// Attestations of slots, and flags.
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::SlotNetwork;
using network::fixtures::check_guarded;

struct Attesting : SlotNetwork {
  std::string slot = open();
  std::string snap = submitted(slot, R"({"n":1})")["snap_hash"];
  Answer attest(const std::string& hash, const std::string& more = "") {
    return post("/attest", R"({"slot_id":")" + slot + R"(","snap_hash":")" + hash + "\"" + more + "}");
  }
};

TEST_CASE("attesting asks for its own scope, flags for any credential") {
  Attesting net;
  check_guarded(net, "POST", "/attest", "attest.write", R"({"slot_id":"s","snap_hash":"h"})");
  check_guarded(net, "GET", "/flags", "");
}

TEST_CASE("each hash of a closed slot is attested with a receipt that verifies") {
  Attesting net;
  const Json closed = net.closed(net.slot);
  for (const std::string& hash : {net.snap, "sha256:" + net.snap, closed["merkle_root"].get<std::string>(),
                                  closed["snapchore_hash"].get<std::string>()}) {
    const Json made = net.attest(hash, R"(,"snap_version":"1","frontier_id":"f","metadata":{"m":1})").json();
    CHECK(made["status"] == "attested");
    CHECK(made["slot_id"] == net.slot);
    CHECK(made["snap_hash"] == hash);
    CHECK(net.receipt_fault(net.receipt(made["receipt_id"]), made["snapchore_hash"]) == "");
  }
  const Json other = net.attest(closed["snapchore_hash"]).json();
  const Json block = net.get("/api/blocks/" + other["block_id"].get<std::string>()).json()["data"];
  CHECK(block["payload"]["attested_hash"] == closed["snapchore_hash"]);
  CHECK(block["payload"]["slot_id"] == net.slot);
  CHECK(block["payload"]["frontier_id"] == "f");
}

TEST_CASE("the hash that is attested is covered by the hash of the attestation") {
  Attesting net;
  const Json closed = net.closed(net.slot);
  const Json one = net.attest(net.snap).json();
  Json block = net.get("/internal/snapchore/blocks/" + one["block_id"].get<std::string>()).json();
  CHECK(net.post("/internal/snapchore/block/verify", Json({{"block", block}}).dump()).json()["valid"] ==
        true);
  block["payload"]["attested_hash"] = closed["snapchore_hash"];
  CHECK(net.post("/internal/snapchore/block/verify", Json({{"block", block}}).dump()).json()["valid"] ==
        false);
}

TEST_CASE("asking again for the same slot and hash answers the first attestation") {
  Attesting net;
  net.closed(net.slot);
  const Json first = net.attest(net.snap).json();
  CHECK(net.attest(net.snap).json() == first);
  CHECK(net.attest("sha256:" + net.snap).json()["receipt_id"] == first["receipt_id"]);
  CHECK(net.attest(net.snap, R"(,"frontier_id":"g")").json()["receipt_id"] == first["receipt_id"]);
}

TEST_CASE("only a closed slot is attested, and whether it holds the hash is sealed with it") {
  Attesting net;
  CHECK(net.attest(net.snap).said() == "409 slot_not_closed");
  net.closed(net.slot);
  const std::string other = net.submitted(net.open(), R"({"n":2})")["snap_hash"];
  const Json seals = net.get("/internal/snapchore/stats").json()["seals"];
  for (const std::string& hash :
       {other, std::string("sha256:your-snap-hash"), net.seal(R"({"x":1})")["hash"].get<std::string>()}) {
    const Json made = net.attest(hash).json();
    CHECK(made["hash_in_slot"] == false);
    CHECK(net.attest(hash).json() == made);
    const Json block = net.get("/api/blocks/" + made["block_id"].get<std::string>()).json()["data"];
    CHECK(block["payload"]["hash_in_slot"] == false);
  }
  CHECK(net.get("/internal/snapchore/stats").json()["seals"] == seals.get<int>() + 4);
  CHECK(net.attest(net.snap).json()["hash_in_slot"] == true);
  for (const char* hash : {"sha256:", ""})
    CHECK(net.attest(hash).said() == "400 bad_field");
}

TEST_CASE("what is asked for is checked, and another tenant's slot does not exist") {
  Attesting net;
  net.closed(net.slot);
  CHECK(net.post("/attest", "{}").said() == "400 bad_field");
  CHECK(net.post("/attest", R"({"slot_id":"s"})").said() == "400 bad_field");
  CHECK(net.attest("").said() == "400 bad_field");
  CHECK(net.attest(net.snap, R"(,"metadata":[])").said() == "400 bad_metadata");
  CHECK(net.attest(net.snap, R"(,"metrics":1)").said() == "400 bad_metrics");
  CHECK(net.attest(net.snap, R"(,"snap_version":1)").said() == "400 bad_field");
  CHECK(net.attest(net.snap, R"(,"target_project_id":"rival")").said() == "404 unknown_project");
  const std::string body = R"({"slot_id":")" + net.slot + R"(","snap_hash":")" + net.snap + "\"}";
  CHECK(net.post_as(net.rival, "/attest", body).said() == "404 unknown_slot");
  CHECK(net.attest(net.snap, R"(,"target_project_id":"local")").said() == "200");
}

TEST_CASE("flags are an object of booleans") {
  SlotNetwork net;
  const Json flags = net.get("/flags").json();
  CHECK(flags["slots"] == true);
  for (const Json& each : flags)
    CHECK(each.is_boolean());
}

}  // namespace
}  // namespace agentnet::sbn
