#include "core/paybond/issued_receipts.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/artefact.hpp"
#include "core/paybond/ledger.hpp"
#include "core/paybond/spend.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kUnknown = "unknown";
constexpr std::size_t kMaxTokenBytes = 128;

// What was decided and told, of one call.
struct Decision {
  std::string decision_id = {};
  std::string audit_id = {};
  std::string operation = {};
  std::int64_t requested_cents = 0;
  std::string outcome = {};
  Instant created_at = {};
  std::string tool_call_id = {};
  json::Document told = {};  // the request; null when there is none
  std::string intent_id = {};
};

std::string told_text(const Decision& decision, std::string_view name) {
  const json::Value* value = decision.told.root.is_object() ? decision.told.root.find(name) : nullptr;
  return value != nullptr && value->is_string() ? std::string(trim_white_space(value->text()))
                                                : std::string();
}

// The text as a name that receipts can hold: [a-z0-9][a-z0-9._:/-]*.
std::string token(const std::string& text) {
  const std::string lower = lower_ascii(text);
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const bool fits = !lower.empty() && lower.size() <= kMaxTokenBytes && is_plain(lower.front()) &&
                    std::all_of(lower.begin(), lower.end(), [&](char c) {
                      return is_plain(c) || std::string_view("._:/-").find(c) != std::string_view::npos;
                    });
  return fits ? lower : std::string(kUnknown);
}

std::string digest_or_empty(const std::string& hex) {
  return parse_hex(hex).value_or(Bytes()).size() == 32 ? lower_ascii(hex) : crypto::sha256_hex("");
}

// The first of them that is a UUID.
std::string uuid_of(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts)
    if (const auto uuid = parse_uuid(text)) return uuid_text(*uuid);
  return {};
}

std::optional<Decision> read_decision(store::Query&& rows) {
  if (!rows.next()) return std::nullopt;
  Decision decision{rows.text(0),    rows.text(1), rows.text(2),
                    rows.integer(3), rows.text(4), auth::from_column(rows.integer(5)),
                    rows.text(6),    {},           {}};
  if (!rows.is_null(7)) decision.told = json::parse(rows.text(7));
  decision.intent_id = rows.text(8);
  return decision;
}

constexpr std::string_view kDecisions =
    "SELECT d.decision_id, d.audit_id, d.operation, d.requested_cents, d.outcome, d.created_at,"
    " coalesce(c.tool_call_id, ''), c.request, d.intent_id"
    " FROM paybond_decisions d LEFT JOIN paybond_tool_calls c"
    " ON c.tenant_id = d.tenant_id AND c.decision_id = d.decision_id WHERE d.tenant_id = ? AND ";

// The newest call that was allowed to spend from the intent.
std::optional<Decision> last_decision(const HarborCall& call, const StoredIntent& intent) {
  return read_decision(call.connection.query(
      std::string(kDecisions) + "d.intent_id = ? AND d.code IS NULL ORDER BY d.created_at DESC LIMIT 1",
      {call.tenant_id, intent.intent_id}));
}

json::Value agent(const StoredIntent& intent, const Decision& decision, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("operator_did", std::string_view(intent.payee_did))
      .add("model_family", std::string_view(token(told_text(decision, "model_family"))))
      .add("config_hash_sha256_hex",
           std::string_view(digest_or_empty(told_text(decision, "config_hash_hex"))))
      .add("prompt_hash_sha256_hex",
           std::string_view(digest_or_empty(told_text(decision, "prompt_hash_hex"))))
      .done();
}

// Spending is governed by what the principal signed.
json::Value policy(const StoredIntent& intent, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("template_id", "agentnet.intent_terms")
      .add("content_digest_sha256_hex", std::string_view(crypto::sha256_hex(intent.body)))
      .done();
}

