#include "core/sbn/atlas_rows.hpp"

#include <set>

#include "core/json/parse.hpp"

namespace agentnet::sbn::atlas {
namespace {

// Text that lies elsewhere, read into the arena.
json::Value read_into(const std::string& text, json::Arena& arena) {
  return json::Parser().parse(arena.copy(text), arena);
}

// The members of a contract; pulse_type and event_types always.
void add_contract(json::ObjectBuilder& row, const json::Value& contract, bool with_frontier,
                  json::Arena& arena) {
  const json::Value* pulse = contract.find("pulse_type");
  const json::Value* events = contract.find("event_types");
  row.add("pulse_type", pulse == nullptr ? json::Value() : *pulse);
  row.add("event_types", events == nullptr ? json::ArrayBuilder(arena).done() : *events);
  for (const json::Member& member : contract.members()) {
    const std::string_view name = member.name.text();
    if (name == "pulse_type" || name == "event_types" || (name == "frontier" && !with_frontier)) continue;
    row.add(member);
  }
}

}  // namespace

json::Value binding_row(const Binding& binding, json::Arena& arena) {
  json::ObjectBuilder row(arena);
  row.add("workflow", std::string_view(binding.workflow))
      .add("frontier", std::string_view(binding.frontier))
      .add("frontier_id", std::string_view(binding.frontier))
      .add("source_kind", std::string_view(binding.source_kind))
      .add_boolean("auto_provisioned", binding.auto_provisioned());
  add_contract(row, read_into(binding.contract, arena), false, arena);
  row.add("changed_at", std::string_view(iso_offset(binding.changed_at)));
  return row.done();
}

json::Value binding_rows(const std::vector<Binding>& bindings, json::Arena& arena) {
  json::ArrayBuilder rows(arena);
  for (const Binding& binding : bindings)
    rows.add(binding_row(binding, arena));
  return rows.done();
}

json::Value spec_row(const Binding& binding, json::Arena& arena) {
  json::ObjectBuilder row(arena);
  row.add("workflow", std::string_view(binding.workflow));
  row.add("frontier_id", std::string_view(binding.frontier));
  add_contract(row, read_into(binding.contract, arena), true, arena);
  return row.done();
}

json::Value spec_row(store::Connection& connection, const Binding& binding, json::Arena& arena) {
  json::ArrayBuilder history(arena);
  for (const std::string& row : list_history(connection, binding.app_id, binding.workflow))
    history.add(read_into(row, arena));
  return json::with_member(spec_row(binding, arena), "contract_history", history.done(), arena);
}

bool is_attestation_ready(store::Connection& connection, const App& app) {
  return !app.revoked_at && count_bound_keys(connection, app.app_id) > 0;
}

json::Value app_row(store::Connection& connection, const App& app, json::Arena& arena) {
  json::ArrayBuilder workflows(arena);
  json::ArrayBuilder specs(arena);
  for (const Binding& binding : list_bindings(connection, app.app_id)) {
    workflows.add(std::string_view(binding.workflow));
    specs.add(spec_row(connection, binding, arena));
  }
  json::ObjectBuilder row(arena);
  row.add("app_id", std::string_view(app.app_id))
      .add("app_name", std::string_view(app.name))
      .add("app_family", std::string_view(app.family))
      .add("client_id", std::string_view(app.client_id))
      .add("declared_workflows", workflows.done())
      .add("declared_event_types", read_into(app.event_types, arena))
      .add("workflow_specs", specs.done())
      .add_integer("bound_key_count", count_bound_keys(connection, app.app_id))
      .add_boolean("attestation_ready", is_attestation_ready(connection, app))
      .add_integer("token_ttl_seconds", app.token_ttl_seconds)
      .add("status", app.status())
      .add("created_at", std::string_view(iso_offset(app.created_at)));
  if (app.revoked_at) row.add("revoked_at", std::string_view(iso_offset(*app.revoked_at)));
  return row.done();
}

json::Value effective_frontiers(const std::vector<Binding>& bindings, json::Arena& arena) {
  std::set<std::string_view> seen;
  json::ArrayBuilder frontiers(arena);
  for (const Binding& binding : bindings)
    if (seen.insert(binding.frontier).second) frontiers.add(std::string_view(binding.frontier));
  return frontiers.done();
}

}  // namespace agentnet::sbn::atlas
