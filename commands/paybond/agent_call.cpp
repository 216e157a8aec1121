#include "commands/paybond/agent_call.hpp"

#include "core/base/bytes.hpp"
#include "core/json/write.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_spend.hpp"
#include "core/paybond/client_verify.hpp"
#include "core/paybond/digest.hpp"

namespace agentnet::commands {
namespace {

std::optional<std::string> text_of(const json::Value& answer, std::string_view name) {
  const json::Value* member = answer.find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->text());
}

std::string text_or_empty(const json::Value& answer, std::string_view name) {
  return text_of(answer, name).value_or("");
}

std::optional<bool> flag_of(const json::Value& answer, std::string_view name) {
  const json::Value* member = answer.find(name);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->as_boolean();
}

void require_cost_within(const json::Value& result, std::int64_t cents) {
  const auto cost = cents_of(result, "cost_cents");
  if (!cost || *cost <= cents) return;
  throw Error(Category::policy, "cost_exceeds_authorization",
              "the result cost " + paybond::money_text(*cost) + ", and " + paybond::money_text(cents) +
                  " are asked for",
              "--requested-spend-cents asks for more");
}

}  // namespace

std::optional<std::int64_t> cents_of(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  const auto cents = member == nullptr ? std::nullopt : member->as_int64();
  return cents && *cents >= 0 ? cents : std::nullopt;
}

AgentCalls::AgentCalls(PaybondConnection& connection, Context& context, const AgentFiles& files,
                       paybond::AgentRun& run)
    : connection_(connection), context_(context), files_(files), run_(run) {
  // What a dry run prints must not hold the token, and its tenant is nobody's.
  if (context.dry_run) {
    run_.capability_token = "***";
    return;
  }
  if (connection_.tenant() == run_.tenant_id) return;
  throw Error(Category::verification, "tenant_binding_mismatch",
              "the run is of the tenant " + run_.tenant_id + ", the key of " + connection_.tenant());
}

paybond::TraceEvent AgentCalls::event(std::string_view type, const ToolRequest& request) const {
  return {.type = type,
          .run_id = run_.run_id,
          .tool_call_id = request.tool_call_id,
          .operation = request.operation,
          .at = context_.clock.now()};
}

Authorization AgentCalls::ask(const ToolRequest& request, const std::string& key) {
  const auto denial = paybond::deny_locally(run_, request.operation, request.requested_spend_cents);
  if (denial) return {.allow = false, .code = denial->code, .message = denial->message};
  const paybond::VerifyResult result = paybond::verify_capability(
      connection_.harbor(), {.intent_id = run_.intent_id,
                             .token = run_.capability_token,
                             .operation = request.operation,
                             .requested_spend_cents = request.requested_spend_cents,
                             .tool_call_id = request.tool_call_id,
                             .tool_name = request.operation,
                             .idempotency_key = key});
  const json::Value& answer = result.answer.root;
  return {.allow = result.allow,
          .audit_id = result.audit_id,
          .decision_id = result.allow ? text_or_empty(answer, "decision_id") : std::string(),
          .code = text_or_empty(answer, "code"),
          .message = text_or_empty(answer, "message")};
}

std::vector<paybond::TraceEvent> AgentCalls::events_of(const ToolRequest& request,
                                                       const Authorization& authorization) const {
  paybond::TraceEvent decided = event(authorization.allow ? "spend_authorized" : "spend_denied", request);
  decided.audit_id = authorization.audit_id;
  decided.decision_id = authorization.decision_id;
  decided.code = authorization.code;
  decided.message = authorization.message;
  if (authorization.allow) decided.amount_cents = request.requested_spend_cents;
  return {event("tool_selected", request), decided};
}

Authorization AgentCalls::validate(const ToolRequest& request) {
  if (run_.is_free(request.operation)) return {.allow = true};
  const Authorization authorization = ask(request, {});
  auto events = events_of(request, authorization);
  if (authorization.allow && !authorization.decision_id.empty()) {
    paybond::complete_spend_decision(connection_.gateway(), authorization.decision_id, "released");
    events.push_back(event("spend_finalized", request));
    events.back().status = "released";
  }
  files_.append(run_, events);
  return authorization;
}

void AgentCalls::consume(const ToolRequest& request, paybond::ToolCall& call) {
  if (!call.decision_id.empty()) {
    paybond::complete_spend_decision(connection_.gateway(), call.decision_id, "consumed");
  }
  call.state = paybond::ToolCallState::consumed;
  files_.save(run_);
  paybond::TraceEvent finalized = event("spend_finalized", request);
  finalized.status = "consumed";
  files_.append(run_, {finalized});
}

void AgentCalls::report(const ToolRequest& request, const json::Value& result, paybond::ToolCall& call,
                        const Report& report) {
  const json::Document answer = report(run_, call);
  call.intent_state = text_of(answer.root, "state");
  call.lifecycle = text_of(answer.root, "sandbox_lifecycle_status");
  call.predicate_passed = flag_of(answer.root, "predicate_passed");
  call.state = paybond::ToolCallState::reported;
  files_.save(run_);
  paybond::TraceEvent submitted = event("evidence_submitted", request);
  submitted.reported_cost_cents = cents_of(result, "cost_cents");
  submitted.lifecycle = call.lifecycle;
  submitted.predicate_passed = call.predicate_passed;
  files_.append(run_, {submitted});
}

