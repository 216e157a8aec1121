// Intents as Harbor answers with them (wire reference paybond 4.3, 7.2, 7.4).
#pragma once

#include <string_view>

#include "core/paybond/stored_intent.hpp"

namespace agentnet::paybond {

// After creating and funding: {"intent_id", "tenant", "state", "capability_token" (once it is funded),
// "settlement_rail", "currency", "amount_cents", "funded", "simulated", "funding"}.
json::Value funding_answer(const StoredIntent& intent, std::string_view capability_token, json::Arena& arena);

// After evidence: {"intent_id", "tenant", "state", "predicate_passed", "predicate_evaluation"}.
json::Value evidence_answer(const StoredIntent& intent, json::Arena& arena);

// After a settlement or a dispute: {"intent_id", "tenant", "state", …} and where the money is.
json::Value settlement_answer(const StoredIntent& intent, json::Arena& arena);

// In a list.
json::Value intent_row(const StoredIntent& intent, json::Arena& arena);
// Alone: the row, the terms that the principal signed, the evidence and what came of it.
json::Value intent_detail(const StoredIntent& intent, json::Arena& arena);

}  // namespace agentnet::paybond
