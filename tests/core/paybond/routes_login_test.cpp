// The device login, asked for as the kit's command asks, and approved as ours does.
#include "core/paybond/device_grants.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;

const std::string kStart = "/v1/public/auth/device/start";
const std::string kToken = "/v1/public/auth/device/token";
const std::string kGrants = "/internal/agentnet/paybond/device-grants/";
const Json kAsked{{"client_id", "paybond-kit-cli"},
                  {"client_name", "Paybond CLI"},
                  {"requested_environment", "sandbox"},
                  {"service_account_role", "operator"}};

struct Login : PaybondNetwork {
  Answer open(const std::string& target, const Json& body, const http::Headers& headers = {}) {
    return ask("POST", target, body.dump(), headers);
  }
  Json start(const Json& changed = Json::object()) {
    Json body = kAsked;
    body.update(changed);
    const Answer answer = open(kStart, body);
    REQUIRE(answer.status == 200);
    return answer.json();
  }
  Answer poll(const Json& started) {
    clock.micros += 1'000'000;
    return open(kToken, {{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
                         {"device_code", started["device_code"]},
                         {"client_id", "paybond-kit-cli"}});
  }
  Answer decide(const Json& started, const std::string& what = "approve") {
    return post(kGrants + started["user_code"].get<std::string>() + "/" + what, "{}");
  }
  std::size_t keys() { return get("/v1/admin/api-keys").json()["items"].size(); }
};

// "400 slow_down" of an answer in OAuth's form.
std::string said(const Answer& answer) {
  if (answer.status < 400) return std::to_string(answer.status);
  const Json read = answer.json();
  CHECK_FALSE(read["error_description"].get<std::string>().empty());
  return std::to_string(answer.status) + " " + read["error"].get<std::string>();
}

TEST_CASE("a login gets its key once, after it was approved, and the key may what an operator may") {
  Login net;
  const std::size_t before = net.keys();
  const Json started = net.start();
  CHECK(started["expires_in"] == 600);
  CHECK(started["interval"] == 1);
  const Answer pending = net.poll(started);
  CHECK(said(pending) == "400 authorization_pending");
  CHECK(pending.json()["interval"] == 1);
  const Answer decided = net.decide(started);
  REQUIRE(decided.said() == "200");
  CHECK(decided.json()["status"] == "approved");
  CHECK(decided.json()["client_name"] == "Paybond CLI");
  CHECK(decided.json()["tenant_id"] == "local");
  CHECK(decided.body.find("paybond_sk_") == std::string::npos);
  CHECK(net.keys() == before);  // it is made when it is fetched
  const Answer granted = net.poll(started);
  REQUIRE(granted.status == 200);
  const Json token = granted.json();
  const std::string key = token["access_token"];
  CHECK(key.starts_with("paybond_sk_sandbox_"));
  CHECK(token["token_type"] == "Bearer");
  CHECK(token["environment"] == "sandbox");
  CHECK(token["service_account_role"] == "operator");
  const Json who = net.get_as(key, "/v1/auth/principal").json();
  CHECK(who["tenant_id"] == token["tenant_id"]);
  CHECK(who["tenant_uuid"] == token["tenant_uuid"]);
  CHECK(who["service_account_role"] == "operator");
  CHECK(net.get_as(key, "/v1/admin/api-keys").said() == "403 insufficient_scope");
  CHECK(net.keys() == before + 1);
  CHECK(net.get("/v1/admin/api-keys").json()["items"].back()["service_account_name"] == "device login");
  CHECK(said(net.poll(started)) == "400 invalid_grant");
  CHECK(net.keys() == before + 1);
}

TEST_CASE("whoever reaches the port gets nothing by itself") {
  Login net;
  const std::size_t before = net.keys();
  const Json started = net.start();
  const std::string path = kGrants + started["user_code"].get<std::string>() + "/approve";
  CHECK(net.ask("POST", path, "{}", {}).said() == "401 missing_credential");
  for (const std::string role : {"reader", "agent", "operator"}) {
    const std::string key = net.post("/v1/admin/api-keys", R"({"service_account_name":"n",)"
                                                           R"("service_account_role":")" +
                                                               role + "\"}")
                                .json()["api_key"];
    CHECK(net.post_as(key, path, "{}").said() == "403 insufficient_scope");
  }
  for (int i = 0; i < 20; ++i)
    CHECK(said(net.poll(started)) == "400 authorization_pending");
  CHECK(net.keys() == before + 3);
}

TEST_CASE("a denied login ends, and one that nobody looks at runs out") {
  Login net;
  const Json denied = net.start();
  CHECK(net.decide(denied, "deny").json()["status"] == "denied");
  CHECK(said(net.poll(denied)) == "400 access_denied");
  CHECK(net.decide(denied).said() == "409 grant_decided");
  const Json late = net.start();
  net.clock.micros += 600'000'000;
  CHECK(said(net.poll(late)) == "400 expired_token");
  CHECK(net.decide(late).said() == "404 unknown_user_code");
}

TEST_CASE("who polls too fast is told to slow down, and by how much") {
  Login net;
  const Json started = net.start();
  (void)net.poll(started);
  net.clock.micros -= 900'000;
  const Answer answer = net.poll(started);
  CHECK(said(answer) == "400 slow_down");
  CHECK(answer.json()["interval"] == 2);
}

