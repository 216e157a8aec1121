#include "core/sbn/atlas_frontier.hpp"

#include "core/base/error.hpp"

namespace agentnet::sbn::atlas {
namespace {

#define AGENTNET_FRONTIER_ROW \
  "SELECT path, family, kind, pulse_type, c_max, created_at FROM atlas_frontiers WHERE tenant_id = ? "

Frontier read_frontier(const store::Query& row) {
  Frontier frontier{row.text(0), row.text(1), row.text(2), {}, {}, auth::from_column(row.integer(5))};
  if (!row.is_null(3)) frontier.pulse_type = row.text(3);
  if (!row.is_null(4)) frontier.c_max = row.text(4);
  return frontier;
}

}  // namespace

void note_frontier(store::Connection& connection, std::string_view tenant_id, const Frontier& frontier,
                   Instant now) {
  const std::int64_t known = connection.run(
      "UPDATE atlas_frontiers SET pulse_type = coalesce(?, pulse_type), c_max = coalesce(?, c_max), kind = "
      "CASE WHEN ? = 'scoring' THEN 'scoring' ELSE kind END WHERE tenant_id = ? AND path = ?",
      {frontier.pulse_type, frontier.c_max, frontier.kind, tenant_id, frontier.path});
  if (known > 0) return;
  {
    store::Query full = connection.query(AGENTNET_FRONTIER_ROW "LIMIT 1 OFFSET ?",
                                         {tenant_id, static_cast<std::int64_t>(kMaxFrontiersPerTenant - 1)});
    if (full.next()) {
      throw Error(Category::policy, "too_many_frontiers",
                  "a tenant has at most " + std::to_string(kMaxFrontiersPerTenant) + " frontiers");
    }
  }
  connection.run(
      "INSERT INTO atlas_frontiers (tenant_id, path, family, kind, pulse_type, c_max, created_at) VALUES (?, "
      "?, ?, ?, ?, ?, ?)",
      {tenant_id, frontier.path, frontier.family, frontier.kind, frontier.pulse_type, frontier.c_max,
       auth::to_column(now)});
}

std::optional<Frontier> find_frontier(store::Connection& connection, std::string_view tenant_id,
                                      std::string_view path) {
  store::Query row = connection.query(AGENTNET_FRONTIER_ROW "AND path = ?", {tenant_id, path});
  if (!row.next()) return std::nullopt;
  return read_frontier(row);
}

Frontier require_frontier(store::Connection& connection, std::string_view tenant_id, std::string_view path) {
  auto frontier = find_frontier(connection, tenant_id, path);
  if (!frontier) throw Error(Category::not_found, "unknown_frontier", "there is no such frontier");
  return std::move(*frontier);
}

std::vector<Frontier> list_frontiers(store::Connection& connection, std::string_view tenant_id,
                                     const FrontierFilter& filter, std::int64_t limit, std::int64_t offset) {
  store::Query rows =
      connection.query(AGENTNET_FRONTIER_ROW
                       "AND (? = '' OR kind = ?) AND (? = '' OR family = ?) ORDER BY path LIMIT ? OFFSET ?",
                       {tenant_id, filter.kind, filter.kind, filter.family, filter.family, limit, offset});
  std::vector<Frontier> frontiers;
  while (rows.next())
    frontiers.push_back(read_frontier(rows));
  return frontiers;
}

#undef AGENTNET_FRONTIER_ROW

json::Value c_max_of(const std::optional<Frontier>& frontier, json::Arena& arena) {
  if (!frontier || !frontier->c_max) return {};
  const bool whole = frontier->c_max->find_first_of(".eE") == std::string::npos;
  return json::Value::number(whole ? json::Kind::integer : json::Kind::decimal, arena.copy(*frontier->c_max));
}

json::Value frontier_row(const Frontier& frontier, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("canonical_path", std::string_view(frontier.path))
      .add("frontier_id", std::string_view(frontier.path))
      .add("app_family", std::string_view(frontier.family))
      .add("frontier_kind", std::string_view(frontier.kind))
      .add("c_max", c_max_of(frontier, arena))
      .add("regime", json::Value())
      .add("metallic_label", json::Value())
      .add("lambda_score", json::Value())
      .add_optional("pulse_type", frontier.pulse_type)
      .add("created_at", std::string_view(iso_offset(frontier.created_at)))
      .done();
}

}  // namespace agentnet::sbn::atlas
