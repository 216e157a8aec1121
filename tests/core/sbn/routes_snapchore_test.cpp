// Capture, verify, seal and the ledger, asked as clients ask.
#include "core/sbn/routes.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::has_duplicates;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kBase = "/internal/snapchore/";
// Of {"tokens": 1500}, as the network's own tool recorded it.
const std::string kHashOfTokens = "ce41dbb3aa2335434f904d522f527853da0ea4af4f6c848d462bcfed51d605fc";
const std::string kTokens = R"({"payload":{"tokens": 1500}})";

std::string nested(std::size_t levels) {
  return std::string(levels, '[') + std::string(levels, ']');
}

// Bodies that no POST of these routes takes, and what is said to them. "PAYLOAD" stands for a good payload.
struct BadBody {
  std::string body;
  std::string said;
};

std::vector<BadBody> bad_bodies() {
  return {
      {"", "400 bad_payload"},
      {"{}", "400 bad_payload"},
      {"[]", "400 not_an_object"},
      {"null", "400 not_an_object"},
      {"{", "400 bad_json"},
      {"{} {}", "400 bad_json"},
      {R"({"payload":{"a":NaN}})", "400 bad_json"},
      {R"({"payload":{"a":"\ud800"}})", "400 bad_json"},
      {"{\"payload\":{\"a\":\"\xff\"}}", "400 bad_json"},
      {"{\"payload\":{\"a\":" + nested(989) + "}}", "400 bad_json"},
      {"{\"payload\":{\"a\":" + nested(51) + "}}", "400 too_deep"},
      {R"({"payload":[]})", "400 bad_payload"},
      {R"({"payload":"text"})", "400 bad_payload"},
      {R"({"payload":null})", "400 bad_payload"},
  };
}

TEST_CASE("each route asks for a credential with its scope") {
  TestNetwork net;
  check_guarded(net, "POST", kBase + "capture", "snapchore.capture", kTokens);
  check_guarded(net, "POST", kBase + "seal", "snapchore.seal", kTokens);
  check_guarded(net, "POST", kBase + "promote", "snapchore.seal", R"({"snapchore_hash":"x"})");
  check_guarded(net, "POST", kBase + "verify", "", R"({"expected_hash":"x","payload":{}})");
  check_guarded(net, "POST", kBase + "block/verify", "", R"({"block":{}})");
  for (const char* path : {"discover", "discover/x", "blocks", "blocks/x"})
    check_guarded(net, "GET", kBase + path, "receipts.read");
}

// --- capture

TEST_CASE("a capture answers with the hash that the network's own tool computes") {
  TestNetwork net;
  const Json answer = net.post(kBase + "capture", kTokens).json();
  CHECK(answer ==
        Json({{"hash", kHashOfTokens}, {"snapchore_hash", kHashOfTokens}, {"canon_version", "SVP-1.0"}}));
}

TEST_CASE("a capture leaves out the keys that it is told are volatile") {
  TestNetwork net;
  const auto hash = [&](const std::string& body) { return net.post(kBase + "capture", body).json()["hash"]; };
  CHECK(hash(R"({"payload":{"tokens":1500,"run":1},"volatile_keys":["run"]})") == kHashOfTokens);
  CHECK(hash(R"({"payload":{"tokens":1500,"run":1},"volatile_keys":null})") != kHashOfTokens);
}

TEST_CASE("volatile keys are a list of at most 256 strings") {
  TestNetwork net;
  const auto said = [&](const std::string& keys) {
    return net.post(kBase + "capture", R"({"payload":{},"volatile_keys":)" + keys + "}").said();
  };
  std::string most = "[";
  for (std::size_t i = 0; i < kMaxVolatileKeys; ++i)
    most += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\"";
  CHECK(said(most + "]") == "200");
  CHECK(said(most + ",\"one more\"]") == "400 bad_field");
  CHECK(said("\"run\"") == "400 bad_field");
  CHECK(said("[1]") == "400 bad_field");
  CHECK(said("{}") == "400 bad_field");
}

