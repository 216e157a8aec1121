// The tables of slots and what happens in them, as a step of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::sbn {

// Times are microseconds since 1970; hashes are lower-case hexadecimal; JSON lies as text.
//
// A slot's row is written when it is opened, when it begins to close and when it is closed; what is submitted
// to it does not touch it, so submitting costs the same in the millionth place as in the first. BitBlocks of
// a slot follow each other by `place` from 0 without a gap, and their generations never fall: a generation is
// a range of places, and so is the SmartBlock that it is composed into.
inline constexpr std::string_view kSlotTables =
    "CREATE TABLE sbn_slots ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " slot_id TEXT NOT NULL UNIQUE,"
    " worker_id TEXT NOT NULL,"
    " task_type TEXT NOT NULL,"
    " generation_interval BIGINT NOT NULL,"  // seconds
    " metadata TEXT NOT NULL,"
    " source TEXT NOT NULL,"  // who opened it, as its metadata says
    " managed INTEGER NOT NULL,"
    " state TEXT NOT NULL,"  // open, closing or closed
    " opened_at BIGINT NOT NULL,"
    " opened_block TEXT NOT NULL,"  // id of the SmartBlock that says so
    " closed_at BIGINT,"            // from closing on
    " closed_block TEXT,"           // of a closed one, as the rest
    " merkle_root TEXT,"
    " bitblocks BIGINT,"
    " composed BIGINT);"
    "CREATE INDEX sbn_slots_of_tenant ON sbn_slots (tenant_id, number);"
    "CREATE INDEX sbn_slots_by_state ON sbn_slots (tenant_id, state, number);"
    "CREATE INDEX sbn_slots_by_source ON sbn_slots (tenant_id, source, number);"

    "CREATE TABLE sbn_bitblocks ("
    " slot BIGINT NOT NULL,"
    " place BIGINT NOT NULL,"
    " generation BIGINT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " snap_hash TEXT NOT NULL,"
    " block_type TEXT NOT NULL,"
    " domain TEXT NOT NULL,"
    " operation_id TEXT,"
    " idempotency_key TEXT,"
    " metadata TEXT NOT NULL,"
    " payload TEXT NOT NULL,"
    " PRIMARY KEY (slot, place));"
    // Those that a submit may name again: kind o for operation_id, i for idempotency_key.
    "CREATE TABLE sbn_bitblock_keys ("
    " slot BIGINT NOT NULL,"
    " kind TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " place BIGINT NOT NULL,"
    " PRIMARY KEY (slot, kind, name));"

    // The SmartBlocks of a slot: opened, submitted, composed, closed. Each lies in the ledger with its hash.
    "CREATE TABLE sbn_slot_blocks ("
    " slot BIGINT NOT NULL,"
    " place BIGINT NOT NULL,"
    " kind TEXT NOT NULL,"
    " block_id TEXT NOT NULL UNIQUE,"
    " generation BIGINT,"   // of a composed one, as the two below
    " first_place BIGINT,"  // of its BitBlocks
    " bitblocks BIGINT,"
    " PRIMARY KEY (slot, place));"
    "CREATE INDEX sbn_slot_blocks_by_generation ON sbn_slot_blocks (slot, generation);"

    "CREATE TABLE sbn_attestations ("
    " slot BIGINT NOT NULL,"
    " snap_hash TEXT NOT NULL,"
    " block_id TEXT NOT NULL,"
    " PRIMARY KEY (slot, snap_hash))";

}  // namespace agentnet::sbn
