// What the services of this network stand on: the store, Harbor's key, the clock and randomness.
//
// Gateway, Harbor, the ledger and Signal are one process here and share one store. What they do lies in files
// by concept (stored_intent, settlement, spend, ledger, signal, …), as functions on a connection, so that one
// request is one transaction: an intent's state, its money, its ledger entries and the answer that an
// idempotency key remembers change together or not at all.
#pragma once

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/store/database.hpp"

namespace agentnet::paybond {

// All must outlive the service. The tables are those of tables.hpp and of core/auth/schema.hpp.
struct Service {
  store::Database& database;
  const crypto::SigningKey& harbor;  // signs the ledger, capabilities, access tokens and Signal's receipts
  const Clock& clock;
  Random& random;
};

}  // namespace agentnet::paybond
