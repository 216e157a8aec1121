// The ledgers in the store, one for each tenant (ledger_rules.hpp). Functions that change something are for
// Database::write, and belong into the transaction of what the entry tells.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/paybond/ledger_rules.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

struct LedgerTip {
  std::int64_t seq = 0;  // 0: the ledger is empty
  Digest entry_commitment{};
  std::int64_t timestamp_unix_nanos = 0;
};
LedgerTip ledger_tip(store::Connection& connection, std::string_view tenant_id);

// What an entry tells. The members that every event has are set by append_event.
struct LedgerEvent {
  std::string_view kind;
  std::string_view intent_id;
  std::string_view operator_did;  // the payee
  json::Value details;            // an object: further members
};

// Signs and appends, grows the tree, and tells Signal (signal.hpp). Returns the entry. A clock that went back
// does not take the ledger along: an entry is at least as late as the one before.
LedgerEntry append_event(store::Connection& connection, std::string_view tenant_id,
                         const crypto::SigningKey& harbor, const LedgerEvent& event, Instant now);

// In order, those behind `after_seq`.
void read_ledger(store::Connection& connection, std::string_view tenant_id, std::int64_t after_seq,
                 std::int64_t limit, const std::function<void(const LedgerEntry&)>& take);

// The head of the tree of the first `size` entries. Throws Error usage/out_of_range when there are not so
// many, or for 0.
Checkpoint ledger_head(store::Connection& connection, std::string_view tenant_id, std::uint64_t size);

// That entry `seq` is in the tree of the first `size` entries; that this tree grew out of that of `old_size`.
// In time that grows with the length of the proof. Throw Error usage/out_of_range.
crypto::MerkleProof ledger_inclusion(store::Connection& connection, std::string_view tenant_id,
                                     std::uint64_t seq, std::uint64_t size);
crypto::MerkleProof ledger_consistency(store::Connection& connection, std::string_view tenant_id,
                                       std::uint64_t old_size, std::uint64_t size);

}  // namespace agentnet::paybond
