// Intents in the store. Every function is told the tenant; another tenant's intent is found as little as one
// that is not there.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/paybond/intent_arrival.hpp"
#include "core/paybond/intent_state.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

struct StoredIntent {
  std::int64_t number = 0;  // in the store
  std::string tenant_id;
  std::string intent_id;
  IntentState state = IntentState::created;
  std::string principal_did;
  std::string payee_did;
  std::string payee_key;  // hexadecimal digits; empty: the principal signed none
  std::int64_t amount_cents = 0;
  std::string currency;
  std::string settlement_rail;
  Instant deadline;
  std::string tools;  // a JSON array of the normalised names
  std::string body;   // as the principal signed it
  std::string terms_digest;
  std::int64_t spent_cents = 0;
  std::int64_t held_cents = 0;
  std::int64_t payee_cents = 0;
  std::int64_t principal_cents = 0;
  std::optional<bool> predicate_passed = {};
  std::string evidence = {};   // the payee's body; empty: none
  std::string judgement = {};  // {"passed", "trace"}
  Instant created_at;
  Instant updated_at;

  IntentFacts facts(Instant now) const { return {state, now > deadline, predicate_passed}; }
};

// Throws Error conflict/intent_exists.
StoredIntent add_intent(store::Connection& connection, std::string_view tenant_id,
                        const ArrivedIntent& arrived, Instant now);
std::optional<StoredIntent> find_intent(store::Connection& connection, std::string_view tenant_id,
                                        std::string_view intent_id);
// Throws Error not_found/unknown_intent.
StoredIntent require_intent(store::Connection& connection, std::string_view tenant_id,
                            std::string_view intent_id);

// Writes what may change: the state, the money, the evidence and what came of it.
void save_intent(store::Connection& connection, StoredIntent& intent, Instant now);
// Adds to what was spent; negative gives back.
void add_spend(store::Connection& connection, const StoredIntent& intent, std::int64_t cents);

struct IntentFilter {
  std::optional<IntentState> state = {};
  std::string cursor = {};  // an intent_id: those made before it; empty: from the newest on
  std::int64_t limit = 20;
};
// The newest first, without body, evidence and judgement. Throws Error usage/bad_cursor.
std::vector<StoredIntent> list_intents(store::Connection& connection, std::string_view tenant_id,
                                       const IntentFilter& filter);

// The tools of an intent.
std::vector<std::string> tools_of(const StoredIntent& intent);

}  // namespace agentnet::paybond
