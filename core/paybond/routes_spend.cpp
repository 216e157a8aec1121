// What agents ask before they act: verifying capabilities, and what became of what they reserved.
#include "core/json/write.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/issued_receipts.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/spend.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::size_t kMaxOperationBytes = 256;
// Spending is governed by the intent alone; there are no policies that could have later versions.
constexpr std::int64_t kPolicyVersion = 1;

SpendRequest read_request(const Call& call) {
  SpendRequest request;
  const auto intent_id = parse_uuid(trim_white_space(call.short_text("intent_id").value_or("")));
  if (!intent_id) bad_field("bad_intent_id", "intent_id", "not a UUID");
  request.intent_id = uuid_text(*intent_id);
  request.operation = call.short_text("operation").value_or("");
  if (request.operation.empty() || request.operation.size() > kMaxOperationBytes)
    bad_field("bad_field", "operation",
              "not a text of 1 to " + std::to_string(kMaxOperationBytes) + " bytes");
  request.requested_cents = call.cents("requested_spend_cents");
  request.currency = call.short_text("currency");
  return request;
}

// What a receipt of the call will tell of it.
void tell_tool_call(const Call& call, SpendRequest& request) {
  request.tool_call_id = call.short_text("tool_call_id").value_or("");
  if (request.tool_call_id.empty()) return;
  json::Arena arena;
  json::ObjectBuilder told(arena);
  for (const char* name : {"operation", "requested_spend_cents"})
    if (const json::Value* value = call.body.root.find(name)) told.add(name, *value);
  for (const char* name : {"vendor_id", "task_id", "workflow_id", "tool_call_id", "tool_name",
                           "agent_subject", "model_family", "config_hash_hex", "prompt_hash_hex"})
    if (const auto text = call.short_text(name)) told.add(name, std::string_view(*text));
  request.told = json::to_compact(told.done());
}

json::Value reason_codes(const SpendDecision& decision, json::Arena& arena) {
  json::ArrayBuilder codes(arena);
  if (!decision.allow) codes.add(std::string_view(decision.code));
  return codes.done();
}

json::Value spend_scope(const SpendRequest& request, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("scope_type", "intent")
      .add("scope_key", std::string_view(request.intent_id))
      .done();
}

json::Value verify_answer(const Call& call, const SpendRequest& request, const SpendDecision& decision,
                          json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add_boolean("allow", decision.allow)
      .add("audit_id", std::string_view(decision.audit_id))
      .add("tenant", std::string_view(call.tenant()))
      .add("intent_id", std::string_view(request.intent_id))
      .add_or_null("code", decision.code)
      .add_or_null("message", decision.message);
  if (decision.allow) answer.add("decision_id", std::string_view(decision.decision_id));
  return answer.add_integer("policy_version", kPolicyVersion)
      .add_integer("remaining_cents", decision.remaining_cents)
      .add("reason_codes", reason_codes(decision, arena))
      .add("spend_scope", spend_scope(request, arena))
      .done();
}

void verify(const Routes& routes, const std::shared_ptr<Call>& call) {
  SpendRequest request = read_request(*call);
  tell_tool_call(*call, request);
  const json::Value* token = call->body.root.find("token");
  if (token == nullptr || !token->is_string()) bad_field("bad_field", "token", "not a text");
  // Signatures are checked here and not in the write, which has to be short.
  const auto capability =
      read_capability(trim_white_space(token->text()), routes.service.harbor.public_key());
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const SpendDecision decision =
        decide_spend(connection, call->tenant(), request, capability, now, routes.service.random);
    return verify_answer(*call, request, decision, arena);
  });
}

