// Sandbox guardrails (sandbox.hpp): an intent with its capability by one call, its end by another.
#include "core/json/write.hpp"
#include "core/paybond/completion_evidence.hpp"
#include "core/paybond/completion_template.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/harbor.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/sandbox.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kMode = "simulated";

// How the evidence is judged: by a preset, or by a template with parameters, or not at all.
void add_judgement(const Call& call, SandboxRequest& request) {
  const auto preset_id = call.short_text("completion_preset");
  const auto asked_template = call.short_text("template_id");
  if (preset_id && asked_template)
    bad_field("bad_field", "template_id", "does not go with completion_preset");
  if (!preset_id && !asked_template) return;
  const CompletionPreset* preset =
      preset_id ? find_completion_preset(*preset_id) : find_template(*asked_template);
  if (preset == nullptr && preset_id)
    throw Error(Category::refused, "unknown_preset", "there is no such completion preset", {},
                {{"field", "completion_preset"}});
  if (preset == nullptr)
    throw Error(Category::refused, "unknown_template", "there is no such template", {},
                {{"field", "template_id"}});
  json::Arena arena;
  const json::Value* given = preset_id ? nullptr : call.body.root.find("parameters");
  const bool defaults = given == nullptr || given->is_null();
  request.predicate = json::to_compact(template_predicate(
      preset->harbor_template, defaults ? template_parameters(*preset, arena) : *given, arena));
  if (!preset_id) return;
  request.evidence_schema = json::to_compact(evidence_schema(preset->canonical, preset->required, arena));
  request.predicate_ref = std::string(kSandboxPresetRef) + *preset_id;
}

json::ObjectBuilder answer_of(const StoredIntent& intent, std::string_view operation, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add("tenant_id", std::string_view(intent.tenant_id))
      .add("intent_id", std::string_view(intent.intent_id))
      .add("operation", operation)
      .add_integer("requested_spend_cents", intent.amount_cents)
      .add("currency", std::string_view(intent.currency))
      .add("sandbox_lifecycle_status", state_name(intent.state))
      .add("settlement_rail", std::string_view(intent.settlement_rail))
      .add("settlement_mode", kMode);
  return answer;
}

void bootstrap(const Routes& routes, const std::shared_ptr<Call>& call) {
  SandboxRequest request{.intent_id = uuid4(routes.service.random),
                         .operation = call->short_text("operation").value_or(""),
                         .requested_spend_cents = call->cents("requested_spend_cents")};
  if (request.operation.empty()) bad_field("missing_field", "operation", "missing");
  if (request.requested_spend_cents == 0) bad_field("bad_amount", "requested_spend_cents", "not above 0");
  if (const auto currency = call->short_text("currency")) request.currency = *currency;
  const json::Value* schema = call->body.root.find("evidence_schema");
  if (schema != nullptr && !schema->is_null()) request.evidence_schema = json::to_compact(*schema);
  add_judgement(*call, request);
  const Instant now = routes.service.clock.now();
  const std::string body = sandbox_intent(request, call->tenant(), routes.service.harbor, now);
  const ArrivedIntent arrived = read_intent(json::parse(body).root, call->tenant(), now);
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    const StoredIntent intent = create_intent(harbor, arrived);
    return answer_of(intent, request.operation, arena)
        .add("capability_token", std::string_view(capability_of(intent, routes.service, now)))
        .done();
  });
}

// The preset that an intent's evidence is judged by; null when it has none.
const CompletionPreset* preset_of(const StoredIntent& intent) {
  const json::Document terms = json::parse(intent.body);
  const json::Value* ref = terms.root.find("predicate_ref");
  if (ref == nullptr || !ref->is_string() || !ref->text().starts_with(kSandboxPresetRef)) return nullptr;
  return find_completion_preset(ref->text().substr(kSandboxPresetRef.size()));
}

