// Slots and their blocks as JSON: what the routes of slots answer (wire reference sbn, section c).
#pragma once

#include <string_view>

#include "core/json/value.hpp"
#include "core/sbn/slot_blocks.hpp"

namespace agentnet::sbn {

inline constexpr std::int64_t kMaxComposeReceipts = 1000;  // of the answer to a close; others are listed

// {id, worker_id, task_type, state, opened_at, closed_at, merkle_root, scheduler_key, receipt_id,
// generation_interval, source, metadata, lifecycle_contract}.
json::Value slot_row(const StoredSlot& slot, json::Arena& arena);

// A SmartBlock of a slot: {id, block_id, slot_id, kind, domain, type, hash, snapchore_hash, receipt_id,
// created_at}, of a composed one also generation and bitblock_count. null when the ledger does not have it.
json::Value slot_block_row(store::Connection& connection, const StoredSlot& slot, const SlotBlock& block,
                           json::Arena& arena);

// What closing came to: {slot_id, receipt_id, closed_at, state, bitblock_count, blocks_composed,
// blocks_attested, blocks_attestation_enqueued, compose_receipts, merkle_root, block_id, snapchore_hash}.
json::Value close_row(store::Connection& connection, const StoredSlot& slot, json::Arena& arena);
// The same with `anchor`: {anchor_hash, anchor_type, receipt_id, receipt_hash, smartblock_id, degraded}.
json::Value seal_row(store::Connection& connection, const StoredSlot& slot, json::Arena& arena);

// {"data": value}.
json::Value under_data(const json::Value& value, json::Arena& arena);
// The hash of a sealed block's receipt; "" when it has none.
std::string receipt_hash(store::Connection& connection, std::string_view tenant_id,
                         std::string_view block_id);

}  // namespace agentnet::sbn
