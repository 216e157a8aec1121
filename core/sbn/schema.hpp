// The tables of this network, as a step of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::sbn {

// Times are microseconds since 1970; hashes are lower-case hexadecimal; JSON lies as text. Plain SQL: the
// one thing of SQLite's own is that seq and number count up by themselves.
//
// The ledger has a row for each hash that somebody may look up. A row of source "seal" is a sealed block,
// with all of it in `body`; the rows of one batch follow each other without a gap, so a batch says where it
// begins and a receipt is a batch and a place in it. hash_key is the first eight bytes of the hash: an index
// over it is a quarter of one over the text, and hashes land all over an index.
inline constexpr std::string_view kTables =
    "CREATE TABLE sbn_ledger ("
    " seq INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " source TEXT NOT NULL,"  // seal or capture
    " hash TEXT NOT NULL,"
    " hash_key BIGINT NOT NULL,"
    " domain TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " block_id TEXT,"  // of a seal, as the three below
    " block_type TEXT,"
    " body TEXT);"
    "CREATE INDEX sbn_ledger_by_hash ON sbn_ledger (hash_key);"
    "CREATE INDEX sbn_ledger_of_tenant ON sbn_ledger (tenant_id, seq);"
    "CREATE UNIQUE INDEX sbn_ledger_by_block ON sbn_ledger (block_id);"

    "CREATE TABLE sbn_batches ("
    " first_seq BIGINT NOT NULL PRIMARY KEY,"
    " batch_id TEXT NOT NULL UNIQUE,"
    " tree_size BIGINT NOT NULL,"
    " root TEXT NOT NULL,"
    " created_at TEXT NOT NULL,"   // as it is signed
    " leaves BLOB NOT NULL,"       // 32 bytes each
    " signatures TEXT NOT NULL);"  // lines: key id, space, signature in base64

    "CREATE TABLE sbn_chains ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " chain_id TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " length BIGINT NOT NULL,"
    " head_hash TEXT,"
    " UNIQUE (tenant_id, chain_id));"
    "CREATE TABLE sbn_chain_entries ("
    " chain BIGINT NOT NULL,"
    " place BIGINT NOT NULL,"
    " event_type TEXT NOT NULL,"
    " block_hash TEXT NOT NULL,"
    " block_id TEXT,"
    " chain_hash TEXT NOT NULL,"
    " timestamp TEXT NOT NULL,"
    " metadata TEXT NOT NULL,"
    " PRIMARY KEY (chain, place));"

    // What is metered, by month ("2026-11").
    "CREATE TABLE sbn_usage ("
    " tenant_id TEXT NOT NULL,"
    " month TEXT NOT NULL,"
    " operation TEXT NOT NULL,"
    " amount BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, month, operation));"

    // Bulk runs that can be taken up again: the steps of a run follow each other line by line.
    "CREATE TABLE sbn_run_steps ("
    " tenant_id TEXT NOT NULL,"
    " run_id TEXT NOT NULL,"
    " first_line BIGINT NOT NULL,"
    " line_count BIGINT NOT NULL,"
    " first_seq BIGINT NOT NULL,"
    " faults TEXT NOT NULL,"  // lines: place of the line in the step, space, what it is answered with
    " PRIMARY KEY (tenant_id, run_id, first_line));"

    "CREATE TABLE sbn_promotions ("
    " tenant_id TEXT NOT NULL,"
    " seq BIGINT NOT NULL,"
    " target_project_id TEXT NOT NULL,"
    " frontier_id TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, seq, target_project_id))";

}  // namespace agentnet::sbn
