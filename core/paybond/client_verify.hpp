// POST /verify: whether a capability allows an operation and a spend (wire reference paybond 7.1).
//
// A denial is an answer and no Error. The answer must name the client's tenant and the intent that was asked
// for, and `allow` must be a JSON boolean: whatever else looks like a yes is none.
#pragma once

#include <vector>

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

struct VerifyRequest {
  std::string intent_id;
  std::string token;
  std::string operation;
  std::int64_t requested_spend_cents = 0;
  // Sent when not blank, without white space around them.
  std::string vendor_id = {};
  std::string task_id = {};
  std::string workflow_id = {};
  std::string tool_call_id = {};
  std::string tool_name = {};
  std::string currency = {};
  std::string agent_subject = {};
  std::string approval_token = {};
  std::string idempotency_key = {};  // also the header
  std::string model_family = {};
  std::string config_hash_hex = {};  // sent in lower case, like the next one
  std::string prompt_hash_hex = {};
};

struct VerifyResult {
  bool allow = false;
  // Denied only until somebody approves.
  bool approval_required = false;
  std::string audit_id;  // a UUID, lower case with hyphens
  std::string intent_id;
  json::Document answer;  // all of it, as it came
};

// Throws Error verification/tenant_binding_mismatch; unreachable/bad_response for an answer without tenant or
// intent_id, with an audit_id, decision_id or approval_request_id that is no UUID, or with another `allow`;
// usage/bad_intent_id before anything is sent.
VerifyResult verify_capability(Client& client, const VerifyRequest& request);

}  // namespace agentnet::paybond
