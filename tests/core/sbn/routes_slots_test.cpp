// Slots: opened, listed, closed, sealed and reaped.
#include "core/sbn/rules_slot.hpp"
#include "core/sbn/slot_service.hpp"
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Json;
using fixtures::SlotNetwork;
using network::fixtures::check_guarded;

TEST_CASE("each route of slots asks for a credential with its scope") {
  SlotNetwork net;
  check_guarded(net, "POST", "/slots", "slots.write", R"({"worker_id":"w","task_type":"t"})");
  check_guarded(net, "GET", "/slots", "receipts.read");
  check_guarded(net, "GET", "/slots/orphans", "receipts.read");
  check_guarded(net, "POST", "/slots/orphans/reap", "slots.write", "{}");
  check_guarded(net, "GET", "/slots/s/blocks", "receipts.read");
  check_guarded(net, "POST", "/slots/s/close", "slots.write", "{}");
  check_guarded(net, "POST", "/slots/s/seal", "slots.write", "{}");
  check_guarded(net, "POST", "/tenants/local/slots", "slots.write", R"({"worker_id":"w","task_type":"t"})");
}

TEST_CASE("a slot that is opened says what it was opened with, and has a receipt") {
  SlotNetwork net;
  const Json slot = net.post("/slots", R"({"worker_id":"w","task_type":"t","generation_interval":30,)"
                                       R"("metadata":{"a":1.50,"a":2,"source":"cli"}})")
                        .json()["data"];
  CHECK(slot["worker_id"] == "w");
  CHECK(slot["task_type"] == "t");
  CHECK(slot["state"] == "open");
  CHECK(slot["generation_interval"] == 30);
  CHECK(slot["metadata"] == Json({{"a", 2}, {"source", "cli"}}));
  CHECK(slot["source"] == "cli");
  CHECK(slot["closed_at"].is_null());
  CHECK(slot["opened_at"].get<std::string>().starts_with("2026-11-23T"));
  CHECK(net.receipt_fault(net.receipt(slot["receipt_id"])) == "");
}

TEST_CASE("what a slot is opened with is checked; nothing is left of a refused one") {
  SlotNetwork net;
  const auto said = [&](const std::string& body) { return net.post("/slots", body).said(); };
  const std::string good = R"("worker_id":"w","task_type":"t")";
  CHECK(said("{}") == "400 bad_field");
  CHECK(said(R"({"worker_id":"","task_type":"t"})") == "400 bad_field");
  CHECK(said(R"({"worker_id":7,"task_type":"t"})") == "400 bad_field");
  CHECK(said(R"({"worker_id":"a\nb","task_type":"t"})") == "400 bad_field");
  CHECK(said(R"({"worker_id":")" + std::string(257, 'x') + "\"}") == "400 bad_field");
  CHECK(said("{" + good + R"(,"metadata":[1]})") == "400 bad_metadata");
  for (const char* interval : {"0", "-1", "1.5", "\"60\"", "31622401", "99999999999999999999"})
    CHECK(said("{" + good + ",\"generation_interval\":" + interval + "}") == "400 bad_field");
  CHECK(said("{" + good + R"(,"metadata":{"m":")" + std::string(kMaxSlotMetadataBytes - 7, 'x') + "\"}}") ==
        "413 too_large");
  CHECK(net.get("/slots").json()["count"] == 0);
  CHECK(said("{" + good + R"(,"metadata":{"m":")" + std::string(kMaxSlotMetadataBytes - 8, 'x') + "\"}}") ==
        "200");
  CHECK(said("{" + good + ",\"generation_interval\":31622400}") == "200");
  CHECK(said(R"({"worker_id":")" + std::string(256, 'x') + "\"}") == "200");
  CHECK(net.get("/slots").json()["count"] == 3);
}

TEST_CASE("closing composes each generation, and its receipt names the slot and the root over the hashes") {
  SlotNetwork net;
  const std::string slot = net.open(R"(,"generation_interval":60)");
  std::vector<std::string> hashes;
  for (int i = 0; i < 5; ++i) {
    hashes.push_back(net.submitted(slot, "{\"n\":" + std::to_string(i) + "}")["snap_hash"]);
    if (i == 1) net.pass(60);
    if (i == 2) net.pass(600);
  }
  const Json closed = net.closed(slot);
  CHECK(closed["slot_id"] == slot);
  CHECK(closed["bitblock_count"] == 5);
  CHECK(closed["blocks_composed"] == 3);
  CHECK(closed["blocks_attested"] == 3);
  REQUIRE(closed["compose_receipts"].size() == 3);
  std::string counts;
  for (const Json& each : closed["compose_receipts"]) {
    counts += std::to_string(each["bitblock_count"].get<int>());
    CHECK(net.receipt_fault(net.receipt(each["id"])) == "");
  }
  CHECK(counts == "212");
  SnapRoot root;
  for (const std::string& hash : hashes)
    root.append(hash);
  CHECK(closed["merkle_root"] == root.root());
  CHECK(net.receipt_fault(net.receipt(closed["receipt_id"]), closed["snapchore_hash"]) == "");
  const Json block = net.get("/api/blocks/" + closed["block_id"].get<std::string>()).json()["data"];
  CHECK(block["payload"]["slot_id"] == slot);
  CHECK(block["payload"]["merkle_root"] == root.root());
  CHECK(block["payload"]["bitblock_count"] == 5);
  CHECK(block["slot_id"] == slot);
  CHECK(net.get("/slots").json()["items"][0]["state"] == "closed");
  CHECK(net.get("/slots").json()["items"][0]["receipt_id"] == closed["receipt_id"]);
}