// What was done, as JSON: the payload, or where there is none the vendor's, under canonical names when the
// preset is a vendor pack.
std::string payload_of(const Call& call, const CompletionPreset* preset) {
  const auto member = [&](std::string_view name) {
    const json::Value* value = call.body.root.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  };
  if (const json::Value* payload = member("payload")) return json::to_compact(*payload);
  const json::Value* vendor = member("vendor_payload");
  if (vendor == nullptr) return "{}";
  if (preset == nullptr || !preset->is_vendor_pack()) return json::to_compact(*vendor);
  json::Arena arena;
  return json::to_compact(
      in_field("vendor_payload", [&] { return map_vendor_evidence(*preset, *vendor, arena); }));
}

// What the preset's schemas say of the evidence; it decides nothing.
json::Value validation_of(const Call& call, const CompletionPreset& preset, json::Arena& arena) {
  const auto member = [&](std::string_view name) {
    const json::Value* value = call.body.root.find(name);
    return value == nullptr ? json::Value() : *value;
  };
  const json::Value report =
      report_value(check_completion(preset, member("vendor_payload"), member("payload"), {}, arena), arena);
  json::ObjectBuilder said(arena);
  for (const std::string_view name : {"vendor_schema_ok", "canonical_schema_ok", "quality_fields_missing",
                                      "forbidden_fields_present", "pack_stale", "drift_kinds"})
    said.add(name, *report.find(name));
  return said.done();
}

std::vector<std::string_view> artifacts_of(const Call& call) {
  std::vector<std::string_view> artifacts;
  const json::Value* list = call.body.root.find("artifacts");
  if (list == nullptr || list->is_null()) return artifacts;
  if (!list->is_array()) bad_field("bad_field", "artifacts", "not an array");
  for (const json::Value& item : list->items()) {
    if (!item.is_string()) bad_field("bad_artifact", "artifacts", "not a text");
    artifacts.push_back(item.text());
  }
  return artifacts;
}

// Throws Error conflict/not_sandbox: the gateway speaks for no payee but its own.
StoredIntent require_sandbox(const HarborCall& harbor, std::string_view intent_id) {
  StoredIntent intent = require_intent(harbor.connection, harbor.tenant_id, intent_id);
  if (intent.payee_did != kSandboxPayee || intent.principal_did != kSandboxPrincipal)
    throw Error(Category::conflict, "not_sandbox", "the intent was not made by guardrails bootstrap");
  return intent;
}

// Takes the evidence and settles as it says: in the sandbox nobody else would.
void evidence(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  const std::string id = call->intent_id();
  const auto asked = call->short_text("operation");
  std::string operation;
  const CompletionPreset* preset = nullptr;
  ArrivedEvidence arrived;
  Judgement judgement;
  try {
    routes.service.database.read([&](store::Connection& connection) {
      const HarborCall harbor{connection, routes.service, call->tenant(), now};
      const StoredIntent intent = require_sandbox(harbor, id);
      operation = tools_of(intent).front();
      preset = preset_of(intent);
      const std::string body = sandbox_evidence(id, payload_of(*call, preset), artifacts_of(*call),
                                                call->tenant(), routes.service.harbor, now);
      arrived = read_evidence(json::parse(body).root, call->tenant(), id);
      judgement = judge_arrived(harbor, id, arrived);
    });
  } catch (const Error& error) {
    if (error.category() != Category::conflict || !is_answered(routes, *call)) throw;
  }
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    submit_evidence(harbor, id, arrived, judgement);
    const StoredIntent settled = confirm_settlement(harbor, id, {});
    json::Parser parser;
    json::ObjectBuilder answer = answer_of(settled, asked.value_or(operation), arena);
    answer.add_boolean("predicate_passed", judgement.passed)
        .add("predicate_evaluation", parser.parse(arena.copy(judgement.text), arena))
        .add("payload_digest", std::string_view(hex_lower(arrived.payload)))
        .add("artifacts_digest", std::string_view(hex_lower(arrived.artifacts)));
    if (preset != nullptr) answer.add("schema_validation", validation_of(*call, *preset, arena));
    return answer.done();
  });
}

}  // namespace

void add_sandbox_routes(const Routes& routes) {
  add_call(routes, "POST", "/v1/sandbox/guardrails/bootstrap", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { bootstrap(routes, call); });
  add_call(routes, "POST", "/v1/sandbox/guardrails/{intent_id}/evidence", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { evidence(routes, call); });
}

}  // namespace agentnet::paybond