void preflight(const Routes& routes, const Call& call) {
  const SpendRequest request = read_request(call);
  const Instant now = routes.service.clock.now();
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const auto intent = find_intent(connection, call.tenant(), request.intent_id);
    const SpendDecision decision = weigh_spend(intent ? &*intent : nullptr, request, now);
    const std::string_view outcome = decision.allow ? "allow" : "deny";
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call.tenant()))
        .add("intent_id", std::string_view(request.intent_id))
        .add("outcome", outcome)
        .add("classification", outcome)
        .add("reason_codes", reason_codes(decision, arena))
        .add_integer("remaining_cents", decision.remaining_cents)
        .add("spend_scope", spend_scope(request, arena))
        .add_integer("policy_version", kPolicyVersion)
        .add("explanation",
             decision.allow ? std::string_view("the intent allows it") : std::string_view(decision.message))
        .done();
  });
}

void complete(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string outcome = call->short_text("outcome").value_or("");
  if (outcome != "consumed" && outcome != "released")
    bad_field("bad_outcome", "outcome", "one of consumed, released");
  const SpendOutcome asked = outcome == "consumed" ? SpendOutcome::consumed : SpendOutcome::released;
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const std::string& id = call->exchange->path_value("decision_id");
    complete_spend(connection, call->tenant(), id, asked);
    issue_action_receipt({connection, routes.service, call->tenant(), routes.service.clock.now()}, id);
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call->tenant()))
        .add("decision_id", std::string_view(id))
        .add("outcome", std::string_view(outcome))
        .done();
  });
}

// --- what was decided, for those who answer for it

constexpr std::int64_t kDefaultListed = 20;
constexpr std::int64_t kMostListed = 200;

json::Value listed_json(const ListedDecision& each, std::string_view outcome, json::Arena& arena) {
  json::ArrayBuilder reasons(arena);
  if (!each.code.empty()) reasons.add(std::string_view(each.code));
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(each.decision_id))
      .add("audit_id", std::string_view(each.audit_id))
      .add("intent_id", std::string_view(each.intent_id))
      .add("operation", std::string_view(each.operation))
      .add_integer("amount_cents", each.requested_cents)
      .add("currency", std::string_view(each.currency))
      .add("outcome", outcome)
      .add("status", std::string_view(each.outcome))
      .add("reason_codes", reasons.done())
      .add("created_at", std::string_view(iso_zulu(each.created_at)))
      .add("expires_at", std::string_view(iso_zulu(each.expires_at)))
      .done();
}

void list(const Routes& routes, const Call& call, bool reservations) {
  std::string status = call.exchange->query("status").value_or("");
  if (reservations && (status.empty() || status == "active")) status = kReservedOutcome;
  if (!status.empty() && !is_decision_outcome(status))
    bad_field("bad_field", "status", "not active, reserved, consumed, released or denied");
  const std::int64_t limit = call.exchange->query_number("limit", kDefaultListed, 1, kMostListed);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder items(arena);
    for (const ListedDecision& each : list_decisions(connection, call.tenant(), status, limit))
      items.add(listed_json(each, each.code.empty() ? "allow" : "deny", arena));
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call.tenant()))
        .add("items", items.done())
        .add_integer("limit", limit)
        .done();
  });
}

void policy(const Call& call) {
  json::Arena arena;
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("source", "intents")
                 .add_boolean("configured", true)
                 .add("mode", "enforce")
                 .add_integer("policy_version", kPolicyVersion)
                 .done());
}

}  // namespace

void add_spend_routes(const Routes& routes) {
  add_harbor_call(routes, "POST", "/verify", auth::kScopePaybondWrite,
                  [routes](const std::shared_ptr<Call>& call) { verify(routes, call); });
  add_call(routes, "POST", "/v1/spend/preflight", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { preflight(routes, *call); });
  add_call(routes, "POST", "/v1/spend/decisions/{decision_id}/complete", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { complete(routes, call); });
  const std::string controls = "/v1/admin/spend-controls/";
  add_call(routes, "GET", controls + "decisions", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call, false); });
  add_call(routes, "GET", controls + "reservations", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call, true); });
  add_call(routes, "GET", controls + "policy", auth::kScopePaybondRead,
           [](const std::shared_ptr<Call>& call) { policy(*call); });
}

}  // namespace agentnet::paybond
