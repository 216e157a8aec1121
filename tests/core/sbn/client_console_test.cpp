#include "core/sbn/client_console.hpp"

#include "core/json/write.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn::console {
namespace {

using sbn::fixtures::LastRequest;

struct Sent {
  LastRequest recorder;
  Client client{recorder, {}};

  template <typename Call>
  std::string operator()(const Call& call) {
    call(client);
    return recorder.line;
  }
};

TEST_CASE("calls about projects are those of the official client") {
  Sent sent;
  CHECK(sent([](Client& c) { list_projects(c); }) == "GET /console/projects ");
  CHECK(sent([](Client& c) { create_project(c, "caf\xc3\xa9"); }) ==
        R"(POST /console/projects {"name": "caf\u00e9"})");
  CHECK(sent([](Client& c) { switch_project(c, "p 1"); }) == "POST /console/projects/p%201/switch {}");
  CHECK(sent([](Client& c) { get_project(c); }) == "GET /internal/project ");
  CHECK(sent([](Client& c) { update_project(c, {}); }) == "PATCH /internal/project {}");
  CHECK(sent([](Client& c) {
          update_project(c, {json::Value::string("n"), json::Value::string("")});
        }) == R"(PATCH /internal/project {"name": "n", "description": ""})");
  CHECK(sent([](Client& c) { archive_project(c); }) == "POST /internal/project/archive {}");
  CHECK(sent([](Client& c) { unarchive_project(c); }) == "POST /internal/project/unarchive {}");
  CHECK(sent([](Client& c) { delete_project(c); }) == "DELETE /internal/project ");
  CHECK(sent([](Client& c) { get_project_settings(c); }) == "GET /internal/project/settings ");
  CHECK(sent([](Client& c) { get_audit_log(c); }) == "GET /internal/project/audit ");
  const json::Document settings = json::parse(R"({"n":1.50,"z":null})");
  CHECK(sent([&](Client& c) { update_project_settings(c, settings.root); }) ==
        R"(PATCH /internal/project/settings {"n": 1.50, "z": null})");
}

TEST_CASE("calls about keys leave out what is not given") {
  Sent sent;
  const std::string keys = "/internal/projects/p/api-keys";
  CHECK(sent([](Client& c) { list_api_keys(c); }) == "GET /internal/api-keys ");
  CHECK(sent([](Client& c) { list_api_keys(c, "p"); }) == "GET " + keys + " ");
  CHECK(sent([](Client& c) { create_api_key(c, "p"); }) ==
        "POST " + keys + R"( {"label": "SDK key", "plan": "sandbox"})");
  const KeyOptions options{"l", "builder", {"a", "b c"}, "f", {"f", "g"}};
  CHECK(sent([&](Client& c) { create_api_key(c, "p", options); }) ==
        "POST " + keys +
            R"( {"label": "l", "plan": "builder", "scopes": ["a", "b c"], "defaultFrontier": "f", )"
            R"("allowedFrontiers": ["f", "g"]})");
  CHECK(sent([](Client& c) { rotate_api_key(c, "p", "k/1"); }) == "POST " + keys + "/k%2F1/rotate {}");
  CHECK(sent([](Client& c) { revoke_api_key(c, "p", "k"); }) == "POST " + keys + "/k/revoke {}");
  CHECK(sent([](Client& c) { get_key_events(c, "p", "k"); }) == "GET " + keys + "/k/events ");
}

TEST_CASE("calls about usage, billing and analytics name the project in their path") {
  Sent sent;
  const std::string at = "/internal/projects/p/";
  CHECK(sent([](Client& c) { get_usage(c); }) == "GET /internal/usage/keys ");
  CHECK(sent([](Client& c) { get_usage(c, "p"); }) == "GET " + at + "usage/keys ");
  CHECK(sent([](Client& c) { get_usage_summary(c, "p"); }) == "GET " + at + "usage/summary ");
  CHECK(sent([](Client& c) { export_usage_csv(c, "p"); }) == "GET " + at + "usage.csv ");
  CHECK(sent([](Client& c) { get_billing_status(c, "p"); }) == "GET " + at + "billing/status ");
  CHECK(sent([](Client& c) { create_checkout(c, "p", "builder"); }) ==
        "POST " + at + R"(billing/checkout {"plan": "builder"})");
  CHECK(sent([](Client& c) { get_portal_url(c, "p"); }) == "POST " + at + "billing/portal {}");
  CHECK(sent([](Client& c) { pay_overage(c, "p"); }) == "POST " + at + "billing/pay-overage {}");
  CHECK(sent([](Client& c) { get_gec_trend(c, "p"); }) == "GET " + at + "analytics/gec-trend ");
  CHECK(sent([](Client& c) { get_csk_breakdown(c, "p"); }) == "GET " + at + "analytics/csk-breakdown ");
  CHECK(sent([](Client& c) { get_frontier_breakdown(c, "p"); }) ==
        "GET " + at + "analytics/frontier-breakdown ");
}

TEST_CASE("calls about webhooks send what is given and no more") {
  Sent sent;
  const std::string at = "/internal/projects/p/webhooks";
  CHECK(sent([](Client& c) { list_event_types(c); }) == "GET /internal/webhooks/event-types ");
  CHECK(sent([](Client& c) { list_webhooks(c, "p"); }) == "GET " + at + " ");
  CHECK(sent([](Client& c) { create_webhook(c, "p", {.url = "u"}); }) ==
        "POST " + at + R"( {"url": "u", "enabled": true})");
  const WebhookOptions options{"u", {"a"}, json::Value::string("s"), false};
  CHECK(sent([&](Client& c) { create_webhook(c, "p", options); }) ==
        "POST " + at + R"( {"url": "u", "enabled": false, "events": ["a"], "secret": "s"})");
  const json::Document change = json::parse(R"({"enabled":false})");
  CHECK(sent([&](Client& c) { update_webhook(c, "p", "w", change.root); }) ==
        "PATCH " + at + R"(/w {"enabled": false})");
  CHECK(sent([](Client& c) { delete_webhook(c, "p", "w"); }) == "DELETE " + at + "/w ");
  CHECK(sent([](Client& c) { test_webhook(c, "p", "w"); }) == "POST " + at + "/w/test {}");
  CHECK(sent([](Client& c) { list_webhook_deliveries(c, "p", "w"); }) == "GET " + at + "/w/deliveries ");
}

TEST_CASE("the usage table is text, whatever stands in it") {
  LastRequest recorder;
  recorder.body = "id,count\nkey-1,3\n";
  Client client(recorder, {});
  CHECK(export_usage_csv(client, "p") == recorder.body);
}

}  // namespace
}  // namespace agentnet::sbn::console