TEST_CASE("a second close answers what the first did and seals nothing") {
  SlotNetwork net;
  const std::string slot = net.open();
  net.submitted(slot);
  const Json first = net.closed(slot);
  const Json seals = net.get("/internal/snapchore/stats").json()["seals"];
  CHECK(net.closed(slot) == first);
  CHECK(net.get("/internal/snapchore/stats").json()["seals"] == seals);
}

TEST_CASE("a slot without anything in it is closed with a receipt, too") {
  SlotNetwork net;
  const Json closed = net.closed(net.open());
  CHECK(closed["blocks_composed"] == 0);
  CHECK(closed["merkle_root"].is_null());
  CHECK(net.receipt_fault(net.receipt(closed["receipt_id"])) == "");
}

TEST_CASE("a close that was cut off goes on where it stood") {
  SlotNetwork net;
  const std::string slot = net.open(R"(,"generation_interval":1)");
  for (int i = 0; i < 3; ++i) {
    net.submitted(slot);
    net.pass(2);
  }
  net.network->database().write([&](store::Connection& connection) {
    begin_closing(connection, require_slot(connection, "local", slot), net.clock.now());
  });
  CHECK(net.submit(slot).said() == "409 slot_closed");
  CHECK(net.get("/slots?state=closing").json()["count"] == 1);
  CHECK(net.closed(slot)["blocks_composed"] == 3);
}

TEST_CASE("more generations than one commit takes are composed all the same") {
  SlotNetwork net;
  const std::string slot = net.open(R"(,"generation_interval":1)");
  const int count = static_cast<int>(kMaxComposedAtOnce) + 2;
  SnapRoot root;
  for (int i = 0; i < count; ++i) {
    root.append(net.submitted(slot, "{\"n\":" + std::to_string(i) + "}")["snap_hash"].get<std::string>());
    net.pass(1);
  }
  const Json closed = net.closed(slot);
  CHECK(closed["blocks_composed"] == count);
  CHECK(closed["bitblock_count"] == count);
  CHECK(closed["merkle_root"] == root.root());
  CHECK(closed["compose_receipts"].size() == 1000);
  CHECK(net.get("/slots/" + slot + "/blocks?offset=1001").json()["data"]["count"] == 3);
}

TEST_CASE("the anchor of a sealed slot is the hash of its receipt; sealing closes") {
  SlotNetwork net;
  const std::string slot = net.open();
  net.submitted(slot);
  const Json sealed = net.post("/slots/" + slot + "/seal", "{}").json()["data"];
  const Json receipt = net.receipt(sealed["receipt_id"]);
  CHECK(sealed["anchor"] == Json({{"anchor_hash", receipt["hash"]},
                                  {"anchor_type", "receipt_hash"},
                                  {"receipt_id", receipt["receipt_id"]},
                                  {"receipt_hash", receipt["hash"]},
                                  {"smartblock_id", receipt["subject_id"]},
                                  {"degraded", false}}));
  CHECK(net.submit(slot).said() == "409 slot_closed");
  CHECK(net.post("/slots/" + slot + "/seal", "{}").json()["data"] == sealed);
  CHECK(net.closed(slot)["receipt_id"] == sealed["receipt_id"]);
}