TEST_CASE("what is no request is refused by name, wherever a payload is asked for") {
  TestNetwork net;
  for (const BadBody& bad : bad_bodies()) {
    CAPTURE(bad.body.substr(0, 60));
    CHECK(net.post(kBase + "capture", bad.body).said() == bad.said);
    CHECK(net.post(kBase + "seal", bad.body).said() == bad.said);
  }
  CHECK(net.post(kBase + "verify", R"({"expected_hash":"x"})").said() == "400 bad_payload");
  CHECK(net.post(kBase + "verify", R"({"payload":{}})").said() == "400 bad_field");
  CHECK(net.post(kBase + "verify", R"({"expected_hash":7,"payload":{}})").said() == "400 bad_field");
  CHECK(net.get(kBase + "discover").json()["count"] == 0);
}

TEST_CASE("a payload has at most 50 levels below it, of a seal 49") {
  TestNetwork net;
  const auto said = [&](const std::string& route, std::size_t levels) {
    return net.post(kBase + route, "{\"payload\":{\"a\":" + nested(levels) + "}}").said();
  };
  CHECK(said("capture", 50) == "200");
  CHECK(said("capture", 51) == "400 too_deep");
  CHECK(said("seal", 49) == "200");
  CHECK(said("seal", 50) == "400 too_deep");
}

TEST_CASE("a capture that is sent again is one row and is metered again") {
  TestNetwork net;
  const Answer first = net.post(kBase + "capture", kTokens);
  CHECK(net.post(kBase + "capture", kTokens).body == first.body);
  CHECK(net.get(kBase + "discover").json()["count"] == 1);
  CHECK(net.get(kBase + "stats").json()["captures"] == 2);
}

// --- verify

TEST_CASE("a payload verifies against its own hash only") {
  TestNetwork net;
  const auto verify = [&](const std::string& hash) {
    return net.post(kBase + "verify", R"({"expected_hash":")" + hash + R"(","payload":{"tokens":1500}})")
        .json();
  };
  CHECK(verify(kHashOfTokens) == Json({{"valid", true},
                                       {"expected_hash", kHashOfTokens},
                                       {"actual_hash", kHashOfTokens},
                                       {"hash", kHashOfTokens},
                                       {"canon_version", "SVP-1.0"}}));
  for (const std::string& other : {std::string(), std::string(64, '0'), "sha256:" + kHashOfTokens,
                                   std::string("CE41") + kHashOfTokens.substr(4)})
    CHECK(verify(other)["valid"] == false);
}

TEST_CASE("verifying notes nothing in the ledger") {
  TestNetwork net;
  net.post(kBase + "verify", R"({"expected_hash":"x","payload":{"tokens":1500}})");
  CHECK(net.get(kBase + "discover/" + kHashOfTokens).said() == "404 unknown_hash");
}

// --- seal

TEST_CASE("a seal answers with a block that holds, and whose receipt verifies") {
  TestNetwork net;
  const Answer answer = net.post(
      kBase + "seal",
      R"({"payload":{"b":1,"a":2},"domain":"ops.deploy","block_type":"audit","metadata":{"m":1},"metrics":{"x":2}})");
  REQUIRE(answer.said() == "200");
  CHECK_FALSE(has_duplicates(answer.body));
  const Json block = answer.json();
  CHECK(block["payload"].dump() == R"({"b":1,"a":2})");
  CHECK(block["domain"] == "ops.deploy");
  CHECK(block["type"] == "audit");
  CHECK(block["block_type"] == "audit");
  CHECK(block["metadata"] == Json({{"m", 1}}));
  CHECK(block["metrics"] == Json({{"x", 2}}));
  CHECK(block["canon_version"] == "SVP-1.0");
  CHECK(block["smartblock_record_id"] == block["id"]);
  CHECK(block["hash"] == block["snapchore_hash"]);
  const Json verdict = net.post(kBase + "block/verify", Json({{"block", block}}).dump()).json();
  CHECK(verdict["valid"] == true);
  CHECK(verdict["actual_hash"] == block["hash"]);
  const Answer receipt = net.get("/receipts/" + block["receipt_id"].get<std::string>());
  CHECK(net.receipt_fault(receipt.json(), block["hash"]) == "");
}