Executed AgentCalls::execute(const ToolRequest& request, const json::Value& result, const Report& report) {
  if (run_.is_free(request.operation)) return {{.allow = true}};
  require_cost_within(result, request.requested_spend_cents);
  paybond::ToolCall asked{.tool_call_id = request.tool_call_id,
                          .operation = request.operation,
                          .requested_spend_cents = request.requested_spend_cents,
                          .result_digest = hex_lower(paybond::digest_of(result)),
                          .audit_id = {},
                          .decision_id = {},
                          .begun_at = iso_seconds(context_.clock.now())};
  // A call that was begun is not asked about again: what it was allowed is reserved or spent already.
  paybond::ToolCall* call = paybond::resume_call(run_, asked);
  if (call == nullptr) {
    if (run_.tool_calls.size() >= paybond::kMaxToolCalls) {
      throw Error(Category::policy, "too_many_tool_calls",
                  "a run has at most " + std::to_string(paybond::kMaxToolCalls) + " tool calls");
    }
    // Read before anything is sent: a trace that cannot be written to must not stop a call half way.
    const std::string trace = files_.trace(run_.run_id);
    const std::size_t denials =
        trace.empty() ? 0
                      : paybond::denials_of(*paybond::read_trace(trace).root.find("trace_events"),
                                            request.tool_call_id);
    Authorization authorization = ask(request, paybond::call_key(run_, request.tool_call_id, denials));
    auto events = events_of(request, authorization);
    if (!authorization.allow) {
      files_.append(run_, events);
      return {std::move(authorization)};
    }
    asked.audit_id = authorization.audit_id;
    asked.decision_id = authorization.decision_id;
    run_.tool_calls.push_back(std::move(asked));
    call = &run_.tool_calls.back();
    files_.save(run_);
    events.push_back(event("tool_executed", request));
    files_.append(run_, events);
  }
  if (call->state == paybond::ToolCallState::authorized) consume(request, *call);
  if (call->state == paybond::ToolCallState::consumed) this->report(request, result, *call, report);
  return {{.allow = true, .audit_id = call->audit_id, .decision_id = call->decision_id}, *call};
}

Report sandbox_report(PaybondConnection& connection, const json::Value& result) {
  return [&connection, &result](const paybond::AgentRun& run, const paybond::ToolCall& call) {
    return paybond::submit_sandbox_evidence(
        connection.gateway(), run.intent_id,
        {.payload = result,
         .operation = call.operation,
         .requested_spend_cents = call.requested_spend_cents,
         .idempotency_key = paybond::call_key(run, call.tool_call_id, 0)});
  };
}

json::Value authorization_value(const Authorization& authorization, const std::string& operation,
                                json::Arena& arena) {
  const auto text = [](const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  json::ObjectBuilder out(arena);
  out.add_boolean("allow", authorization.allow)
      .add("operation", std::string_view(operation))
      .add_optional("audit_id", text(authorization.audit_id))
      .add_optional("decision_id", text(authorization.decision_id));
  if (!authorization.message.empty()) out.add("message", std::string_view(authorization.message));
  if (!authorization.code.empty()) out.add("code", std::string_view(authorization.code));
  return out.done();
}

json::Value executed_value(const Executed& executed, const json::Value& result, json::Arena& arena) {
  const Authorization& authorization = executed.authorization;
  json::ObjectBuilder decided(arena);
  decided.add_boolean("allow", authorization.allow);
  if (!executed.call) {
    if (!authorization.audit_id.empty()) decided.add("audit_id", std::string_view(authorization.audit_id));
    if (!authorization.allow) {
      decided.add("message", std::string_view(authorization.message))
          .add("code", std::string_view(authorization.code));
    }
    return json::ObjectBuilder(arena)
        .add("authorization", decided.done())
        .add("tool_result", result)
        .add("evidence", json::ObjectBuilder(arena).add_boolean("submitted", false).done())
        .done();
  }
  const paybond::ToolCall& call = *executed.call;
  const json::Value passed =
      call.predicate_passed ? json::Value::boolean(*call.predicate_passed) : json::Value();
  decided.add("audit_id", std::string_view(authorization.audit_id));
  decided.add_optional("decision_id", authorization.decision_id.empty()
                                          ? std::nullopt
                                          : std::optional(authorization.decision_id));
  const json::Value evidence = json::ObjectBuilder(arena)
                                   .add_boolean("submitted", true)
                                   .add_optional("intent_state", call.intent_state)
                                   .add("predicate_passed", passed)
                                   .add_optional("sandbox_lifecycle_status", call.lifecycle)
                                   .add("agent_receipt", json::Value())
                                   .add("agent_receipt_intent_terminal", json::Value())
                                   .done();
  return json::ObjectBuilder(arena)
      .add("authorization", decided.done())
      .add("tool_result", result)
      .add("evidence", evidence)
      .done();
}

std::string decision_text(const Authorization& authorization, const ToolRequest& request) {
  if (!authorization.allow) {
    return printable("denied: " + request.operation + ": " + authorization.message + " (" +
                     authorization.code + ")") +
           "\n";
  }
  const bool costs = !authorization.audit_id.empty();
  return printable("allowed: " + request.operation + ", " +
                   (costs ? "up to " + paybond::money_text(request.requested_spend_cents)
                          : std::string("which costs nothing"))) +
         "\n";
}

std::string executed_text(const Executed& executed, const ToolRequest& request) {
  std::string text = decision_text(executed.authorization, request);
  if (!executed.call) return text;
  const paybond::ToolCall& call = *executed.call;
  text += "spent: " + paybond::money_text(call.requested_spend_cents) + "\n";
  text += "evidence: " + printable(call.intent_state.value_or(call.lifecycle.value_or("submitted")));
  if (call.predicate_passed) text += *call.predicate_passed ? ", sufficient" : ", not sufficient";
  return text + "\n";
}

}  // namespace agentnet::commands