TEST_CASE("slots are listed newest first, by state and source, page by page") {
  SlotNetwork net;
  std::vector<std::string> slots;
  for (int i = 0; i < 5; ++i)
    slots.push_back(net.open(i % 2 == 0 ? R"(,"metadata":{"source":"a"})" : ""));
  net.closed(slots[1]);
  net.closed(slots[2]);
  const auto listed = [&](const std::string& query) {
    const Json answer = net.get("/slots" + query).json();
    CHECK(answer["count"] == answer["items"].size());
    std::string places;
    for (const Json& item : answer["items"])
      places += std::to_string(std::find(slots.begin(), slots.end(), item["id"]) - slots.begin());
    return places;
  };
  CHECK(listed("") == "43210");
  CHECK(listed("?state=open") == "430");
  CHECK(listed("?state=closed") == "21");
  CHECK(listed("?source=a") == "420");
  CHECK(listed("?source=gateway&state=closed") == "1");
  CHECK(listed("?source=nobody") == "");
  CHECK(listed("?limit=2") == "43");
  CHECK(listed("?limit=2&after=" + slots[3]) == "21");
  CHECK(net.get("/slots?limit=2").json()["next_after"] == slots[3]);
  CHECK(net.get("/slots?limit=6").json()["next_after"].is_null());
  for (const char* query : {"?state=shut", "?limit=0", "?limit=1001", "?limit=x"})
    CHECK(net.get("/slots" + std::string(query)).said() == "400 bad_parameter");
  CHECK(net.get("/slots?after=nothing").said() == "404 unknown_slot");
}

TEST_CASE("orphans are open slots that a session forgot; reaping closes them") {
  SlotNetwork net;
  const std::string session = R"(,"metadata":{"generation_interval":60})";
  const std::string old = net.open(session);
  const std::string used = net.open(session);
  const std::string unmanaged = net.open();
  const std::string shut = net.open(session);
  net.closed(shut);
  net.pass(2000);
  net.submitted(used);
  net.open(session);
  const auto orphans = [&](const std::string& query) {
    Json ids = Json::array();
    const Json found = net.get("/slots/orphans" + query).json();
    for (const Json& item : found["items"])
      ids.push_back(item["id"]);
    return ids;
  };
  CHECK(orphans("") == Json({old}));
  CHECK(orphans("?include_unmanaged=true") == Json({old, unmanaged}));
  CHECK(orphans("?idle_seconds=0") == Json({old, used}));
  CHECK(orphans("?idle_seconds=0&limit=1") == Json({old}));
  CHECK(orphans("?min_age_seconds=3000") == Json::array());
  CHECK(net.get("/slots/orphans?min_age_seconds=-1").said() == "400 bad_parameter");
  const Json reaped = net.post("/slots/orphans/reap", R"({"include_unmanaged":true})").json();
  CHECK(reaped["count"] == 2);
  CHECK(reaped["reaped"][0]["slot_id"] == old);
  CHECK(net.receipt_fault(net.receipt(reaped["reaped"][1]["receipt_id"])) == "");
  CHECK(net.submit(old).said() == "409 slot_closed");
  CHECK(net.post("/slots/orphans/reap", "{}").json()["count"] == 0);
  CHECK(net.post("/slots/orphans/reap", R"({"limit":201})").said() == "400 bad_field");
  CHECK(net.post("/slots/orphans/reap", R"({"include_unmanaged":1})").said() == "400 bad_field");
}

TEST_CASE("another tenant's slot does not exist") {
  SlotNetwork net;
  const std::string slot = net.open();
  for (const char* rest : {"/close", "/seal"}) {
    CHECK(net.post_as(net.rival, "/slots/" + slot + rest, "{}").said() == "404 unknown_slot");
    CHECK(net.post("/slots/unknown" + std::string(rest), "{}").said() == "404 unknown_slot");
  }
  CHECK(net.get_as(net.rival, "/slots/" + slot + "/blocks").said() == "404 unknown_slot");
  CHECK(net.get_as(net.rival, "/slots").json()["count"] == 0);
  CHECK(net.get_as(net.rival, "/slots?after=" + slot).said() == "404 unknown_slot");
  CHECK(net.get_as(net.rival, "/slots/orphans?min_age_seconds=0&idle_seconds=0&include_unmanaged=true")
            .json()["count"] == 0);
  CHECK(net.submitted(slot)["slot_id"] == slot);
}

TEST_CASE("the legacy paths name the tenant, which must be the caller's") {
  SlotNetwork net;
  const Json slot = net.post("/tenants/local/slots", R"({"worker_id":"w","task_type":"t"})").json()["data"];
  const std::string path = "/slots/" + slot["id"].get<std::string>();
  CHECK(net.get("/tenants/local" + path + "/blocks?limit=5").json()["data"]["count"] == 1);
  CHECK(net.post("/tenants/local" + path + "/close", "{}").json()["data"]["slot_id"] == slot["id"]);
  CHECK(net.get("/tenants/rival" + path + "/blocks").said() == "404 unknown_tenant");
  CHECK(net.post("/tenants/rival/slots", R"({"worker_id":"w"})").said() == "404 unknown_tenant");
  CHECK(net.post_as(net.rival, "/tenants/local" + path + "/close", "{}").said() == "404 unknown_tenant");
}

}  // namespace
}  // namespace agentnet::sbn
