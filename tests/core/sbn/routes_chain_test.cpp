// Chains, asked as clients ask.
#include "core/sbn/routes.hpp"
#include "core/sbn/stored_chain.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kChain = "/internal/snapchore/chain";
const std::string kHash(64, 'a');
const std::string kAddition = R"({"block_hash":")" + kHash + "\"}";

Answer create(TestNetwork& net, const std::string& id) {
  return net.post(kChain, R"({"chain_id":")" + id + "\"}");
}

TEST_CASE("each route asks for a credential with its scope") {
  TestNetwork net;
  create(net, "c");
  check_guarded(net, "POST", kChain, "snapchore.seal", "{}");
  check_guarded(net, "POST", kChain + "/c/append", "snapchore.seal", kAddition);
  check_guarded(net, "POST", kChain + "/c/verify", "", "{}");
  check_guarded(net, "GET", kChain + "/c", "receipts.read");
  check_guarded(net, "GET", "/internal/snapchore/chains", "receipts.read");
}

TEST_CASE("a chain is made under the id that is asked for, or under a new one") {
  TestNetwork net;
  const Json made = create(net, "audit/2026").json();
  CHECK(made["chain_id"] == "audit/2026");
  CHECK(made["length"] == 0);
  CHECK(made["head_hash"].is_null());
  CHECK(made["created_at"].get<std::string>().starts_with("2026-11-23T"));
  CHECK(net.get(kChain + "/audit%2F2026").json()["chain_id"] == "audit/2026");
  const std::string first = net.post(kChain, "").json()["chain_id"];
  const std::string second = net.post(kChain, R"({"chain_id":null})").json()["chain_id"];
  CHECK(first.starts_with("chain-"));
  CHECK(first != second);
}

TEST_CASE("a creation that is sent again is answered alike until the chain has entries") {
  TestNetwork net;
  const Answer made = create(net, "c");
  CHECK(create(net, "c").body == made.body);
  net.post(kChain + "/c/append", kAddition);
  const Answer again = create(net, "c");
  CHECK(again.said() == "409 chain_exists");
  CHECK(again.json()["error"]["details"] == Json({{"chain_id", "c"}, {"length", 1}}));
}

TEST_CASE("an id that is none is refused") {
  TestNetwork net;
  CHECK(create(net, std::string(kMaxChainIdBytes, 'x')).said() == "200");
  CHECK(create(net, std::string(kMaxChainIdBytes + 1, 'x')).said() == "400 bad_chain_id");
  CHECK(create(net, "a b").said() == "400 bad_chain_id");
  CHECK(create(net, "caf\xc3\xa9").said() == "400 bad_chain_id");
  CHECK(create(net, "\\u0000").said() == "400 bad_chain_id");
  CHECK(create(net, "\xff").said() == "400 bad_json");
  CHECK(net.post(kChain, R"({"chain_id":7})").said() == "400 bad_field");
  CHECK(net.post(kChain, "[]").said() == "400 not_an_object");
}

TEST_CASE("entries are answered as they are read again, linked to each other") {
  TestNetwork net;
  create(net, "c");
  Json first = net.post(kChain + "/c/append", kAddition).json();
  Json second =
      net.post(
             kChain + "/c/append",
             R"({"block_hash":"h","event_type":"noted","block_id":"b","metadata":{"n":12345678901234567890123}})")
          .json();
  CHECK(first["chain_id"] == "c");
  CHECK(first["event_type"] == "block_sealed");
  CHECK(first["previous_chain_hash"].is_null());
  CHECK(second["previous_chain_hash"] == first["chain_hash"]);
  first.erase("chain_id");
  second.erase("chain_id");
  const Answer chain = net.get(kChain + "/c");
  CHECK(chain.json()["entries"] == Json({first, second}));
  CHECK(chain.json()["length"] == 2);
  CHECK(chain.json()["head_hash"] == second["chain_hash"]);
  CHECK(chain.body.find(R"("metadata":{"n":12345678901234567890123})") != std::string::npos);
}

TEST_CASE("an append that is sent again is another entry") {
  TestNetwork net;
  create(net, "c");
  CHECK(net.post(kChain + "/c/append", kAddition).json()["index"] == 0);
  CHECK(net.post(kChain + "/c/append", kAddition).json()["index"] == 1);
}

TEST_CASE("an entry that is none is refused by name, and nothing is appended") {
  TestNetwork net;
  create(net, "c");
  const std::string longer(kMaxChainTextBytes + 1, 'x');
  const auto said = [&](const std::string& body) { return net.post(kChain + "/c/append", body).said(); };
  CHECK(said("{}") == "400 bad_field");
  CHECK(said(R"({"block_hash":5})") == "400 bad_field");
  CHECK(said(R"({"block_hash":""})") == "400 bad_entry");
  CHECK(said(R"({"block_hash":")" + longer + "\"}") == "400 bad_entry");
  CHECK(said(R"({"block_hash":"h","event_type":")" + longer + "\"}") == "400 bad_entry");
  CHECK(said(R"({"block_hash":"h","block_id":")" + longer + "\"}") == "400 bad_entry");
  CHECK(said(R"({"block_hash":"h","event_type":[]})") == "400 bad_field");
  CHECK(said(R"({"block_hash":"h","metadata":[]})") == "400 bad_metadata");
  CHECK(said("{\"block_hash\":\"\xff\"}") == "400 bad_json");
  CHECK(said(R"({"block_hash":"\ud800"})") == "400 bad_json");
  CHECK(net.get(kChain + "/c").json()["length"] == 0);
}