json::Value authorization(const StoredIntent& intent, const Decision& decision, json::Arena& arena) {
  const std::string subject = told_text(decision, "agent_subject");
  json::ObjectBuilder value(arena);
  value.add("principal_did", std::string_view(intent.principal_did))
      .add("actor_subject", subject.empty() ? kUnknown : std::string_view(subject))
      .add("agent", agent(intent, decision, arena))
      .add("decision_id", std::string_view(decision.decision_id));
  if (!decision.audit_id.empty()) value.add("audit_id", std::string_view(decision.audit_id));
  return value.add("policy", policy(intent, arena))
      .add("authorized_at", std::string_view(iso_zulu(decision.created_at)))
      .add_integer("requested_spend_cents", decision.requested_cents)
      .add("currency", std::string_view(lower_ascii(intent.currency)))
      .done();
}

json::Value execution(const HarborCall& call, const StoredIntent& intent, const Decision& decision,
                      json::Arena& arena) {
  const std::string name = told_text(decision, "tool_name");
  const std::string run =
      uuid_of({told_text(decision, "workflow_id"), told_text(decision, "task_id"), intent.intent_id});
  const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(call.now - decision.created_at);
  return json::ObjectBuilder(arena)
      .add("run_id", std::string_view(run))
      .add("tool_call_id", std::string_view(decision.tool_call_id))
      .add("tool_name", std::string_view(token(name.empty() ? decision.operation : name)))
      .add("operation", std::string_view(token(decision.operation)))
      .add("arguments_digest_sha256_hex",
           std::string_view(crypto::sha256_hex(json::to_compact(decision.told.root))))
      .add("outcome", decision.outcome == "consumed" ? "executed" : "skipped")
      .add("started_at", std::string_view(iso_zulu(decision.created_at)))
      .add("completed_at", std::string_view(iso_zulu(call.now)))
      .add_integer("duration_ms", std::max<std::int64_t>(lasted.count(), 0))
      .done();
}

json::Value merchant(const StoredIntent& intent, const Decision& decision, json::Arena& arena) {
  json::ObjectBuilder value(arena);
  value.add("payee_did", std::string_view(intent.payee_did));
  if (const std::string vendor = told_text(decision, "vendor_id"); !vendor.empty())
    value.add("vendor_id", std::string_view(token(vendor)));
  return value.done();
}

json::Value evidence(const StoredIntent& intent, json::Arena& arena) {
  const json::Document body = json::parse(intent.evidence);
  const json::Value* signature = body.root.find("payee_signature");
  const auto raw =
      base64_decode(signature == nullptr ? std::string_view() : signature->text(), Base64::standard);
  json::ObjectBuilder value(arena);
  value.add("completion_preset_id", "agentnet.intent_terms")
      .add("payload_digest_sha256_hex",
           std::string_view(crypto::sha256_hex(json::to_compact(*body.root.find("payload")))))
      .add_boolean("predicate_passed", intent.predicate_passed.value_or(false))
      .add("payee_did", std::string_view(intent.payee_did));
  if (raw) {
    value.add("payee_signature_digest_sha256_hex", std::string_view(crypto::sha256_hex(as_text(*raw))));
  }
  return value.done();
}

json::Value payment(const StoredIntent& intent, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("intent_id", std::string_view(intent.intent_id))
      .add("settlement_rail", std::string_view(intent.settlement_rail))
      .done();
}

// Only an intent ends with a settlement: an action may be completed behind it.
json::Value outcome(const StoredIntent& intent, const Decision& decision, bool is_action,
                    json::Arena& arena) {
  json::ObjectBuilder value(arena);
  value.add("harbor_state", state_name(intent.state));
  const bool is_pending = decision.outcome == kReservedOutcome;
  value.add("spend_reservation_outcome", is_pending ? std::string_view("pending") : decision.outcome);
  if (intent.predicate_passed) value.add_boolean("predicate_passed", *intent.predicate_passed);
  if (!is_action && is_terminal(intent.state))
    value.add("settlement_outcome", intent.state == IntentState::refunded ? "REVERSED" : "SETTLED");
  return value.done();
}

json::Value references(const HarborCall& call, const StoredIntent& intent, json::Arena& arena) {
  store::Query bound =
      call.connection.query("SELECT 1 FROM paybond_mandates WHERE tenant_id = ? AND intent_id = ?",
                            {call.tenant_id, intent.intent_id});
  const bool has_settlement_receipt = is_terminal(intent.state) && bound.next();
  return json::ObjectBuilder(arena)
      .add("intent_id", std::string_view(intent.intent_id))
      .add_integer("ledger_seq", ledger_tip(call.connection, call.tenant_id).seq)
      .add("settlement_receipt_id",
           has_settlement_receipt ? json::Value::string(arena, intent.intent_id) : json::Value())
      .done();
}

