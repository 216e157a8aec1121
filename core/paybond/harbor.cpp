#include "core/paybond/harbor.hpp"

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/capability.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/fraud.hpp"
#include "core/paybond/issued_receipts.hpp"
#include "core/paybond/key_registry.hpp"
#include "core/paybond/ledger.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kNanosPerMicro = 1'000;

// Appends what happened to an intent.
void tell(const HarborCall& call, const StoredIntent& intent, std::string_view kind,
          const json::Value& details) {
  append_event(call.connection, call.tenant_id, call.service.harbor,
               {kind, intent.intent_id, intent.payee_did, details}, call.now);
}

// The three parts of the money, and that it moved in a simulation.
json::Value money(const StoredIntent& intent, std::string_view action, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("settlement_rail", std::string_view(intent.settlement_rail))
      .add("action", action)
      .add("currency", std::string_view(intent.currency))
      .add_integer("amount_cents", intent.amount_cents)
      .add_integer("payee_cents", intent.payee_cents)
      .add_integer("principal_cents", intent.principal_cents)
      .add_boolean("simulated", true)
      .done();
}

void hold_money(const HarborCall& call, StoredIntent& intent) {
  json::Arena arena;
  require_fundable(intent.facts(call.now));
  intent.state = IntentState::funded;
  intent.held_cents = intent.amount_cents;
  save_intent(call.connection, intent, call.now);
  // Signal counts what a payee has received, which is nothing yet.
  tell(call, intent, "settlement_hold_placed", money(intent, "hold", arena));
}

// What the ledger says of a settlement has the payee's part in it once: Signal adds it up.
void tell_settlement(const HarborCall& call, const StoredIntent& intent, std::string_view action) {
  json::Arena arena;
  tell(call, intent, "settlement_rail_confirmed", money(intent, action, arena));
  tell(call, intent, state_name(intent.state), money(intent, action, arena));
}

// That the evidence is the payee's, and that it is still wanted.
void check_evidence(const HarborCall& call, const StoredIntent& intent, const ArrivedEvidence& arrived) {
  if (arrived.payee_did != intent.payee_did)
    throw Error(Category::verification, "wrong_payee", "the evidence is of another payee than the intent's");
  if (!intent.payee_key.empty() && intent.payee_key != hex_lower(arrived.payee_key.bytes))
    throw Error(Category::verification, "wrong_payee_key", "the principal signed another key for the payee");
  require_no_other_pin(call.connection, call.tenant_id, arrived.payee_did, arrived.payee_key,
                       "wrong_payee_key");
  IntentFacts facts = intent.facts(call.now);
  // Late by the payee's own word is late, too.
  facts.deadline_is_past |= arrived.submitted_at > intent.deadline;
  require_evidence_wanted(facts);
}

void divide(StoredIntent& intent, Outcome outcome, std::int64_t payee_cents) {
  if (outcome == Outcome::split && (payee_cents <= 0 || payee_cents >= intent.amount_cents))
    bad_field("bad_amount", "payee_cents", "a split leaves something to both sides");
  intent.payee_cents = outcome == Outcome::release ? intent.amount_cents
                       : outcome == Outcome::split ? payee_cents
                                                   : 0;
  intent.principal_cents = intent.amount_cents - intent.payee_cents;
  intent.held_cents = 0;
  intent.state = state_after(outcome);
}

std::string_view action_of(Outcome outcome) {
  return outcome == Outcome::release ? "release" : outcome == Outcome::refund ? "refund" : "split";
}

}  // namespace

StoredIntent create_intent(const HarborCall& call, const ArrivedIntent& arrived) {
  pin_or_match(call.connection, call.tenant_id, arrived.principal_did, arrived.principal_key,
               "wrong_principal_key", call.now);
  if (arrived.payee_key)
    require_no_other_pin(call.connection, call.tenant_id, arrived.payee_did, *arrived.payee_key,
                         "wrong_payee_key");
  StoredIntent intent = add_intent(call.connection, call.tenant_id, arrived, call.now);
  json::Arena arena;
  tell(call, intent, "intent_created",
       json::ObjectBuilder(arena)
           .add("principal_did", std::string_view(arrived.principal_did))
           .add("principal_pubkey_hex", std::string_view(hex_lower(arrived.principal_key.bytes)))
           .add_integer("amount_cents", arrived.amount_cents)
           .add("currency", std::string_view(arrived.currency))
           .add("settlement_rail", std::string_view(arrived.settlement_rail))
           .add_integer("signing_version", arrived.signing_version)
           .add("terms_digest_hex", std::string_view(intent.terms_digest))
           .done());
  if (intent.settlement_rail == kSimulatedRail) hold_money(call, intent);
  return intent;
}

