#include "core/sbn/client_atlas.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/number.hpp"
#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::atlas {
namespace {

std::string at(std::string_view rest) {
  return "/api/atlas/" + std::string(rest);
}
std::string app_path(std::string_view app_id, std::string_view rest = {}) {
  return at("apps/") + http::percent_encode(app_id) + std::string(rest);
}
std::string frontier_path(std::string_view frontier_id, std::string_view rest) {
  return at("frontiers/") + http::percent_encode(frontier_id) + std::string(rest);
}
std::string card_path(std::string_view card_ref, std::string_view rest = {}) {
  return at("cards/") + http::percent_encode(card_ref) + std::string(rest);
}

// --- query parameters that are left out when absent, spelled as Python spells them

void add_some(http::Query& query, std::string_view name, const std::optional<std::int64_t>& number) {
  if (number) query.add(name, std::to_string(*number));
}
void add_some(http::Query& query, std::string_view name, const std::optional<bool>& flag) {
  if (flag) query.add(name, *flag ? "true" : "false");
}
void add_some(http::Query& query, std::string_view name, const std::optional<double>& number) {
  if (!number) return;
  std::string text;
  json::append_repr(*number, text);
  query.add(name, text);
}

void add_history(http::Query& query, const HistoryOptions& options) {
  add_some(query, "bucket_minutes", options.bucket_minutes);
  add_some(query, "include_rollup", options.include_rollup);
  add_some(query, "include_coupling", options.include_coupling);
  add_some(query, "include_instrumentation", options.include_instrumentation);
  add_some(query, "include_interventions", options.include_interventions);
}

json::Value list_of(const std::vector<std::string>& texts, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string& text : texts)
    list.add(std::string_view(text));
  return list.done();
}

// --- cards

constexpr std::string_view kCardMembers[] = {"card_id",
                                             "app_family",
                                             "family_class",
                                             "authored_by",
                                             "label",
                                             "description",
                                             "ecology",
                                             "frontier",
                                             "policy",
                                             "surface",
                                             "path_id",
                                             "pulse_type",
                                             "app_id",
                                             "card_version",
                                             "c_max",
                                             "cmax_default",
                                             "cmax_source",
                                             "scientific_contract",
                                             "operational_form",
                                             "diagnostics",
                                             "notes",
                                             "change_note",
                                             "workflow_bindings",
                                             "api_key_ids"};
constexpr std::string_view kCardNames[] = {"card_id", "scope", "domain"};
constexpr std::string_view kRegistered[] = {"app_family", "family_class", "authored_by"};

bool is_among(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void bad_card(const std::string& message) {
  throw Error(Category::usage, "bad_card", message);
}

bool has(const json::Value& card, std::string_view name) {
  const json::Value* member = card.find(name);
  return member != nullptr && member->truthy();
}

void require_known(const json::Value& card) {
  if (!card.is_object()) bad_card("a card is a JSON object");
  for (const json::Member& member : card.members()) {
    const std::string_view name = member.name.text();
    if (!is_among(kCardMembers, name) && !is_among(kCardNames, name))
      bad_card("a card has no member " + std::string(name));
  }
}

void add_member(json::ObjectBuilder& body, const json::Value& card, std::string_view name) {
  if (const json::Value* member = card.find(name)) add_unless_null(body, name, *member);
}

// Of a contract the members that are known; when there is one, x_mode is always said.
void add_contract(json::ObjectBuilder& body, const json::Value& contract, json::Arena& arena) {
  if (contract.is_null()) return;
  for (const std::string_view name : {"app_name", "gec_domain", "frontier", "constraint_tag", "phase"}) {
    if (has(contract, name)) body.add(name, *contract.find(name));
  }
  body.add("x_mode",
           has(contract, "x_mode") ? *contract.find("x_mode") : json::Value::string("elapsed_time"));
  const json::Value* override = contract.find("x_override");
  if (override == nullptr || !override->is_number()) return;
  std::string text;
  json::append_repr(json::to_double(override->text()), text);
  body.add("x_override", json::Value::number(json::Kind::decimal, arena.copy(text)));
}

}  // namespace

// --- apps and their credentials

json::Document register_app(Client& client, const AppRegistration& app) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("app_name", std::string_view(app.app_name));
  body.add("app_family", std::string_view(app.app_family));
  body.add("declared_workflows", list_of(app.declared_workflows, arena));
  body.add_integer("token_ttl_seconds", app.token_ttl_seconds);
  add_texts(body, "declared_event_types", app.declared_event_types, arena);
  add_if_truthy(body, "workflow_specs", app.workflow_specs);
  return client.post(at("apps/register"), body.done());
}

