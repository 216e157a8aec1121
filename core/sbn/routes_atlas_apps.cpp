// Atlas apps: registering, listing, revoking, exchanging credentials, and the variables of an app.
#include <set>

#include "core/json/write.hpp"
#include "core/sbn/atlas_contract.hpp"
#include "core/sbn/atlas_env.hpp"
#include "core/sbn/atlas_frontier.hpp"
#include "core/sbn/atlas_rows.hpp"
#include "core/sbn/events.hpp"
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedApps = 200;
constexpr std::int64_t kMaxOffset = 1'000'000;

// --- registering ----------------------------------------------------------------------------------------

[[noreturn]] void bad_workflows(const std::string& code, const std::string& message) {
  throw Error(Category::usage, code, message, {}, {{"field", "workflow_specs"}});
}

// The declared workflows, each once, in their order, with nothing but their names.
std::vector<atlas::Binding> declared_workflows(const Call& call) {
  std::vector<atlas::Binding> bindings;
  std::set<std::string> seen;
  for (const std::string& name : call.texts("declared_workflows")) {
    if (!seen.insert(name).second) continue;
    atlas::Binding binding;
    binding.tenant_id = call.tenant();
    binding.workflow = name;
    bindings.push_back(std::move(binding));
  }
  if (bindings.empty())
    throw Error(Category::usage, "bad_field", "declared_workflows must name at least one workflow", {},
                {{"field", "declared_workflows"}});
  return bindings;
}

std::string frontier_of(const json::Value& spec) {
  for (const std::string_view name : {"frontier_id", "frontier"}) {
    const json::Value* member = spec.find(name);
    if (member == nullptr || member->is_null()) continue;
    if (!member->is_string()) bad_workflows("bad_field", std::string(name) + " must be a string");
    if (!member->text().empty()) return std::string(member->text());
  }
  return {};
}

// Puts what a spec says to its workflow. A spec of a workflow that is not declared has nothing to say it to.
void take_spec(const json::Value& spec, std::vector<atlas::Binding>& bindings) {
  const json::Value* workflow = spec.find("workflow");
  if (workflow == nullptr || !workflow->is_string())
    bad_workflows("bad_field", "each of workflow_specs must be an object with a workflow");
  const auto found = std::find_if(bindings.begin(), bindings.end(), [&](const atlas::Binding& each) {
    return each.workflow == workflow->text();
  });
  if (found == bindings.end()) {
    bad_workflows("undeclared_workflow", "workflow_specs speak of " + std::string(workflow->text()) +
                                             ", which is not among declared_workflows");
  }
  json::Arena arena;
  found->frontier = frontier_of(spec);
  found->contract = json::to_compact(atlas::without_empty(atlas::read_contract(spec, arena), arena));
}

std::vector<atlas::Binding> wanted_bindings(const Call& call, std::string_view family) {
  std::vector<atlas::Binding> bindings = declared_workflows(call);
  const json::Value specs = call.value("workflow_specs");
  if (!specs.is_null()) {
    if (!specs.is_array()) bad_workflows("bad_field", "workflow_specs must be a list of objects");
    for (const json::Value& spec : specs.items())
      take_spec(spec, bindings);
  }
  for (atlas::Binding& binding : bindings) {
    binding.source_kind = binding.frontier.empty() ? atlas::kProvided : atlas::kDeclared;
    if (binding.frontier.empty()) binding.frontier = atlas::provided_frontier(family, binding.workflow);
    atlas::check_names(binding.workflow, binding.frontier);
  }
  return bindings;
}

void add_binding(store::Connection& connection, const atlas::App& app, const atlas::Binding& binding,
                 Instant now) {
  atlas::upsert_binding(connection, binding, {}, now);
  const json::Document contract = json::parse(binding.contract);
  atlas::Frontier frontier{binding.frontier, app.family};
  if (const json::Value* pulse = contract.root.find("pulse_type"))
    frontier.pulse_type = std::string(pulse->text());
  atlas::note_frontier(connection, app.tenant_id, frontier, now);
}

