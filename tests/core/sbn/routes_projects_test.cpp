// Projects and their keys, usage and billing, asked as clients ask.
#include "core/sbn/projects.hpp"
#include "core/sbn/routes.hpp"
#include "tests/core/sbn/console_fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Answer;
using fixtures::check_guarded;
using fixtures::Json;
using fixtures::make_project;
using fixtures::patch;
using fixtures::remove;
using fixtures::TestNetwork;

const std::string kProjects = "/internal/projects/";

std::string make_key(TestNetwork& net, const std::string& project, const std::string& body = "{}") {
  return net.post(kProjects + project + "/api-keys", body).json()["api_key"];
}

TEST_CASE("the console is for callers who may do everything") {
  TestNetwork net;
  const auto guarded = [&](const char* method, const std::string& path) {
    check_guarded(net, method, path, "*", "{}");
  };
  for (const char* path : {"/console/projects", "/internal/project", "/internal/project/settings",
                           "/internal/project/audit", "/internal/api-keys", "/internal/usage/keys"})
    guarded("GET", path);
  guarded("POST", "/console/projects");
  guarded("POST", "/console/projects/x/switch");
  guarded("PATCH", "/internal/project");
  guarded("DELETE", "/internal/project");
  guarded("POST", "/internal/project/unarchive");
  guarded("PATCH", "/internal/project/settings");
  guarded("POST", "/internal/projects/x/api-keys");
  guarded("POST", "/internal/projects/x/api-keys/k/rotate");
  guarded("POST", "/internal/projects/x/api-keys/k/revoke");
  guarded("POST", "/internal/projects/x/billing/checkout");
  guarded("GET", "/internal/projects/x/usage.csv");
}

TEST_CASE("a key with the scope console.read reads the console and changes nothing") {
  TestNetwork net;
  const std::string reader = net.add_key("local", {"console.read"});
  CHECK(net.get_as(reader, "/console/projects").said() == "200");
  CHECK(net.post_as(reader, "/console/projects", R"({"name":"x"})").said() == "403 insufficient_scope");
}

TEST_CASE("projects are listed as a bare array, the current one marked") {
  TestNetwork net;
  const std::string id = make_project(net);
  net.post("/console/projects/" + id + "/switch", "{}");
  const Json listed = net.get("/console/projects").json();
  REQUIRE(listed.size() == 2);
  CHECK(listed[0]["id"] == "local");
  CHECK(listed[0]["current"] == false);
  CHECK(listed[1]["id"] == id);
  CHECK(listed[1]["current"] == true);
  CHECK(listed[1]["status"] == "active");
  CHECK(net.get("/internal/project").json()["id"] == id);
}

TEST_CASE("what a project cannot be is refused by name") {
  TestNetwork net;
  for (const char* body : {"{}", R"({"name":5})", R"({"name":null})"})
    CHECK(net.post("/console/projects", body).said() == "400 bad_field");
  CHECK(net.post("/console/projects", R"({"name":""})").said() == "400 bad_name");
  CHECK(net.post("/console/projects", "[]").said() == "400 not_an_object");
  CHECK(patch(net, "/internal/project", R"({"description":[]})").said() == "400 bad_field");
  CHECK(patch(net, "/internal/project", R"({"name":"a\nb"})").said() == "400 bad_name");
  CHECK(net.get("/console/projects").json().size() == 1);
}

TEST_CASE("a description may be taken away, a name may not") {
  TestNetwork net;
  patch(net, "/internal/project", R"({"description":"d","name":"n"})");
  const Json project = patch(net, "/internal/project", R"({"description":"","name":""})").json();
  CHECK(project["description"] == "");
  CHECK(project["name"] == "n");
}

TEST_CASE("settings keep the text of numbers, the last of two names, and lose what is null") {
  TestNetwork net;
  const std::string path = "/internal/project/settings";
  CHECK(patch(net, path, R"({"n":12345678901234567890123,"a":1,"a":{"x":1.50},"z":null})").body ==
        R"({"n":12345678901234567890123,"a":{"x":1.50}})");
  CHECK(patch(net, path, R"({"a":null})").body == R"({"n":12345678901234567890123})");
  CHECK(net.get(path).body == R"({"n":12345678901234567890123})");
  const std::string deep =
      "{\"a\":" + std::string(kMaxBlockDepth, '[') + std::string(kMaxBlockDepth, ']') + "}";
  CHECK(patch(net, path, deep).said() == "400 too_deep");
  CHECK(patch(net, path, "{\"a\":\"" + std::string(kMaxSettingsBytes, 'x') + "\"}").said() ==
        "413 too_large");
  CHECK(net.get(path).body == R"({"n":12345678901234567890123})");
}

