// Bindings in the store: which frontier scores a workflow of an app, what it was before, and which one fits a
// question.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/sbn/atlas_app.hpp"

namespace agentnet::sbn::atlas {

inline constexpr std::size_t kMaxWorkflowsPerApp = 256;
inline constexpr std::int64_t kMaxHistoryRows = 50;  // of one binding; the oldest go

// Where a binding comes from.
inline constexpr std::string_view kDeclared = "declared";  // the app named the frontier when it registered
inline constexpr std::string_view kProvided = "auto";      // the network made one for it
inline constexpr std::string_view kManual = "manual";      // somebody bound it later

struct Binding {
  std::string app_id;
  std::string tenant_id;
  std::string workflow;
  std::string frontier;
  std::string source_kind;
  std::string contract = "{}";  // compact JSON (atlas_contract.hpp)
  Instant changed_at;

  bool auto_provisioned() const { return source_kind == kProvided; }
};

// The frontier that a workflow gets when nobody names one: "<family>.<workflow>", with "_" for what does not
// belong into a path.
std::string provided_frontier(std::string_view family, std::string_view workflow);

// Throws Error usage/bad_field for a workflow or a frontier that cannot be one.
void check_names(std::string_view workflow, std::string_view frontier);

// Binds a workflow. What was there before goes to the history, with `action`; the same again changes nothing.
// Members of the contract that are not given stay. Throws Error usage/bad_field, policy/too_many_workflows.
Binding upsert_binding(store::Connection& connection, const Binding& wanted, std::string_view action,
                       Instant now);
std::optional<Binding> find_binding(store::Connection& connection, std::string_view app_id,
                                    std::string_view workflow);
// In the order in which they were declared.
std::vector<Binding> list_bindings(store::Connection& connection, std::string_view app_id);
// The rows of the history as compact JSON, the newest first.
std::vector<std::string> list_history(store::Connection& connection, std::string_view app_id,
                                      std::string_view workflow);

struct Question {
  std::string tenant_id;
  std::string app_id;  // who asks, if it is an app: its own bindings come first
  std::string workflow;
  std::string event_type;
  std::string frontier_hint;
};
// The binding of an active app that fits: of the same workflow; of those the one of the app that asks, then
// the one at the hinted frontier, then one that names the event type, then the one changed last. One that
// names event types, but not this one, does not fit. Nothing for a question without a workflow.
std::optional<Binding> resolve(store::Connection& connection, const Question& question);

}  // namespace agentnet::sbn::atlas
