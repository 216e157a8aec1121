#include "core/paybond/client_guardrails.hpp"

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

void add_unless_empty(json::ObjectBuilder& body, std::string_view name, std::string_view text) {
  if (!text.empty()) body.add(name, text);
}

void add_unless_null(json::ObjectBuilder& body, std::string_view name, const json::Value& value) {
  if (!value.is_null()) body.add(name, value);
}

ClientCall sandbox_call(const std::string& path, const json::Value& body,
                        const std::string& idempotency_key) {
  return {.method = "POST",
          .target = "/v1/sandbox/guardrails/" + path,
          .body = as_sent(body),
          .idempotency_key = idempotency_key,
          .names_tenant = false};
}

void require_members(Client& client, const Answer& answer, const ClientCall& call,
                     std::initializer_list<std::string_view> texts) {
  const auto require = [&](bool holds, std::string_view member) {
    if (!holds) throw client.bad(answer, call, "the answer lacks " + std::string(member));
  };
  for (const std::string_view name : texts) {
    const json::Value* text = answer.root().find(name);
    require(text != nullptr && text->is_string() && !text->text().empty(), name);
  }
  const json::Value* cents = answer.root().find("requested_spend_cents");
  require(cents != nullptr && cents->is_integer(), "requested_spend_cents");
}

}  // namespace

json::Document bootstrap_sandbox(Client& client, const BootstrapOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  const bool has_preset = !options.completion_preset.empty();
  body.add("operation", std::string_view(options.operation));
  body.add_integer("requested_spend_cents", options.requested_spend_cents);
  add_unless_empty(body, "currency", options.currency);
  if (!has_preset) add_unless_null(body, "evidence_schema", options.evidence_schema);
  add_unless_null(body, "metadata", options.metadata);
  if (has_preset) {
    body.add("completion_preset", std::string_view(options.completion_preset));
  } else if (!options.template_id.empty()) {
    body.add("template_id", std::string_view(options.template_id));
    add_unless_null(body, "parameters", options.parameters);
  }
  const ClientCall call = sandbox_call("bootstrap", body.done(), options.idempotency_key);
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "sandbox guardrail", call);
  require_members(client, answer, call,
                  {"intent_id", "capability_token", "operation", "sandbox_lifecycle_status"});
  return std::move(answer.document);
}

json::Document submit_sandbox_evidence(Client& client, std::string_view intent_id,
                                       const SandboxEvidence& evidence) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  add_unless_null(body, "payload", evidence.payload);
  add_unless_null(body, "vendor_payload", evidence.vendor_payload);
  if (!evidence.artifacts.empty()) {
    json::ArrayBuilder list(arena);
    for (const std::string& artifact : evidence.artifacts)
      list.add(std::string_view(artifact));
    body.add("artifacts", list.done());
  }
  add_unless_empty(body, "operation", evidence.operation);
  if (evidence.requested_spend_cents) {
    body.add_integer("requested_spend_cents", *evidence.requested_spend_cents);
  }
  add_unless_null(body, "metadata", evidence.metadata);
  return submit_sandbox_body(client, intent_id, body.done(), evidence.idempotency_key);
}

json::Document submit_sandbox_body(Client& client, std::string_view intent_id, const json::Value& body,
                                   const std::string& idempotency_key) {
  const std::string id = intent_path_id(intent_id);
  const ClientCall call = sandbox_call(id + "/evidence", body, idempotency_key);
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "sandbox guardrail", call);
  client.require_echo(answer.root(), "intent_id", id, "sandbox guardrail intent", call);
  require_members(client, answer, call, {"operation", "sandbox_lifecycle_status"});
  return std::move(answer.document);
}

json::Document get_reported_run(Client& client, std::string_view run_id) {
  const ClientCall call{.target = "/v1/agent-runs/" + http::percent_encode(run_id)};
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "run", call);
  return std::move(answer.document);
}

}  // namespace agentnet::paybond