json::Document list_apps(Client& client) {
  return client.get(at("apps"));
}

json::Document revoke_app(Client& client, std::string_view app_id) {
  return client.remove(app_path(app_id));
}

json::Document exchange_token(Client& client, std::string_view client_id, std::string_view client_secret) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("client_id", client_id).add("client_secret", client_secret);
  return client.post(at("token"), body.done());
}

json::Document get_env(Client& client, std::string_view app_id) {
  return client.get(app_path(app_id, "/env?format=json"));
}

std::string get_env_dotenv(Client& client, std::string_view app_id) {
  return client.send("GET", app_path(app_id, "/env?format=dotenv")).body;
}

json::Document mint_bound_key(Client& client, std::string_view app_id, std::string_view label,
                              const std::optional<std::vector<std::string>>& scopes) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  add_unless_empty(body, "label", label);
  if (scopes) body.add("scopes", list_of(*scopes, arena));
  return client.post(app_path(app_id, "/keys/mint"), body.done());
}

json::Document bind_existing_key(Client& client, std::string_view app_id, std::string_view key_id) {
  json::Arena arena;
  return client.post(app_path(app_id, "/keys/bind"), json::ObjectBuilder(arena).add("key_id", key_id).done());
}

// --- bindings

json::Document upsert_binding(Client& client, std::string_view app_id, std::string_view workflow,
                              std::string_view frontier_id, const BindingOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("workflow", workflow).add("frontier_id", frontier_id);
  add_contract(body, options.gec_contract, arena);
  add_unless_empty(body, "pulse_type", options.pulse_type);
  add_unless_null(body, "event_types", options.event_types);
  add_unless_null(body, "derives_from_frontiers", options.derives_from_frontiers);
  add_unless_null(body, "accepted_pulse_types", options.accepted_pulse_types);
  add_unless_null(body, "accepted_action_types", options.accepted_action_types);
  add_unless_null(body, "accepted_interaction_types", options.accepted_interaction_types);
  add_unless_null(body, "accepted_event_types", options.accepted_event_types);
  add_unless_null(body, "action_weight_map", options.action_weight_map);
  add_unless_null(body, "interaction_weight_map", options.interaction_weight_map);
  add_unless_null(body, "event_polarity_weights", options.event_polarity_weights);
  add_unless_null(body, "weighting_strategy", options.weighting_strategy);
  add_unless_null(body, "rollup_mode", options.rollup_mode);
  add_unless_null(body, "anchor_requirement", options.anchor_requirement);
  add_unless_null(body, "fallback_policy", options.fallback_policy);
  add_unless_empty(body, "history_action", options.history_action);
  return client.post(app_path(app_id, "/bindings/upsert"), body.done());
}

json::Document resolve(Client& client, const Resolution& resolution) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  add_unless_empty(body, "workflow", resolution.workflow);
  add_unless_empty(body, "event_type", resolution.event_type);
  add_unless_empty(body, "frontier_hint", resolution.frontier_hint);
  add_if_truthy(body, "context", resolution.context);
  return client.post(at("resolve"), body.done());
}

// --- frontiers

json::Document list_frontiers(Client& client, std::string_view kind, std::string_view family,
                              std::string_view regime) {
  http::Query query;
  add_unless_empty(query, "kind", kind);
  add_unless_empty(query, "family", family);
  add_unless_empty(query, "regime", regime);
  return client.get(at("frontiers") + query.text());
}

json::Document get_frontier_snapshot(Client& client, std::string_view frontier_id) {
  return client.get(frontier_path(frontier_id, "/snapshot"));
}

json::Document get_frontier_history(Client& client, std::string_view frontier_id,
                                    const HistoryOptions& options) {
  http::Query query;
  add_some(query, "window_hours", options.window_hours);
  add_history(query, options);
  return client.get(frontier_path(frontier_id, "/history") + query.text());
}

json::Document get_frontier_history_delta(Client& client, std::string_view frontier_id,
                                          std::string_view since, const HistoryOptions& options) {
  http::Query query;
  query.add("since", since);
  add_history(query, options);
  return client.get(frontier_path(frontier_id, "/history/delta") + query.text());
}

json::Document get_frontier_validation(Client& client, std::string_view frontier_id,
                                       std::optional<double> tolerance) {
  http::Query query;
  add_some(query, "tolerance", tolerance);
  return client.get(frontier_path(frontier_id, "/validate") + query.text());
}

// --- couplings, calibration, reports

