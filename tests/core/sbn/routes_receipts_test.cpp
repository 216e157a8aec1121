// Receipts and the attestation queue, asked as clients ask.
#include "core/sbn/routes.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::has_duplicates;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kDiscover = "/internal/snapchore/receipts/discover";

std::vector<std::string> ids(const Json& answer) {
  CHECK(answer["count"] == answer["receipts"].size());
  std::vector<std::string> found;
  for (const Json& receipt : answer["receipts"])
    found.push_back(receipt["receipt_id"]);
  return found;
}

TEST_CASE("each route asks for a credential with its scope") {
  TestNetwork net;
  for (const char* path : {"/internal/snapchore/receipts/discover", "/api/receipts", "/receipts/x",
                           "/internal/snapchore/queue/summary", "/health/attestation-queue"})
    check_guarded(net, "GET", path, "receipts.read");
  check_guarded(net, "POST", "/internal/snapchore/queue/process", "snapchore.seal");
  check_guarded(net, "POST", "/internal/snapchore/reconcile", "snapchore.seal");
}

TEST_CASE("the receipt of every seal verifies by the validators' keys, and one that was changed does not") {
  TestNetwork net;
  for (int i = 0; i < 5; ++i) {
    const Json block = net.seal("{\"n\":" + std::to_string(i) + "}", R"(,"domain":"ops")");
    const Answer answer = net.get("/receipts/" + block["receipt_id"].get<std::string>());
    REQUIRE(answer.said() == "200");
    CHECK_FALSE(has_duplicates(answer.body));
    const Json receipt = answer.json();
    CHECK(net.receipt_fault(receipt) == "");
    CHECK(net.receipt_fault(receipt, block["hash"]) == "");
    CHECK(receipt["subject_id"] == block["id"]);
    CHECK(receipt["domain"] == "ops");
    CHECK(receipt["tenant_id"] == "local");
    for (const char* name :
         {"receipt_id", "tenant_id", "subject_id", "snapchore_hash", "domain", "created_at"}) {
      CAPTURE(name);
      Json changed = receipt;
      changed[name] = receipt[name].get<std::string>() + "0";
      CHECK(net.receipt_fault(changed) != "");
    }
    CHECK(net.receipt_fault(receipt, std::string(64, '0')) == "hash_mismatch");
    CHECK(TestNetwork().receipt_fault(receipt) == "no_quorum");
  }
}

TEST_CASE("a receipt that is not there, or is another tenant's, is not found") {
  TestNetwork net;
  const std::string id = net.seal("{}")["receipt_id"];
  CHECK(net.get_as(net.rival, "/receipts/" + id).said() == "404 unknown_receipt");
  for (const char* other : {"None", "rcpt_", "x", "%ff", "rcpt_%2F"})
    CHECK(net.get("/receipts/" + std::string(other)).said() == "404 unknown_receipt");
  CHECK(net.get("/receipts/%zz").said() == "400 bad_target");
}

TEST_CASE("receipts are listed the newest first, narrowed and by pages, at both of their places") {
  TestNetwork net;
  net.post("/internal/snapchore/capture", R"({"payload":{}})");
  const Json a = net.seal("{}", R"(,"domain":"ops.a")");
  const Json b = net.seal("{}", R"(,"domain":"ops.b")");
  const std::string first = a["receipt_id"];
  const std::string second = b["receipt_id"];
  using Texts = std::vector<std::string>;
  for (const std::string& path : {kDiscover, std::string("/api/receipts")}) {
    const auto list = [&](const std::string& query) { return ids(net.get(path + query).json()); };
    CHECK(list("") == Texts{second, first});
    CHECK(list("?limit=1&offset=1") == Texts{first});
    CHECK(list("?domain=ops.a") == Texts{first});
    CHECK(list("?domain=ops.*") == Texts{second, first});
    CHECK(list("?domain=ops").empty());
    CHECK(list("?hash=" + a["hash"].get<std::string>()) == Texts{first});
    CHECK(list("?hash=" + std::string(64, '0')).empty());
    CHECK(list("?project_id=local") == Texts{second, first});
    CHECK(list("?project_id=rival").empty());
    CHECK(list("?source=capture") == Texts{second, first});
    CHECK(list("?since=" + http::percent_encode(b["created_at"].get<std::string>())) == Texts{second});
    CHECK(net.get(path + "?offset=1").json()["offset"] == 1);
    CHECK(ids(net.get_as(net.rival, path).json()).empty());
  }
}

