// BitBlocks: submitted, repeated, listed.
#include "core/sbn/stored_bitblocks.hpp"
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Json;
using fixtures::SlotNetwork;
using network::fixtures::check_guarded;

const std::string kSubmit = "/api/bitblocks/submit";

TEST_CASE("each route of bitblocks asks for a credential with its scope") {
  SlotNetwork net;
  check_guarded(net, "POST", kSubmit, "slots.write", R"({"slot_id":"s"})");
  check_guarded(net, "GET", "/api/bitblocks?slot_id=s", "receipts.read");
}

TEST_CASE("a BitBlock keeps what was submitted, and its snap hash is that of the payload") {
  SlotNetwork net;
  const std::string slot = net.open();
  const std::string payload = R"({"z":1.50,"a":"é","deep":{"n":123456789012345678901234567890}})";
  const Json made = net.submitted(slot, payload, R"(,"metadata":{"worker_id":"w"})");
  CHECK(made["slot_id"] == slot);
  CHECK(made["block_type"] == "Action");
  CHECK(made["domain"] == "d");
  CHECK(made["generation"] == 0);
  CHECK(made["metadata"] == Json({{"worker_id", "w"}}));
  CHECK(made["composed_block_id"].is_null());
  CHECK(made["snap_hash"] ==
        net.post("/internal/snapchore/capture", "{\"payload\":" + payload + "}").json()["hash"]);
  const std::string listed = net.get("/api/bitblocks?slot_id=" + slot).body;
  CHECK(listed.find(payload) != std::string::npos);
  CHECK(net.bitblocks(slot)["bitblocks"][0] == made);
}

TEST_CASE("of a name that stands twice the last member is kept") {
  SlotNetwork net;
  const std::string slot = net.open();
  net.submitted(slot, R"({"a":1,"a":{"b":1,"b":2}})", R"(,"metadata":{"m":1,"m":2})");
  const auto answer = net.get("/api/bitblocks?slot_id=" + slot);
  CHECK_FALSE(network::fixtures::has_duplicates(answer.body));
  CHECK(answer.json()["data"]["bitblocks"][0]["payload"]["a"]["b"] == 2);
}

TEST_CASE("generations count the intervals since the slot was opened, and never fall") {
  SlotNetwork net;
  const std::string slot = net.open(R"(,"generation_interval":10)");
  std::string generations;
  for (const std::int64_t step : {0, 9, 1, 35, -40, 10}) {
    net.pass(step);
    generations += net.submitted(slot)["generation"].dump() + " ";
  }
  CHECK(generations == "0 0 1 4 4 4 ");
}

TEST_CASE("what is no BitBlock is refused, and nothing of it is kept") {
  SlotNetwork net;
  const std::string slot = net.open();
  const auto said = [&](const std::string& members) {
    return net.post(kSubmit, R"({"slot_id":")" + slot + "\"" + members + "}").said();
  };
  const std::string named = R"(,"block_type":"Action","domain":"d")";
  CHECK(said("") == "400 bad_field");
  CHECK(said(R"(,"domain":"d","payload":{})") == "400 bad_field");
  CHECK(said(R"(,"block_type":"A","payload":{})") == "400 bad_field");
  CHECK(said(R"(,"block_type":"a\tb","domain":"d","payload":{})") == "400 bad_field");
  CHECK(said(R"(,"block_type":")" + std::string(65, 'x') + R"(","domain":"d","payload":{})") ==
        "400 bad_field");
  CHECK(said(R"(,"block_type":"A","domain":")" + std::string(257, 'x') + R"(","payload":{})") ==
        "400 bad_field");
  CHECK(said(named) == "400 bad_payload");
  CHECK(said(named + R"(,"payload":[1])") == "400 bad_payload");
  CHECK(said(named + R"(,"payload":{},"metadata":"m")") == "400 bad_metadata");
  CHECK(said(named + R"(,"payload":{},"operation_id":7)") == "400 bad_field");
  CHECK(said(named + R"(,"payload":{},"idempotency_key":")" + std::string(257, 'x') + "\"") ==
        "400 bad_field");
  CHECK(said(named + R"(,"payload":{"a":1e16})").starts_with("400 "));  // has no SnapChore hash
  CHECK(net.post(kSubmit, R"({"block_type":"A","domain":"d","payload":{}})").said() == "400 bad_field");
  CHECK(net.post(kSubmit, "[]").said() == "400 not_an_object");
  CHECK(net.bitblocks(slot)["count"] == 0);
  CHECK(said(R"(,"block_type":")" + std::string(64, 'x') + R"(","domain":")" + std::string(256, 'x') +
             R"(","payload":{},"operation_id":")" + std::string(256, 'x') + "\"") == "200");
}

TEST_CASE("payload and metadata have a mebibyte together") {
  SlotNetwork net;
  const std::string slot = net.open();
  const auto said = [&](std::size_t bytes) {
    return net.submit(slot, R"({"a":")" + std::string(bytes - 10, 'x') + "\"}").said();
  };
  CHECK(said(kMaxBitBlockBytes + 1) == "413 too_large");
  CHECK(said(kMaxBitBlockBytes) == "200");
}

