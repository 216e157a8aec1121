#include "core/sbn/client_control_plane.hpp"

#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn::control_plane {
namespace {

struct Sent {
  sbn::fixtures::LastRequest recorder;
  Client client{recorder, {}};

  template <typename Call>
  std::string operator()(const Call& call) {
    call(client);
    return recorder.line;
  }
};

TEST_CASE("calls to the control plane are those of the official client") {
  Sent sent;
  CHECK(sent([](Client& c) { list_rate_plans(c); }) == "GET /control-plane/rate-plans ");
  CHECK(sent([](Client& c) {
          create_rate_plan(c, {"n", "gold", 7, 8});
        }) == R"(POST /control-plane/rate-plans {"name": "n", "sla_tier": "gold", "daily_quota": 7, )"
              R"("burst_limit_per_minute": 8})");
  CHECK(sent([](Client& c) {
          create_rate_plan(c, {"n", "gold", 7, 8, "d"});
        }).ends_with(R"("burst_limit_per_minute": 8, "description": "d"})"));
  const std::string tenants = "/control-plane/tenants";
  CHECK(sent([](Client& c) { list_tenants(c); }) == "GET " + tenants + " ");
  CHECK(sent([](Client& c) {
          create_tenant(c, {"n", "e", "u", "p", false});
        }) == "POST " + tenants +
                  R"( {"name": "n", "contact_email": "e", "aggregator_endpoint": "u", "rate_plan_id": "p", )"
                  R"("activate": false})");
  CHECK(sent([](Client& c) { get_tenant(c, "t/1"); }) == "GET " + tenants + "/t%2F1 ");
  CHECK(sent([](Client& c) { update_tenant_rate_plan(c, "t", "p"); }) ==
        "PATCH " + tenants + R"(/t/rate-plan {"rate_plan_id": "p"})");
  CHECK(sent([](Client& c) { update_tenant_rate_plan(c, "t", "p", json::Value::boolean(false)); }) ==
        "PATCH " + tenants + R"(/t/rate-plan {"rate_plan_id": "p", "activate": false})");
  CHECK(sent([](Client& c) { list_validators(c, "t"); }) == "GET " + tenants + "/t/validators ");
  CHECK(sent([](Client& c) {
          register_validator(c, "t", {"v", "e"});
        }) == "POST " + tenants + R"(/t/validators {"validator_id": "v", "endpoint": "e"})");
  CHECK(sent([](Client& c) {
          register_validator(c, "t", {"v", "e", "eu"});
        }).ends_with(R"("endpoint": "e", "region": "eu"})"));
  CHECK(sent([](Client& c) { heartbeat_validator(c, "t", "v 1"); }) ==
        "POST " + tenants + "/t/validators/v%201/heartbeat {}");
}

}  // namespace
}  // namespace agentnet::sbn::control_plane
