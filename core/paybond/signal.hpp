// Signal in the store: for each operator and for the tenant, what the events of the ledger add up to
// (signal_rules.hpp). It is kept up to date by the ledger itself, in the transaction of each entry, so that
// reading costs the same however long the ledger is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/paybond/ledger_rules.hpp"
#include "core/paybond/signal_rules.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

struct StoredOperator {
  std::string operator_did;
  OperatorFacts facts;
  std::int64_t last_seq = 0;  // of the ledger's last entry about it
  Instant updated_at;         // when that entry was made
};
// Operators are the payees that entries name. nullopt for any other DID.
std::optional<StoredOperator> find_operator(store::Connection& connection, std::string_view tenant_id,
                                            std::string_view operator_did);

struct Portfolio {
  std::int64_t operators = 0;
  std::int64_t score_sum = 0;
  std::int64_t terminal_intents = 0;
  std::int64_t volume_cents = 0;
  std::int64_t under_review = 0;
  std::int64_t last_seq = 0;
};
Portfolio portfolio_of(store::Connection& connection, std::string_view tenant_id);

// What an entry changes. Called by the ledger, once for each.
void tell_signal(store::Connection& connection, std::string_view tenant_id, const LedgerEntry& entry);

}  // namespace agentnet::paybond
