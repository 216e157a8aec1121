// What Harbor does with intents. Each function is one change of state, inside one write: the intent, its
// money, the pins of keys and the ledger's entries change together or not at all.
//
// The rails are simulated: no money moves anywhere. Answers and ledger entries say so ("simulated": true).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/paybond/evidence_rules.hpp"
#include "core/paybond/intent_arrival.hpp"
#include "core/paybond/service.hpp"
#include "core/paybond/stored_intent.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxDisputeReasonBytes = 512;

struct HarborCall {
  store::Connection& connection;
  const Service& service;
  std::string_view tenant_id;
  Instant now;
};

// Pins the principal's key, keeps the intent, and funds it at once where the rail is stripe_connect. Throws
// Error conflict/intent_exists, verification/wrong_principal_key, verification/wrong_payee_key (the key that
// the principal signed is not the one that is pinned for the payee).
StoredIntent create_intent(const HarborCall& call, const ArrivedIntent& arrived);

// Holds the money. An intent that is funded already stays as it is. Throws Error not_found/unknown_intent,
// conflict/wrong_state, conflict/deadline_passed.
StoredIntent fund_intent(const HarborCall& call, std::string_view intent_id);

// Judges evidence before it is taken, on a connection for reading: what the principal wrote may take its
// time, and the store has one writer. An intent's terms never change, so the judgement stays right. Throws as
// fund_intent, and Error verification: wrong_payee (another DID than the intent's), wrong_payee_key (not the
// key that the principal signed, or not the pinned one); and what judge_evidence throws.
Judgement judge_arrived(const HarborCall& call, std::string_view intent_id, const ArrivedEvidence& arrived);
// Takes the payee's evidence with what it was judged to be. Throws as judge_arrived: the intent may have
// moved on meanwhile.
StoredIntent submit_evidence(const HarborCall& call, std::string_view intent_id,
                             const ArrivedEvidence& arrived, const Judgement& judgement);

struct SettlementRequest {
  std::optional<Outcome> outcome = {};
  std::int64_t payee_cents = 0;  // of a split; the rest goes back to the principal
};
// Moves the money. Throws what decide_settlement throws, conflict/release_held for money that would go to an
// operator before whom the release gate is shut (fraud.hpp), not_found/unknown_intent, usage/bad_amount for a
// split that is none.
StoredIntent confirm_settlement(const HarborCall& call, std::string_view intent_id,
                                const SettlementRequest& request);

// Throws Error not_found/unknown_intent, conflict/wrong_state.
StoredIntent dispute_intent(const HarborCall& call, std::string_view intent_id, std::string_view reason);

// A capability for a funded intent: all its tools and its whole budget, until its deadline.
std::string capability_of(const StoredIntent& intent, const Service& service, Instant now);

}  // namespace agentnet::paybond
