// Rate plans, tenants (which are projects) and their validators.
#include "core/auth/tenant.hpp"
#include "core/sbn/console_call.hpp"
#include "core/sbn/rate_plans.hpp"
#include "core/sbn/tenant_validators.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kNoPlan = "none";       // as an id: the plan that anybody has, without limits
constexpr std::int64_t kMaxListedTenants = 1'001;  // all that one tenant may see

// What stands for the plan of a tenant that has none: clients want one with an id, a name and numbers.
json::Value no_plan(json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("id", kNoPlan)
      .add("name", "No rate plan")
      .add("sla_tier", kNoPlan)
      .add_integer("daily_quota", 0)
      .add_integer("burst_limit_per_minute", 0)
      .add("description", "Calls are not limited.")
      .add("created_at", json::Value())
      .done();
}

json::Value tenant_row(const Project& tenant, json::Arena& arena) {
  const auto text = [](const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(tenant.id))
      .add("name", std::string_view(tenant.name))
      .add("description", std::string_view(tenant.description))
      .add_optional("contact_email", text(tenant.contact_email))
      .add_optional("aggregator_endpoint", text(tenant.aggregator_endpoint))
      .add_optional("rate_plan_id", tenant.rate_plan_id)
      .add("status", tenant.status())
      .add("created_at", std::string_view(iso_offset(tenant.created_at)))
      .done();
}

json::Value summary_row(store::Connection& connection, const Project& tenant,
                        const std::optional<RatePlan>& plan, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(tenant.id))
      .add("name", std::string_view(tenant.name))
      .add("status", tenant.status())
      .add("rate_plan_id", plan ? std::string_view(plan->id) : kNoPlan)
      .add("sla_tier", plan ? std::string_view(plan->sla_tier) : kNoPlan)
      .add("aggregator_endpoint", std::string_view(tenant.aggregator_endpoint))
      .add_integer("validator_count", count_validators(connection, tenant.id))
      .done();
}

std::optional<RatePlan> plan_of(store::Connection& connection, const Project& tenant) {
  if (!tenant.rate_plan_id) return std::nullopt;
  return find_rate_plan(connection, *tenant.rate_plan_id);
}

json::Value detail_of(store::Connection& connection, const Project& tenant, Instant now, json::Arena& arena) {
  const auto plan = plan_of(connection, tenant);
  json::ArrayBuilder validators(arena);
  for (const Validator& validator : list_validators(connection, tenant.id))
    validators.add(validator_row(validator, now, arena));
  return json::ObjectBuilder(arena)
      .add("tenant", tenant_row(tenant, arena))
      .add("rate_plan", plan ? rate_plan_row(*plan, arena) : no_plan(arena))
      .add("validators", validators.done())
      .add("summary", summary_row(connection, tenant, plan, arena))
      .done();
}

// The tenant of the path.
Project tenant_of(store::Connection& connection, const Call& call) {
  return require_project(connection, call.tenant(), call.exchange->path_value("tenant_id"));
}

std::int64_t whole_number(const Call& call, std::string_view name) {
  const json::Value value = call.value(name);
  if (const auto number = value.as_int64()) return *number;
  throw Error(Category::usage, "bad_field", std::string(name) + " must be a whole number", {},
              {{"field", std::string(name)}});
}

std::optional<bool> optional_flag(const Call& call, std::string_view name) {
  const json::Value value = call.value(name);
  if (value.is_null()) return std::nullopt;
  if (value.is_boolean()) return value.as_boolean();
  throw Error(Category::usage, "bad_field", std::string(name) + " must be true or false", {},
              {{"field", std::string(name)}});
}

// --- rate plans

void list_plans(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder plans(arena);
    for (const RatePlan& plan : list_rate_plans(connection, call.tenant()))
      plans.add(rate_plan_row(plan, arena));
    plans.add(no_plan(arena));
    return plans.done();
  });
}

// The plan that a request names, as a tenant has it: of the caller's own, or none.
std::optional<std::string> plan_named(store::Connection& connection, const Call& call,
                                      const std::string& plan) {
  if (plan == kNoPlan) return std::nullopt;
  return require_rate_plan(connection, call.tenant(), plan).id;
}

void create_plan(const Routes& routes, const std::shared_ptr<Call>& call) {
  RatePlan wanted;
  wanted.owner = call->tenant();
  wanted.name = call->text("name");
  wanted.sla_tier = call->text("sla_tier");
  wanted.daily_quota = whole_number(*call, "daily_quota");
  wanted.burst_limit_per_minute = whole_number(*call, "burst_limit_per_minute");
  wanted.description = call->optional_text("description");
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const RatePlan plan = add_rate_plan(write.connection, wanted, write.now, write.random);
    write.note(call->tenant(), "rate_plan.created", plan.id);
    return rate_plan_row(plan, write.arena);
  });
}