TEST_CASE("the key is of the tenant that approved, and others find no such login any more") {
  Login net;
  const Json started = net.start();
  const std::string path = kGrants + started["user_code"].get<std::string>();
  CHECK(net.post_as(net.rival, path + "/approve", "{}").said() == "200");
  CHECK(net.decide(started, "deny").said() == "404 unknown_user_code");
  const Json token = net.poll(started).json();
  CHECK(token["tenant_id"] == "rival");
  CHECK(net.get_as(token["access_token"], "/v1/auth/principal").json()["tenant_id"] == "rival");
}

TEST_CASE("wrong user codes are 404, and only so many") {
  Login net;
  const Json started = net.start();
  const std::string right = started["user_code"];
  const std::string wrong = right == "BBBB-BBBB" ? "CCCC-CCCC" : "BBBB-BBBB";
  for (std::size_t i = 0; i < kMaxWrongCodes; ++i)
    CHECK(net.post(kGrants + wrong + "/approve", "{}").said() == "404 unknown_user_code");
  CHECK(net.post(kGrants + wrong + "/approve", "{}").said() == "429 rate_limited");
  CHECK(net.decide(started).said() == "429 rate_limited");
  CHECK(said(net.poll(started)) == "400 authorization_pending");
}

TEST_CASE("so many logins wait at once") {
  Login net;
  for (std::size_t i = 0; i < kMaxDeviceGrants; ++i)
    (void)net.start();
  const Answer answer = net.open(kStart, kAsked);
  CHECK(said(answer) == "429 rate_limited");
}

TEST_CASE("what is no proper request is refused by name, in OAuth's form") {
  Login net;
  const auto start = [&](const std::string& name, const Json& value) {
    Json body = kAsked;
    body[name] = value;
    return said(net.open(kStart, body));
  };
  CHECK(start("client_id", "another") == "400 invalid_client");
  CHECK(start("client_id", nullptr) == "400 invalid_client");
  CHECK(start("client_id", 7) == "400 invalid_request");
  CHECK(start("requested_environment", "live") == "400 invalid_request");
  CHECK(start("service_account_role", "admin") == "400 invalid_request");
  CHECK(start("service_account_role", "custom") == "400 invalid_request");
  CHECK(start("client_name", std::string(100, 'n')) == "200");
  CHECK(start("client_name", std::string(101, 'n')) == "400 invalid_request");
  CHECK(start("client_name", "a\x1b[2Jb") == "400 invalid_request");
  CHECK(said(net.ask("POST", kStart, "", {})) == "400 invalid_request");
  CHECK(said(net.ask("POST", kStart, "[]", {})) == "400 invalid_request");
  CHECK(said(net.ask("POST", kStart, "{", {})) == "400 invalid_request");
  CHECK(said(net.ask("POST", kStart, std::string(4097, ' '), {})) == "413 invalid_request");
  const Json started = net.start();
  Json token{{"grant_type", "urn:ietf:params:oauth:grant-type:device_code"},
             {"device_code", started["device_code"]},
             {"client_id", "paybond-kit-cli"}};
  const auto poll = [&](const std::string& name, const Json& value) {
    Json body = token;
    body[name] = value;
    return said(net.open(kToken, body));
  };
  CHECK(poll("client_id", "another") == "400 invalid_client");
  CHECK(poll("grant_type", "password") == "400 unsupported_grant_type");
  CHECK(poll("grant_type", nullptr) == "400 unsupported_grant_type");
  CHECK(poll("device_code", "") == "400 invalid_request");
  CHECK(poll("device_code", 5) == "400 invalid_request");
  CHECK(poll("device_code", std::string(64, 'f')) == "400 invalid_grant");
  CHECK(poll("device_code", started["user_code"]) == "400 invalid_grant");
}

TEST_CASE("a key that cannot be made leaves the login as it was") {
  Login net;
  const Json started = net.start();
  REQUIRE(net.decide(started).said() == "200");
  net.network->database().write([&](store::Connection& connection) {
    for (std::size_t i = auth::list_api_keys(connection, "local").size(); i < auth::kMaxKeysPerTenant; ++i)
      (void)auth::add_api_key(connection, "local", {.label = "one of many"}, net.clock.now(), net.random);
  });
  for (int i = 0; i < 2; ++i)
    CHECK(said(net.poll(started)) == "403 too_many_keys");
}

TEST_CASE("the page says how a login is approved, and repeats nothing but a code") {
  Login net;
  const std::string page = "/v1/public/auth/device";
  const Json started = net.start();
  CHECK(started["verification_uri"] == "http://localhost" + page);
  const Answer named = net.open(kStart, kAsked, {{"Host", "127.0.0.1:8080"}});
  CHECK(named.json()["verification_uri"] == "http://127.0.0.1:8080" + page);
  const std::string code = started["user_code"];
  CHECK(net.ask("GET", page + "?user_code=" + code, "", {}).body.find("approve " + code) !=
        std::string::npos);
  const Answer hostile = net.ask("GET", page + "?user_code=%3Cscript%3E", "", {});
  CHECK(hostile.status == 200);
  CHECK(hostile.body.find("script") == std::string::npos);
  CHECK(said(net.poll(started)) == "400 authorization_pending");
}

TEST_CASE("a restart forgets the logins that wait") {
  Json started;
  {
    Login net;
    started = net.start();
  }
  Login net;
  CHECK(said(net.poll(started)) == "400 invalid_grant");
  CHECK(net.decide(started).said() == "404 unknown_user_code");
}

}  // namespace
}  // namespace agentnet::paybond
