// Rate plans, tenants and validators, asked as clients ask.
#include "core/sbn/routes.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Answer;
using fixtures::check_guarded;
using fixtures::Json;
using fixtures::patch;
using fixtures::TestNetwork;

const std::string kPlans = "/control-plane/rate-plans";
const std::string kTenants = "/control-plane/tenants";

std::string plan(TestNetwork& net, int quota, int burst) {
  const Json wanted = {
      {"name", "p"}, {"sla_tier", "gold"}, {"daily_quota", quota}, {"burst_limit_per_minute", burst}};
  return net.post(kPlans, wanted.dump()).json()["id"];
}

Json tenant_body(const std::string& plan_id) {
  return {{"name", "t"},
          {"contact_email", "ops@example.com"},
          {"aggregator_endpoint", "https://agg.example"},
          {"rate_plan_id", plan_id}};
}

// The id of a tenant with that plan, and a key of it.
std::pair<std::string, std::string> tenant(TestNetwork& net, const std::string& plan_id) {
  const std::string id = net.post(kTenants, tenant_body(plan_id).dump()).json()["summary"]["id"];
  return {id, net.post("/internal/projects/" + id + "/api-keys", "{}").json()["api_key"]};
}

const std::string kStats = "/internal/snapchore/stats";

TEST_CASE("the control plane is for callers who may do everything") {
  TestNetwork net;
  check_guarded(net, "GET", kPlans, "*");
  check_guarded(net, "POST", kPlans, "*", "{}");
  check_guarded(net, "GET", kTenants, "*");
  check_guarded(net, "POST", kTenants, "*", "{}");
  check_guarded(net, "GET", kTenants + "/x", "*");
  check_guarded(net, "PATCH", kTenants + "/x/rate-plan", "*", "{}");
  check_guarded(net, "GET", kTenants + "/x/validators", "*");
  check_guarded(net, "POST", kTenants + "/x/validators", "*", "{}");
  check_guarded(net, "POST", kTenants + "/x/validators/v/heartbeat", "*", "{}");
}

TEST_CASE("lists are bare arrays") {
  TestNetwork net;
  CHECK(net.get(kTenants).json().size() == 1);
  CHECK(net.get(kTenants + "/local/validators").body == "[]");
  plan(net, 5, 5);
  CHECK(net.get(kPlans).json()[0]["daily_quota"] == 5);
}

TEST_CASE("the plan without limits is the last of every list, and may be had like any other") {
  TestNetwork net;
  CHECK(net.get(kPlans).json().size() == 1);
  plan(net, 5, 5);
  const Json plans = net.get(kPlans).json();
  CHECK(plans.size() == 2);
  CHECK(plans[1]["id"] == "none");
  const Json made = net.post(kTenants, tenant_body("none").dump()).json();
  CHECK(made["rate_plan"]["id"] == "none");
  CHECK(made["tenant"]["rate_plan_id"] == nullptr);
}

TEST_CASE("a tenant is shown with its plan, its validators and a summary") {
  TestNetwork net;
  const std::string id = plan(net, 5, 6);
  const Json made = net.post(kTenants, tenant_body(id).dump()).json();
  CHECK(made["rate_plan"]["id"] == id);
  CHECK(made["tenant"]["contact_email"] == "ops@example.com");
  CHECK(made["summary"]["rate_plan_id"] == id);
  CHECK(made["validators"].empty());
  const Json own = net.get(kTenants + "/local").json();
  CHECK(own["rate_plan"]["id"] == "none");
  CHECK(own["summary"]["name"] == "this machine");
}

TEST_CASE("what a tenant or plan cannot have is refused, and nothing is made") {
  TestNetwork net;
  const std::string id = plan(net, 5, 5);
  const auto said = [&](const char* name, const Json& value) {
    Json body = tenant_body(id);
    body[name] = value;
    return net.post(kTenants, body.dump()).said();
  };
  for (const char* email : {"", "ops", "@example.com", "ops@", "a b@example.com", "a@b@c"})
    CHECK(said("contact_email", email) == "400 bad_email");
  CHECK(said("aggregator_endpoint", "agg.example") == "400 bad_endpoint");
  CHECK(said("rate_plan_id", "plan_none") == "404 unknown_rate_plan");
  CHECK(said("rate_plan_id", nullptr) == "400 bad_field");
  CHECK(said("activate", 1) == "400 bad_field");
  CHECK(net.get(kTenants).json().size() == 1);
  for (const char* number : {"0", "1.5", "\"5\"", "null", "1e3", "99999999999999999999"}) {
    const std::string body = R"({"name":"p","sla_tier":"gold","burst_limit_per_minute":1,"daily_quota":)" +
                             std::string(number) + "}";
    CHECK(net.post(kPlans, body).status == 400);
  }
}