json::Document list_couplings(Client& client, std::string_view frontier_id, std::string_view coupling_type,
                              std::optional<double> min_strength) {
  http::Query query;
  add_unless_empty(query, "frontier_id", frontier_id);
  add_unless_empty(query, "coupling_type", coupling_type);
  add_some(query, "min_strength", min_strength);
  return client.get(at("couplings") + query.text());
}

json::Document get_frontier_couplings(Client& client, std::string_view frontier_id,
                                      std::optional<double> min_strength) {
  http::Query query;
  add_some(query, "min_strength", min_strength);
  return client.get(at("couplings/") + http::percent_encode(frontier_id) + query.text());
}

json::Document detect_couplings(Client& client) {
  return client.post_nothing(at("couplings/detect"));
}

json::Document calibrate_frontier(Client& client, std::string_view frontier_id, std::int64_t window_days,
                                  bool force) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("frontier_id", frontier_id).add_integer("window_days", window_days).add_boolean("force", force);
  return client.post(at("calibrate"), body.done());
}

json::Document calibrate_all(Client& client, std::int64_t window_days, bool force) {
  http::Query query;
  query.add("window_days", std::to_string(window_days)).add("force", force ? "true" : "false");
  return client.post_nothing(at("calibrate/all") + query.text());
}

json::Document get_instrumentation_report(Client& client, const ReportOptions& options) {
  http::Query query;
  add_unless_empty(query, "family", options.family);
  add_unless_empty(query, "frontier_id", options.frontier_id);
  add_unless_empty(query, "event_type", options.event_type);
  add_unless_empty(query, "source_app", options.source_app);
  add_some(query, "window_days", options.window_days);
  add_some(query, "only_weak", options.only_weak);
  add_some(query, "limit", options.limit);
  return client.get(at("diagnostics/instrumentation") + query.text());
}

json::Document get_intervention_report(Client& client, const ReportOptions& options) {
  http::Query query;
  add_unless_empty(query, "family", options.family);
  add_unless_empty(query, "frontier_id", options.frontier_id);
  add_unless_empty(query, "source_app", options.source_app);
  add_some(query, "window_days", options.window_days);
  add_some(query, "limit", options.limit);
  return client.get(at("interventions") + query.text());
}

// --- frontier cards

json::Document list_cards(Client& client) {
  return client.get(at("cards"));
}

json::Document get_card(Client& client, std::string_view card_ref) {
  return client.get(card_path(card_ref));
}

json::Document register_card(Client& client, const json::Value& card) {
  require_known(card);
  const auto* name = std::find_if(std::begin(kCardNames), std::end(kCardNames),
                                  [&](std::string_view each) { return has(card, each); });
  if (name == std::end(kCardNames)) bad_card("a card needs a card_id, a scope or a domain");
  for (const std::string_view needed : kRegistered)
    if (!has(card, needed)) bad_card("a card needs a member " + std::string(needed));
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("card_id", *card.find(*name));
  for (const std::string_view each : kCardMembers) {
    if (each == "card_id" || each == "change_note") continue;
    const json::Value* member = card.find(each);
    const bool empty_list = member != nullptr && member->is_array() && !member->truthy();
    if (!empty_list) add_member(body, card, each);
  }
  return client.post(at("cards/register"), body.done());
}

json::Document version_card(Client& client, std::string_view card_ref, const json::Value& card) {
  require_known(card);
  if (!has(card, "authored_by")) bad_card("a version of a card needs a member authored_by");
  json::Arena arena;
  json::ObjectBuilder body(arena);
  for (const std::string_view each : {"authored_by", "family_class", "app_family"})
    add_member(body, card, each);
  for (const std::string_view each : kCardMembers) {
    if (each != "card_id" && !is_among(kRegistered, each)) add_member(body, card, each);
  }
  return client.post(card_path(card_ref, "/versions"), body.done());
}

json::Document run_card(Client& client, std::string_view card_ref, const CardRun& run) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("inputs", run.inputs.is_null() ? empty_object(arena) : run.inputs);
  body.add("actor", std::string_view(run.actor));
  body.add("config", run.config.is_null() ? empty_object(arena) : run.config);
  add_unless_empty(body, "workflow", run.workflow);
  add_unless_empty(body, "run_id", run.run_id);
  add_unless_empty(body, "api_key_id", run.api_key_id);
  return client.post(card_path(card_ref, "/runs"), body.done());
}

std::span<const std::string_view> card_members() {
  return kCardMembers;
}

}  // namespace agentnet::sbn::atlas