TEST_CASE("an archived project refuses what its keys would write, and is read") {
  TestNetwork net;
  const std::string id = make_project(net);
  const std::string key = make_key(net, id);
  net.seal_as(key, "{}");
  net.post("/console/projects/" + id + "/switch", "{}");
  CHECK(net.post("/internal/project/archive", "{}").json()["status"] == "archived");
  const std::string refused = "409 project_archived";
  CHECK(net.post_as(key, "/internal/snapchore/seal", R"({"payload":{}})").said() == refused);
  CHECK(net.post_as(key, "/internal/agentnet/seals", "{}\n").said() == refused);
  CHECK(net.post_as(key, "/internal/snapchore/api-keys", "{}").said() == refused);
  CHECK(net.post(kProjects + id + "/api-keys", "{}").said() == refused);
  CHECK(net.post(kProjects + id + "/billing/checkout", R"({"plan":"builder"})").said() == refused);
  CHECK(net.get_as(key, "/internal/snapchore/stats").json()["seals"] == 1);
  CHECK(net.post_as(key, "/internal/snapchore/verify", R"({"payload":{},"expected_hash":"x"})").said() ==
        "200");
  CHECK(net.post("/internal/snapchore/seal", R"({"payload":{}})").said() == "200");  // of another project
  net.post("/internal/project/unarchive", "{}");
  net.seal_as(key, "{}");
}

TEST_CASE("archiving again is answered alike and told of once") {
  TestNetwork net;
  const std::string first = net.post("/internal/project/archive", "{}").body;
  CHECK(net.post("/internal/project/archive", "{}").body == first);
  CHECK(net.get("/internal/project/audit").json()["count"] == 1);
}

TEST_CASE("a deleted project's keys end, and its id is as unknown as any") {
  TestNetwork net;
  const std::string id = make_project(net);
  const std::string key = make_key(net, id);
  net.post("/console/projects/" + id + "/switch", "{}");
  CHECK(remove(net, "/internal/project").json() == Json({{"id", id}, {"deleted", true}}));
  CHECK(net.get_as(key, "/console/projects").said() == "401 revoked_credential");
  CHECK(net.post("/console/projects/" + id + "/switch", "{}").said() == "404 unknown_project");
  CHECK(remove(net, "/internal/project").said() == "409 own_project");
  CHECK(net.get("/internal/project").json()["id"] == "local");
}

TEST_CASE("the audit log is read by pages") {
  TestNetwork net;
  for (int i = 0; i < 5; ++i)
    patch(net, "/internal/project", R"({"name":"n)" + std::to_string(i) + "\"}");
  const Json first = net.get("/internal/project/audit?limit=2").json();
  CHECK(first["count"] == 2);
  const std::string before = first["events"][1]["id"].dump();
  CHECK(net.get("/internal/project/audit?before=" + before).json()["count"] == 3);
  for (const char* query : {"?limit=0", "?limit=201", "?before=0", "?before=x"})
    CHECK(net.get("/internal/project/audit" + std::string(query)).said() == "400 bad_parameter");
}

TEST_CASE("a key's secret is in the answer that makes it and nowhere else") {
  TestNetwork net;
  const std::string id = make_project(net);
  const std::string key = make_key(net, id, R"({"label":"ci"})");
  CHECK(net.get_as(key, "/internal/project").json()["id"] == id);
  for (const std::string& path : {kProjects + id + "/api-keys", std::string("/internal/project/audit")})
    CHECK(net.get(path).body.find(key) == std::string::npos);
  const Json listed = net.get(kProjects + id + "/api-keys").json()["keys"];
  REQUIRE(listed.size() == 1);
  const std::string one = kProjects + id + "/api-keys/" + listed[0]["id"].get<std::string>();
  const Json events = net.get(one + "/events").json()["events"];
  REQUIRE(events.size() == 1);
  CHECK(events[0]["detail"] == Json({{"label", "ci"}}));
  const std::string next = net.post(one + "/rotate", "{}").json()["api_key"];
  CHECK(net.get_as(key, "/internal/project").said() == "401 invalid_credential");
  CHECK(net.get_as(next, "/internal/project").said() == "200");
  CHECK(net.post(one + "/revoke", "{}").said() == "200");
  CHECK(net.get_as(next, "/internal/project").said() == "401 revoked_credential");
}

