#include "core/paybond/intent_answers.hpp"

#include "core/json/parse.hpp"

namespace agentnet::paybond {
namespace {

// JSON that was kept as text; null for none. The text is copied: the value outlives the row it came from.
json::Value parsed(const std::string& text, json::Arena& arena) {
  if (text.empty()) return {};
  json::Parser parser;
  return parser.parse(arena.copy(text), arena);
}

bool is_funded(const StoredIntent& intent) {
  return intent.state != IntentState::created;
}

json::ObjectBuilder head(const StoredIntent& intent, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add("intent_id", std::string_view(intent.intent_id))
      .add("tenant", std::string_view(intent.tenant_id))
      .add("state", state_name(intent.state));
  return answer;
}

json::Value passed_value(const StoredIntent& intent) {
  return intent.predicate_passed ? json::Value::boolean(*intent.predicate_passed) : json::Value();
}

void add_money(json::ObjectBuilder& answer, const StoredIntent& intent) {
  answer.add_integer("held_cents", intent.held_cents)
      .add_integer("payee_cents", intent.payee_cents)
      .add_integer("principal_cents", intent.principal_cents);
}

void add_row(json::ObjectBuilder& row, const StoredIntent& intent, json::Arena& arena) {
  row.add("tenant_id", std::string_view(intent.tenant_id))
      .add("tenant", std::string_view(intent.tenant_id))
      .add("intent_id", std::string_view(intent.intent_id))
      .add("state", state_name(intent.state))
      .add("principal_did", std::string_view(intent.principal_did))
      .add("payee_did", std::string_view(intent.payee_did))
      .add_integer("amount_cents", intent.amount_cents)
      .add("currency", std::string_view(intent.currency))
      .add("settlement_rail", std::string_view(intent.settlement_rail))
      .add_boolean("simulated", true)
      .add_boolean("funded", is_funded(intent))
      .add_integer("spent_cents", intent.spent_cents);
  add_money(row, intent);
  row.add("predicate_passed", passed_value(intent))
      .add("allowed_tools", parsed(intent.tools, arena))
      .add("deadline", std::string_view(iso_zulu(intent.deadline)))
      .add("created_at", std::string_view(iso_zulu(intent.created_at)))
      .add("updated_at", std::string_view(iso_zulu(intent.updated_at)));
}

}  // namespace

json::Value funding_answer(const StoredIntent& intent, std::string_view capability_token,
                           json::Arena& arena) {
  json::ObjectBuilder answer = head(intent, arena);
  if (!capability_token.empty()) answer.add("capability_token", capability_token);
  const json::Value funding = json::ObjectBuilder(arena)
                                  .add("settlement_rail", std::string_view(intent.settlement_rail))
                                  .add("status", is_funded(intent) ? "funded" : "pending")
                                  .done();
  return answer.add("settlement_rail", std::string_view(intent.settlement_rail))
      .add("currency", std::string_view(intent.currency))
      .add_integer("amount_cents", intent.amount_cents)
      .add_boolean("funded", is_funded(intent))
      .add_boolean("simulated", true)
      .add("funding", funding)
      .done();
}

json::Value evidence_answer(const StoredIntent& intent, json::Arena& arena) {
  return head(intent, arena)
      .add("predicate_passed", passed_value(intent))
      .add("predicate_evaluation", parsed(intent.judgement, arena))
      .done();
}

json::Value settlement_answer(const StoredIntent& intent, json::Arena& arena) {
  json::ObjectBuilder answer = head(intent, arena);
  answer.add("settlement_rail", std::string_view(intent.settlement_rail))
      .add("currency", std::string_view(intent.currency))
      .add_integer("amount_cents", intent.amount_cents);
  add_money(answer, intent);
  return answer.add_boolean("simulated", true).add("predicate_passed", passed_value(intent)).done();
}

json::Value intent_row(const StoredIntent& intent, json::Arena& arena) {
  json::ObjectBuilder row(arena);
  add_row(row, intent, arena);
  return row.done();
}

json::Value intent_detail(const StoredIntent& intent, json::Arena& arena) {
  json::ObjectBuilder row(arena);
  add_row(row, intent, arena);
  return row.add("terms", parsed(intent.body, arena))
      .add("terms_digest_hex", std::string_view(intent.terms_digest))
      .add("evidence", parsed(intent.evidence, arena))
      .add("predicate_evaluation", parsed(intent.judgement, arena))
      .done();
}

}  // namespace agentnet::paybond
