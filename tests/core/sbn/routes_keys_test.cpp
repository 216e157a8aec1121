// API keys, usage and statistics, asked as clients ask.
#include "core/sbn/routes.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const std::string kKeys = "/internal/snapchore/api-keys";

TEST_CASE("keys are for callers who may do everything, usage for those who may read") {
  TestNetwork net;
  check_guarded(net, "POST", kKeys, "*", "{}");
  check_guarded(net, "GET", kKeys, "*");
  check_guarded(net, "POST", kKeys + "/x/revoke", "*", "{}");
  check_guarded(net, "GET", "/internal/snapchore/usage", "receipts.read");
  check_guarded(net, "GET", "/internal/snapchore/stats", "receipts.read");
}

TEST_CASE("a new key is shown once, works, and is listed without itself") {
  TestNetwork net;
  const Json made = net.post(kKeys, R"({"name":"ci","mode":"test","plan":"sandbox"})").json();
  const std::string key = made["api_key"];
  CHECK(key.starts_with("sbn_test_"));
  CHECK(made["prefix"] == key.substr(0, 13));
  CHECK(made["record"]["name"] == "ci");
  CHECK(made["record"]["mode"] == "test");
  CHECK(made["record"]["last4"] == key.substr(key.size() - 4));
  CHECK(made["record"]["scopes"] == Json({"*"}));
  CHECK(made["record"]["revoked"] == false);
  CHECK(net.get_as(key, kKeys).said() == "200");
  const Answer listed = net.get(kKeys);
  CHECK(listed.json()["keys"].back() == made["record"]);
  CHECK(listed.body.find(key) == std::string::npos);
}

TEST_CASE("a key has the scopes that are asked for and no others") {
  TestNetwork net;
  const Json made = net.post(kKeys, R"({"scopes":["receipts.read"]})").json();
  CHECK(made["record"]["name"] == "SnapChore key");
  CHECK(made["record"]["mode"] == "live");
  const std::string key = made["api_key"];
  CHECK(net.get_as(key, "/internal/snapchore/usage").said() == "200");
  CHECK(net.post_as(key, "/internal/snapchore/seal", R"({"payload":{}})").said() == "403 insufficient_scope");
  CHECK(net.get_as(key, kKeys).said() == "403 insufficient_scope");
}

TEST_CASE("what a key cannot be is refused by name, and no key is made") {
  TestNetwork net;
  const std::size_t before = net.get(kKeys).json()["keys"].size();
  CHECK(net.post(kKeys, R"({"mode":"Live"})").said() == "400 bad_field");
  CHECK(net.post(kKeys, R"({"mode":5})").said() == "400 bad_field");
  CHECK(net.post(kKeys, R"({"name":[]})").said() == "400 bad_field");
  CHECK(net.post(kKeys, R"({"name":")" + std::string(257, 'x') + "\"}").said() == "400 bad_label");
  CHECK(net.post(kKeys, R"({"scopes":"*"})").said() == "400 bad_field");
  CHECK(net.post(kKeys, R"({"scopes":["a b"]})").said() == "400 bad_scope");
  CHECK(net.post(kKeys, "{\"name\":\"\xff\"}").said() == "400 bad_json");
  CHECK(net.post(kKeys, "[]").said() == "400 not_an_object");
  CHECK(net.get(kKeys).json()["keys"].size() == before);
}

TEST_CASE("a revoked key is refused from then on, and revoking again does no harm") {
  TestNetwork net;
  const Json made = net.post(kKeys, "").json();
  const std::string revoke = kKeys + "/" + made["record"]["id"].get<std::string>() + "/revoke";
  const Answer revoked = net.post(revoke, "{}");
  CHECK(revoked.json() == Json({{"id", made["record"]["id"]}, {"revoked", true}}));
  CHECK(net.get_as(made["api_key"], kKeys).said() == "401 revoked_credential");
  CHECK(net.post(revoke, "{}").body == revoked.body);
  CHECK(net.get(kKeys).json()["keys"].back()["revoked"] == true);
}

TEST_CASE("a key may revoke itself and is then refused") {
  TestNetwork net;
  const Json made = net.post(kKeys, "").json();
  const std::string key = made["api_key"];
  CHECK(net.post_as(key, kKeys + "/" + made["record"]["id"].get<std::string>() + "/revoke", "").said() ==
        "200");
  CHECK(net.get_as(key, kKeys).said() == "401 revoked_credential");
}

TEST_CASE("another tenant's keys are not seen and not revoked") {
  TestNetwork net;
  const std::string id = net.post(kKeys, "").json()["record"]["id"];
  const Json of_rival = net.get_as(net.rival, kKeys).json()["keys"];
  CHECK(of_rival.size() == 1);
  for (const Json& each : of_rival)
    CHECK(each["id"] != id);
  CHECK(net.post_as(net.rival, kKeys + "/" + id + "/revoke", "").said() == "404 unknown_key");
  CHECK(net.post(kKeys + "/nothing/revoke", "").said() == "404 unknown_key");
  const Json theirs = net.post_as(net.rival, kKeys, "").json();
  CHECK(net.get_as(theirs["api_key"], "/internal/snapchore/usage").json()["tenant_id"] == "rival");
}

TEST_CASE("a tenant has at most 1000 keys") {
  TestNetwork net;
  const std::size_t before = net.get(kKeys).json()["keys"].size();
  for (std::size_t i = before; i < auth::kMaxKeysPerTenant; ++i)
    net.add_key("local", {"*"});
  CHECK(net.post(kKeys, "").said() == "403 too_many_keys");
  CHECK(net.post_as(net.rival, kKeys, "").said() == "200");
}

TEST_CASE("usage counts captures and seals of this month, statistics those of all time") {
  TestNetwork net;
  const auto usage = [&] { return net.get("/internal/snapchore/usage").json(); };
  CHECK(usage() == Json({{"tenant_id", "local"},
                         {"month", "2026-11"},
                         {"snapchore_events", 0},
                         {"operations", Json::object()}}));
  net.post("/internal/snapchore/capture", R"({"payload":{}})");
  net.seal("{}");
  net.post("/internal/agentnet/seals", "{}\nx\n{}\n");
  net.seal_as(net.rival, "{}");
  CHECK(usage()["operations"] == Json({{"capture", 1}, {"seal", 3}}));
  CHECK(usage()["snapchore_events"] == 4);
  net.clock.micros += std::int64_t{40} * 24 * 3600 * 1'000'000;
  CHECK(usage()["month"] == "2027-01");
  CHECK(usage()["operations"] == Json::object());
  net.post("/internal/snapchore/chain", R"({"chain_id":"c"})");
  net.seal("{}", R"(,"chain_id":"c")");
  CHECK(net.get("/internal/snapchore/stats").json() ==
        Json({{"captures", 1}, {"seals", 4}, {"receipts", 4}, {"chains", 1}, {"chain_entries", 1}}));
}

TEST_CASE("statistics of a tenant that did nothing are zeros") {
  TestNetwork net;
  CHECK(net.get("/internal/snapchore/stats").json() ==
        Json({{"captures", 0}, {"seals", 0}, {"receipts", 0}, {"chains", 0}, {"chain_entries", 0}}));
}

}  // namespace
}  // namespace agentnet::sbn