TEST_CASE("the same operation_id or idempotency_key answers the first BitBlock again") {
  SlotNetwork net;
  const std::string slot = net.open();
  const Json first = net.submitted(slot, R"({"n":1})", R"(,"operation_id":"o")");
  const Json second = net.submitted(slot, R"({"n":2})", R"(,"idempotency_key":"o")");
  CHECK(first["id"] != second["id"]);
  CHECK(first["operation_id"] == "o");
  CHECK(second["idempotency_key"] == "o");
  CHECK(net.submitted(slot, R"({"n":1})", R"(,"operation_id":"o")") == first);
  CHECK(net.submitted(slot, R"({"n":2})", R"(,"idempotency_key":"o")") == second);
  CHECK(net.submitted(slot, R"({"n":1})", R"(,"operation_id":"o","idempotency_key":"new")") == first);
  CHECK(net.bitblocks(slot)["count"] == 2);
  CHECK(net.submitted(net.open(), R"({"n":3})", R"(,"operation_id":"o")")["payload"]["n"] == 3);
}

TEST_CASE("another payload under the same key is a conflict that names the first") {
  SlotNetwork net;
  const std::string slot = net.open();
  const Json first = net.submitted(slot, R"({"n":1})", R"(,"operation_id":"o")");
  net.submitted(slot, R"({"n":1})", R"(,"idempotency_key":"i")");
  const std::string reused = "409 idempotency_key_reused";
  const auto again = net.submit(slot, R"({"n":2})", R"(,"operation_id":"o")");
  CHECK(again.said() == reused);
  CHECK(again.json()["error"]["details"]["bitblock_id"] == first["id"]);
  CHECK(net.submit(slot, R"({"n":1,"nonce":1})", R"(,"operation_id":"o")").said() == reused);
  CHECK(net.submit(slot, R"({"n":1})", R"(,"operation_id":"o","metadata":{"m":1})").said() == reused);
  CHECK(net.submit(slot, R"({"n":1})", R"(,"operation_id":"o","idempotency_key":"i")").said() == reused);
  CHECK(net.bitblocks(slot)["count"] == 2);
}

TEST_CASE("with the header Idempotency-Key a request is done once") {
  SlotNetwork net;
  const std::string slot = net.open();
  const std::string body = R"({"slot_id":")" + slot + R"(","block_type":"A","domain":"d","payload":{}})";
  const auto send = [&](const std::string& key) {
    return net.ask("POST", kSubmit, body, {{"x-api-key", net.key}, {"Idempotency-Key", key}});
  };
  const Json first = send("k").json();
  CHECK(first["data"]["idempotency_key"] == nullptr);
  CHECK(send("k").json() == first);
  CHECK(net.bitblocks(slot)["count"] == 1);
  CHECK(send("another").json() != first);
  CHECK(send(std::string(256, 'k')).said() == "400 bad_idempotency_key");
  CHECK(net.bitblocks(slot)["count"] == 2);
}

TEST_CASE("a closed slot takes nothing more, but answers what is repeated") {
  SlotNetwork net;
  const std::string slot = net.open();
  net.submitted(slot, "{}", R"(,"operation_id":"o")");
  net.closed(slot);
  CHECK(net.submit(slot).said() == "409 slot_closed");
  CHECK(net.submitted(slot, "{}", R"(,"operation_id":"o")")["operation_id"] == "o");
  CHECK(net.bitblocks(slot)["count"] == 1);
}

TEST_CASE("a slot that is unknown or another tenant's takes nothing") {
  SlotNetwork net;
  const std::string slot = net.open();
  CHECK(net.submit("nothing").said() == "404 unknown_slot");
  CHECK(net.submit_as(net.rival, slot).said() == "404 unknown_slot");
  CHECK(net.get_as(net.rival, "/api/bitblocks?slot_id=" + slot).said() == "404 unknown_slot");
  CHECK(net.get("/api/bitblocks").said() == "404 unknown_slot");
  CHECK(net.bitblocks(slot)["count"] == 0);
}

TEST_CASE("BitBlocks are listed in order, by generation and page") {
  SlotNetwork net;
  const std::string slot = net.open(R"(,"generation_interval":10)");
  for (int i = 0; i < 6; ++i) {
    net.submitted(slot, "{\"n\":" + std::to_string(i) + "}");
    if (i % 2 == 1) net.pass(20);
  }
  const auto listed = [&](const std::string& query) {
    const Json answer = net.bitblocks(slot, query);
    CHECK(answer["count"] == answer["bitblocks"].size());
    CHECK(answer["slot_id"] == slot);
    std::string numbers;
    for (const Json& each : answer["bitblocks"])
      numbers += each["payload"]["n"].dump();
    return numbers;
  };
  CHECK(listed("") == "012345");
  CHECK(listed("&limit=2") == "01");
  CHECK(listed("&limit=2&offset=3") == "34");
  CHECK(listed("&offset=6") == "");
  CHECK(listed("&generation=0") == "01");
  CHECK(listed("&generation=2") == "23");
  CHECK(listed("&generation=1") == "");
  CHECK(listed("&generation=4&offset=1") == "5");
  CHECK(listed("&generation=9") == "");
  for (const char* query : {"&limit=0", "&limit=1001", "&generation=-1", "&offset=x"})
    CHECK(net.get("/api/bitblocks?slot_id=" + slot + query).said() == "400 bad_parameter");
}

TEST_CASE("after closing each BitBlock names the block that it is part of") {
  SlotNetwork net;
  const std::string slot = net.open(R"(,"generation_interval":10)");
  net.submitted(slot);
  net.pass(10);
  net.submitted(slot);
  const Json composed = net.closed(slot)["compose_receipts"];
  const Json listed = net.bitblocks(slot)["bitblocks"];
  CHECK(listed[0]["composed_block_id"] == composed[0]["block_id"]);
  CHECK(listed[1]["composed_block_id"] == composed[1]["block_id"]);
}

}  // namespace
}  // namespace agentnet::sbn