StoredIntent fund_intent(const HarborCall& call, std::string_view intent_id) {
  StoredIntent intent = require_intent(call.connection, call.tenant_id, intent_id);
  if (intent.state != IntentState::funded) hold_money(call, intent);
  return intent;
}

Judgement judge_arrived(const HarborCall& call, std::string_view intent_id, const ArrivedEvidence& arrived) {
  const StoredIntent intent = require_intent(call.connection, call.tenant_id, intent_id);
  check_evidence(call, intent, arrived);
  const json::Document terms = json::parse(intent.body);
  const json::Document evidence = json::parse(arrived.body);
  return judge_evidence(terms.root, *evidence.root.find("payload"), intent.amount_cents,
                        arrived.artifact_count);
}

StoredIntent submit_evidence(const HarborCall& call, std::string_view intent_id,
                             const ArrivedEvidence& arrived, const Judgement& judgement) {
  StoredIntent intent = require_intent(call.connection, call.tenant_id, intent_id);
  check_evidence(call, intent, arrived);
  pin_or_match(call.connection, call.tenant_id, arrived.payee_did, arrived.payee_key, "wrong_payee_key",
               call.now);
  intent.predicate_passed = judgement.passed;
  intent.judgement = judgement.text;
  intent.state = IntentState::evidence_submitted;
  intent.evidence = arrived.body;
  save_intent(call.connection, intent, call.now);
  json::Arena arena;
  tell(call, intent, "evidence_submitted",
       json::ObjectBuilder(arena)
           .add("payee_pubkey_hex", std::string_view(hex_lower(arrived.payee_key.bytes)))
           .add("payload_digest_hex", std::string_view(hex_lower(arrived.payload)))
           .add("artifacts_digest_hex", std::string_view(hex_lower(arrived.artifacts)))
           .add_integer("artifact_count", static_cast<std::int64_t>(arrived.artifact_count))
           .add_integer("intent_created_unix_nanos",
                        intent.created_at.time_since_epoch().count() * kNanosPerMicro)
           .done());
  tell(call, intent, "predicate_evaluated",
       json::ObjectBuilder(arena)
           .add_boolean("passed", *intent.predicate_passed)
           .add("judgement_digest_hex", std::string_view(hex_lower(digest_of(intent.judgement))))
           .done());
  return intent;
}

StoredIntent confirm_settlement(const HarborCall& call, std::string_view intent_id,
                                const SettlementRequest& request) {
  StoredIntent intent = require_intent(call.connection, call.tenant_id, intent_id);
  const Outcome outcome = decide_settlement(intent.facts(call.now), request.outcome);
  if (outcome != Outcome::refund)
    require_release_allowed(call.connection, call.tenant_id, intent.payee_did, call.now);
  divide(intent, outcome, request.payee_cents);
  save_intent(call.connection, intent, call.now);
  tell_settlement(call, intent, action_of(outcome));
  issue_terminal_receipt(call, intent);
  return intent;
}

StoredIntent dispute_intent(const HarborCall& call, std::string_view intent_id, std::string_view reason) {
  StoredIntent intent = require_intent(call.connection, call.tenant_id, intent_id);
  require_disputable(intent.facts(call.now));
  json::Arena arena;
  const json::Value details =
      json::ObjectBuilder(arena).add("reason", reason).add("from_state", state_name(intent.state)).done();
  intent.state = IntentState::disputed;
  save_intent(call.connection, intent, call.now);
  tell(call, intent, "disputed", details);
  return intent;
}

std::string capability_of(const StoredIntent& intent, const Service& service, Instant now) {
  return mint_capability({.tenant_id = intent.tenant_id,
                          .intent_id = intent.intent_id,
                          .tools = tools_of(intent),
                          .budget_cents = intent.amount_cents,
                          .currency = intent.currency,
                          .issued_at = now,
                          .expires_at = intent.deadline},
                         service.harbor, service.random);
}

}  // namespace agentnet::paybond
