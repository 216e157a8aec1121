// API keys of a project, as the console makes and shows them.
#include "core/sbn/audit_log.hpp"
#include "core/sbn/console_call.hpp"
#include "core/sbn/events.hpp"
#include "core/sbn/plans.hpp"
#include "core/sbn/project_keys.hpp"

namespace agentnet::sbn {
namespace {

void list(const Routes& routes, const Call& call, bool in_path) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const Project project = project_of(connection, call, in_path);
    json::ArrayBuilder keys(arena);
    for (const ProjectKey& key : list_project_keys(connection, project.id))
      keys.add(key_record(key, arena));
    return json::ObjectBuilder(arena)
        .add("project_id", std::string_view(project.id))
        .add("keys", keys.done())
        .done();
  });
}

// Tells of a change of a key, without its secret.
json::Value tell(ConsoleWrite& write, const ProjectKey& key, std::string_view action) {
  const json::Value record = key_record(key, write.arena);
  const json::Value detail =
      json::ObjectBuilder(write.arena).add("label", std::string_view(key.key.label)).done();
  write.note(key.key.tenant_id, action, key.key.id, detail);
  emit_event(write.connection, key.key.tenant_id, action, record, write.now);
  return record;
}

json::Value new_key_answer(ConsoleWrite& write, const NewProjectKey& made, std::string_view action) {
  const json::Value record = tell(write, made.record, action);
  return json::ObjectBuilder(write.arena)
      .add("api_key", as_text(made.key.expose()))
      .add("prefix", std::string_view(made.record.prefix))
      .add("record", record)
      .done();
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  ProjectKeyOptions options;
  options.label = call->optional_text("label").value_or("SDK key");
  options.plan = call->optional_text("plan").value_or(std::string(kPlans.front().id));
  options.scopes = call->texts("scopes");
  options.default_frontier = call->optional_text("defaultFrontier");
  options.allowed_frontiers = call->texts("allowedFrontiers");
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = require_writable(project_of(write.connection, *call));
    return new_key_answer(write,
                          add_project_key(write.connection, project.id, options, write.now, write.random),
                          "key.created");
  });
}

void rotate(const Routes& routes, const std::shared_ptr<Call>& call) {
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = require_writable(project_of(write.connection, *call));
    return new_key_answer(
        write,
        rotate_project_key(write.connection, project.id, call->exchange->path_value("key_id"), write.random),
        "key.rotated");
  });
}

// Of an archived project, too: taking rights away is always possible.
void revoke(const Routes& routes, const std::shared_ptr<Call>& call) {
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = project_of(write.connection, *call);
    const std::string& id = call->exchange->path_value("key_id");
    const bool was_revoked = require_project_key(write.connection, project.id, id).key.revoked_at.has_value();
    if (!was_revoked) {
      auth::revoke_api_key(write.connection, project.id, id, write.now);
      tell(write, require_project_key(write.connection, project.id, id), "key.revoked");
    }
    return json::ObjectBuilder(write.arena)
        .add("id", std::string_view(id))
        .add_boolean("revoked", true)
        .done();
  });
}

void events(const Routes& routes, const Call& call) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListed, 1, kMaxListed);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const Project project = project_of(connection, call);
    const ProjectKey key = require_project_key(connection, project.id, call.exchange->path_value("key_id"));
    json::ArrayBuilder events(arena);
    list_changes_of(connection, project.id, key.key.id, limit,
                    [&](const AuditEntry& entry) { events.add(audit_row(entry, arena)); });
    return json::ObjectBuilder(arena)
        .add("key_id", std::string_view(key.key.id))
        .add("events", events.done())
        .done();
  });
}

}  // namespace

void add_project_key_routes(const Routes& routes) {
  const std::string keys = "/internal/projects/{project_id}/api-keys";
  add_call(routes, "GET", "/internal/api-keys", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call, false); });
  add_call(routes, "GET", keys, kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call, true); });
  add_call(routes, "POST", keys, kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "POST", keys + "/{key_id}/rotate", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { rotate(routes, call); });
  add_call(routes, "POST", keys + "/{key_id}/revoke", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { revoke(routes, call); });
  add_call(routes, "GET", keys + "/{key_id}/events", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { events(routes, *call); });
}

}  // namespace agentnet::sbn