TEST_CASE("usage counts what was answered well, by key") {
  TestNetwork net;
  const std::string id = make_project(net);
  const std::string key = make_key(net, id);
  net.seal_as(key, "{}");
  net.post_as(key, "/internal/snapchore/capture", R"({"payload":{}})");
  net.post_as(key, "/internal/snapchore/capture", R"({"payload":[]})");
  net.post_as(key, "/internal/snapchore/chain/none/append", R"({"block_hash":"x"})");
  net.post_as(key, "/internal/agentnet/seals", "{}\n[]\n{}\n");
  const Json usage = net.get(kProjects + id + "/usage/keys").json();
  REQUIRE(usage["keys"].size() == 1);
  CHECK(usage["keys"][0]["snapchore_events"] == 4);
  CHECK(usage["month"] == "2026-11");
  CHECK(net.get(kProjects + id + "/usage/keys?month=2026-10").json()["keys"][0]["snapchore_events"] == 0);
  for (const char* month : {"2026", "2026-13", "2026-1", "november", ""})
    CHECK(net.get(kProjects + id + "/usage/keys?month=" + month).said() == "400 bad_parameter");
}

TEST_CASE("the usage table is CSV whose labels cannot become formulas") {
  TestNetwork net;
  const std::string id = make_project(net);
  make_key(net, id, R"({"label":"=1+\"2\",x"})");
  const std::string text = net.get(kProjects + id + "/usage.csv").body;
  CHECK(text.starts_with("month,key_id,label,plan,attestations,snapchore_events,facts_reads\n2026-11,"));
  CHECK(text.find(R"(,"'=1+""2"",x",sandbox,0,0,0)") != std::string::npos);
}

TEST_CASE("the bill is simulated, and a plan is chosen at once") {
  TestNetwork net;
  const std::string billing = "/internal/projects/local/billing/";
  CHECK(net.get(billing + "status").json()["plan"] == "sandbox");
  const Json checkout = net.post(billing + "checkout", R"({"plan":"builder"})").json();
  CHECK(checkout["simulated"] == true);
  CHECK(checkout["url"].get<std::string>().starts_with("https://billing.invalid/"));
  CHECK(net.get(billing + "status").json()["plan"] == "builder");
  CHECK(net.post(billing + "checkout", R"({"plan":"gold"})").said() == "400 bad_plan");
  CHECK(net.post(billing + "portal", "{}").json()["simulated"] == true);
  CHECK(net.post(billing + "pay-overage", "{}").json()["amount_cents"] == 0);
}

TEST_CASE("what was used above the plan is overage") {
  TestNetwork net;
  net.network->database().write([](store::Connection& connection) {
    connection.run("INSERT INTO sbn_key_usage VALUES ('local', '2026-11', 'key_gone', 5001, 25000, 0)");
  });
  const Json summary = net.get("/internal/projects/local/usage/summary").json();
  CHECK(summary["overage"] == Json({{"attestations", 1}, {"snapchore_events", 0}, {"facts_reads", 0}}));
  const Json keys = net.get("/internal/projects/local/usage/keys").json()["keys"];
  CHECK(keys.back()["id"] == "key_gone");
}

TEST_CASE("counts are there after the network was opened again") {
  const tests::TemporaryFolder folder;
  {
    TestNetwork net(folder.path());
    net.seal("{}");
  }
  TestNetwork net(folder.path());
  const Json summary = net.get("/internal/projects/local/usage/summary").json();
  CHECK(summary["usage"]["snapchore_events"] == 1);
}

TEST_CASE("another tenant's project and keys are as unknown as any") {
  TestNetwork net;
  const std::string id = make_project(net);
  const std::string key_id =
      net.post(kProjects + id + "/api-keys", "{}").json()["record"]["id"].get<std::string>();
  for (const std::string& project : {id, std::string("local"), std::string("none")}) {
    const std::string at = kProjects + project;
    CHECK(net.post_as(net.rival, "/console/projects/" + project + "/switch", "{}").said() ==
          "404 unknown_project");
    for (const char* path :
         {"/api-keys", "/usage/keys", "/usage/summary", "/usage.csv", "/billing/status", "/webhooks"})
      CHECK(net.get_as(net.rival, at + path).said() == "404 unknown_project");
    for (const std::string& path : {"/api-keys/" + key_id + "/revoke", "/api-keys/" + key_id + "/rotate",
                                    std::string("/api-keys"), std::string("/billing/portal")})
      CHECK(net.post_as(net.rival, at + path, "{}").said() == "404 unknown_project");
  }
  CHECK(net.post(kProjects + "local/api-keys/" + key_id + "/revoke", "{}").said() == "404 unknown_key");
  CHECK(net.get_as(net.rival, "/console/projects").json().size() == 1);
}

}  // namespace
}  // namespace agentnet::sbn
