#include "core/paybond/protocol_receipt.hpp"

#include "core/json/parse.hpp"
#include "core/paybond/artefact_fields.hpp"
#include "core/paybond/field.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kAuthorizationReceiptKinds[] = {kAuthorizationReceiptKind};
constexpr std::string_view kSettlementReceiptKinds[] = {kSettlementReceiptKind};
constexpr std::string_view kStatuses[] = {"authorized"};
constexpr std::string_view kTerminalStates[] = {"released", "refunded", "resolved_split",
                                                "escalated_external"};

constexpr Field kTransportBinding[] = {
    {.name = "source_protocol", .rule = Rule::token, .absent = Absent::fallback, .fallback = R"("ap2")"},
    {.name = "partner_platform", .rule = Rule::text, .absent = Absent::omitted},
    {.name = "external_authorization_id", .rule = Rule::text, .absent = Absent::omitted},
    {.name = "request_id", .rule = Rule::text, .absent = Absent::omitted},
};
constexpr std::string_view kNoTransportBinding = R"({"source_protocol":"ap2"})";

// Looser than a mandate's: it was checked when it was imported.
constexpr Field kAuthorization[] = {
    {.name = "kind", .rule = Rule::lower, .choices = kAuthorizationKinds},
    {.name = "tenant_id", .rule = Rule::tenant},
    {.name = "principal_subject", .rule = Rule::text, .absent = Absent::blank},
    {.name = "principal_type", .rule = Rule::lower, .absent = Absent::blank},
};
constexpr Field kSettlement[] = {
    {.name = "default_rail", .rule = Rule::lower},
    {.name = "allowed_rails", .rule = Rule::tokens, .absent = Absent::blank},
};
constexpr Field kConstraint[] = {
    {.name = "kind", .rule = Rule::lower},
    {.name = "id", .rule = Rule::text, .absent = Absent::blank},
    {.name = "version", .rule = Rule::text, .absent = Absent::blank},
    {.name = "digest_sha256_hex", .rule = Rule::lower, .absent = Absent::blank},
    {.name = "uri", .rule = Rule::text, .absent = Absent::blank},
};

constexpr Field kAuthorizationReceipt[] = {
    {.name = "schema_version", .rule = Rule::integer, .absent = Absent::fallback, .fallback = "1"},
    {.name = "kind",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kAuthorizationReceiptKinds,
     .fallback = R"("paybond.protocol_authorization_receipt_v1")"},
    {.name = "receipt_version",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kVersionOne,
     .fallback = R"("1")"},
    {.name = "receipt_id", .rule = Rule::token},
    {.name = "issued_at", .rule = Rule::trimmed_instant},
    {.name = "status",
     .rule = Rule::lower,
     .absent = Absent::fallback,
     .choices = kStatuses,
     .fallback = R"("authorized")"},
    {.name = "intent_id", .rule = Rule::uuid},
    {.name = "tenant_id", .rule = Rule::tenant},
    {.name = "verifier_id", .rule = Rule::token},
    {.name = "transport_binding",
     .rule = Rule::object,
     .absent = Absent::fallback,
     .members = kTransportBinding,
     .fallback = kNoTransportBinding},
    {.name = "mandate_digest_sha256_hex", .rule = Rule::hex32},
    {.name = "imported_mandate_signing_public_key_ed25519_hex", .rule = Rule::hex32},
    {.name = "authorization", .rule = Rule::object, .members = kAuthorization},
    {.name = "agent", .rule = Rule::object, .members = kAgentFields},
    {.name = "allowed_actions", .rule = Rule::tokens, .absent = Absent::blank},
    {.name = "allowed_tools", .rule = Rule::tokens, .absent = Absent::blank},
    {.name = "spend_ceiling", .rule = Rule::object, .members = kSpendCeilingFields},
    {.name = "settlement", .rule = Rule::object, .members = kSettlement},
    {.name = "constraint", .rule = Rule::object, .members = kConstraint},
    {.name = "expires_at", .rule = Rule::trimmed_instant},
    {.name = "nonce", .rule = Rule::text},
    {.name = "human_presence_mode", .rule = Rule::lower, .choices = kPresenceModes},
};

constexpr Field kSettlementReceipt[] = {
    {.name = "schema_version", .rule = Rule::integer, .absent = Absent::fallback, .fallback = "1"},
    {.name = "kind",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kSettlementReceiptKinds,
     .fallback = R"("paybond.protocol_settlement_receipt_v1")"},
    {.name = "receipt_version",
     .rule = Rule::text,
     .absent = Absent::fallback,
     .choices = kVersionOne,
     .fallback = R"("1")"},
    {.name = "receipt_id", .rule = Rule::token},
    {.name = "issued_at", .rule = Rule::trimmed_instant},
    {.name = "intent_id", .rule = Rule::uuid},
    {.name = "tenant_id", .rule = Rule::tenant},
    {.name = "verifier_id", .rule = Rule::token},
    {.name = "transport_binding",
     .rule = Rule::object,
     .absent = Absent::fallback,
     .members = kTransportBinding,
     .fallback = kNoTransportBinding},
    {.name = "authorization_receipt_id", .rule = Rule::token},
    {.name = "mandate_digest_sha256_hex", .rule = Rule::hex32},
    {.name = "harbor_state", .rule = Rule::lower, .choices = kTerminalStates},
    {.name = "predicate_passed", .rule = Rule::boolean, .absent = Absent::omitted},
    {.name = "settlement_rail", .rule = Rule::lower},
    {.name = "settlement_mode", .rule = Rule::text},
    {.name = "principal_did", .rule = Rule::text, .absent = Absent::blank},
    {.name = "payee_did", .rule = Rule::text, .absent = Absent::blank},
    {.name = "currency", .rule = Rule::lower},
    {.name = "amount_cents", .rule = Rule::integer, .least = 1},
    {.name = "terminal_observed_at", .rule = Rule::trimmed_instant},
};

std::string_view text_in(const json::Value& object, std::string_view name) {
  return object.find(name)->text();
}

}  // namespace

std::string canonical_protocol_receipt(const json::Value& receipt, ProtocolReceipt kind) {
  std::string canonical;
  const bool settles = kind == ProtocolReceipt::settlement;
  if (settles) {
    write_shape(receipt, kSettlementReceipt, Escapes::go, canonical);
  } else {
    write_shape(receipt, kAuthorizationReceipt, Escapes::go, canonical);
  }
  const json::Document normal = json::parse(canonical);
  const json::Value& root = normal.root;
  if (root.find("schema_version")->as_int64() != 1) {
    bad_field("malformed", "schema_version", "only 1 is supported");
  }
  if (settles && text_in(root, "receipt_id") != text_in(root, "intent_id")) {
    bad_field("malformed", "receipt_id", "not the intent_id");
  }
  if (!settles) check_scopes(root);
  if (!settles && text_in(*root.find("authorization"), "tenant_id") != text_in(root, "tenant_id")) {
    bad_field("malformed", "authorization.tenant_id", "not the tenant_id");
  }
  return canonical;
}

std::string sign_protocol_receipt(const json::Value& receipt, ProtocolReceipt kind,
                                  const crypto::KeyView& key) {
  return seal(canonical_protocol_receipt(receipt, kind), key);
}

Verdict verify_protocol_receipt(const json::Value& receipt, ProtocolReceipt kind,
                                std::span<const crypto::PublicKey> trusted) {
  return judge([&] { return check_seal(receipt, canonical_protocol_receipt(receipt, kind), trusted); });
}

}  // namespace agentnet::paybond