TEST_CASE("fields of a seal that are wrong are refused by name, and nothing is sealed") {
  TestNetwork net;
  const auto said = [&](const std::string& more) {
    return net.post(kBase + "seal", R"({"payload":{})" + more + "}").said();
  };
  CHECK(said(R"(,"block_type":"Event")") == "400 bad_block_type");
  CHECK(said(R"(,"block_type":5)") == "400 bad_field");
  CHECK(said(R"(,"domain":[])") == "400 bad_field");
  CHECK(said(R"(,"domain":")" + std::string(kMaxDomainBytes + 1, 'd') + "\"") == "400 bad_domain");
  CHECK(said(R"(,"metadata":[])") == "400 bad_metadata");
  CHECK(said(R"(,"metrics":"x")") == "400 bad_metrics");
  CHECK(said(R"(,"chain_id":7)") == "400 bad_field");
  CHECK(said(R"(,"chain_id":"nowhere")") == "404 unknown_chain");
  CHECK(said(R"(,"metadata":{"a":)" + nested(50) + "}") == "400 too_deep");
  CHECK(net.get(kBase + "blocks").json()["count"] == 0);
  CHECK(said(R"(,"block_type":null,"domain":"","metadata":null,"metrics":null,"chain_id":"")") == "200");
}

TEST_CASE("of a name that stands twice the last counts, in the request and in the payload") {
  TestNetwork net;
  const Answer answer = net.post(
      kBase + "seal", R"({"payload":{"first":1},"domain":"x","domain":"y","payload":{"a":1,"a":2}})");
  REQUIRE(answer.said() == "200");
  CHECK_FALSE(has_duplicates(answer.body));
  CHECK(answer.json()["domain"] == "y");
  CHECK(answer.json()["payload"].dump() == R"({"a":2})");
  CHECK(net.post(kBase + "capture", R"({"payload":{"tokens":1,"tokens":1500}})").json()["hash"] ==
        kHashOfTokens);
}

TEST_CASE("huge integers keep their text from the seal to every reading of it") {
  TestNetwork net;
  const std::string huge = "1234567890123456789012345678901234567890";
  const Answer sealed = net.post(kBase + "seal", R"({"payload":{"n":)" + huge + "}}");
  const std::string wanted = R"("payload":{"n":)" + huge + "}";
  CHECK(sealed.body.find(wanted) != std::string::npos);
  const std::string id = sealed.json()["id"];
  CHECK(net.get(kBase + "blocks/" + id).body.find(wanted) != std::string::npos);
  CHECK(net.get(kBase + "blocks").body.find(wanted) != std::string::npos);
}

TEST_CASE("a seal that is sent again is another block") {
  TestNetwork net;
  const Json first = net.seal("{}");
  const Json second = net.seal("{}");
  CHECK(first["id"] != second["id"]);
  CHECK(first["receipt_id"] != second["receipt_id"]);
  CHECK(net.get(kBase + "blocks").json()["count"] == 2);
}

TEST_CASE("a seal with a chain is appended to it") {
  TestNetwork net;
  net.post(kBase + "chain", R"({"chain_id":"c"})");
  const Json block = net.seal("{}", R"(,"chain_id":"c")");
  const Json chain = net.get(kBase + "chain/c").json();
  CHECK(chain["length"] == 1);
  CHECK(chain["entries"][0]["block_hash"] == block["hash"]);
  CHECK(chain["entries"][0]["block_id"] == block["id"]);
  CHECK(net.post_as(net.rival, kBase + "seal", R"({"payload":{},"chain_id":"c"})").said() ==
        "404 unknown_chain");
}

TEST_CASE("what is deep in a member that no hash covers has room for all that answers put around it") {
  TestNetwork net;
  const auto seal = [&](std::size_t levels) {
    return net.post(kBase + "seal", "{\"payload\":{\"nonce\":" + nested(levels) + "}}");
  };
  CHECK(seal(kMaxBlockDepth).said() == "400 too_deep");
  const Answer sealed = seal(kMaxBlockDepth - 1);
  REQUIRE(sealed.said() == "200");
  for (const std::string& path : {std::string("blocks"), "blocks/" + sealed.json()["id"].get<std::string>()})
    CHECK(json::parse(net.get(kBase + path).body).root.is_object());
}

// --- block/verify

