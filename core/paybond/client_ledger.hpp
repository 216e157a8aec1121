// Reads of a tenant's ledger (wire reference paybond 7.3). Every answer must be an object whose tenant_id is
// the client's; a missing one counts as another.
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kDefaultLedgerPage = 64;
inline constexpr std::int64_t kMaxLedgerPage = 256;

json::Document get_ledger_tip(Client& client);
json::Document get_ledger_authority(Client& client);
// The newest checkpoint; "checkpoint" is null before the first.
json::Document get_ledger_merkle_latest(Client& client);

// The checkpoint of the first `tree_size` entries, of all of them for 0; a proof that an entry is in that
// tree, and one that the tree of `first_size` grew into it. What the local network's Harbor serves beyond the
// wire reference.
json::Document get_ledger_checkpoint(Client& client, std::int64_t tree_size);
json::Document get_ledger_inclusion(Client& client, std::int64_t seq, std::int64_t tree_size);
json::Document get_ledger_consistency(Client& client, std::int64_t first_size, std::int64_t second_size);
// Events with a seq above `after_seq`; `limit` is brought into 1 to kMaxLedgerPage. Throws Error
// usage/bad_number when after_seq is below 0, before anything is sent.
json::Document get_ledger_events(Client& client, std::int64_t after_seq = 0,
                                 std::int64_t limit = kDefaultLedgerPage);

}  // namespace agentnet::paybond
