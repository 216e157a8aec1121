// The calls of the official kit, spoken as calls of ours: for the replay of its recordings.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

#include "core/paybond/access.hpp"
#include "core/paybond/client_audit.hpp"
#include "core/paybond/client_fraud.hpp"
#include "core/paybond/client_funding.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_intents.hpp"
#include "core/paybond/client_ledger.hpp"
#include "core/paybond/client_protocol.hpp"
#include "core/paybond/client_signal.hpp"
#include "core/paybond/client_spend.hpp"
#include "core/paybond/client_verify.hpp"
#include "core/paybond/evidence.hpp"
#include "core/paybond/gateway.hpp"
#include "core/paybond/intent.hpp"
#include "core/paybond/seed.hpp"
#include "tests/core/paybond/client_fixtures.hpp"

namespace agentnet::paybond {

// A value that a call gave, and how the kit shows it: as the answer it is, or as a record with a field for
// everything that could have been in it.
struct KitResult {
  json::Document value;
  bool is_record = false;
};

// One recorded session: what was opened, and what was called on it.
class KitSession {
 public:
  KitSession(ScriptedTransport& transport, StoppedClock& clock, bool current)
      : transport_(transport), clock_(clock), current_(current) {}

  // Throws std::runtime_error for a call that is not known.
  KitResult call(const std::string& name, const json::Value& args, const json::Value& kwargs);

 private:
  friend struct KitCalls;

  KitResult open(const std::string& name, const json::Value& kwargs);
  KitResult construct(const json::Value& args, const json::Value& kwargs);
  Client& client() { return *harbor_; }
  Client& gateway() { return *gateway_; }