void issue(const HarborCall& call, const StoredIntent& intent, const Decision& decision, bool is_action) {
  const std::string id =
      is_action ? action_receipt_id(intent.intent_id, decision.tool_call_id) : intent.intent_id;
  json::Arena arena;
  json::ObjectBuilder receipt(arena);
  receipt.add("scope", is_action ? "action" : "intent_terminal")
      .add("receipt_id", std::string_view(id))
      .add("issued_at", std::string_view(iso_zulu(call.now)))
      .add("tenant_id", call.tenant_id)
      .add("kind", kAgentReceiptKind)
      .add("authorization", authorization(intent, decision, arena));
  if (is_action) receipt.add("execution", execution(call, intent, decision, arena));
  receipt.add("merchant", merchant(intent, decision, arena));
  if (!intent.evidence.empty()) receipt.add("evidence", evidence(intent, arena));
  receipt.add("payment", payment(intent, arena))
      .add("outcome", outcome(intent, decision, is_action, arena))
      .add("references", references(call, intent, arena));
  std::string made;
  try {
    made = sign_artefact(receipt.done(), call.service.harbor);
  } catch (const Error& error) {
    // Money is not held up by a receipt that cannot say what the intent is about.
    if (error.code() == "malformed") return;
    throw;
  }
  const json::Document signed_receipt = json::parse(made);
  call.connection.run(
      "INSERT OR IGNORE INTO paybond_agent_receipts (tenant_id, receipt_id, intent_id, tool_call_id,"
      " message_digest, receipt, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      {call.tenant_id, id, intent.intent_id,
       is_action ? std::optional(decision.tool_call_id) : std::optional<std::string>(),
       signed_receipt.root.find("message_digest_sha256_hex")->text(), made, auth::to_column(call.now)});
}

}  // namespace

void issue_action_receipt(const HarborCall& call, std::string_view decision_id) {
  const auto decision = read_decision(
      call.connection.query(std::string(kDecisions) + "d.decision_id = ?", {call.tenant_id, decision_id}));
  if (!decision) throw Error(Category::not_found, "unknown_decision", "there is no such decision");
  if (decision->tool_call_id.empty()) return;
  issue(call, require_intent(call.connection, call.tenant_id, decision->intent_id), *decision, true);
}

void issue_terminal_receipt(const HarborCall& call, const StoredIntent& settled) {
  auto decision = last_decision(call, settled);
  if (!decision) {
    // Nothing was spent through a capability: the intent itself is what authorized it.
    decision = Decision{.decision_id = settled.intent_id,
                        .requested_cents = settled.amount_cents,
                        .outcome = "none",
                        .created_at = settled.created_at};
  }
  issue(call, settled, *decision, false);
}

std::optional<std::string> find_agent_receipt(store::Connection& connection, std::string_view tenant_id,
                                              std::string_view receipt_id) {
  store::Query rows =
      connection.query("SELECT receipt FROM paybond_agent_receipts WHERE tenant_id = ? AND receipt_id = ?",
                       {tenant_id, receipt_id});
  if (!rows.next()) return std::nullopt;
  return rows.text(0);
}

std::vector<ListedReceipt> list_agent_receipts(store::Connection& connection, std::string_view tenant_id,
                                               std::int64_t limit) {
  store::Query rows = connection.query(
      "SELECT receipt_id, intent_id, tool_call_id, message_digest, created_at FROM paybond_agent_receipts"
      " WHERE tenant_id = ? ORDER BY number DESC LIMIT ?",
      {tenant_id, limit});
  std::vector<ListedReceipt> list;
  while (rows.next()) {
    list.push_back(
        {rows.text(0), rows.text(1), rows.text(2), rows.text(3), auth::from_column(rows.integer(4))});
  }
  return list;
}

}  // namespace agentnet::paybond