json::Value registered(store::Connection& connection, const atlas::NewApp& made, json::Arena& arena) {
  const std::vector<atlas::Binding> bindings = atlas::list_bindings(connection, made.app.app_id);
  json::ArrayBuilder specs(arena);
  for (const atlas::Binding& binding : bindings)
    specs.add(atlas::spec_row(binding, arena));
  return json::ObjectBuilder(arena)
      .add("app_id", std::string_view(made.app.app_id))
      .add("client_id", std::string_view(made.app.client_id))
      .add("client_secret", as_text(made.client_secret.expose()))
      .add("app_name", std::string_view(made.app.name))
      .add("app_family", std::string_view(made.app.family))
      .add("bindings", atlas::binding_rows(bindings, arena))
      .add("workflow_specs", specs.done())
      .add_integer("token_ttl_seconds", made.app.token_ttl_seconds)
      .add("status", made.app.status())
      .add("created_at", std::string_view(iso_offset(made.app.created_at)))
      .done();
}

void tell(store::Connection& connection, std::string_view event, const atlas::App& app, Instant now) {
  const auto data = [&](json::Arena& arena) {
    return json::ObjectBuilder(arena)
        .add("app_id", std::string_view(app.app_id))
        .add("app_name", std::string_view(app.name))
        .add("app_family", std::string_view(app.family))
        .done();
  };
  emit_event(connection, app.tenant_id, event, data, now);
}

void register_app(const Routes& routes, const std::shared_ptr<Call>& call) {
  atlas::App wanted;
  wanted.tenant_id = call->tenant();
  wanted.name = call->text("app_name");
  wanted.family = call->text("app_family");
  if (const json::Value ttl = call->value("token_ttl_seconds"); !ttl.is_null())
    wanted.token_ttl_seconds = ttl.as_int64().value_or(0);
  json::Arena events;
  json::ArrayBuilder event_types(events);
  for (const std::string& type : call->texts("declared_event_types"))
    event_types.add(std::string_view(type));
  wanted.event_types = json::to_compact(event_types.done());
  const std::vector<atlas::Binding> bindings = wanted_bindings(*call, wanted.family);
  Service& service = routes.service;
  reply_written(routes, call, [=, &service](store::Connection& connection, json::Arena& arena) {
    const Instant now = service.clock().now();
    const atlas::NewApp made = atlas::add_app(connection, wanted, now, service.random());
    atlas::note_frontier(connection, wanted.tenant_id,
                         {wanted.family, wanted.family, std::string(atlas::kRootFrontier)}, now);
    for (atlas::Binding binding : bindings) {
      binding.app_id = made.app.app_id;
      add_binding(connection, made.app, binding, now);
    }
    tell(connection, "app.registered", made.app, now);
    return registered(connection, made, arena);
  });
}

// --- tokens ---------------------------------------------------------------------------------------------

void exchange(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string client_id = call->text("client_id");
  const std::string client_secret = call->text("client_secret");
  Service& service = routes.service;
  reply_written(routes, call, [=, &service](store::Connection& connection, json::Arena& arena) {
    const atlas::Exchanged exchanged =
        atlas::exchange(connection, client_id, client_secret, service.clock().now(), service.random());
    return json::ObjectBuilder(arena)
        .add("access_token", as_text(exchanged.token.expose()))
        .add("app_id", std::string_view(exchanged.app.app_id))
        .add_integer("expires_in", exchanged.app.token_ttl_seconds)
        .add("token_type", "bearer")
        .done();
  });
}

// --- the variables of an app ----------------------------------------------------------------------------

struct Env {
  json::Value bindings;
  std::vector<atlas::EnvVariable> variables;
};