TEST_CASE("metadata in which a name stands twice is kept with the last") {
  TestNetwork net;
  create(net, "c");
  const Answer answer = net.post(kChain + "/c/append", R"({"block_hash":"h","metadata":{"a":1,"a":2}})");
  CHECK(answer.json()["metadata"] == Json({{"a", 2}}));
  CHECK_FALSE(network::fixtures::has_duplicates(answer.body));
  CHECK_FALSE(network::fixtures::has_duplicates(net.get(kChain + "/c").body));
}

TEST_CASE("metadata that is as deep as it is taken does not make the chain unreadable") {
  TestNetwork net;
  create(net, "c");
  const auto append = [&](std::size_t levels) {
    const std::string nested = "{\"a\":" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
    return net.post(kChain + "/c/append", R"({"block_hash":"h","metadata":)" + nested + "}").said();
  };
  CHECK(append(kMaxBlockDepth) == "200");
  CHECK(append(kMaxBlockDepth + 1) == "400 too_deep");
  CHECK(json::parse(net.get(kChain + "/c").body).root.is_object());
}

TEST_CASE("a whole chain verifies, one that was changed does not") {
  TestNetwork net;
  create(net, "c");
  net.post(kChain + "/c/append", kAddition);
  const Json head = net.post(kChain + "/c/append", kAddition).json()["chain_hash"];
  CHECK(
      net.post(kChain + "/c/verify", "{}").json() ==
      Json({{"valid", true}, {"length", 2}, {"break_at", nullptr}, {"chain_id", "c"}, {"head_hash", head}}));
  net.network->database().write([](store::Connection& connection) {
    connection.run("UPDATE sbn_chain_entries SET block_hash = 'x' WHERE place = 1");
  });
  const Json verdict = net.post(kChain + "/c/verify", "").json();
  CHECK(verdict["valid"] == false);
  CHECK(verdict["break_at"] == 1);
}

TEST_CASE("a chain is read by pages, the parameters in their ranges") {
  TestNetwork net;
  create(net, "c");
  for (int i = 0; i < 4; ++i)
    net.post(kChain + "/c/append", kAddition);
  const auto places = [&](const std::string& query) {
    std::string found;
    const Json chain = net.get(kChain + "/c" + query).json();
    CHECK(chain["length"] == 4);
    for (const Json& entry : chain["entries"])
      found += entry["index"].dump();
    return found;
  };
  CHECK(places("") == "0123");
  CHECK(places("?offset=2") == "23");
  CHECK(places("?offset=1&limit=2") == "12");
  CHECK(places("?offset=4").empty());
  CHECK(places("?offset=9223372036854775807&limit=9223372036854775807").empty());
  for (const char* query : {"?limit=0", "?offset=-1", "?limit=x", "?limit=9223372036854775808"})
    CHECK(net.get(kChain + "/c" + query).said() == "400 bad_parameter");
}

TEST_CASE("chains are listed in the order in which they were made, by pages") {
  TestNetwork net;
  for (const char* id : {"z", "a"})
    create(net, id);
  const auto listed = [&](const std::string& query) {
    const Json answer = net.get("/internal/snapchore/chains" + query).json();
    CHECK(answer["count"] == answer["chains"].size());
    std::string ids;
    for (const Json& chain : answer["chains"])
      ids += chain["chain_id"].get<std::string>();
    return ids;
  };
  CHECK(listed("") == "za");
  CHECK(listed("?limit=1") == "z");
  CHECK(listed("?limit=1000&offset=1") == "a");
  for (const char* query : {"?limit=0", "?limit=1001", "?offset=-1"})
    CHECK(net.get("/internal/snapchore/chains" + std::string(query)).said() == "400 bad_parameter");
}

TEST_CASE("another tenant's chain does not exist, and its name is free") {
  TestNetwork net;
  create(net, "c");
  net.post(kChain + "/c/append", kAddition);
  const std::string unknown = "404 unknown_chain";
  CHECK(net.get_as(net.rival, kChain + "/c").said() == unknown);
  CHECK(net.post_as(net.rival, kChain + "/c/append", kAddition).said() == unknown);
  CHECK(net.post_as(net.rival, kChain + "/c/verify", "").said() == unknown);
  CHECK(net.get_as(net.rival, "/internal/snapchore/chains").json()["count"] == 0);
  CHECK(net.post_as(net.rival, kChain, R"({"chain_id":"c"})").said() == "200");
  CHECK(net.get_as(net.rival, kChain + "/c").json()["length"] == 0);
  CHECK(net.get(kChain + "/c").json()["length"] == 1);
}

}  // namespace
}  // namespace agentnet::sbn