TEST_CASE("listed receipts verify like single ones") {
  TestNetwork net;
  const std::string id = net.seal("{}")["receipt_id"];
  const Json listed = net.get(kDiscover).json()["receipts"][0];
  CHECK(net.receipt_fault(listed) == "");
  CHECK(listed == net.get("/receipts/" + id).json());
}

TEST_CASE("receipts are found by their own hash, too, where the other filters let them pass") {
  TestNetwork net;
  net.seal("{}");
  const Json block = net.seal("{}", R"(,"domain":"ops")");
  const std::string id = block["receipt_id"];
  const std::string hash = net.get("/receipts/" + id).json()["hash"];
  const auto list = [&](const std::string& more) {
    return ids(net.get(kDiscover + "?hash=" + hash + more).json());
  };
  CHECK(list("") == std::vector<std::string>{id});
  CHECK(list("&domain=ops") == std::vector<std::string>{id});
  CHECK(list("&domain=other").empty());
  CHECK(list("&offset=1").empty());
  CHECK(list("&project_id=rival").empty());
  CHECK(list("&since=2027-01-01").empty());
  CHECK(ids(net.get_as(net.rival, kDiscover + "?hash=" + hash).json()).empty());
}

TEST_CASE("a page has at most 200 receipts") {
  TestNetwork net;
  std::string lines;
  for (int i = 0; i < 201; ++i)
    lines += "{}\n";
  REQUIRE(net.post("/internal/agentnet/seals", lines).status == 200);
  CHECK(ids(net.get(kDiscover).json()).size() == 20);
  CHECK(ids(net.get(kDiscover + "?limit=200").json()).size() == 200);
  CHECK(ids(net.get(kDiscover + "?limit=200&offset=200").json()).size() == 1);
  CHECK(net.get(kDiscover + "?limit=201").said() == "400 bad_parameter");
}

TEST_CASE("nothing ever waits in the attestation queue") {
  TestNetwork net;
  net.seal("{}");
  const Json state = net.get("/internal/snapchore/queue/summary").json();
  CHECK(state["status"] == "healthy");
  CHECK(state["pending"] == 0);
  CHECK(state["attested"] == 1);
  CHECK(state["items"] == Json::array());
  CHECK(net.get("/health/attestation-queue").json() == state);
  CHECK(net.post("/internal/snapchore/queue/process?limit=5", "").json() == state);
  CHECK(net.post("/internal/snapchore/queue/process?limit=0", "").said() == "400 bad_parameter");
  CHECK(net.get_as(net.rival, "/internal/snapchore/queue/summary").json()["attested"] == 0);
}

TEST_CASE("reconciling finds each seal that no batch covers, of its own tenant") {
  TestNetwork net;
  const auto reconcile = [&](const std::string& who) {
    return net.post_as(who, "/internal/snapchore/reconcile", "{}").json();
  };
  CHECK(reconcile(net.key) ==
        Json({{"status", "consistent"}, {"checked", 0}, {"unattested", 0}, {"reconciled", 0}}));
  net.post("/internal/snapchore/capture", R"({"payload":{}})");
  for (int i = 0; i < 3; ++i)
    net.seal("{}");
  net.seal_as(net.rival, "{}");
  net.seal("{}");
  CHECK(reconcile(net.key)["status"] == "consistent");
  CHECK(reconcile(net.key)["checked"] == 4);
  net.network->database().write([](store::Connection& connection) {
    connection.run("DELETE FROM sbn_batches WHERE first_seq = (SELECT MIN(first_seq) FROM sbn_batches)");
    connection.run("DELETE FROM sbn_batches WHERE first_seq = (SELECT MAX(first_seq) FROM sbn_batches)");
  });
  CHECK(reconcile(net.key) ==
        Json({{"status", "inconsistent"}, {"checked", 4}, {"unattested", 2}, {"reconciled", 0}}));
  CHECK(reconcile(net.rival)["status"] == "consistent");
}

}  // namespace
}  // namespace agentnet::sbn