Env env_of(store::Connection& connection, const atlas::App& app, json::Arena& arena) {
  const std::vector<atlas::Binding> bindings = atlas::list_bindings(connection, app.app_id);
  std::vector<std::string> workflows;
  for (const atlas::Binding& binding : bindings)
    workflows.push_back(binding.workflow);
  const std::vector<std::string> prefixes = atlas::env_prefixes(workflows);
  Env env;
  json::ArrayBuilder rows(arena);
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const atlas::Binding& binding = bindings[i];
    const auto frontier = atlas::find_frontier(connection, app.tenant_id, binding.frontier);
    const json::Document contract = json::parse(binding.contract);
    const json::Value* pulse = contract.root.find("pulse_type");
    const std::string pulse_text = pulse == nullptr ? std::string() : std::string(pulse->text());
    rows.add(json::ObjectBuilder(arena)
                 .add("workflow", std::string_view(binding.workflow))
                 .add("frontier", std::string_view(binding.frontier))
                 .add("c_max", atlas::c_max_of(frontier, arena))
                 .add("regime", json::Value())
                 .add("metallic_label", json::Value())
                 .add("lambda_score", json::Value())
                 .add_or_null("pulse_type", pulse_text)
                 .add_boolean("auto_provisioned", binding.auto_provisioned())
                 .add("env_prefix", std::string_view(prefixes[i]))
                 .done());
    env.variables.push_back({prefixes[i] + "_FRONTIER", binding.frontier});
    if (!pulse_text.empty()) env.variables.push_back({prefixes[i] + "_PULSE_TYPE", pulse_text});
    if (frontier && frontier->c_max) env.variables.push_back({prefixes[i] + "_C_MAX", *frontier->c_max});
  }
  env.bindings = rows.done();
  return env;
}

void env(const Routes& routes, const Call& call) {
  const std::string format = call.exchange->query("format").value_or("json");
  if (format != "json" && format != "dotenv") {
    throw Error(Category::usage, "bad_parameter", "the query parameter format must be json or dotenv", {},
                {{"parameter", "format"}});
  }
  json::Arena arena;
  Env env;
  atlas::App app;
  routes.service.database().read([&](store::Connection& connection) {
    app = atlas::require_active_app(connection, call.tenant(), call.exchange->path_value("app_id"));
    env = env_of(connection, app, arena);
  });
  if (format == "dotenv") {
    return call.exchange->reply(
        {200, {{"Content-Type", "text/plain; charset=utf-8"}}, atlas::dotenv_text(env.variables)});
  }
  json::ObjectBuilder variables(arena);
  for (const atlas::EnvVariable& variable : env.variables)
    variables.add(arena.copy(variable.name), std::string_view(variable.value));
  call.reply(json::ObjectBuilder(arena)
                 .add("app_id", std::string_view(app.app_id))
                 .add("client_id", std::string_view(app.client_id))
                 .add("app_name", std::string_view(app.name))
                 .add("app_family", std::string_view(app.family))
                 .add("bindings", env.bindings)
                 .add("env_vars", variables.done())
                 .done());
}

// --- the others -----------------------------------------------------------------------------------------

void list(const Routes& routes, const Call& call) {
  const std::int64_t offset = call.exchange->query_number("offset", 0, 0, kMaxOffset);
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedApps, 1, kMaxListedApps);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder apps(arena);
    std::int64_t count = 0;
    for (const atlas::App& app : atlas::list_apps(connection, call.tenant(), limit, offset)) {
      apps.add(atlas::app_row(connection, app, arena));
      ++count;
    }
    return json::ObjectBuilder(arena)
        .add("apps", apps.done())
        .add_integer("count", count)
        .add_integer("offset", offset)
        .done();
  });
}

void revoke(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const atlas::App app =
        atlas::revoke_app(connection, call->tenant(), call->exchange->path_value("app_id"), now);
    tell(connection, "app.revoked", app, now);
    return json::ObjectBuilder(arena)
        .add("app_id", std::string_view(app.app_id))
        .add("status", app.status())
        .add_boolean("revoked", true)
        .add("revoked_at", std::string_view(iso_offset(app.revoked_at.value_or(now))))
        .done();
  });
}

}  // namespace

void add_atlas_app_routes(const Routes& routes) {
  add_open_call(routes, "POST", "/api/atlas/token",
                [routes](const std::shared_ptr<Call>& call) { exchange(routes, call); });
  add_call(routes, "POST", "/api/atlas/apps/register", kScopeKeys,
           [routes](const std::shared_ptr<Call>& call) { register_app(routes, call); });
  add_call(routes, "GET", "/api/atlas/apps", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "DELETE", "/api/atlas/apps/{app_id}", kScopeKeys,
           [routes](const std::shared_ptr<Call>& call) { revoke(routes, call); });
  add_call(routes, "GET", "/api/atlas/apps/{app_id}/env", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { env(routes, *call); });
}

}  // namespace agentnet::sbn
