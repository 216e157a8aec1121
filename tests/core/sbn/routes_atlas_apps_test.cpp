// Apps over HTTP: registration, tokens, variables, revocation.
#include "core/sbn/atlas_app.hpp"
#include "core/sbn/atlas_binding.hpp"
#include "core/sbn/atlas_env.hpp"
#include "tests/core/sbn/atlas_fixtures.hpp"

namespace agentnet::sbn::atlas {
namespace {

using namespace fixtures;
using network::fixtures::check_guarded;

TEST_CASE("an app is registered with its workflows, bound as it says or as the network provides") {
  AtlasNetwork net;
  const Json app =
      net.app_of({"orders", "Code Review"}, R"(,"workflow_specs":[{"workflow":"orders",)"
                                            R"("frontier_id":"retail.o","pulse_type":"pgdag",)"
                                            R"("event_types":["placed"]}],"token_ttl_seconds":60)");
  CHECK(app["app_id"].get<std::string>().starts_with("app_"));
  CHECK(app["client_id"].get<std::string>().starts_with("atl_"));
  CHECK(app["client_secret"].get<std::string>().starts_with("atl_sec_"));
  CHECK(app["token_ttl_seconds"] == 60);
  REQUIRE(app["bindings"].size() == 2);
  CHECK(app["bindings"][0]["frontier"] == "retail.o");
  CHECK(app["bindings"][0]["source_kind"] == "declared");
  CHECK(app["bindings"][0]["auto_provisioned"] == false);
  CHECK(app["bindings"][0]["pulse_type"] == "pgdag");
  CHECK(app["bindings"][0]["event_types"] == Json{"placed"});
  CHECK(app["bindings"][1]["frontier"] == "retail.code_review");
  CHECK(app["bindings"][1]["source_kind"] == "auto");
  CHECK(app["bindings"][1]["auto_provisioned"] == true);
  CHECK(app["workflow_specs"][0]["frontier_id"] == "retail.o");
}

TEST_CASE("a list shows an app without its secret, and no other tenant's") {
  AtlasNetwork net;
  const Json app = net.app_of({"a", "b"}, R"(,"declared_event_types":["e"])");
  const Answer answer = net.get("/api/atlas/apps");
  CHECK(answer.body.find("atl_sec_") == std::string::npos);
  const Json listed = net.listed(app);
  CHECK(listed["app_name"] == "shop");
  CHECK(listed["declared_workflows"] == Json{"a", "b"});
  CHECK(listed["declared_event_types"] == Json{"e"});
  CHECK(listed["bound_key_count"] == 0);
  CHECK(listed["attestation_ready"] == false);
  CHECK(listed["status"] == "active");
  CHECK(net.get_as(net.rival, "/api/atlas/apps").json()["apps"].empty());
  net.app_of({"c"});
  CHECK(net.get("/api/atlas/apps?limit=1&offset=1").json()["apps"][0]["declared_workflows"] == Json{"c"});
  CHECK(net.get("/api/atlas/apps?limit=0").said() == "400 bad_parameter");
  CHECK(net.get("/api/atlas/apps?limit=201").said() == "400 bad_parameter");
}

TEST_CASE("a registration that cannot be right is refused, and leaves nothing behind") {
  AtlasNetwork net;
  const auto said = [&](const std::string& body) {
    return net.post("/api/atlas/apps/register", body).said();
  };
  const std::string app = R"({"app_name":"n","app_family":"f","declared_workflows":["a"])";
  CHECK(said("{}") == "400 bad_field");
  CHECK(said(R"({"app_name":"","app_family":"f","declared_workflows":["a"]})") == "400 bad_field");
  CHECK(said(R"({"app_name":"n","app_family":"f\u0007","declared_workflows":["a"]})") == "400 bad_field");
  CHECK(said(R"({"app_name":"n","app_family":"f","declared_workflows":[]})") == "400 bad_field");
  CHECK(said(R"({"app_name":"n","app_family":"f","declared_workflows":[""]})") == "400 bad_field");
  CHECK(said(R"({"app_name":"n","app_family":"f","declared_workflows":[1]})") == "400 bad_field");
  CHECK(said(app + R"(,"token_ttl_seconds":0})") == "400 bad_field");
  CHECK(said(app + R"(,"token_ttl_seconds":2592001})") == "400 bad_field");
  CHECK(said(app + R"(,"token_ttl_seconds":"60"})") == "400 bad_field");
  CHECK(said(app + R"(,"workflow_specs":{}})") == "400 bad_field");
  CHECK(said(app + R"(,"workflow_specs":[1]})") == "400 bad_field");
  CHECK(said(app + R"(,"workflow_specs":[{"frontier_id":"f"}]})") == "400 bad_field");
  CHECK(said(app + R"(,"workflow_specs":[{"workflow":"b","pulse_type":"pgdag"}]})") ==
        "400 undeclared_workflow");
  CHECK(said(app + R"(,"workflow_specs":[{"workflow":"a","pulse_type":"pulse"}]})") == "400 bad_pulse_type");
  CHECK(said(app + R"(,"workflow_specs":[{"workflow":"a","frontier_id":" f"}]})") == "400 bad_field");
  CHECK(said(app + R"(,"workflow_specs":[{"workflow":"a","frontier_id":5}]})") == "400 bad_field");
  CHECK(net.get("/api/atlas/apps").json()["apps"].empty());
  CHECK(net.get("/api/atlas/frontiers").json()["frontiers"].empty());
  CHECK(said(app + R"(,"token_ttl_seconds":2592000})") == "200");
}

TEST_CASE("an app has so many workflows at the most") {
  AtlasNetwork net;
  CHECK(net.register_app(workflows(kMaxWorkflowsPerApp)).said() == "200");
  CHECK(net.register_app(workflows(kMaxWorkflowsPerApp + 1)).said() == "400 bad_field");
  const Json app = net.get("/api/atlas/apps").json()["apps"][0];
  CHECK(net.upsert(app, "w0", "f").said() == "200");
  CHECK(net.upsert(app, "one more", "f").said() == "403 too_many_workflows");
}

TEST_CASE("a tenant has so many apps at the most") {
  AtlasNetwork net;
  net.network->database().write([&](store::Connection& connection) {
    App wanted;
    wanted.tenant_id = "local";
    wanted.name = wanted.family = "f";
    wanted.event_types = "[]";
    for (std::size_t i = 1; i < kMaxAppsPerTenant; ++i)
      add_app(connection, wanted, net.clock.now(), net.random);
  });
  CHECK(net.register_app({"a"}).said() == "200");
  CHECK(net.register_app({"a"}).said() == "403 too_many_apps");
}

TEST_CASE("the client's credentials, and nothing else, are exchanged for a token of the app") {
  AtlasNetwork net;
  const Json app = net.app_of({"a"}, R"(,"token_ttl_seconds":60)");
  const Json answer = net.exchange(app).json();
  CHECK(answer["app_id"] == app["app_id"]);
  CHECK(answer["expires_in"] == 60);
  CHECK(answer["token_type"] == "bearer");
  const std::string token = answer["access_token"];
  CHECK(net.as_app(token, "GET", AtlasNetwork::path_of(app, "/env")).said() == "200");
  CHECK(net.as_app(token, "GET", "/internal/snapchore/receipts/discover").said() == "200");
  CHECK(net.as_app(token, "POST", "/api/atlas/apps/register", "{}").said() == "403 insufficient_scope");
  CHECK(net.as_app(token, "GET", "/internal/snapchore/api-keys").said() == "403 insufficient_scope");
  Json wrong = app;
  wrong["client_secret"] = "atl_sec_x";
  CHECK(net.exchange(wrong).said() == "401 invalid_credential");
  wrong["client_id"] = "atl_x";
  CHECK(net.exchange(wrong).said() == "401 invalid_credential");
  CHECK(net.ask("POST", "/api/atlas/token", "{}", {}).said() == "400 bad_field");
  CHECK(net.ask("POST", "/api/atlas/token", "[]", {}).said() == "400 not_an_object");
}

TEST_CASE("a token ends with its time") {
  AtlasNetwork net;
  const Json app = net.app_of({"a"}, R"(,"token_ttl_seconds":60)");
  const std::string token = net.token_of(app);
  net.clock.micros += 59'000'000;
  CHECK(net.as_app(token, "GET", "/api/atlas/apps").said() == "200");
  net.clock.micros += 2'000'000;
  CHECK(net.as_app(token, "GET", "/api/atlas/apps").said() == "401 expired_token");
  CHECK(net.as_app(net.token_of(app), "GET", "/api/atlas/apps").said() == "200");
}

TEST_CASE("revoking an app ends its tokens, its minted keys and its credentials, and can be repeated") {
  AtlasNetwork net;
  const Json app = net.app_of({"a"});
  const Json other = net.app_of({"a"});
  const std::string token = net.token_of(app);
  const std::string others = net.token_of(other);
  const std::string minted = net.post(AtlasNetwork::path_of(app, "/keys/mint"), "{}").json()["api_key"];
  const std::string own = net.add_key("local", {"receipts.read"});
  const Json keys = net.get("/internal/snapchore/api-keys").json();
  for (const Json& key : keys["keys"])
    if (key["name"] == "test")
      CHECK(net.post(AtlasNetwork::path_of(app, "/keys/bind"), Json{{"key_id", key["id"]}}.dump()).said() ==
            "200");
  CHECK(net.listed(app)["bound_key_count"] == 2);
  CHECK(net.get_as(minted, "/api/atlas/apps").said() == "200");

  CHECK(net.revoke(app).json()["status"] == "revoked");
  CHECK(net.as_app(token, "GET", "/api/atlas/apps").said() == "401 revoked_credential");
  CHECK(net.as_app(others, "GET", "/api/atlas/apps").said() == "200");
  CHECK(net.get_as(minted, "/api/atlas/apps").said() == "401 revoked_credential");
  CHECK(net.get_as(own, "/api/atlas/apps").said() == "200");  // it was there before the app
  CHECK(net.exchange(app).said() == "401 revoked_credential");
  CHECK(net.get(AtlasNetwork::path_of(app, "/env")).said() == "409 app_revoked");
  CHECK(net.post(AtlasNetwork::path_of(app, "/keys/mint"), "{}").said() == "409 app_revoked");
  CHECK(net.upsert(app, "a", "f").said() == "409 app_revoked");
  const Json listed = net.listed(app);
  CHECK(listed["status"] == "revoked");
  CHECK(listed["bound_key_count"] == 0);
  const Json again = net.revoke(app).json();
  CHECK(again["revoked_at"] == listed["revoked_at"]);
}

TEST_CASE("another tenant's app is not there") {
  AtlasNetwork net;
  const Json app = net.app_of({"a"});
  const http::Headers rival = {{"x-api-key", net.rival}};
  for (const auto& [method, rest, body] : std::vector<std::array<std::string, 3>>{
           {"GET", "/env", ""},
           {"DELETE", "", ""},
           {"POST", "/bindings/upsert", R"({"workflow":"a","frontier_id":"f"})"},
           {"POST", "/keys/mint", "{}"},
           {"POST", "/keys/bind", R"({"key_id":"k"})"}}) {
    CAPTURE(rest);
    CHECK(net.ask(method, AtlasNetwork::path_of(app, rest), body, rival).said() == "404 unknown_app");
    CHECK(net.ask(method, "/api/atlas/apps/app_x" + rest, body, {{"x-api-key", net.key}}).said() ==
          "404 unknown_app");
  }
  CHECK(net.listed(app)["status"] == "active");
}

TEST_CASE("the variables of an app say its frontiers, as JSON and as lines") {
  AtlasNetwork net;
  const Json app =
      net.app_of({"code-review", "code_review", "it's"},
                 R"(,"workflow_specs":[{"workflow":"it's","frontier_id":"a b'c","pulse_type":"batch"}])");
  const Json env = net.get(AtlasNetwork::path_of(app, "/env")).json();
  CHECK(env["app_id"] == app["app_id"]);
  CHECK(env["client_id"] == app["client_id"]);
  CHECK(env["app_name"] == "shop");
  CHECK(env["bindings"][1]["env_prefix"] == "ATLAS_CODE_REVIEW_2");
  CHECK(env["bindings"][0]["c_max"].is_null());
  CHECK(env["env_vars"]["ATLAS_CODE_REVIEW_FRONTIER"] == "retail.code-review");
  CHECK(env["env_vars"]["ATLAS_IT_S_PULSE_TYPE"] == "batch");
  const Answer lines = net.get(AtlasNetwork::path_of(app, "/env?format=dotenv"));
  CHECK(lines.body ==
        "ATLAS_CODE_REVIEW_FRONTIER=retail.code-review\n"
        "ATLAS_CODE_REVIEW_2_FRONTIER=retail.code_review\n"
        "ATLAS_IT_S_FRONTIER='a b'\\''c'\n"
        "ATLAS_IT_S_PULSE_TYPE=batch\n");
  CHECK(net.get(AtlasNetwork::path_of(app, "/env?format=xml")).said() == "400 bad_parameter");
}

TEST_CASE("names of variables hold nothing but letters, digits and underscores") {
  CHECK(env_prefix("a.b-C/9") == "ATLAS_A_B_C_9");
  CHECK(env_prefix("ü") == "ATLAS___");
  CHECK(env_prefixes({"a", "A", "a_2", "-"}) ==
        std::vector<std::string>{"ATLAS_A", "ATLAS_A_2", "ATLAS_A_2_2", "ATLAS__"});
  CHECK(dotenv_text({}) == "");
}

TEST_CASE("apps are read with receipts.read and changed with everything") {
  AtlasNetwork net;
  const std::string path = AtlasNetwork::path_of(net.app_of({"a"}), "/env");
  check_guarded(net, "GET", "/api/atlas/apps", "receipts.read");
  check_guarded(net, "GET", path, "receipts.read");
  check_guarded(net, "POST", "/api/atlas/apps/register", "keys.write", "{}");
  check_guarded(net, "DELETE", "/api/atlas/apps/app_x", "keys.write");
}

}  // namespace
}  // namespace agentnet::sbn::atlas
