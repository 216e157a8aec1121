// API keys, asked for as the kit's command line asks.
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;

const std::string kKeys = "/v1/admin/api-keys";

Json make(PaybondNetwork& net, const std::string& role) {
  const Answer made = net.post(kKeys, R"({"service_account_name":"ci","service_account_role":")" + role +
                                          R"(","label":"","key_kind":"standard","mcp_scopes":[]})");
  REQUIRE(made.said() == "201");
  return made.json();
}

Json item_of(PaybondNetwork& net, const std::string& key_id) {
  const Json listed = net.get(kKeys).json();
  for (const Json& item : listed["items"])
    if (item["key_id"] == key_id) return item;
  return {};
}

TEST_CASE("a key is made for a role, shown once, and listed without itself") {
  PaybondNetwork net;
  const Json made = make(net, "agent");
  const std::string key = made["api_key"];
  const std::string id = made["item"]["key_id"];
  CHECK(key.starts_with("paybond_sk_sandbox_" + id + "_"));
  const Json who = net.get_as(key, "/v1/auth/principal").json();
  CHECK(who["service_account_role"] == "agent");
  CHECK(who["roles"] == Json({"paybond.read", "paybond.write"}));
  const Answer listed = net.get(kKeys);
  CHECK(listed.body.find(key) == std::string::npos);
  const Json item = item_of(net, id);
  CHECK(item["service_account_name"] == "ci");
  CHECK(item["service_account_role"] == "agent");
  CHECK(item["environment"] == "sandbox");
  CHECK(item["key_kind"] == "standard");
  CHECK(item["revoked_at"].is_null());
}

TEST_CASE("each role may what it says, and none but admin makes keys") {
  PaybondNetwork net;
  const struct {
    const char* role;
    const char* create;  // an intent
    const char* keys;
  } cases[] = {{"reader", "403 insufficient_scope", "403 insufficient_scope"},
               {"agent", "400 missing_field", "403 insufficient_scope"},
               {"operator", "400 missing_field", "403 insufficient_scope"},
               {"admin", "400 missing_field", "200"}};
  for (const auto& each : cases) {
    CAPTURE(each.role);
    const std::string key = make(net, each.role)["api_key"];
    CHECK(net.post_as(key, "/intents", "{}").said() == each.create);
    CHECK(net.get_as(key, kKeys).said() == each.keys);
    CHECK(net.get_as(key, "/ledger/v1/tip").said() == "200");
  }
}

TEST_CASE("a request for a key that is none is refused by name, and makes none") {
  PaybondNetwork net;
  const std::size_t before = net.get(kKeys).json()["items"].size();
  CHECK(net.post(kKeys, "{}").said() == "400 missing_field");
  CHECK(net.post(kKeys, R"({"service_account_name":"n"})").said() == "400 bad_role");
  CHECK(net.post(kKeys, R"({"service_account_name":"n","service_account_role":"root"})").said() ==
        "400 bad_role");
  CHECK(net.post(kKeys,
                 R"({"service_account_name":"n","service_account_role":"agent","key_kind":"restricted"})")
            .said() == "400 bad_kind");
  CHECK(net.get(kKeys).json()["items"].size() == before);
}

TEST_CASE("a rotated key is replaced by one that may do the same") {
  PaybondNetwork net;
  const Json old = make(net, "operator");
  const std::string id = old["item"]["key_id"];
  const Answer rotated = net.post(kKeys + "/" + id + "/rotate", "");
  REQUIRE(rotated.said() == "200");
  const Json fresh = rotated.json();
  CHECK(fresh["item"]["key_id"] != id);
  CHECK(net.get_as(old["api_key"], "/ledger/v1/tip").said() == "401 revoked_credential");
  CHECK(net.get_as(fresh["api_key"], "/v1/auth/principal").json()["service_account_role"] == "operator");
  CHECK_FALSE(item_of(net, id)["revoked_at"].is_null());
  CHECK(net.post(kKeys + "/" + id + "/rotate", "").said() == "409 key_revoked");
}

TEST_CASE("a revoked key opens nothing, and revoking it again changes nothing") {
  PaybondNetwork net;
  const Json made = make(net, "agent");
  const std::string path = kKeys + "/" + made["item"]["key_id"].get<std::string>();
  CHECK(net.ask("DELETE", path, {}, {{"x-api-key", net.key}}).json()["revoked"] == true);
  const Json item = item_of(net, made["item"]["key_id"]);
  CHECK(net.ask("DELETE", path, {}, {{"x-api-key", net.key}}).said() == "200");
  CHECK(item_of(net, made["item"]["key_id"]) == item);
  CHECK(net.get_as(made["api_key"], "/ledger/v1/tip").said() == "401 revoked_credential");
}

TEST_CASE("another tenant's key is found as little as one that is not there") {
  PaybondNetwork net;
  const std::string path = kKeys + "/" + make(net, "agent")["item"]["key_id"].get<std::string>();
  for (const std::string& target : {path, kKeys + "/none", kKeys + "/" + std::string(32, '0')}) {
    CHECK(net.ask("DELETE", target, {}, {{"x-api-key", net.rival}}).said() == "404 unknown_key");
    CHECK(net.post_as(net.rival, target + "/rotate", "").said() == "404 unknown_key");
  }
}

TEST_CASE("keys are listed by pages") {
  PaybondNetwork net;
  for (int i = 0; i < 4; ++i)
    make(net, "agent");
  const Json all = net.get(kKeys).json()["items"];
  Json seen = Json::array();
  std::string cursor;
  do {
    const Json page = net.get(kKeys + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
    CHECK(page["items"].size() <= 2);
    for (const Json& item : page["items"])
      seen.push_back(item);
    cursor = page["next_cursor"].is_null() ? "" : page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
  CHECK(seen == all);
  CHECK(net.get(kKeys + "?cursor=none").said() == "400 bad_cursor");
  CHECK(net.get(kKeys + "?limit=0").said() == "400 bad_parameter");
  CHECK(net.get(kKeys + "?limit=201").said() == "400 bad_parameter");
}

TEST_CASE("the answer with a new key is not kept, whatever key names the request") {
  PaybondNetwork net;
  const http::Headers headers{{"x-api-key", net.key}, {"idempotency-key", "k"}};
  const std::string body = R"({"service_account_name":"n","service_account_role":"agent"})";
  const std::string first = net.ask("POST", kKeys, body, headers).json()["api_key"];
  CHECK(net.ask("POST", kKeys, body, headers).json()["api_key"] != first);
}

}  // namespace
}  // namespace agentnet::paybond
