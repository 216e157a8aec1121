#include "core/sbn/audit_log.hpp"

#include <limits>

#include "core/auth/tenant.hpp"
#include "core/json/parse.hpp"

namespace agentnet::sbn {
namespace {

AuditEntry read_row(const store::Query& row) {
  return {row.integer(0), auth::from_column(row.integer(1)), row.text(2), row.text(3), row.text(4),
          row.text(5)};
}

}  // namespace

void note_change(store::Connection& connection, std::string_view project, const AuditEntry& entry) {
  connection.run(
      "INSERT INTO sbn_audit (tenant_id, at, actor, action, target, detail) VALUES (?, ?, ?, ?, ?, ?)",
      {project, auth::to_column(entry.at), entry.actor, entry.action, entry.target, entry.detail});
}

void list_changes(store::Connection& connection, std::string_view project, std::int64_t before,
                  std::int64_t limit, const std::function<void(const AuditEntry&)>& take) {
  const std::int64_t end = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
  store::Query rows = connection.query(
      "SELECT number, at, actor, action, target, detail FROM sbn_audit WHERE tenant_id = ? AND number < ? "
      "ORDER BY number DESC LIMIT ?",
      {project, end, limit});
  while (rows.next())
    take(read_row(rows));
}

void list_changes_of(store::Connection& connection, std::string_view project, std::string_view target,
                     std::int64_t limit, const std::function<void(const AuditEntry&)>& take) {
  store::Query rows = connection.query(
      "SELECT number, at, actor, action, target, detail FROM sbn_audit WHERE tenant_id = ? AND target = ? "
      "ORDER BY number DESC LIMIT ?",
      {project, target, limit});
  while (rows.next())
    take(read_row(rows));
}

json::Value audit_row(const AuditEntry& entry, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add_integer("id", entry.number)
      .add("type", std::string_view(entry.action))
      .add("created_at", std::string_view(iso_offset(entry.at)))
      .add("actor", std::string_view(entry.actor))
      .add("target", std::string_view(entry.target))
      .add("detail", json::Parser().parse(arena.copy(entry.detail), arena))
      .done();
}

}  // namespace agentnet::sbn
