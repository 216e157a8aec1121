// What agents spend: each verify call is decided here, in one transaction with what it reserves, so that no
// number of calls at the same time spends more than a budget allows.
//
// A call with a genuine capability is recorded, allowed or not. An allowed one reserves what it asks for; the
// reservation is then completed, consumed (it stays spent) or released (it is given back). What is reserved
// and never completed stays spent.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/paybond/capability.hpp"
#include "core/paybond/stored_intent.hpp"

namespace agentnet::paybond {

struct SpendRequest {
  std::string intent_id;
  std::string operation;
  std::int64_t requested_cents = 0;
  std::optional<std::string> currency = {};  // must be the intent's when it is there
  std::string tool_call_id = {};             // empty: it named none, and will have no receipt
  std::string told = {};                     // of one that did: the request as JSON, without the token
};

// A negative answer is a value. `code` is one of
//   unknown_intent        also that of another tenant
//   invalid_capability    not a token that Harbor signed
//   wrong_tenant, wrong_intent
//   capability_expired    also when the intent's deadline has passed
//   intent_not_funded     nothing is held yet
//   capability_replayed   the intent the capability was made for is settled
//   intent_not_active     evidence was submitted, or it is disputed
//   operation_not_allowed
//   currency_mismatch
//   budget_exceeded
struct SpendDecision {
  bool allow = false;
  std::string code = {};  // empty: allowed
  std::string message = {};
  std::string audit_id = {};
  std::string decision_id = {};
  std::int64_t remaining_cents = 0;  // of the tightest budget
};

// Whether it would be allowed, apart from what a capability says. `intent` null: there is none.
SpendDecision weigh_spend(const StoredIntent* intent, const SpendRequest& request, Instant now);

// Decides and reserves. `capability` empty: the token is no token of Harbor's. Inside a write.
SpendDecision decide_spend(store::Connection& connection, std::string_view tenant_id,
                           const SpendRequest& request, const std::optional<Capability>& capability,
                           Instant now, Random& random);

enum class SpendOutcome : std::uint8_t { consumed, released };
// The same outcome again changes nothing. Throws Error not_found/unknown_decision,
// conflict/decision_completed for another outcome and for a decision that denied.
void complete_spend(store::Connection& connection, std::string_view tenant_id, std::string_view decision_id,
                    SpendOutcome outcome);

inline constexpr std::string_view kReservedOutcome = "reserved";
// reserved, consumed, released or denied.
bool is_decision_outcome(std::string_view word);

struct ListedDecision {
  std::string decision_id, audit_id, intent_id, operation;
  std::int64_t requested_cents = 0;
  std::string currency;
  std::string code;     // why not; empty: allowed
  std::string outcome;  // as above
  Instant created_at;
  Instant expires_at;  // of its intent
};
// The newest first; `outcome` empty: of all.
std::vector<ListedDecision> list_decisions(store::Connection& connection, std::string_view tenant_id,
                                           std::string_view outcome, std::int64_t limit);

}  // namespace agentnet::paybond
