#include "core/paybond/mandate_binding.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/intent.hpp"
#include "core/paybond/ledger.hpp"
#include "core/paybond/mandate.hpp"
#include "core/paybond/protocol_receipt.hpp"
#include "core/paybond/recognition.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kSettlementMode = "simulated";

const json::Value& part(const json::Value& object, std::string_view name) {
  return *object.find(name);  // what has a normal form has all its members
}

[[noreturn]] void exceeded(const std::string& what) {
  throw Error(Category::policy, "mandate_exceeded", "the mandate does not allow " + what);
}

bool holds(const json::Value& list, std::string_view text) {
  const auto& items = list.items();
  return std::any_of(items.begin(), items.end(),
                     [&](const json::Value& item) { return item.text() == text; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// `mandate` in its normal form.
void check_covers(const json::Value& mandate, const StoredIntent& intent) {
  if (part(part(mandate, "authorization"), "tenant_id").text() != intent.tenant_id)
    throw Error(Category::policy, "wrong_mandate_tenant", "the mandate is of another tenant");
  const json::Value& ceiling = part(mandate, "spend_ceiling");
  if (part(ceiling, "currency").text() != lower(intent.currency)) exceeded("the currency " + intent.currency);
  if (part(ceiling, "amount_minor").as_int64().value_or(0) < intent.amount_cents)
    exceeded("an amount of " + std::to_string(intent.amount_cents));
  if (!holds(part(part(mandate, "settlement"), "allowed_rails"), intent.settlement_rail))
    exceeded("the rail " + intent.settlement_rail);
  for (const std::string& tool : tools_of(intent))
    if (!holds(part(mandate, "allowed_tools"), tool)) exceeded("the tool " + tool);
}

std::string digest_in(const json::Value& mandate) {
  return std::string(part(mandate, "message_digest_sha256_hex").text());
}

// One mandate is bound to one intent by one receipt.
std::string receipt_id_of(std::string_view intent_id, std::string_view mandate_digest) {
  return crypto::sha256_hex("agentnet paybond authorization receipt v1\n" + std::string(intent_id) + "\n" +
                            std::string(mandate_digest));
}

json::Value transport_of(const json::Value* given, json::Arena& arena) {
  if (given != nullptr && !given->is_null()) return *given;
  return json::ObjectBuilder(arena).add("source_protocol", "ap2").done();
}

std::string authorization_receipt(const HarborCall& call, const StoredIntent& intent,
                                  const json::Value& mandate, const MandateImport& import,
                                  const std::string& receipt_id) {
  json::Arena arena;
  json::ObjectBuilder receipt(arena);
  receipt.add("kind", kAuthorizationReceiptKind)
      .add("receipt_id", std::string_view(receipt_id))
      .add("issued_at", std::string_view(iso_zulu(call.now)))
      .add("intent_id", std::string_view(intent.intent_id))
      .add("tenant_id", std::string_view(intent.tenant_id))
      .add("verifier_id", kGatewayVerifier)
      .add("transport_binding", transport_of(import.transport_binding, arena))
      .add("mandate_digest_sha256_hex", std::string_view(digest_in(mandate)))
      .add("imported_mandate_signing_public_key_ed25519_hex",
           part(mandate, "signing_public_key_ed25519_hex"));
  for (const std::string_view name :
       {"authorization", "agent", "allowed_actions", "allowed_tools", "spend_ceiling", "settlement",
        "constraint", "expires_at", "nonce", "human_presence_mode"})
    receipt.add(name, part(mandate, name));
  return sign_protocol_receipt(receipt.done(), ProtocolReceipt::authorization, call.service.harbor);
}

std::optional<MandateBinding> find_binding(const HarborCall& call, std::string_view column,
                                           std::string_view value) {
  store::Query row = call.connection.query(
      "SELECT intent_id, receipt_id, authorization_receipt FROM paybond_mandates WHERE tenant_id = ? AND " +
          std::string(column) + " = ?",
      {call.tenant_id, value});
  if (!row.next()) return std::nullopt;
  return MandateBinding{row.text(0), row.text(1), row.text(2)};
}

std::string settlement_receipt(const HarborCall& call, const MandateBinding& binding,
                               const StoredIntent& intent) {
  const json::Document authorization = json::parse(binding.authorization_receipt);
  const std::string ended_at = iso_zulu(intent.updated_at);  // nothing changes a settled intent
  json::Arena arena;
  json::ObjectBuilder receipt(arena);
  receipt.add("kind", kSettlementReceiptKind)
      .add("receipt_id", std::string_view(intent.intent_id))
      .add("issued_at", std::string_view(ended_at))
      .add("intent_id", std::string_view(intent.intent_id))
      .add("tenant_id", std::string_view(intent.tenant_id))
      .add("verifier_id", kGatewayVerifier)
      .add("transport_binding", part(authorization.root, "transport_binding"))
      .add("authorization_receipt_id", std::string_view(binding.receipt_id))
      .add("mandate_digest_sha256_hex", part(authorization.root, "mandate_digest_sha256_hex"))
      .add("harbor_state", state_name(intent.state))
      .add("settlement_rail", std::string_view(intent.settlement_rail))
      .add("settlement_mode", kSettlementMode)
      .add("principal_did", std::string_view(intent.principal_did))
      .add("payee_did", std::string_view(intent.payee_did))
      .add("currency", std::string_view(intent.currency))
      .add_integer("amount_cents", intent.amount_cents)
      .add("terminal_observed_at", std::string_view(ended_at));
  if (intent.predicate_passed) receipt.add_boolean("predicate_passed", *intent.predicate_passed);
  return sign_protocol_receipt(receipt.done(), ProtocolReceipt::settlement, call.service.harbor);
}

}  // namespace

MandateBinding bind_mandate(const HarborCall& call, const MandateImport& import) {
  const Verdict verdict = verify_mandate(import.signed_mandate, call.now, {});
  if (!verdict.valid) {
    const bool is_form = verdict.reason == "malformed";
    throw Error(is_form ? Category::usage : Category::verification, verdict.reason, verdict.message);
  }
  // From here on only the normal form counts: it is what was signed.
  const std::string canonical = canonical_mandate(import.signed_mandate);
  json::Document mandate = json::parse(canonical);
  json::ObjectBuilder whole(mandate.arena);
  for (const json::Member& member : mandate.root.members())
    whole.add(member);
  const std::string digest = crypto::sha256_hex(canonical);
  mandate.root =
      whole.add("message_digest_sha256_hex", std::string_view(digest))
          .add("signing_public_key_ed25519_hex",
               std::string_view(lower(part(import.signed_mandate, "signing_public_key_ed25519_hex").text())))
          .done();
  const StoredIntent intent = require_intent(call.connection, call.tenant_id, import.intent_id);
  const std::string receipt_id = receipt_id_of(intent.intent_id, digest);
  if (auto bound = find_binding(call, "intent_id", intent.intent_id)) {
    if (bound->receipt_id == receipt_id) return std::move(*bound);
    throw Error(Category::conflict, "mandate_bound", "another mandate is bound to the intent");
  }
  if (is_terminal(intent.state))
    throw Error(Category::conflict, "wrong_state",
                "the intent is settled: " + std::string(state_name(intent.state)));
  check_covers(mandate.root, intent);
  MandateBinding binding{intent.intent_id, receipt_id,
                         authorization_receipt(call, intent, mandate.root, import, receipt_id)};
  call.connection.run(
      "INSERT INTO paybond_mandates (tenant_id, intent_id, receipt_id, authorization_receipt, created_at)"
      " VALUES (?, ?, ?, ?, ?)",
      {call.tenant_id, binding.intent_id, binding.receipt_id, binding.authorization_receipt,
       auth::to_column(call.now)});
  json::Arena arena;
  append_event(call.connection, call.tenant_id, call.service.harbor,
               {"protocol_mandate_bound", intent.intent_id, intent.payee_did,
                json::ObjectBuilder(arena)
                    .add("mandate_digest_sha256_hex", std::string_view(digest))
                    .add("authorization_receipt_id", std::string_view(receipt_id))
                    .done()},
               call.now);
  return binding;
}

std::optional<std::string> find_protocol_receipt(const HarborCall& call, std::string_view receipt_id) {
  if (auto binding = find_binding(call, "receipt_id", receipt_id))
    return std::move(binding->authorization_receipt);
  const auto binding = find_binding(call, "intent_id", receipt_id);
  const auto intent = find_intent(call.connection, call.tenant_id, receipt_id);
  if (!binding || !intent || !is_terminal(intent->state)) return std::nullopt;
  return settlement_receipt(call, *binding, *intent);
}

}  // namespace agentnet::paybond