  ScriptedTransport& transport_;
  StoppedClock& clock_;
  bool current_;  // release 0.12.17, otherwise 0.2.1
  Secret key_;
  std::unique_ptr<HarborAccess> access_;
  std::unique_ptr<Client> harbor_;
  std::unique_ptr<Client> gateway_;  // what goes there with the API key
  std::string last_call_;
};

inline constexpr Seconds kBetweenRepeats{1.2};  // a call that is made again comes so much later

inline std::string text(const json::Value& kwargs, std::string_view name) {
  const json::Value* value = kwargs.find(name);
  return value != nullptr && value->is_string() ? std::string(value->text()) : std::string();
}

inline std::int64_t number(const json::Value& kwargs, std::string_view name, std::int64_t otherwise) {
  const json::Value* value = kwargs.find(name);
  return value == nullptr ? otherwise : value->as_int64().value();
}

inline std::optional<std::int64_t> optional_number(const json::Value& kwargs, std::string_view name) {
  const json::Value* value = kwargs.find(name);
  return value == nullptr ? std::nullopt : value->as_int64();
}

inline json::Value member(const json::Value& kwargs, std::string_view name) {
  const json::Value* value = kwargs.find(name);
  return value == nullptr ? json::Value() : *value;
}

// The text of a JSON argument; the recording writes the number NaN as a text.
inline std::string json_text(const json::Value& kwargs, std::string_view name) {
  std::string compact = json::to_compact(member(kwargs, name));
  const std::size_t at = compact.find("\"NaN\"");
  if (at != std::string::npos) compact.replace(at, 5, "NaN");
  return compact;
}

inline std::vector<std::string> texts(const json::Value& kwargs, std::string_view name) {
  std::vector<std::string> list;
  const json::Value* items = kwargs.find(name);
  if (items == nullptr || !items->is_array()) return list;
  for (const json::Value& item : items->items())
    list.emplace_back(item.text());
  return list;
}

inline std::string argument(const json::Value& args, std::size_t place) {
  return std::string(args.items()[place].text());
}

inline crypto::SigningKey seed_of(const json::Value& kwargs, std::string_view name) {
  const Bytes bytes = hex(text(member(kwargs, name), "hex"));
  return crypto::SigningKey::from_seed(read_seed(as_text(bytes)));
}

inline json::Document as_document(const json::Value& value) {
  return json::parse(json::to_compact(value), json::kAsPython);
}
inline KitResult plain(json::Document document) {
  return {std::move(document), false};
}
inline KitResult plain(std::optional<json::Document> document) {
  return {document ? std::move(*document) : json::parse("null"), false};
}
inline KitResult record(json::Document document) {
  return {std::move(document), true};
}

inline MutationOptions mutation_options(const json::Value& kwargs) {
  MutationOptions options{.idempotency_key = text(kwargs, "idempotency_key")};
  const json::Value proof = member(kwargs, "recognition_proof");
  if (!proof.is_null()) {
    options.proof = [compact = json::to_compact(proof)](auto&&...) { return compact; };
  }
  return options;
}

inline std::string signed_intent(const Client& client, const json::Value& kwargs, unsigned version) {
  const std::string budget = json_text(kwargs, "budget");
  const std::string schema = json_text(kwargs, "evidence_schema");
  const std::string predicate =
      json_text(kwargs, kwargs.find("predicate") != nullptr ? "predicate" : "materialized_predicate");
  const std::string tools = json_text(kwargs, "allowed_tools");
  const std::string intent_id = text(kwargs, "intent_id"), principal = text(kwargs, "principal_did");
  const std::string payee = text(kwargs, "payee_did"), currency = text(kwargs, "currency");
  const std::string deadline = text(kwargs, "deadline_rfc3339"), ref = text(kwargs, "predicate_ref");
  const std::string rail = text(kwargs, "settlement_rail"), id = text(kwargs, "policy_template_id");
  const std::string digest = text(kwargs, "policy_content_digest_hex");
  const IntentInput input{
      .tenant_id = client.tenant_id(),
      .intent_id = intent_id,
      .principal_did = principal,
      .payee_did = payee,
      .amount_cents = number(kwargs, "amount_cents", 0),
      .currency = currency,
      .deadline_rfc3339 = deadline,
      .budget_json = budget,
      .evidence_schema_json = schema,
      .predicate_json = predicate,
      .predicate_ref = ref,
      .allowed_tools_json = tools,
      .settlement_rail = rail,
      .policy_template_id = id,
      .policy_version_seq = static_cast<std::uint32_t>(number(kwargs, "policy_version_seq", 0)),
      .policy_content_digest_hex = digest};
  const crypto::SigningKey key = seed_of(kwargs, "principal_signing_seed");
  std::optional<crypto::PublicKey> payee_key;
  if (version >= 6) payee_key = seed_of(kwargs, "payee_signing_seed").public_key();
  return IntentSigner().sign(input, intent_version(version), key, payee_key).body;
}

inline std::string signed_evidence(const Client& client, const json::Value& args, const json::Value& kwargs,
                                   unsigned version) {
  const std::string id = argument(args, 0), payload = json::to_compact(args.items()[1]);
  const std::string payee = text(kwargs, "payee_did"), at = text(kwargs, "submitted_at_rfc3339");
  const std::vector<std::string> artifacts = texts(kwargs, "artifacts_blake3_hex");
  const EvidenceInput input{.tenant_id = client.tenant_id(),
                            .intent_id = id,
                            .payee_did = payee,
                            .payload_json = payload,
                            .artifacts_hex = {artifacts.begin(), artifacts.end()},
                            .submitted_at_rfc3339 = at};
  return EvidenceSigner().sign(input, version, seed_of(kwargs, "payee_signing_seed")).body;
}

inline KitResult verify_result(const VerifyResult& result) {
  json::Arena arena;
  json::ObjectBuilder shown(arena);
  for (const json::Member& each : result.answer.root.members())
    shown.add(each);
  shown.add("audit_id", std::string_view(result.audit_id));
  shown.add("intent_id", std::string_view(result.intent_id));
  shown.add_boolean("allow", result.allow);
  return record(as_document(shown.done()));
}

inline KitResult fund_result(const FundResult& result) {
  json::Arena arena;
  json::ObjectBuilder shown(arena);
  shown.add_integer("status_code", result.status_code);
  for (const auto& [name, value] : result.headers.fields()) {
    std::string field = name;
    std::replace(field.begin(), field.end(), '-', '_');
    if (field == "www_authenticate") {
      shown.add(arena.copy(field), json::ArrayBuilder(arena).add(std::string_view(value)).done());
    } else {
      shown.add(arena.copy(field), std::string_view(value));
    }
  }
  for (const json::Member& each : result.answer.root.members())
    shown.add(each);
  return record(as_document(shown.done()));
}

inline FundResult fund(Client& client, const json::Value& args, const json::Value& kwargs) {
  return fund_intent(client, argument(args, 0),
                     {.payment_signature = text(kwargs, "payment_signature"),
                      .payment_authorization = text(kwargs, "payment_authorization"),
                      .mutation = mutation_options(kwargs)});
}

inline VerifyRequest verify_request(const json::Value& kwargs) {
  return {.intent_id = text(kwargs, "intent_id"),
          .token = text(kwargs, "token"),
          .operation = text(kwargs, "operation"),
          .requested_spend_cents = number(kwargs, "requested_spend_cents", 0),
          .vendor_id = text(kwargs, "vendor_id"),
          .task_id = text(kwargs, "task_id"),
          .workflow_id = text(kwargs, "workflow_id"),
          .tool_call_id = text(kwargs, "tool_call_id"),
          .tool_name = text(kwargs, "tool_name"),
          .currency = text(kwargs, "currency"),
          .agent_subject = text(kwargs, "agent_subject"),
          .approval_token = text(kwargs, "approval_token"),
          .idempotency_key = text(kwargs, "idempotency_key"),
          .model_family = text(kwargs, "model_family"),
          .config_hash_hex = text(kwargs, "config_hash_hex"),
          .prompt_hash_hex = text(kwargs, "prompt_hash_hex")};
}

inline KitResult deleted(const std::string& job_id) {
  json::Arena arena;
  return plain(as_document(json::ObjectBuilder(arena)
                               .add("job_id", std::string_view(job_id))
                               .add_boolean("deleted", true)
                               .done()));
}

// The call of a name without its class.
struct KitCalls {
  using Run = KitResult (*)(KitSession&, const json::Value& args, const json::Value& kwargs);

#define AGENTNET_KIT_CALL                                      \
  [](KitSession & s, [[maybe_unused]] const json::Value& args, \
     [[maybe_unused]] const json::Value& kwargs) -> KitResult
  inline static const std::map<std::string, Run> kTable = {
      {"rotate_harbor_token", AGENTNET_KIT_CALL{s.access_->force_rotate();
  return plain(json::parse("null"));
}
}  // namespace agentnet::paybond
, {"verify_capability",
   AGENTNET_KIT_CALL{return verify_result(verify_capability(s.client(), verify_request(kwargs)));
}
}
, {"create", AGENTNET_KIT_CALL{const std::string body = signed_intent(s.client(), kwargs, s.current_ ? 6 : 2);
return plain(create_intent(s.client(), body, mutation_options(kwargs)));
}
}
, {"create_with_policy_binding",
   AGENTNET_KIT_CALL{return plain(
       create_intent(s.client(), signed_intent(s.client(), kwargs, 7), mutation_options(kwargs)));
}
}
, {"create_intent", AGENTNET_KIT_CALL{return plain(create_intent(
                        s.client(), json::to_compact(args.items()[0]), mutation_options(kwargs)));
}
}
, {"fund_intent", AGENTNET_KIT_CALL{return fund_result(fund(s.client(), args, kwargs));
}
}
, {"fund", AGENTNET_KIT_CALL{return fund_result(fund(s.client(), args, kwargs));
}
}
, {"confirm_settlement",
   AGENTNET_KIT_CALL{const std::string body =
                         args.items().size() > 1 ? json::to_compact(args.items()[1]) : "{}";
return plain(confirm_settlement(s.client(), argument(args, 0), body, mutation_options(kwargs)));
}
}
, {"get_intent", AGENTNET_KIT_CALL{return plain(get_intent(s.client(), argument(args, 0)));
}
}
, {"get_ledger_tip", AGENTNET_KIT_CALL{return plain(get_ledger_tip(s.client()));
}
}
, {"get_ledger_authority", AGENTNET_KIT_CALL{return plain(get_ledger_authority(s.client()));
}
}
, {"get_ledger_merkle_latest", AGENTNET_KIT_CALL{return plain(get_ledger_merkle_latest(s.client()));
}
}
, {"get_ledger_events",
   AGENTNET_KIT_CALL{return plain(get_ledger_events(s.client(), number(kwargs, "after_seq", 0),
                                                    number(kwargs, "limit", kDefaultLedgerPage)));
}
}
, {"get_reputation_receipt", AGENTNET_KIT_CALL{return plain(get_reputation_receipt(
                                 s.gateway(), argument(args, 0), text(kwargs, "score_version")));
}
}
, {"get_portfolio_summary",
   AGENTNET_KIT_CALL{return plain(get_portfolio_summary(s.gateway(), text(kwargs, "score_version")));
}
}
, {"get_signed_portfolio_export",
   AGENTNET_KIT_CALL{return plain(get_signed_portfolio_export(s.gateway(), text(kwargs, "score_version")));
}
}
, {"get_operator_explanation", AGENTNET_KIT_CALL{return plain(get_operator_explanation(
                                   s.gateway(), argument(args, 0), text(kwargs, "score_version")));
}
}
, {"get_operator_review_status", AGENTNET_KIT_CALL{return plain(get_operator_review_status(
                                     s.gateway(), argument(args, 0), text(kwargs, "score_version")));
}
}
, {"complete_spend_decision", AGENTNET_KIT_CALL{complete_spend_decision(
                                  s.gateway(), text(kwargs, "decision_id"), text(kwargs, "outcome"));
return plain(json::parse("null"));
}
}
, {"bootstrap_sandbox", AGENTNET_KIT_CALL{return record(bootstrap_sandbox(
                            s.gateway(), {.operation = text(kwargs, "operation"),
                                          .requested_spend_cents = number(kwargs, "requested_spend_cents", 0),
                                          .currency = text(kwargs, "currency"),
                                          .evidence_schema = member(kwargs, "evidence_schema"),
                                          .metadata = member(kwargs, "metadata"),
                                          .completion_preset = text(kwargs, "completion_preset"),
                                          .template_id = text(kwargs, "template_id"),
                                          .parameters = member(kwargs, "parameters"),
                                          .idempotency_key = text(kwargs, "idempotency_key")}));
}
}
, {"submit_sandbox_evidence", AGENTNET_KIT_CALL{return record(submit_sandbox_evidence(
                                  s.gateway(), argument(args, 0),
                                  {.payload = member(kwargs, "payload"),
                                   .vendor_payload = member(kwargs, "vendor_payload"),
                                   .artifacts = texts(kwargs, "artifacts"),
                                   .operation = text(kwargs, "operation"),
                                   .requested_spend_cents = optional_number(kwargs, "requested_spend_cents"),
                                   .metadata = member(kwargs, "metadata"),
                                   .idempotency_key = text(kwargs, "idempotency_key")}));
}
}
, {"list_fraud_review_queue", AGENTNET_KIT_CALL{return plain(list_fraud_review_queue(
                                  s.gateway(), {.state = text(kwargs, "state"),
                                                .severity = text(kwargs, "severity"),
                                                .limit = optional_number(kwargs, "limit"),
                                                .score_version = text(kwargs, "score_version")}));
}
}
, {"get_fraud_metrics",
   AGENTNET_KIT_CALL{return plain(get_fraud_metrics(s.gateway(), text(kwargs, "window")));
}
}
, {"get_fraud_release_gate", AGENTNET_KIT_CALL{return plain(get_fraud_release_gate(s.gateway()));
}
}
, {"set_fraud_release_gate_mode",
   AGENTNET_KIT_CALL{return plain(set_fraud_release_gate_mode(s.gateway(), argument(args, 0)));
}
}
, {"record_fraud_review_event",
   AGENTNET_KIT_CALL{return plain(record_fraud_review_event(s.gateway(), argument(args, 0), args.items()[1]));
}
}
, {"get_task_contracts", AGENTNET_KIT_CALL{return plain(get_task_contracts(s.gateway()));
}
}
, {"get_task_contract", AGENTNET_KIT_CALL{return plain(get_task_contract(s.gateway(), argument(args, 0)));
}
}
, {"get_agent_card", AGENTNET_KIT_CALL{return plain(get_agent_card(s.gateway()));
}
}
, {"get_protocol_receipt_v1",
   AGENTNET_KIT_CALL{return plain(get_protocol_receipt(s.gateway(), argument(args, 0)));
}
}
, {"verify_protocol_receipt_v1",
   AGENTNET_KIT_CALL{return plain(verify_protocol_receipt(s.gateway(), args.items()[0]));
}
}
, {"get_agent_receipt_v1_by_id",
   AGENTNET_KIT_CALL{return plain(get_agent_receipt(s.gateway(), argument(args, 0)));
}
}
, {"verify_agent_receipt_v1",
   AGENTNET_KIT_CALL{return plain(verify_agent_receipt(s.gateway(), args.items()[0]));
}
}
, {"import_agent_mandate_v1", AGENTNET_KIT_CALL{return plain(import_mandate(
                                  s.gateway(), {.signed_mandate = member(kwargs, "signed_mandate"),
                                                .intent_id = text(kwargs, "intent_id"),
                                                .transport_binding = member(kwargs, "transport_binding"),
                                                .recognition_proof = member(kwargs, "recognition_proof")}));
}
}
,
}
;
#undef AGENTNET_KIT_CALL

// Names that several classes of the kit have for different things.
static KitResult audit(KitSession& s, const std::string& name, const json::Value& args,
                       const json::Value& kwargs) {
  if (name == "list") {
    return plain(list_audit_exports(
        s.gateway(), {.limit = optional_number(kwargs, "limit"), .cursor = text(kwargs, "cursor")}));
  }
  if (name == "create") {
    AuditExportRequest request{.filter = member(kwargs, "filter"),
                               .retention_hours = optional_number(kwargs, "retention_hours")};
    if (kwargs.find("disclosure_tier") != nullptr) request.disclosure_tier = text(kwargs, "disclosure_tier");
    return record(create_audit_export(s.gateway(), request));
  }
  if (name == "get") return record(get_audit_export(s.gateway(), argument(args, 0)));
  if (name == "delete") {
    delete_audit_export(s.gateway(), argument(args, 0));
    return deleted(argument(args, 0));
  }
  throw std::runtime_error("unknown call of audit exports: " + name);
}

static KitResult evidence(KitSession& s, bool is_signed, const json::Value& args, const json::Value& kwargs) {
  const std::string body = is_signed ? json::to_compact(args.items()[1])
                                     : signed_evidence(s.client(), args, kwargs, s.current_ ? 2 : 1);
  return plain(submit_evidence(s.client(), argument(args, 0), body, mutation_options(kwargs)));
}
}
;

inline KitResult KitSession::call(const std::string& name, const json::Value& args,
                                  const json::Value& kwargs) {
  if (name == last_call_) clock_.now += kBetweenRepeats;
  last_call_ = name;
  const std::size_t dot = name.find('.');
  const std::string owner = name.substr(0, dot), method = name.substr(dot + 1);
  if (method == "open") return open(owner, kwargs);
  if (name == "HarborClient.__init__") return construct(args, kwargs);
  if (owner == "PaybondAuditExports") return KitCalls::audit(*this, method, args, kwargs);
  if (method == "submit_evidence") return KitCalls::evidence(*this, owner != "PaybondIntents", args, kwargs);
  const auto known = KitCalls::kTable.find(method);
  if (known == KitCalls::kTable.end()) throw std::runtime_error("unknown call of the kit: " + name);
  return known->second(*this, args, kwargs);
}

inline KitResult KitSession::open(const std::string& name, const json::Value& kwargs) {
  const auto address = [&](std::string_view member_name) {
    std::string url = text(kwargs, member_name);
    const std::size_t at = url.find("<base>");
    if (at != std::string::npos) url.replace(at, 6, "http://127.0.0.1:1");
    return url;
  };
  const std::string key = text(kwargs, "api_key");
  key_ = Secret(as_bytes(key));
  if (current_) (void)normalise_gateway(address("gateway_base_url"));
  Attempts attempts = clock_.attempts(static_cast<int>(number(kwargs, "max_retries", kDefaultAttempts)));
  const std::string stripped(strip(key));
  const auto with_key = [&, stripped](const std::string& tenant, Attempts chosen) {
    return std::make_unique<Client>(
        transport_,
        ClientOptions{.tenant_id = tenant, .bearer = [stripped] { return stripped; }, .attempts = chosen});
  };
  if (current_ || name == "ServiceAccountSignalSession") {
    const std::string tenant =
        read_principal(transport_, key_, attempts, text(kwargs, "expected_environment")).tenant_id;
    harbor_ = with_key(tenant, attempts);
  } else {
    access_ =
        std::make_unique<HarborAccess>(transport_, key_, AccessOptions{.now = [this] { return clock_.now; }});
    access_->force_rotate();
    harbor_ =
        std::make_unique<Client>(transport_, ClientOptions{.side = Side::harbor,
                                                           .tenant_id = *access_->tenant_id(),
                                                           .bearer = [this] { return access_->bearer(); },
                                                           .attempts = attempts});
  }
  attempts.negative_counts = current_;
  gateway_ = with_key(harbor_->tenant_id(), attempts);
  json::Arena arena;
  return record(as_document(json::ObjectBuilder(arena)
                                .add("tenant", std::string_view(harbor_->tenant_id()))
                                .add("signal_tenant", std::string_view(gateway_->tenant_id()))
                                .done()));
}

inline KitResult KitSession::construct(const json::Value& args, const json::Value& kwargs) {
  const std::string token = text(kwargs, "static_harbor_bearer_token");
  harbor_ = std::make_unique<Client>(transport_, ClientOptions{.side = Side::harbor,
                                                               .tenant_id = argument(args, 1),
                                                               .bearer = [token] { return token; },
                                                               .attempts = clock_.attempts()});
  return plain(json::parse("null"));
}

}  // namespace agentnet::paybond
