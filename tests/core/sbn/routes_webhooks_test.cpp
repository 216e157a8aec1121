// Webhooks, asked as clients ask.
#include "core/sbn/routes.hpp"
#include "core/sbn/webhooks.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::check_guarded;
using fixtures::Json;
using fixtures::patch;
using fixtures::remove;
using fixtures::TestNetwork;

const std::string kHooks = "/internal/projects/local/webhooks";
const std::string kNobody = R"({"url":"http://127.0.0.1:9/"})";  // where nothing listens

std::string add(TestNetwork& net, const std::string& body = kNobody) {
  return kHooks + "/" + net.post(kHooks, body).json()["id"].get<std::string>();
}

TEST_CASE("webhooks are for callers who may do everything, the types of events for all") {
  TestNetwork net;
  check_guarded(net, "GET", "/internal/webhooks/event-types", "");
  check_guarded(net, "GET", kHooks, "*");
  check_guarded(net, "POST", kHooks, "*", "{}");
  check_guarded(net, "PATCH", kHooks + "/x", "*", "{}");
  check_guarded(net, "DELETE", kHooks + "/x", "*");
  check_guarded(net, "POST", kHooks + "/x/test", "*", "{}");
  check_guarded(net, "GET", kHooks + "/x/deliveries", "*");
}

TEST_CASE("a secret that the network made is shown once, one that was sent is not") {
  TestNetwork net;
  const Json made = net.post(kHooks, kNobody).json();
  const std::string secret = made["secret"];
  CHECK(secret.starts_with("whsec_"));
  CHECK(made["events"] == Json({"*"}));
  CHECK(made["enabled"] == true);
  const Json given =
      net.post(kHooks, R"({"url":"https://h.example","secret":"known-to-both","enabled":false})").json();
  CHECK_FALSE(given.contains("secret"));
  CHECK(given["enabled"] == false);
  for (const std::string& path : {kHooks, std::string("/internal/project/audit")}) {
    const std::string body = net.get(path).body;
    CHECK(body.find(secret) == std::string::npos);
    CHECK(body.find("known-to-both") == std::string::npos);
  }
}

TEST_CASE("what a webhook cannot have is refused by name") {
  TestNetwork net;
  const auto said = [&](const std::string& body) { return net.post(kHooks, body).said(); };
  CHECK(said("{}") == "400 bad_field");
  CHECK(said(R"({"url":5})") == "400 bad_field");
  CHECK(said(R"({"url":"http://10.0.0.1/"})") == "400 bad_url");
  CHECK(said(R"({"url":"https://h.example","events":["no"]})") == "400 bad_event");
  CHECK(said(R"({"url":"https://h.example","events":"key.created"})") == "400 bad_field");
  CHECK(said(R"({"url":"https://h.example","secret":"short"})") == "400 bad_secret");
  CHECK(said(R"({"url":"https://h.example","enabled":"yes"})") == "400 bad_field");
  CHECK(net.get(kHooks).json()["webhooks"].empty());
  const std::string hook = add(net);
  CHECK(patch(net, hook, R"({"url":"http://10.0.0.1/"})").said() == "400 bad_url");
  CHECK(patch(net, hook, R"({"events":[]})").said() == "400 bad_event");
  CHECK(patch(net, hook, R"({"secret":"short"})").said() == "400 bad_secret");
}

TEST_CASE("a change leaves alone what it does not name") {
  TestNetwork net;
  const std::string hook = add(net, R"({"url":"https://h.example","events":["key.created"]})");
  CHECK(patch(net, hook, "{}").json()["events"] == Json({"key.created"}));
  const Json changed = patch(net, hook, R"({"enabled":false})").json();
  CHECK(changed["enabled"] == false);
  CHECK(changed["url"] == "https://h.example");
}

TEST_CASE("what happens to keys and the project waits for a server") {
  TestNetwork net;
  const std::string hook = add(net);
  const std::string id = net.post("/internal/projects/local/api-keys", "{}").json()["record"]["id"];
  net.post("/internal/projects/local/api-keys/" + id + "/rotate", "{}");
  net.post("/internal/projects/local/api-keys/" + id + "/revoke", "{}");
  net.post("/internal/projects/local/api-keys/" + id + "/revoke", "{}");
  patch(net, "/internal/project", R"({"name":"n"})");
  const Json waiting = net.get(hook + "/deliveries").json()["deliveries"];
  std::string events;
  for (const Json& each : waiting) {
    CHECK(each["status"] == "pending");
    events += each["event"].get<std::string>() + " ";
  }
  CHECK(events == "project.updated key.revoked key.rotated key.created ");
  CHECK(net.get(hook + "/deliveries?limit=1").json()["deliveries"].size() == 1);
  CHECK(net.get(hook + "/deliveries?limit=0").said() == "400 bad_parameter");
}

TEST_CASE("a key that could not be made is told to nobody") {
  TestNetwork net;
  const std::string hook = add(net);
  net.post("/internal/projects/local/api-keys", R"({"plan":"gold"})");
  CHECK(net.get(hook + "/deliveries").json()["deliveries"].empty());
}

TEST_CASE("a test that nobody takes says why, and stands in the log") {
  TestNetwork net;
  const std::string hook = add(net);
  const Json answer = net.post(hook + "/test", "{}").json();
  CHECK(answer["delivered"] == false);
  CHECK(answer["event"] == "webhook.test");
  CHECK(answer["last_error"].get<std::string>().starts_with("connect_failed"));
  const Json log = net.get(hook + "/deliveries").json()["deliveries"];
  REQUIRE(log.size() == 1);
  CHECK(log[0]["status"] == "failed");
  CHECK(log[0]["attempts"] == 1);
}

TEST_CASE("a webhook of another project is as unknown as any") {
  TestNetwork net;
  const std::string hook = add(net);
  const std::string other = fixtures::make_project(net);
  const std::string id = hook.substr(hook.rfind('/'));
  CHECK(net.get("/internal/projects/" + other + "/webhooks" + id + "/deliveries").said() ==
        "404 unknown_webhook");
  CHECK(net.post("/internal/projects/" + other + "/webhooks" + id + "/test", "{}").said() ==
        "404 unknown_webhook");
  CHECK(remove(net, kHooks + "/wh_none").said() == "404 unknown_webhook");
  CHECK(remove(net, hook).said() == "200");
  CHECK(remove(net, hook).said() == "404 unknown_webhook");
}

}  // namespace
}  // namespace agentnet::sbn
