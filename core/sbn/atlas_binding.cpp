#include "core/sbn/atlas_binding.hpp"

#include <algorithm>
#include <tuple>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/atlas_contract.hpp"

namespace agentnet::sbn::atlas {
namespace {

constexpr std::int64_t kMaxCandidates = 1'000;  // bindings of one workflow that a question looks at

#define AGENTNET_BINDING_ROW \
  "SELECT b.app_id, b.tenant_id, b.workflow, b.frontier, b.source_kind, b.contract, b.changed_at FROM "

Binding read_binding(const store::Query& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.text(4),
          row.text(5),
          auth::from_column(row.integer(6))};
}

void check_text(std::string_view field, std::string_view text) {
  const bool padded = !text.empty() && (text.front() == ' ' || text.back() == ' ');
  if (!text.empty() && !padded && auth::is_short_text(text)) return;
  throw Error(Category::usage, "bad_field",
              std::string(field) + " must be a line of text of 1 to " + std::to_string(auth::kMaxTextBytes) +
                  " bytes without space at its ends",
              {}, {{"field", std::string(field)}});
}

void insert(store::Connection& connection, const Binding& binding) {
  store::Query full = connection.query("SELECT 1 FROM atlas_bindings WHERE app_id = ? LIMIT 1 OFFSET ?",
                                       {binding.app_id, static_cast<std::int64_t>(kMaxWorkflowsPerApp - 1)});
  if (full.next()) {
    throw Error(Category::policy, "too_many_workflows",
                "an app has at most " + std::to_string(kMaxWorkflowsPerApp) + " workflows");
  }
  connection.run(
      "INSERT INTO atlas_bindings (app_id, tenant_id, workflow, frontier, source_kind, auto_provisioned, "
      "contract, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {binding.app_id, binding.tenant_id, binding.workflow, binding.frontier, binding.source_kind,
       binding.auto_provisioned() ? 1 : 0, binding.contract, auth::to_column(binding.changed_at)});
}

void keep_history(store::Connection& connection, const Binding& before, std::string_view action,
                  Instant now) {
  json::Arena arena;
  const json::Document contract = json::parse(before.contract);
  json::ObjectBuilder row(arena);
  row.add("frontier_id", std::string_view(before.frontier));
  for (const json::Member& member : contract.root.members())
    row.add(member);
  row.add("source_kind", std::string_view(before.source_kind));
  row.add("changed_at", std::string_view(iso_offset(now)));
  row.add("action", action.empty() ? "updated" : action);
  std::int64_t place = 1;
  {
    store::Query last = connection.query(
        "SELECT place FROM atlas_binding_history WHERE app_id = ? AND workflow = ? ORDER BY place DESC LIMIT "
        "1",
        {before.app_id, before.workflow});
    if (last.next()) place = last.integer(0) + 1;
  }
  connection.run("INSERT INTO atlas_binding_history (app_id, workflow, place, row) VALUES (?, ?, ?, ?)",
                 {before.app_id, before.workflow, place, json::to_compact(row.done())});
  connection.run("DELETE FROM atlas_binding_history WHERE app_id = ? AND workflow = ? AND place <= ?",
                 {before.app_id, before.workflow, place - kMaxHistoryRows});
}

// Whether the binding is for events of that type: yes, no, or it does not say.
enum class Fit : std::uint8_t { no, unsaid, yes };
Fit fit_of(const Binding& binding, std::string_view event_type) {
  if (event_type.empty()) return Fit::unsaid;
  const json::Document contract = json::parse(binding.contract);
  bool says = false;
  for (const std::string_view name : {"event_types", "accepted_event_types"}) {
    const json::Value* list = contract.root.find(name);
    if (list == nullptr || !list->truthy()) continue;
    says = true;
    const auto items = list->items();
    if (std::any_of(items.begin(), items.end(),
                    [&](const json::Value& item) { return item.text() == event_type; }))
      return Fit::yes;
  }
  return says ? Fit::no : Fit::unsaid;
}

}  // namespace

