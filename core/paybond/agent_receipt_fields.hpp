// The members of an agent receipt in the order in which they are hashed.
#pragma once

#include "core/paybond/agent_receipt.hpp"
#include "core/paybond/artefact_fields.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kAgentReceiptKinds[] = {kAgentReceiptKind};
inline constexpr std::string_view kScopes[] = {"action", "intent_terminal"};
inline constexpr std::string_view kExecutionOutcomes[] = {"executed", "denied", "skipped", "failed"};
inline constexpr std::string_view kReservationOutcomes[] = {"consumed", "released", "pending", "none"};
inline constexpr std::string_view kSettlementOutcomes[] = {"SETTLED", "PENDING_FINALITY", "REVERSED",
                                                           "FAILED"};

inline constexpr Field kReceiptAgent[] = {
    {.name = "operator_did", .rule = Rule::text},
    {.name = "model_family", .rule = Rule::token},
    {.name = "model_instance_id", .rule = Rule::text, .absent = Absent::omitted},
    {.name = "config_hash_sha256_hex", .rule = Rule::hex32},
    {.name = "prompt_hash_sha256_hex", .rule = Rule::hex32},
    {.name = "deployment_epoch", .rule = Rule::integer, .absent = Absent::omitted},
};
inline constexpr Field kReceiptPolicy[] = {
    {.name = "template_id", .rule = Rule::text},
    {.name = "version_seq", .rule = Rule::integer, .absent = Absent::omitted},
    {.name = "content_digest_sha256_hex", .rule = Rule::hex32},
    {.name = "spend_policy_version", .rule = Rule::integer, .absent = Absent::omitted},
};
inline constexpr Field kReceiptAuthorization[] = {
    {.name = "principal_did", .rule = Rule::text},
    {.name = "actor_subject", .rule = Rule::text},
    {.name = "agent", .rule = Rule::object, .members = kReceiptAgent},
    {.name = "decision_id", .rule = Rule::uuid},
    {.name = "audit_id", .rule = Rule::uuid, .absent = Absent::omitted},
    {.name = "policy", .rule = Rule::object, .members = kReceiptPolicy},
    {.name = "authorized_at", .rule = Rule::instant},
    {.name = "requested_spend_cents", .rule = Rule::integer, .least = 0},
    {.name = "currency", .rule = Rule::currency},
    {.name = "reason_codes", .rule = Rule::tokens_in_order, .absent = Absent::omitted},
    {.name = "mandate_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
    {.name = "mandate_reference_id", .rule = Rule::text, .absent = Absent::omitted},
    {.name = "zk_policy_proof_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
};
inline constexpr Field kReceiptExecution[] = {
    {.name = "run_id", .rule = Rule::uuid},
    {.name = "tool_call_id", .rule = Rule::text},
    {.name = "tool_name", .rule = Rule::token},
    {.name = "operation", .rule = Rule::token},
    {.name = "arguments_digest_sha256_hex", .rule = Rule::hex32},
    {.name = "result_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
    {.name = "outcome", .rule = Rule::lower, .choices = kExecutionOutcomes},
    {.name = "started_at", .rule = Rule::instant},
    {.name = "completed_at", .rule = Rule::instant},
    {.name = "duration_ms", .rule = Rule::integer, .absent = Absent::omitted, .least = 0},
    {.name = "tee_attestation_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
};
inline constexpr Field kReceiptMerchant[] = {
    {.name = "payee_did", .rule = Rule::text},
    {.name = "vendor_id", .rule = Rule::token, .absent = Absent::omitted},
    {.name = "vendor_ref_id", .rule = Rule::text, .absent = Absent::omitted},
};
inline constexpr Field kReceiptEvidence[] = {
    {.name = "completion_preset_id", .rule = Rule::token},
    {.name = "payload_digest_sha256_hex", .rule = Rule::hex32},
    {.name = "artifacts_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
    {.name = "predicate_passed", .rule = Rule::boolean},
    {.name = "payee_did", .rule = Rule::text},
    {.name = "payee_signature_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
};
inline constexpr Field kReceiptPayment[] = {
    {.name = "intent_id", .rule = Rule::uuid},
    {.name = "settlement_rail", .rule = Rule::token},
    {.name = "funding_method", .rule = Rule::token, .absent = Absent::omitted},
    {.name = "funding_reference", .rule = Rule::text, .absent = Absent::omitted},
    {.name = "funding_receipt_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
};
inline constexpr Field kReceiptOutcome[] = {
    {.name = "harbor_state", .rule = Rule::token},
    {.name = "spend_reservation_outcome",
     .rule = Rule::lower,
     .absent = Absent::omitted,
     .choices = kReservationOutcomes},
    {.name = "predicate_passed", .rule = Rule::boolean, .absent = Absent::omitted},
    {.name = "settlement_outcome",
     .rule = Rule::upper,
     .absent = Absent::omitted,
     .choices = kSettlementOutcomes},
};
inline constexpr Field kReceiptReferences[] = {
    {.name = "intent_id", .rule = Rule::uuid},
    {.name = "ledger_seq", .rule = Rule::integer, .absent = Absent::omitted, .least = 0},
    {.name = "settlement_receipt_id", .rule = Rule::uuid_or_hex32, .absent = Absent::null},
};
inline constexpr Field kReceiptAttestation[] = {
    {.name = "source", .rule = Rule::token},
    {.name = "kind", .rule = Rule::text},
    {.name = "digest_sha256_hex", .rule = Rule::hex32},
    {.name = "reference_id", .rule = Rule::text, .absent = Absent::omitted},
};
inline constexpr Field kReceiptContinuity[] = {
    {.name = "prev_message_digest_sha256_hex", .rule = Rule::hex32, .absent = Absent::omitted},
    {.name = "sequence_number", .rule = Rule::integer, .least = 1},
    {.name = "run_id", .rule = Rule::uuid},
};

inline constexpr Field kAgentReceipt[] = {
    {.name = "schema_version", .rule = Rule::integer, .absent = Absent::fallback, .fallback = "1"},
    {.name = "kind",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kAgentReceiptKinds,
     .fallback = R"("paybond.agent_receipt_v1")"},
    {.name = "receipt_version",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kVersionOne,
     .fallback = R"("1")"},
    {.name = "scope", .rule = Rule::lower, .choices = kScopes},
    {.name = "receipt_id", .rule = Rule::lower},
    {.name = "issued_at", .rule = Rule::instant},
    {.name = "tenant_id", .rule = Rule::text},
    {.name = "authorization", .rule = Rule::object, .members = kReceiptAuthorization},
    {.name = "execution", .rule = Rule::object, .absent = Absent::omitted, .members = kReceiptExecution},
    {.name = "merchant", .rule = Rule::object, .absent = Absent::omitted, .members = kReceiptMerchant},
    {.name = "evidence", .rule = Rule::object, .absent = Absent::omitted, .members = kReceiptEvidence},
    {.name = "payment", .rule = Rule::object, .absent = Absent::omitted, .members = kReceiptPayment},
    {.name = "outcome", .rule = Rule::object, .members = kReceiptOutcome},
    {.name = "references", .rule = Rule::object, .members = kReceiptReferences},
    {.name = "external_attestations",
     .rule = Rule::objects,
     .absent = Absent::null,
     .members = kReceiptAttestation},
    {.name = "continuity", .rule = Rule::object, .absent = Absent::omitted, .members = kReceiptContinuity},
};

}  // namespace agentnet::paybond
