// How apps and bindings are answered.
#pragma once

#include "core/sbn/atlas_binding.hpp"

namespace agentnet::sbn::atlas {

// {"workflow", "frontier", "frontier_id", "source_kind", "auto_provisioned", "pulse_type", "event_types", …}
json::Value binding_row(const Binding& binding, json::Arena& arena);
json::Value binding_rows(const std::vector<Binding>& bindings, json::Arena& arena);
// {"workflow", "frontier_id", "pulse_type", "event_types", …}; with what it was before as contract_history.
json::Value spec_row(const Binding& binding, json::Arena& arena);
json::Value spec_row(store::Connection& connection, const Binding& binding, json::Arena& arena);
// What a list of apps says of each.
json::Value app_row(store::Connection& connection, const App& app, json::Arena& arena);
// Whether the app may attest: it is active and has a key that is good.
bool is_attestation_ready(store::Connection& connection, const App& app);
// The frontiers that the app's workflows are bound to, each once.
json::Value effective_frontiers(const std::vector<Binding>& bindings, json::Arena& arena);

}  // namespace agentnet::sbn::atlas