TEST_CASE("a block that was changed, is not sealed or is none does not verify") {
  TestNetwork net;
  Json block = net.seal(R"({"a":1})");
  const auto verify = [&](const Json& given) {
    return net.post(kBase + "block/verify", Json({{"block", given}}).dump());
  };
  block["payload"]["a"] = 2;
  CHECK(verify(block).json()["valid"] == false);
  CHECK(verify(block).json()["reasons"] == Json({"hash_mismatch"}));
  CHECK(verify(block).json()["actual_hash"] != block["hash"]);
  block.erase("snapchore_hash");
  CHECK(verify(block).json()["reasons"] == Json({"not_sealed"}));
  CHECK(verify(Json::object()).json()["valid"] == false);
  CHECK(verify(Json::array()).said() == "400 not_an_object");
  CHECK(net.post(kBase + "block/verify", "{}").said() == "400 not_an_object");
}

// --- the ledger

TEST_CASE("a seal is discovered by its hash, with its receipt") {
  TestNetwork net;
  const Json block = net.seal("{}", R"(,"domain":"ops")");
  const Answer found = net.get(kBase + "discover/" + block["hash"].get<std::string>());
  REQUIRE(found.said() == "200");
  CHECK_FALSE(has_duplicates(found.body));
  const Json row = found.json();
  CHECK(row["hash"] == block["hash"]);
  CHECK(row["source"] == "seal");
  CHECK(row["domain"] == "ops");
  CHECK(row["block_id"] == block["id"]);
  CHECK(row["receipt_id"] == block["receipt_id"]);
}

TEST_CASE("a capture is discovered without a member hash, so that nobody takes it for done work") {
  TestNetwork net;
  net.post(kBase + "capture", kTokens);
  const Json row = net.get(kBase + "discover/" + kHashOfTokens).json();
  CHECK(row["snapchore_hash"] == kHashOfTokens);
  CHECK(row["source"] == "capture");
  CHECK_FALSE(row.contains("hash"));
  const Json listed = net.get(kBase + "discover").json()["entries"][0];
  CHECK(listed["snapchore_hash"] == kHashOfTokens);
  CHECK_FALSE(listed.contains("hash"));
}

TEST_CASE("a hash that nobody noted is not found, whatever it looks like") {
  TestNetwork net;
  for (const char* hash : {"0000", "%00", "%ff%fe", "x%2Fy", "..", "'%20OR%201=1"}) {
    CAPTURE(hash);
    CHECK(net.get(kBase + "discover/" + hash).said() == "404 unknown_hash");
  }
}

TEST_CASE("another tenant's captures, seals and blocks do not exist") {
  TestNetwork net;
  net.post(kBase + "capture", kTokens);
  const Json block = net.seal("{}");
  const std::string hash = block["hash"];
  const std::string id = block["id"];
  CHECK(net.get_as(net.rival, kBase + "discover/" + kHashOfTokens).said() == "404 unknown_hash");
  CHECK(net.get_as(net.rival, kBase + "discover/" + hash).said() == "404 unknown_hash");
  CHECK(net.get_as(net.rival, kBase + "blocks/" + id).said() == "404 unknown_block");
  CHECK(net.get_as(net.rival, kBase + "blocks/" + hash).said() == "404 unknown_block");
  CHECK(net.get_as(net.rival, kBase + "discover").json()["count"] == 0);
  CHECK(net.get_as(net.rival, kBase + "blocks").json()["count"] == 0);
  CHECK(net.post_as(net.rival, kBase + "promote", R"({"snapchore_hash":")" + hash + "\"}").said() ==
        "404 unknown_block");
}

TEST_CASE("the ledger is listed the newest first, narrowed and by pages") {
  TestNetwork net;
  net.post(kBase + "capture", kTokens);
  const Json old = net.seal("{}", R"(,"domain":"ops.a")");
  const Json young = net.seal("{}", R"(,"domain":"ops.b")");
  const auto hashes = [&](const std::string& query) {
    std::vector<std::string> found;
    const Json answer = net.get(kBase + "discover" + query).json();
    CHECK(answer["count"] == answer["entries"].size());
    for (const Json& row : answer["entries"])
      found.push_back(row["snapchore_hash"]);
    return found;
  };
  const std::string first = old["hash"];
  const std::string second = young["hash"];
  using Texts = std::vector<std::string>;
  CHECK(hashes("") == Texts{second, first, kHashOfTokens});
  CHECK(hashes("?limit=1") == Texts{second});
  CHECK(hashes("?limit=1&offset=1") == Texts{first});
  CHECK(hashes("?source=seal") == Texts{second, first});
  CHECK(hashes("?source=capture") == Texts{kHashOfTokens});
  CHECK(hashes("?source=import").empty());
  CHECK(hashes("?domain=ops.*") == Texts{second, first});
  CHECK(hashes("?domain=ops.a") == Texts{first});
  CHECK(hashes("?hash=" + first) == Texts{first});
  CHECK(hashes("?since=" + http::percent_encode(young["created_at"].get<std::string>())) == Texts{second});
  CHECK(hashes("?since=&source=&domain=&hash=").size() == 3);
  CHECK(net.get(kBase + "discover?offset=1").json()["offset"] == 1);
}

