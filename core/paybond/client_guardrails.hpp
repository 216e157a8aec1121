// Sandbox guardrails: an intent of pretended money with its capability, for trying things out (wire reference
// paybond 7.5). Answers must name the client's tenant, and evidence's the intent.
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

struct BootstrapOptions {
  std::string operation;
  std::int64_t requested_spend_cents = 0;
  // Nulls and empty texts are not sent. A completion preset stands for schema, template and parameters.
  std::string currency = {};
  json::Value evidence_schema = {};
  json::Value metadata = {};
  std::string completion_preset = {};
  std::string template_id = {};
  json::Value parameters = {};
  std::string idempotency_key = {};
};

struct SandboxEvidence {
  json::Value payload = {};  // nulls, empty texts and empty lists are not sent
  json::Value vendor_payload = {};
  std::vector<std::string> artifacts = {};
  std::string operation = {};
  std::optional<std::int64_t> requested_spend_cents = {};
  json::Value metadata = {};
  std::string idempotency_key = {};
};

// The answer has intent_id and capability_token. Throws Error unreachable/bad_response when it lacks one of
// the members that every such answer has.
json::Document bootstrap_sandbox(Client& client, const BootstrapOptions& options);
json::Document submit_sandbox_evidence(Client& client, std::string_view intent_id,
                                       const SandboxEvidence& evidence);
// The same with a body as it stands.
json::Document submit_sandbox_body(Client& client, std::string_view intent_id, const json::Value& body,
                                   const std::string& idempotency_key = {});

// What middleware has reported of a run (reported_runs.hpp).
json::Document get_reported_run(Client& client, std::string_view run_id);

}  // namespace agentnet::paybond