std::string provided_frontier(std::string_view family, std::string_view workflow) {
  const auto segment = [](std::string_view text) {
    std::string clean;
    for (const char c : text) {
      const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
      const bool upper = c >= 'A' && c <= 'Z';
      clean += plain ? c : (upper ? static_cast<char>(c - 'A' + 'a') : '_');
    }
    return clean;
  };
  // A family may be a path itself; it is a name that somebody chose, so it stays.
  return std::string(family) + "." + segment(workflow);
}

void check_names(std::string_view workflow, std::string_view frontier) {
  check_text("workflow", workflow);
  check_text("frontier_id", frontier);
}

Binding upsert_binding(store::Connection& connection, const Binding& wanted, std::string_view action,
                       Instant now) {
  check_names(wanted.workflow, wanted.frontier);
  Binding binding = wanted;
  binding.changed_at = now;
  const auto before = find_binding(connection, wanted.app_id, wanted.workflow);
  if (!before) {
    insert(connection, binding);
    return binding;
  }
  json::Arena arena;
  const json::Document kept = json::parse(before->contract);
  const json::Document change = json::parse(wanted.contract);
  binding.contract = json::to_compact(merge_contracts(kept.root, change.root, arena));
  if (binding.frontier == before->frontier && binding.contract == before->contract) return *before;
  keep_history(connection, *before, action, now);
  connection.run(
      "UPDATE atlas_bindings SET frontier = ?, source_kind = ?, auto_provisioned = ?, contract = ?, "
      "changed_at = ? WHERE app_id = ? AND workflow = ?",
      {binding.frontier, binding.source_kind, binding.auto_provisioned() ? 1 : 0, binding.contract,
       auth::to_column(now), binding.app_id, binding.workflow});
  return binding;
}

std::optional<Binding> find_binding(store::Connection& connection, std::string_view app_id,
                                    std::string_view workflow) {
  store::Query row = connection.query(
      AGENTNET_BINDING_ROW "atlas_bindings b WHERE app_id = ? AND workflow = ?", {app_id, workflow});
  if (!row.next()) return std::nullopt;
  return read_binding(row);
}

std::vector<Binding> list_bindings(store::Connection& connection, std::string_view app_id) {
  store::Query rows =
      connection.query(AGENTNET_BINDING_ROW "atlas_bindings b WHERE app_id = ? ORDER BY number", {app_id});
  std::vector<Binding> bindings;
  while (rows.next())
    bindings.push_back(read_binding(rows));
  return bindings;
}

std::vector<std::string> list_history(store::Connection& connection, std::string_view app_id,
                                      std::string_view workflow) {
  store::Query rows = connection.query(
      "SELECT row FROM atlas_binding_history WHERE app_id = ? AND workflow = ? ORDER BY place DESC",
      {app_id, workflow});
  std::vector<std::string> history;
  while (rows.next())
    history.push_back(rows.text(0));
  return history;
}

std::optional<Binding> resolve(store::Connection& connection, const Question& question) {
  if (question.workflow.empty()) return std::nullopt;
  store::Query rows = connection.query(AGENTNET_BINDING_ROW
                                       "atlas_bindings b JOIN atlas_apps a ON a.app_id = b.app_id WHERE "
                                       "b.tenant_id = ? AND b.workflow = ? AND "
                                       "a.revoked_at IS NULL ORDER BY b.changed_at DESC LIMIT ?",
                                       {question.tenant_id, question.workflow, kMaxCandidates});
  std::optional<Binding> best;
  std::tuple<bool, bool, Fit> best_rank;
  while (rows.next()) {
    Binding binding = read_binding(rows);
    const Fit fit = fit_of(binding, question.event_type);
    if (fit == Fit::no) continue;
    const std::tuple<bool, bool, Fit> rank{binding.app_id == question.app_id,
                                           binding.frontier == question.frontier_hint, fit};
    if (best && rank <= best_rank) continue;  // among equals the one changed last stands first
    best = std::move(binding);
    best_rank = rank;
  }
  return best;
}

#undef AGENTNET_BINDING_ROW

}  // namespace agentnet::sbn::atlas
