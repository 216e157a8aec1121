// Projects, their settings and their audit log.
#include <limits>

#include "core/json/write.hpp"
#include "core/sbn/audit_log.hpp"
#include "core/sbn/console_call.hpp"
#include "core/sbn/events.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedProjects = 1'001;  // all that one tenant may see

json::Value project_row(const Project& project, const auth::Caller& caller, bool current,
                        json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(project.id))
      .add("name", std::string_view(project.name))
      .add("description", std::string_view(project.description))
      .add("status", project.status())
      .add("role", project.id == caller.tenant ? "member" : "owner")
      .add("plan", std::string_view(project.plan))
      .add_boolean("current", current)
      .add("created_at", std::string_view(iso_offset(project.created_at)))
      .done();
}

void list(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::string current = current_project(connection, call.caller).id;
    json::ArrayBuilder projects(arena);
    list_projects(connection, call.tenant(), kMaxListedProjects, 0, [&](const Project& project) {
      projects.add(project_row(project, call.caller, project.id == current, arena));
    });
    return projects.done();
  });
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string name = call->text("name");
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = add_project(write.connection, call->tenant(), name, write.now, write.random);
    write.note(project.id, "project.created", project.id);
    return project_row(project, call->caller, false, write.arena);
  });
}

void switch_to(const Routes& routes, const std::shared_ptr<Call>& call) {
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project =
        require_project(write.connection, call->tenant(), call->exchange->path_value("project_id"));
    switch_project(write.connection, call->caller, project.id);
    return project_row(project, call->caller, true, write.arena);
  });
}

void get(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return project_row(current_project(connection, call.caller), call.caller, true, arena);
  });
}

// Writes the current project and tells of it. Doing what is done already changes nothing and tells nobody.
json::Value save_current(ConsoleWrite& write, const Call& call, const Project& project,
                         const std::string& action) {
  save_project(write.connection, project);
  const json::Value row = project_row(project, call.caller, true, write.arena);
  write.note(project.id, action, project.id);
  emit_event(write.connection, project.id, action, row, write.now);
  return row;
}

void update(const Routes& routes, const std::shared_ptr<Call>& call) {
  const auto name = call->optional_text("name");
  const json::Value description = call->value("description");
  if (!description.is_null() && !description.is_string()) call->text("description");
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    Project project = require_writable(current_project(write.connection, call->caller));
    if (name) project.name = *name;
    if (description.is_string()) project.description = description.text();
    return save_current(write, *call, project, "project.updated");
  });
}

void set_archived(const Routes& routes, const std::shared_ptr<Call>& call, bool archived) {
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    Project project = current_project(write.connection, call->caller);
    if (project.archived_at.has_value() == archived)
      return project_row(project, call->caller, true, write.arena);
    project.archived_at = archived ? std::optional(write.now) : std::nullopt;
    return save_current(write, *call, project, archived ? "project.archived" : "project.unarchived");
  });
}

void remove(const Routes& routes, const std::shared_ptr<Call>& call) {
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = current_project(write.connection, call->caller);
    delete_project(write.connection, call->tenant(), project, write.now);
    write.note(project.id, "project.deleted", project.id);
    return json::ObjectBuilder(write.arena)
        .add("id", std::string_view(project.id))
        .add_boolean("deleted", true)
        .done();
  });
}

json::Value settings_of(const Project& project, json::Arena& arena) {
  return json::Parser().parse(arena.copy(project.settings), arena);
}

void get_settings(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return settings_of(current_project(connection, call.caller), arena);
  });
}

// Members of the body replace those of the same name; null takes one away.
void update_settings(const Routes& routes, const std::shared_ptr<Call>& call) {
  require_object("settings", call->body.root, false);
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    Project project = require_writable(current_project(write.connection, call->caller));
    json::Value settings = settings_of(project, write.arena);
    for (const json::Member& member : call->body.root.members()) {
      const std::string_view name = member.name.text();
      settings = json::without_member(settings, name, write.arena);
      const json::Value value = json::without_duplicates(member.value, write.arena);
      if (!value.is_null()) settings = json::with_member(settings, name, value, write.arena);
    }
    project.settings = json::to_compact(settings);
    save_current(write, *call, project, "project.updated");
    return settings;
  });
}

void audit(const Routes& routes, const Call& call) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListed, 1, kMaxListed);
  const std::int64_t before =
      call.exchange->query_number("before", 0, 1, std::numeric_limits<std::int64_t>::max());
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const Project project = current_project(connection, call.caller);
    json::ArrayBuilder events(arena);
    std::int64_t count = 0;
    list_changes(connection, project.id, before, limit, [&](const AuditEntry& entry) {
      events.add(audit_row(entry, arena));
      ++count;
    });
    return json::ObjectBuilder(arena)
        .add("project_id", std::string_view(project.id))
        .add("events", events.done())
        .add_integer("count", count)
        .done();
  });
}

}  // namespace

void add_project_routes(const Routes& routes) {
  add_call(routes, "GET", "/console/projects", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "POST", "/console/projects", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "POST", "/console/projects/{project_id}/switch", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { switch_to(routes, call); });
  add_call(routes, "GET", "/internal/project", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
  add_call(routes, "PATCH", "/internal/project", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { update(routes, call); });
  add_call(routes, "DELETE", "/internal/project", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { remove(routes, call); });
  add_call(routes, "POST", "/internal/project/archive", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { set_archived(routes, call, true); });
  add_call(routes, "POST", "/internal/project/unarchive", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { set_archived(routes, call, false); });
  add_call(routes, "GET", "/internal/project/settings", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { get_settings(routes, *call); });
  add_call(routes, "PATCH", "/internal/project/settings", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { update_settings(routes, call); });
  add_call(routes, "GET", "/internal/project/audit", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { audit(routes, *call); });
}

}  // namespace agentnet::sbn
