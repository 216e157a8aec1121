// The nouns of the wire as JSON: what the ledger, chains and receipts look like in an answer.
#pragma once

#include <string>
#include <string_view>

#include "core/json/value.hpp"
#include "core/sbn/ledger.hpp"
#include "core/sbn/stored_chain.hpp"

namespace agentnet::sbn {

// A sealed block as it is answered: the SmartBlock, and behind its members hash, block_type, canon_version,
// smartblock_record_id and receipt_id, which no hash covers. Compact JSON.
std::string sealed_block(const LedgerEntry& seal);

// A row of the ledger: {snapchore_hash, hash, source, domain, created_at, block_id, block_type, receipt_id}.
// A capture has no `hash`: clients take an answer with one for a proof that the work behind it was done.
json::Value ledger_row(const LedgerEntry& entry, json::Arena& arena);

// {chain_id, created_at, length, head_hash}.
json::Value chain_row(const StoredChain& chain, json::Arena& arena);
// An entry as in a chain's file (chain.hpp). Lies in `arena`, and refers to `stored`.
json::Value entry_row(const StoredEntry& stored, json::Arena& arena);

}  // namespace agentnet::sbn
