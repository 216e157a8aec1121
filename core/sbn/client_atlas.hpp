// The typed calls of Atlas (wire reference sbn, section c): apps, the frontiers their workflows are bound to,
// keys that are bound to an app, and frontier cards.
//
// Each is one request, in the form the official client sends it; answers and errors are those of client.hpp.
// What is null, empty or absent is not sent, unless it says otherwise.
#pragma once

#include "core/sbn/client.hpp"

namespace agentnet::sbn::atlas {

// --- apps and their credentials

struct AppRegistration {
  std::string app_name;
  std::string app_family;
  std::vector<std::string> declared_workflows;
  std::vector<std::string> declared_event_types = {};
  json::Value workflow_specs = {};  // a list of {workflow, frontier_id, pulse_type, event_types, …}
  std::int64_t token_ttl_seconds = 3600;
};
json::Document register_app(Client& client, const AppRegistration& app);
json::Document list_apps(Client& client);
json::Document revoke_app(Client& client, std::string_view app_id);

// The answer holds the bearer token of the app. Needs no credential but these two.
json::Document exchange_token(Client& client, std::string_view client_id, std::string_view client_secret);

json::Document get_env(Client& client, std::string_view app_id);
std::string get_env_dotenv(Client& client, std::string_view app_id);

// `scopes` is sent when it is there, even empty.
json::Document mint_bound_key(Client& client, std::string_view app_id, std::string_view label = {},
                              const std::optional<std::vector<std::string>>& scopes = {});
json::Document bind_existing_key(Client& client, std::string_view app_id, std::string_view key_id);

// --- bindings

// Of release 0.14, all of it. The texts are sent unless empty, the values unless null.
struct BindingOptions {
  json::Value gec_contract = {};  // an object: its members that describe an operation go along
  std::string pulse_type = {};
  json::Value event_types = {};
  json::Value derives_from_frontiers = {};
  json::Value accepted_pulse_types = {};
  json::Value accepted_action_types = {};
  json::Value accepted_interaction_types = {};
  json::Value accepted_event_types = {};
  json::Value action_weight_map = {};
  json::Value interaction_weight_map = {};
  json::Value event_polarity_weights = {};
  json::Value weighting_strategy = {};
  json::Value rollup_mode = {};
  json::Value anchor_requirement = {};
  json::Value fallback_policy = {};
  std::string history_action = {};
};
json::Document upsert_binding(Client& client, std::string_view app_id, std::string_view workflow,
                              std::string_view frontier_id, const BindingOptions& options = {});

struct Resolution {
  std::string workflow = {};
  std::string event_type = {};
  std::string frontier_hint = {};
  json::Value context = {};  // an object
};
json::Document resolve(Client& client, const Resolution& resolution);

// --- frontiers

json::Document list_frontiers(Client& client, std::string_view kind = {}, std::string_view family = {},
                              std::string_view regime = {});
json::Document get_frontier_snapshot(Client& client, std::string_view frontier_id);

struct HistoryOptions {
  std::optional<std::int64_t> window_hours = {};  // not of the delta
  std::optional<std::int64_t> bucket_minutes = {};
  std::optional<bool> include_rollup = {};
  std::optional<bool> include_coupling = {};
  std::optional<bool> include_instrumentation = {};
  std::optional<bool> include_interventions = {};
};
json::Document get_frontier_history(Client& client, std::string_view frontier_id,
                                    const HistoryOptions& options = {});
json::Document get_frontier_history_delta(Client& client, std::string_view frontier_id,
                                          std::string_view since, const HistoryOptions& options = {});
json::Document get_frontier_validation(Client& client, std::string_view frontier_id,
                                       std::optional<double> tolerance = {});

// --- couplings, calibration, reports

json::Document list_couplings(Client& client, std::string_view frontier_id = {},
                              std::string_view coupling_type = {}, std::optional<double> min_strength = {});
json::Document get_frontier_couplings(Client& client, std::string_view frontier_id,
                                      std::optional<double> min_strength = {});
json::Document detect_couplings(Client& client);
json::Document calibrate_frontier(Client& client, std::string_view frontier_id, std::int64_t window_days = 7,
                                  bool force = false);
json::Document calibrate_all(Client& client, std::int64_t window_days = 7, bool force = false);

struct ReportOptions {
  std::string family = {};
  std::string frontier_id = {};
  std::string event_type = {};  // of instrumentation only
  std::string source_app = {};
  std::optional<std::int64_t> window_days = {};
  std::optional<bool> only_weak = {};  // of instrumentation only
  std::optional<std::int64_t> limit = {};
};
json::Document get_instrumentation_report(Client& client, const ReportOptions& options = {});
json::Document get_intervention_report(Client& client, const ReportOptions& options = {});

// --- frontier cards, of release 0.14

json::Document list_cards(Client& client);
json::Document get_card(Client& client, std::string_view card_ref);
// `card` is an object of the members that card_members() names, and of scope and domain, which stand in for
// card_id. They are sent in the order of the official client; null ones, and empty lists, are not. Throws
// Error usage/bad_card for another member, and where app_family, family_class, authored_by or all of card_id,
// scope and domain are missing.
json::Document register_card(Client& client, const json::Value& card);
// The same members and change_note, without those that name the card; of them only authored_by is needed, and
// empty lists are sent.
json::Document version_card(Client& client, std::string_view card_ref, const json::Value& card);

struct CardRun {
  std::string workflow = {};
  json::Value inputs = {};  // an object; {} when null
  std::string actor = "sbn.atlas.card_runner";
  json::Value config = {};  // the same
  std::string run_id = {};
  std::string api_key_id = {};
};
json::Document run_card(Client& client, std::string_view card_ref, const CardRun& run);

// What a card may hold, in the order in which it is registered.
std::span<const std::string_view> card_members();

}  // namespace agentnet::sbn::atlas
