#include "core/sbn/projects.hpp"

#include "core/auth/api_key.hpp"
#include "core/auth/signing_key.hpp"
#include "core/base/error.hpp"
#include "core/sbn/plans.hpp"

namespace agentnet::sbn {
namespace {

// In the order of read_project.
#define AGENTNET_PROJECT_ROW                                                                               \
  "SELECT t.id, t.name, t.created_at, p.owner, p.description, p.plan, p.settings, p.contact_email, "       \
  "p.aggregator_endpoint, p.rate_plan_id, p.active, p.archived_at, p.deleted_at FROM tenants t LEFT JOIN " \
  "sbn_projects p ON p.tenant_id = t.id "
constexpr std::string_view kById = AGENTNET_PROJECT_ROW "WHERE t.id = ?";
#undef AGENTNET_PROJECT_ROW

// Nullopt for one that is deleted.
std::optional<Project> read_project(const store::Query& row) {
  if (!row.is_null(12)) return std::nullopt;
  Project project;
  project.id = row.text(0);
  project.name = row.text(1);
  project.created_at = auth::from_column(row.integer(2));
  project.owner = project.id;
  project.plan = kPlans.front().id;
  if (row.is_null(3)) return project;
  project.owner = row.text(3);
  project.description = row.text(4);
  project.plan = row.text(5);
  project.settings = row.text(6);
  project.contact_email = row.text(7);
  project.aggregator_endpoint = row.text(8);
  if (!row.is_null(9)) project.rate_plan_id = row.text(9);
  project.active = row.integer(10) != 0;
  if (!row.is_null(11)) project.archived_at = auth::from_column(row.integer(11));
  return project;
}

std::optional<Project> find_project(store::Connection& connection, std::string_view id) {
  store::Query rows = connection.query(kById, {id});
  if (!rows.next()) return std::nullopt;
  return read_project(rows);
}

void check_name(std::string_view name) {
  if (!name.empty() && auth::is_short_text(name)) return;
  throw Error(Category::usage, "bad_name",
              "a name is a line of UTF-8 text of 1 to " + std::to_string(auth::kMaxTextBytes) + " bytes", {},
              {{"field", "name"}});
}

void check_count(store::Connection& connection, std::string_view owner) {
  store::Query rows = connection.query("SELECT COUNT(*) FROM sbn_projects WHERE owner = ?", {owner});
  if (!rows.next() || rows.integer(0) < static_cast<std::int64_t>(kMaxProjectsOfOwner)) return;
  throw Error(Category::policy, "too_many_projects",
              "a tenant makes at most " + std::to_string(kMaxProjectsOfOwner) + " projects");
}

bool is_bound(const Project& project) {
  return project.rate_plan_id || !project.is_writable();
}

bool is_marked_bound(store::Connection& connection, std::string_view id) {
  store::Query rows = connection.query("SELECT bound FROM sbn_projects WHERE tenant_id = ?", {id});
  return rows.next() && rows.integer(0) != 0;
}

}  // namespace

std::string_view Project::status() const {
  if (archived_at) return "archived";
  return active ? "active" : "inactive";
}

Project add_project(store::Connection& connection, std::string_view owner, std::string_view name, Instant now,
                    Random& random) {
  check_name(name);
  check_count(connection, owner);
  Project project;
  project.id = "proj_" + uuid4(random);
  project.owner = owner;
  project.name = name;
  project.plan = kPlans.front().id;
  project.created_at = now;
  auth::add_tenant(connection, project.id, name, now);
  save_project(connection, project);
  return project;
}

Project require_project(store::Connection& connection, std::string_view caller, std::string_view id) {
  auto project = find_project(connection, id);
  if (!project || (project->id != caller && project->owner != caller))
    throw Error(Category::not_found, "unknown_project", "there is no such project");
  return std::move(*project);
}

void list_projects(store::Connection& connection, std::string_view caller, std::int64_t limit,
                   std::int64_t offset, const std::function<void(const Project&)>& take) {
  std::int64_t place = 0;
  const auto give = [&](const std::optional<Project>& project) {
    if (!project || place++ < offset || place > offset + limit) return;
    take(*project);
  };
  give(find_project(connection, caller));
  store::Query rows = connection.query(
      "SELECT t.id, t.name, t.created_at, p.owner, p.description, p.plan, p.settings, p.contact_email, "
      "p.aggregator_endpoint, p.rate_plan_id, p.active, p.archived_at, p.deleted_at FROM sbn_projects p JOIN "
      "tenants t ON t.id = p.tenant_id WHERE p.owner = ? AND p.tenant_id <> ? ORDER BY p.created_at, "
      "p.tenant_id",
      {caller, caller});
  while (rows.next())
    give(read_project(rows));
}

Project current_project(store::Connection& connection, const auth::Caller& caller) {
  store::Query rows = connection.query("SELECT tenant_id FROM sbn_current_projects WHERE credential_id = ?",
                                       {caller.credential_id});
  if (rows.next()) {
    auto project = find_project(connection, rows.text(0));
    if (project && (project->id == caller.tenant || project->owner == caller.tenant))
      return std::move(*project);
  }
  return require_project(connection, caller.tenant, caller.tenant);
}

void switch_project(store::Connection& connection, const auth::Caller& caller, std::string_view id) {
  connection.run("DELETE FROM sbn_current_projects WHERE credential_id = ?", {caller.credential_id});
  connection.run("INSERT INTO sbn_current_projects (credential_id, tenant_id) VALUES (?, ?)",
                 {caller.credential_id, id});
}

void save_project(store::Connection& connection, const Project& project) {
  // A tenant that was made elsewhere may have none.
  if (!project.name.empty()) check_name(project.name);
  if (project.description.size() > kMaxDescriptionBytes) {
    throw Error(Category::usage, "bad_description",
                "a description has at most " + std::to_string(kMaxDescriptionBytes) + " bytes", {},
                {{"field", "description"}});
  }
  if (project.settings.size() > kMaxSettingsBytes) {
    throw Error(Category::usage, "too_large",
                "settings have at most " + std::to_string(kMaxSettingsBytes) + " bytes");
  }
  const bool was_bound = is_marked_bound(connection, project.id);
  std::optional<std::int64_t> archived_at;
  if (project.archived_at) archived_at = auth::to_column(*project.archived_at);
  connection.run(
      "INSERT INTO sbn_projects (tenant_id, owner, description, plan, settings, contact_email, "
      "aggregator_endpoint, rate_plan_id, active, archived_at, deleted_at, bound, created_at) VALUES (?, ?, "
      "?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?) ON CONFLICT (tenant_id) DO UPDATE SET description = "
      "excluded.description, plan = excluded.plan, settings = excluded.settings, contact_email = "
      "excluded.contact_email, aggregator_endpoint = excluded.aggregator_endpoint, rate_plan_id = "
      "excluded.rate_plan_id, active = excluded.active, archived_at = excluded.archived_at, bound = "
      "excluded.bound",
      {project.id, project.owner, project.description, project.plan, project.settings, project.contact_email,
       project.aggregator_endpoint, project.rate_plan_id, project.active ? 1 : 0, archived_at,
       is_bound(project) ? 1 : 0, auth::to_column(project.created_at)});
  connection.run("UPDATE tenants SET name = ? WHERE id = ? AND name <> ?",
                 {project.name, project.id, project.name});
  if (was_bound || is_bound(project)) note_bounds_changed(connection);
}

void delete_project(store::Connection& connection, std::string_view caller, const Project& project,
                    Instant now) {
  if (project.id == caller) {
    throw Error(Category::conflict, "own_project", "a credential cannot delete the tenant it belongs to",
                "switch to a project that it made", {{"project_id", project.id}});
  }
  const std::int64_t column = auth::to_column(now);
  connection.run("UPDATE sbn_projects SET deleted_at = ?, bound = 0 WHERE tenant_id = ?",
                 {column, project.id});
  connection.run("UPDATE api_keys SET revoked_at = ? WHERE tenant_id = ? AND revoked_at IS NULL",
                 {column, project.id});
  connection.run("UPDATE signing_keys SET revoked_at = ? WHERE tenant_id = ? AND revoked_at IS NULL",
                 {column, project.id});
  connection.run("DELETE FROM sbn_current_projects WHERE tenant_id = ?", {project.id});
  connection.run(
      "DELETE FROM sbn_deliveries WHERE webhook_id IN (SELECT id FROM sbn_webhooks WHERE tenant_id = ?)",
      {project.id});
  connection.run("DELETE FROM sbn_webhooks WHERE tenant_id = ?", {project.id});
  note_bounds_changed(connection);
}

void note_bounds_changed(store::Connection& connection) {
  connection.run("UPDATE sbn_bounds_version SET version = version + 1 WHERE id = 1");
}

}  // namespace agentnet::sbn
