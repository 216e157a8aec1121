#include "core/paybond/client_verify.hpp"

#include <algorithm>

#include "core/json/write.hpp"
#include "core/paybond/refusal.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

// Reasons with which the gateway says that somebody has to approve.
constexpr std::string_view kApprovalReasons[] = {"approval_threshold_exceeded", "approval_required_pending",
                                                 "approval_quorum_incomplete",  "anomaly_new_vendor",
                                                 "anomaly_amount_spike",        "anomaly_rapid_auth",
                                                 "anomaly_cap_proximity"};

std::string body_of(const VerifyRequest& request, std::string_view intent_id) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("intent_id", intent_id)
      .add("token", std::string_view(request.token))
      .add("operation", std::string_view(request.operation))
      .add_integer("requested_spend_cents", request.requested_spend_cents);
  add_trimmed(body, "vendor_id", request.vendor_id);
  add_trimmed(body, "task_id", request.task_id);
  add_trimmed(body, "workflow_id", request.workflow_id);
  add_trimmed(body, "tool_call_id", request.tool_call_id);
  add_trimmed(body, "tool_name", request.tool_name);
  add_trimmed(body, "currency", request.currency);
  add_trimmed(body, "agent_subject", request.agent_subject);
  add_trimmed(body, "approval_token", request.approval_token);
  add_trimmed(body, "idempotency_key", request.idempotency_key);
  add_trimmed(body, "model_family", request.model_family);
  add_trimmed(body, "config_hash_hex", lower_ascii(request.config_hash_hex));
  add_trimmed(body, "prompt_hash_hex", lower_ascii(request.prompt_hash_hex));
  return json::to_compact(body.done());
}

const json::Value* text_member(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member != nullptr && member->is_string() ? member : nullptr;
}

bool needs_approval(const json::Value& answer) {
  const json::Value* code = text_member(answer, "code");
  if (code != nullptr && code->text() == "approval_required") return true;
  const json::Value* reasons = answer.find("reason_codes");
  if (reasons == nullptr || !reasons->is_array()) return false;
  return std::any_of(reasons->items().begin(), reasons->items().end(), [](const json::Value& reason) {
    return reason.is_string() && std::find(std::begin(kApprovalReasons), std::end(kApprovalReasons),
                                           reason.text()) != std::end(kApprovalReasons);
  });
}

// What the answer must hold, in the order in which the kit looks at it.
void check(Client& client, const Answer& answer, const ClientCall& call, VerifyResult& result) {
  const json::Value& root = answer.root();
  if (text_member(root, "tenant") == nullptr) throw client.bad(answer, call, "the answer names no tenant");
  client.require_tenant(root, "tenant", "verify", call);
  const json::Value* intent = text_member(root, "intent_id");
  if (intent == nullptr) throw client.bad(answer, call, "the answer names no intent");
  const auto uuid = parse_uuid(intent->text());
  if (!uuid || uuid_text(*uuid) != result.intent_id) {
    throw binding_mismatch("verify intent", result.intent_id, std::string(intent->text()), client.url(call));
  }
  const json::Value* audit = text_member(root, "audit_id");
  const auto audit_id = audit == nullptr ? std::nullopt : parse_uuid(audit->text());
  if (!audit_id) throw client.bad(answer, call, "the answer's audit_id is no UUID");
  result.audit_id = uuid_text(*audit_id);
  for (const std::string_view name : {"decision_id", "approval_request_id"}) {
    const json::Value* id = text_member(root, name);
    if (id != nullptr && !strip(id->text()).empty() && !parse_uuid(strip(id->text()))) {
      throw client.bad(answer, call, "the answer's " + std::string(name) + " is no UUID");
    }
  }
  const json::Value* allow = root.find("allow");
  if (allow == nullptr || !allow->is_boolean()) {
    throw client.bad(answer, call, "the answer's allow is neither true nor false, so nothing is allowed");
  }
  result.allow = allow->as_boolean();
}

}  // namespace

VerifyResult verify_capability(Client& client, const VerifyRequest& request) {
  VerifyResult result;
  result.intent_id = intent_path_id(request.intent_id);
  // The one path of Harbor that has no prefix at the gateway.
  ClientCall call{.method = "POST", .target = "/verify", .body = body_of(request, result.intent_id)};
  call.idempotency_key = request.idempotency_key;
  Answer answer = client.ask(call);
  check(client, answer, call, result);
  result.approval_required = needs_approval(answer.root());
  result.answer = std::move(answer.document);
  return result;
}

}  // namespace agentnet::paybond
