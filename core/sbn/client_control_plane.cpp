#include "core/sbn/client_control_plane.hpp"

#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::control_plane {
namespace {

std::string tenant_path(std::string_view tenant_id, std::string_view rest = {}) {
  return "/control-plane/tenants/" + http::percent_encode(tenant_id) + std::string(rest);
}

}  // namespace

json::Document list_rate_plans(Client& client) {
  return client.get("/control-plane/rate-plans");
}

json::Document create_rate_plan(Client& client, const NewRatePlan& plan) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("name", std::string_view(plan.name)).add("sla_tier", std::string_view(plan.sla_tier));
  body.add_integer("daily_quota", plan.daily_quota);
  body.add_integer("burst_limit_per_minute", plan.burst_limit_per_minute);
  add_unless_empty(body, "description", plan.description);
  return client.post("/control-plane/rate-plans", body.done());
}

json::Document list_tenants(Client& client) {
  return client.get("/control-plane/tenants");
}

json::Document create_tenant(Client& client, const NewTenant& tenant) {
  json::Arena arena;
  return client.post("/control-plane/tenants",
                     json::ObjectBuilder(arena)
                         .add("name", std::string_view(tenant.name))
                         .add("contact_email", std::string_view(tenant.contact_email))
                         .add("aggregator_endpoint", std::string_view(tenant.aggregator_endpoint))
                         .add("rate_plan_id", std::string_view(tenant.rate_plan_id))
                         .add_boolean("activate", tenant.activate)
                         .done());
}

json::Document get_tenant(Client& client, std::string_view tenant_id) {
  return client.get(tenant_path(tenant_id));
}

json::Document update_tenant_rate_plan(Client& client, std::string_view tenant_id,
                                       std::string_view rate_plan_id, const json::Value& activate) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("rate_plan_id", rate_plan_id);
  add_unless_null(body, "activate", activate);
  return client.patch(tenant_path(tenant_id, "/rate-plan"), body.done());
}

json::Document list_validators(Client& client, std::string_view tenant_id) {
  return client.get(tenant_path(tenant_id, "/validators"));
}

json::Document register_validator(Client& client, std::string_view tenant_id, const NewValidator& validator) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("validator_id", std::string_view(validator.validator_id));
  body.add("endpoint", std::string_view(validator.endpoint));
  add_unless_empty(body, "region", validator.region);
  return client.post(tenant_path(tenant_id, "/validators"), body.done());
}

json::Document heartbeat_validator(Client& client, std::string_view tenant_id,
                                   std::string_view validator_id) {
  json::Arena arena;
  return client.post(
      tenant_path(tenant_id, "/validators/") + http::percent_encode(validator_id) + "/heartbeat",
      empty_object(arena));
}

}  // namespace agentnet::sbn::control_plane