TEST_CASE("calls beyond the burst limit are 429 until the minute is over") {
  TestNetwork net;
  const auto [id, key] = tenant(net, plan(net, 1'000, 2));
  CHECK(net.get_as(key, kStats).said() == "200");
  CHECK(net.post_as(key, "/internal/snapchore/seal", R"({"payload":{}})").said() == "200");
  const Answer refused = net.get_as(key, kStats);
  CHECK(refused.said() == "429 rate_limited");
  CHECK(refused.json()["error"]["details"]["limit"] == 2);
  CHECK(net.get(kStats).said() == "200");
  net.clock.micros += std::int64_t{60} * 1'000'000;
  CHECK(net.get_as(key, kStats).said() == "200");
}

TEST_CASE("calls beyond the daily quota are 429 with Retry-After, until the day is over") {
  TestNetwork net;
  const auto [id, key] = tenant(net, plan(net, 1, 100));
  CHECK(net.get_as(key, kStats).said() == "200");
  const http::Response refused =
      http::LocalTransport(net.network->router()).send({"GET", kStats, {{"x-api-key", key}}, {}});
  CHECK(refused.status == 429);
  const int seconds = std::stoi(std::string(refused.headers.get("Retry-After")));
  CHECK(seconds > 0);
  CHECK(seconds <= 24 * 3'600);
  net.clock.micros += std::int64_t{24} * 3'600 * 1'000'000;
  CHECK(net.get_as(key, kStats).said() == "200");
}

TEST_CASE("the console answers a tenant that has spent its calls, so that its plan can be changed") {
  TestNetwork net;
  const auto [id, key] = tenant(net, plan(net, 1, 1));
  net.get_as(key, kStats);
  CHECK(net.get_as(key, kStats).said() == "429 rate_limited");
  CHECK(net.get_as(key, "/internal/project").said() == "200");
  CHECK(patch(net, kTenants + "/" + id + "/rate-plan", R"({"rate_plan_id":"none"})")
            .json()["rate_plan"]["id"] == "none");
  CHECK(net.get_as(key, kStats).said() == "200");
}

TEST_CASE("a tenant that is not active takes no changes") {
  TestNetwork net;
  const std::string id = plan(net, 100, 100);
  const auto [name, key] = tenant(net, id);
  const auto activate = [&](bool active) {
    const Json body = {{"rate_plan_id", id}, {"activate", active}};
    return patch(net, kTenants + "/" + name + "/rate-plan", body.dump()).json()["summary"]["status"];
  };
  CHECK(activate(false) == "inactive");
  CHECK(net.post_as(key, "/internal/snapchore/seal", R"({"payload":{}})").said() == "409 project_inactive");
  CHECK(activate(true) == "active");
  net.seal_as(key, "{}");
}

TEST_CASE("a validator says that it is there as often as it likes") {
  TestNetwork net;
  const std::string at = kTenants + "/local/validators";
  const std::string body = R"({"validator_id":"v","endpoint":"https://v.example","region":"eu"})";
  const Answer made = net.post(at, body);
  CHECK(made.json()["status"] == "registered");
  CHECK(net.post(at, body).body == made.body);
  CHECK(net.post(at + "/v/heartbeat", "{}").json()["status"] == "active");
  CHECK(net.post(at + "/v/heartbeat", "").json()["status"] == "active");
  net.clock.micros += std::int64_t{6} * 60 * 1'000'000;
  CHECK(net.get(at).json()[0]["status"] == "stale");
  CHECK(net.post(at + "/w/heartbeat", "{}").said() == "404 unknown_validator");
  CHECK(net.get(kTenants).json()[0]["validator_count"] == 1);
}

TEST_CASE("another tenant's plans, tenants and validators are as unknown as any") {
  TestNetwork net;
  const std::string id = plan(net, 5, 5);
  CHECK(net.get_as(net.rival, kPlans).json().size() == 1);
  for (const char* path : {"/local", "/local/validators", "/none"})
    CHECK(net.get_as(net.rival, kTenants + path).said() == "404 unknown_project");
  const std::string body = R"({"rate_plan_id":")" + id + "\"}";
  CHECK(net.ask("PATCH", kTenants + "/rival/rate-plan", body, {{"x-api-key", net.rival}}).said() ==
        "404 unknown_rate_plan");
  CHECK(net.ask("PATCH", kTenants + "/local/rate-plan", body, {{"x-api-key", net.rival}}).said() ==
        "404 unknown_project");
}

}  // namespace
}  // namespace agentnet::sbn