// --- tenants

void list(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder tenants(arena);
    list_projects(connection, call.tenant(), kMaxListedTenants, 0, [&](const Project& tenant) {
      tenants.add(summary_row(connection, tenant, plan_of(connection, tenant), arena));
    });
    return tenants.done();
  });
}

void check_email(const std::string& email) {
  const std::size_t at = email.find('@');
  if (auth::is_short_text(email) && email.find(' ') == email.npos && at != email.npos && at > 0 &&
      at + 1 < email.size() && email.find('@', at + 1) == email.npos) {
    return;
  }
  throw Error(Category::usage, "bad_email", "contact_email must be an e-mail address", {},
              {{"field", "contact_email"}});
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string name = call->text("name");
  const std::string email = call->text("contact_email");
  const std::string endpoint = call->text("aggregator_endpoint");
  const std::string plan = call->text("rate_plan_id");
  const bool active = optional_flag(*call, "activate").value_or(true);
  check_email(email);
  check_endpoint("aggregator_endpoint", endpoint);
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const auto plan_id = plan_named(write.connection, *call, plan);
    Project tenant = add_project(write.connection, call->tenant(), name, write.now, write.random);
    tenant.contact_email = email;
    tenant.aggregator_endpoint = endpoint;
    tenant.rate_plan_id = plan_id;
    tenant.active = active;
    save_project(write.connection, tenant);
    write.note(tenant.id, "project.created", tenant.id);
    return detail_of(write.connection, tenant, write.now, write.arena);
  });
}

void get(const Routes& routes, const Call& call) {
  const Instant now = routes.service.clock().now();
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return detail_of(connection, tenant_of(connection, call), now, arena);
  });
}

void set_plan(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string plan = call->text("rate_plan_id");
  const auto activate = optional_flag(*call, "activate");
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    Project tenant = tenant_of(write.connection, *call);
    tenant.rate_plan_id = plan_named(write.connection, *call, plan);
    if (activate) tenant.active = *activate;
    save_project(write.connection, tenant);
    write.note(tenant.id, "project.rate_plan_changed", tenant.id,
               json::ObjectBuilder(write.arena).add("rate_plan_id", std::string_view(plan)).done());
    return detail_of(write.connection, tenant, write.now, write.arena);
  });
}

// --- validators

void list_of(const Routes& routes, const Call& call) {
  const Instant now = routes.service.clock().now();
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder validators(arena);
    for (const Validator& validator : list_validators(connection, tenant_of(connection, call).id))
      validators.add(validator_row(validator, now, arena));
    return validators.done();
  });
}

void register_one(const Routes& routes, const std::shared_ptr<Call>& call) {
  Validator wanted;
  wanted.validator_id = call->text("validator_id");
  wanted.endpoint = call->text("endpoint");
  wanted.region = call->short_text("region");
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project tenant = require_writable(tenant_of(write.connection, *call));
    const Validator validator = add_validator(write.connection, tenant.id, wanted, write.now);
    if (validator.registered_at == write.now)
      write.note(tenant.id, "validator.registered", validator.validator_id);
    return validator_row(validator, write.now, write.arena);
  });
}

void heartbeat(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const Project tenant = tenant_of(connection, *call);
    return validator_row(
        note_heartbeat(connection, tenant.id, call->exchange->path_value("validator_id"), now), now, arena);
  });
}

}  // namespace

void add_control_plane_routes(const Routes& routes) {
  const std::string tenants = "/control-plane/tenants";
  const std::string one = tenants + "/{tenant_id}";
  add_call(routes, "GET", "/control-plane/rate-plans", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list_plans(routes, *call); });
  add_call(routes, "POST", "/control-plane/rate-plans", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { create_plan(routes, call); });
  add_call(routes, "GET", tenants, kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "POST", tenants, kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "GET", one, kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
  add_call(routes, "PATCH", one + "/rate-plan", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { set_plan(routes, call); });
  add_call(routes, "GET", one + "/validators", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list_of(routes, *call); });
  add_call(routes, "POST", one + "/validators", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { register_one(routes, call); });
  add_call(routes, "POST", one + "/validators/{validator_id}/heartbeat", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { heartbeat(routes, call); });
}

}  // namespace agentnet::sbn
