#include "core/paybond/sign_request.hpp"

#include "core/paybond/fields.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kEvidenceFields[] = {
    "id",           "tenant_id",     "intent_id",       "payee_did",
    "payload_json", "artifacts_hex", "secret_seed_hex", "submitted_at_rfc3339"};

// What every version signs, then what some do; each version takes the front and the groups it signs.
constexpr std::string_view kIntentFields[] = {"id",
                                              "tenant_id",
                                              "intent_id",
                                              "principal_did",
                                              "payee_did",
                                              "amount_cents",
                                              "currency",
                                              "deadline_rfc3339",
                                              "budget_json",
                                              "evidence_schema_json",
                                              "predicate_json",
                                              "predicate_ref",
                                              "allowed_tools_json",
                                              "principal_seed_hex"};
constexpr std::string_view kPolicyFields[] = {"policy_template_id", "policy_version_seq",
                                              "policy_content_digest_hex"};

std::vector<std::string_view> intent_fields(const IntentVersion& version) {
  std::vector<std::string_view> names(std::begin(kIntentFields), std::end(kIntentFields));
  if (version.rail) names.push_back("settlement_rail");
  if (version.payee_key) names.push_back("payee_seed_hex");
  if (version.policy) names.insert(names.end(), std::begin(kPolicyFields), std::end(kPolicyFields));
  return names;
}

}  // namespace

IntentRequest read_intent_request(const json::Value& object, const IntentVersion& version) {
  const std::vector<std::string_view> known = intent_fields(version);
  const Fields fields(object, "the intent", known);
  IntentRequest request;
  IntentInput& input = request.input;
  input.tenant_id = fields.text("tenant_id");
  input.intent_id = fields.text("intent_id");
  input.principal_did = fields.text("principal_did");
  input.payee_did = fields.text("payee_did");
  input.amount_cents = fields.cents("amount_cents");
  input.currency = fields.text("currency");
  input.deadline_rfc3339 = fields.text("deadline_rfc3339");
  input.budget_json = fields.text("budget_json");
  input.evidence_schema_json = fields.text("evidence_schema_json");
  input.predicate_json = fields.text("predicate_json");
  input.predicate_ref = fields.text_or_empty("predicate_ref");
  input.allowed_tools_json = fields.text("allowed_tools_json");
  if (version.rail) input.settlement_rail = fields.text("settlement_rail");
  if (version.policy) {
    input.policy_template_id = fields.text("policy_template_id");
    input.policy_version_seq = fields.u32("policy_version_seq");
    input.policy_content_digest_hex = fields.text("policy_content_digest_hex");
  }
  request.principal_seed_hex = fields.find_text("principal_seed_hex");
  request.payee_seed_hex = fields.find_text("payee_seed_hex");
  return request;
}

EvidenceRequest read_evidence_request(const json::Value& object) {
  const Fields fields(object, "the evidence", kEvidenceFields);
  EvidenceRequest request;
  EvidenceInput& input = request.input;
  input.tenant_id = fields.text("tenant_id");
  input.intent_id = fields.text("intent_id");
  input.payee_did = fields.text("payee_did");
  input.payload_json = fields.text("payload_json");
  input.artifacts_hex = fields.texts("artifacts_hex");
  input.submitted_at_rfc3339 = fields.text("submitted_at_rfc3339");
  request.secret_seed_hex = fields.find_text("secret_seed_hex");
  return request;
}

}  // namespace agentnet::paybond
