// What an app's workflows are bound to, which binding fits a question, and the keys of an app.
#include "core/json/write.hpp"
#include "core/sbn/atlas_contract.hpp"
#include "core/sbn/atlas_frontier.hpp"
#include "core/sbn/atlas_rows.hpp"
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::size_t kShownOfKey = 13;             // "sbn_live_" and four characters
constexpr std::string_view kLocalPlan = "sandbox";  // of every key of the local network

// An app may change what is its own; anybody else needs to be allowed to.
void require_own_app(const Call& call) {
  if (call.caller.credential_id != call.exchange->path_value("app_id")) call.caller.require(kScopeKeys);
}

void upsert(const Routes& routes, const std::shared_ptr<Call>& call) {
  require_own_app(*call);
  atlas::Binding wanted;
  wanted.tenant_id = call->tenant();
  wanted.app_id = call->exchange->path_value("app_id");
  wanted.workflow = call->text("workflow");
  wanted.frontier = call->text("frontier_id");
  wanted.source_kind = atlas::kManual;
  json::Arena arena;
  const json::Value contract = atlas::read_contract(call->body.root, arena);
  wanted.contract = json::to_compact(contract);
  std::optional<std::string> pulse;
  if (const json::Value* type = contract.find("pulse_type"); type != nullptr && type->truthy())
    pulse = std::string(type->text());
  const std::string action = call->short_text("history_action").value_or("");
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& out) {
    const atlas::App app = atlas::require_active_app(connection, wanted.tenant_id, wanted.app_id);
    const atlas::Binding bound = atlas::upsert_binding(connection, wanted, action, now);
    atlas::Frontier frontier{bound.frontier, app.family};
    frontier.pulse_type = pulse;
    atlas::note_frontier(connection, app.tenant_id, frontier, now);
    return json::ObjectBuilder(out)
        .add("app_id", std::string_view(app.app_id))
        .add("binding", atlas::binding_row(bound, out))
        .add_boolean("attestation_ready", atlas::is_attestation_ready(connection, app))
        .done();
  });
}

// What is known of the frontier that scores; what would have to be measured is null.
json::Value resolution(store::Connection& connection, const atlas::Question& question,
                       const std::string& path, const std::optional<atlas::Binding>& binding,
                       json::Arena& arena) {
  const auto frontier = atlas::find_frontier(connection, question.tenant_id, path);
  json::ObjectBuilder answer(arena);
  answer.add("scoring_frontier", std::string_view(path)).add("c_max", atlas::c_max_of(frontier, arena));
  for (const std::string_view name :
       {"regime", "metallic_label", "lambda_score", "steering_layer", "csk", "regime_guidance"})
    answer.add(name, json::Value());
  answer.add("intervention_hints", json::ArrayBuilder(arena).done())
      .add("resolved_by", binding ? "binding" : "frontier_hint")
      .add("binding", binding ? atlas::binding_row(*binding, arena) : json::Value())
      .add("app_id", binding ? json::Value::string(arena, binding->app_id) : json::Value());
  return answer.done();
}

void resolve(const Routes& routes, const Call& call) {
  atlas::Question question;
  question.tenant_id = call.tenant();
  question.app_id = call.caller.credential_id;
  question.workflow = call.short_text("workflow").value_or("");
  question.event_type = call.short_text("event_type").value_or("");
  question.frontier_hint = call.short_text("frontier_hint").value_or("");
  require_object("context", call.value("context"), true);
  if (question.workflow.empty() && question.frontier_hint.empty()) {
    throw Error(Category::usage, "bad_field", "workflow or frontier_hint must be given", {},
                {{"field", "workflow"}});
  }
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const auto binding = atlas::resolve(connection, question);
    if (binding) return resolution(connection, question, binding->frontier, binding, arena);
    if (question.frontier_hint.empty() ||
        !atlas::find_frontier(connection, question.tenant_id, question.frontier_hint))
      throw Error(Category::not_found, "unresolved", "no binding fits, and no such frontier is known");
    return resolution(connection, question, question.frontier_hint, {}, arena);
  });
}

// --- keys -----------------------------------------------------------------------------------------------

json::Value key_record(const auth::ApiKey& key, std::string_view prefix, json::Arena& arena) {
  json::ArrayBuilder scopes(arena);
  for (const std::string& scope : key.scopes)
    scopes.add(std::string_view(scope));
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(key.id))
      .add("prefix", prefix)
      .add("label", std::string_view(key.label))
      .add("plan", kLocalPlan)
      .add("scopes", scopes.done())
      .add("last4", std::string_view(key.last4))
      .add("created_at", std::string_view(iso_offset(key.created_at)))
      .done();
}

void add_app_facts(json::ObjectBuilder& answer, store::Connection& connection, const atlas::App& app,
                   json::Arena& arena) {
  answer.add("app_id", std::string_view(app.app_id))
      .add_boolean("attestation_ready", atlas::is_attestation_ready(connection, app))
      .add("effective_frontiers",
           atlas::effective_frontiers(atlas::list_bindings(connection, app.app_id), arena));
}

void mint(const Routes& routes, const std::shared_ptr<Call>& call) {
  require_own_app(*call);
  const std::string label = call->short_text("label").value_or("Atlas key");
  const std::vector<std::string> scopes = call->texts("scopes");
  Service& service = routes.service;
  reply_written(routes, call, [=, &service](store::Connection& connection, json::Arena& arena) {
    const atlas::App app =
        atlas::require_active_app(connection, call->tenant(), call->exchange->path_value("app_id"));
    const auth::NewApiKey made =
        atlas::mint_key(connection, app, label, scopes, service.clock().now(), service.random());
    const std::string_view key = as_text(made.key.expose());
    const std::string_view prefix = key.substr(0, kShownOfKey);
    json::ObjectBuilder answer(arena);
    answer.add("api_key", key).add("prefix", prefix).add("record", key_record(made.record, prefix, arena));
    add_app_facts(answer, connection, app, arena);
    return answer.done();
  });
}

void bind_key(const Routes& routes, const std::shared_ptr<Call>& call) {
  require_own_app(*call);
  const std::string key_id = call->text("key_id");
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const atlas::App app =
        atlas::require_active_app(connection, call->tenant(), call->exchange->path_value("app_id"));
    const auth::ApiKey key = atlas::bind_key(connection, app, key_id);
    // Of a key that was made before no more is known than how keys of its mode begin.
    const std::string_view prefix = key.mode == auth::KeyMode::test ? auth::kTestPrefix : auth::kLivePrefix;
    json::ObjectBuilder answer(arena);
    answer.add("key_id", std::string_view(key.id))
        .add("prefix", prefix)
        .add("record", key_record(key, prefix, arena));
    add_app_facts(answer, connection, app, arena);
    return answer.done();
  });
}

}  // namespace

void add_atlas_binding_routes(const Routes& routes) {
  add_call(routes, "POST", "/api/atlas/apps/{app_id}/bindings/upsert", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { upsert(routes, call); });
  add_call(routes, "POST", "/api/atlas/resolve", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { resolve(routes, *call); });
  add_call(routes, "POST", "/api/atlas/apps/{app_id}/keys/mint", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { mint(routes, call); });
  add_call(routes, "POST", "/api/atlas/apps/{app_id}/keys/bind", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { bind_key(routes, call); });
}

}  // namespace agentnet::sbn