TEST_CASE("parameters of lists are refused outside their ranges") {
  TestNetwork net;
  for (const char* path : {"discover", "blocks", "receipts/discover"}) {
    for (const char* query :
         {"limit=0", "limit=201", "limit=-1", "limit=1.5", "limit=", "limit=x", "offset=-1",
          "offset=1000000001", "offset=99999999999999999999", "since=yesterday"}) {
      CAPTURE(query);
      CHECK(net.get(kBase + path + "?" + query).said() == "400 bad_parameter");
    }
    for (const char* query : {"limit=1", "limit=200", "offset=0", "offset=1000000000", "since=2026-11-23"}) {
      CAPTURE(query);
      CHECK(net.get(kBase + path + "?" + query).said() == "200");
    }
  }
}

TEST_CASE("a block is had by its id and by its hash, as it was sealed") {
  TestNetwork net;
  const Json block = net.seal(R"({"a":1})");
  CHECK(net.get(kBase + "blocks/" + block["id"].get<std::string>()).json() == block);
  CHECK(net.get(kBase + "blocks/" + block["hash"].get<std::string>()).json() == block);
  CHECK(net.get(kBase + "blocks").json() == Json({{"blocks", {block}}, {"count", 1}}));
  net.post(kBase + "capture", kTokens);
  CHECK(net.get(kBase + "blocks/" + kHashOfTokens).said() == "404 unknown_block");
  CHECK(net.get(kBase + "blocks?source=capture").json()["count"] == 1);
}

// --- promote

TEST_CASE("a block is promoted by its id or its hash, and asking again changes nothing") {
  TestNetwork net;
  const Json block = net.seal("{}");
  const std::string by_id = R"({"smartblock_record_id":")" + block["id"].get<std::string>() + "\"}";
  const Answer promoted = net.post(kBase + "promote", by_id);
  CHECK(promoted.json() == Json({{"status", "promoted"},
                                 {"smartblock_record_id", block["id"]},
                                 {"snapchore_hash", block["hash"]},
                                 {"target_project_id", "local"},
                                 {"frontier_id", nullptr},
                                 {"receipt_id", block["receipt_id"]},
                                 {"receipt_hash", promoted.json()["receipt_hash"]}}));
  CHECK(net.post(kBase + "promote", by_id).body == promoted.body);
  CHECK(
      net.post(kBase + "promote", R"({"snapchore_hash":")" + block["hash"].get<std::string>() + "\"}").body ==
      promoted.body);
}

TEST_CASE("a block that is promoted already stays promoted to its first project, and the answer says so") {
  TestNetwork net;
  const std::string id = net.seal("{}")["id"];
  const auto promote = [&](const std::string& project) {
    return net
        .post(kBase + "promote",
              R"({"smartblock_record_id":")" + id + R"(","target_project_id":")" + project + "\"}")
        .json()["target_project_id"];
  };
  CHECK(promote("first") == "first");
  CHECK(promote("second") == "first");
}

TEST_CASE("what cannot be promoted is refused by name") {
  TestNetwork net;
  CHECK(net.post(kBase + "promote", "{}").said() == "400 bad_field");
  CHECK(net.post(kBase + "promote", R"({"smartblock_record_id":5})").said() == "400 bad_field");
  CHECK(net.post(kBase + "promote", R"({"smartblock_record_id":"nothing"})").said() == "404 unknown_block");
  net.post(kBase + "capture", kTokens);
  CHECK(net.post(kBase + "promote", R"({"snapchore_hash":")" + kHashOfTokens + "\"}").said() ==
        "404 unknown_block");
}

}  // namespace
}  // namespace agentnet::sbn
