// SmartBlocks as the blocks client asks for them.
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Json;
using fixtures::SlotNetwork;
using network::fixtures::check_guarded;

struct Blocks : SlotNetwork {
  Json create(const std::string& members) {
    const auto answer = post("/api/blocks", members);
    REQUIRE(answer.said() == "200");
    return answer.json()["data"];
  }
};

TEST_CASE("each route of blocks asks for a credential with its scope") {
  Blocks net;
  check_guarded(net, "POST", "/api/blocks", "snapchore.seal", R"({"payload":{}})");
  check_guarded(net, "POST", "/api/blocks/submit", "slots.write", R"({"slot_id":"s","payload":{}})");
  for (const char* path : {"/api/blocks", "/api/blocks/b", "/api/blocks/b/bitblocks"})
    check_guarded(net, "GET", path, "receipts.read");
}

TEST_CASE("a block is sealed with a receipt, and its hash has sha256: in front") {
  Blocks net;
  const Json block = net.create(R"({"payload":{"a":1},"metadata":{"source":"sbn-sdk"}})");
  CHECK(block["domain"] == "default");
  CHECK(block["hash"] == "sha256:" + block["snapchore_hash"].get<std::string>());
  CHECK(block["slot_id"].is_null());
  CHECK(net.receipt_fault(net.receipt(block["receipt_id"]), block["snapchore_hash"]) == "");
  const std::string id = block["id"];
  const std::string hash = block["hash"];
  CHECK(net.get("/api/blocks/" + id).json()["data"] == block);
  CHECK(net.get("/api/blocks/" + hash).json()["data"] == block);
  CHECK(net.get("/api/blocks/" + hash.substr(7)).json()["data"] == block);
  CHECK(net.get("/api/blocks/rcpt_" + id).json()["data"] == block);
  CHECK(net.get("/api/blocks/" + id + "/bitblocks").json()["data"] == Json({{"block_id", id},
                                                                            {"slot_id", nullptr},
                                                                            {"bitblocks", Json::array()},
                                                                            {"count", 0},
                                                                            {"offset", 0}}));
}

TEST_CASE("what is no block is refused") {
  Blocks net;
  CHECK(net.post("/api/blocks", "{}").said() == "400 bad_payload");
  CHECK(net.post("/api/blocks", R"({"payload":[]})").said() == "400 bad_payload");
  CHECK(net.post("/api/blocks", R"({"payload":{},"metadata":1})").said() == "400 bad_metadata");
  CHECK(net.post("/api/blocks", R"({"payload":{},"domain":7})").said() == "400 bad_field");
  CHECK(net.get("/api/blocks").json()["data"]["count"] == 0);
}

TEST_CASE("blocks are listed newest first, by domain and page") {
  Blocks net;
  std::vector<std::string> ids;
  for (const char* domain : {"a", "a.b", "c"})
    ids.push_back(net.create(R"({"payload":{},"domain":")" + std::string(domain) + "\"}")["id"]);
  const auto listed = [&](const std::string& query) {
    std::string places;
    const Json answer = net.get("/api/blocks" + query).json();
    for (const Json& block : answer["data"]["blocks"])
      places += std::to_string(std::find(ids.begin(), ids.end(), block["id"]) - ids.begin());
    return places;
  };
  CHECK(listed("?limit=50") == "210");
  CHECK(listed("?domain=a") == "0");
  CHECK(listed("?domain=a.*") == "10");
  CHECK(listed("?limit=1&offset=1") == "1");
  CHECK(net.get("/api/blocks?limit=201").said() == "400 bad_parameter");
}

TEST_CASE("a block that is submitted to a slot is the slot's, and is refused once that is closed") {
  Blocks net;
  const std::string slot = net.open();
  const std::string body = R"({"slot_id":")" + slot + R"(","payload":{"a":1},"domain":"d"})";
  const Json block = net.post("/api/blocks/submit", body).json()["data"];
  CHECK(block["slot_id"] == slot);
  CHECK(block["domain"] == "d");
  CHECK(net.get("/api/blocks/" + block["id"].get<std::string>()).json()["data"] == block);
  const Json listed = net.get("/slots/" + slot + "/blocks").json()["data"]["blocks"];
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["kind"] == "opened");
  CHECK(listed[1]["kind"] == "submitted");
  CHECK(listed[1]["id"] == block["id"]);
  CHECK(listed[1]["hash"] == block["hash"]);
  net.closed(slot);
  const Json seals = net.get("/internal/snapchore/stats").json()["seals"];
  CHECK(net.post("/api/blocks/submit", body).said() == "409 slot_closed");
  CHECK(net.post_as(net.rival, "/api/blocks/submit", body).said() == "404 unknown_slot");
  CHECK(net.post("/api/blocks/submit", R"({"slot_id":"x","payload":{}})").said() == "404 unknown_slot");
  CHECK(net.get("/internal/snapchore/stats").json()["seals"] == seals);
}

TEST_CASE("a composed block leads to its BitBlocks and to what stands above it") {
  Blocks net;
  const std::string slot = net.open(R"(,"generation_interval":10)");
  for (int i = 0; i < 4; ++i) {
    net.submitted(slot, "{\"n\":" + std::to_string(i) + "}");
    if (i == 0) net.pass(10);
  }
  const Json closed = net.closed(slot);
  const std::string second = closed["compose_receipts"][1]["block_id"];
  const auto numbers = [&](const std::string& query) {
    std::string text;
    const Json answer = net.get("/api/blocks/" + second + "/bitblocks" + query).json();
    for (const Json& each : answer["data"]["bitblocks"])
      text += each["payload"]["n"].dump();
    return text;
  };
  CHECK(numbers("") == "123");
  CHECK(numbers("?limit=1&offset=1") == "2");
  CHECK(numbers("?offset=3") == "");
  const Json stack =
      net.get("/api/blocks/" + second + "/bitblocks?include_stack=true").json()["data"]["stack"];
  REQUIRE(stack.size() == 2);
  CHECK(stack[1]["id"] == closed["block_id"]);
  CHECK(net.get_as(net.rival, "/api/blocks/" + second).said() == "404 unknown_block");
  CHECK(net.get_as(net.rival, "/api/blocks/" + second + "/bitblocks").said() == "404 unknown_block");
}

TEST_CASE("a hash that was only captured is no block") {
  Blocks net;
  const std::string hash = net.post("/internal/snapchore/capture", R"({"payload":{"a":1}})").json()["hash"];
  CHECK(net.get("/api/blocks/" + hash).said() == "404 unknown_block");
  CHECK(net.get("/api/blocks/sha256:").said() == "404 unknown_block");
}

}  // namespace
}  // namespace agentnet::sbn
