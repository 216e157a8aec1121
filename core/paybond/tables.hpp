// The tables of this network, as steps of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::paybond {

// Times are microseconds since 1970; keys, digests and commitments are lower-case hexadecimal, but for the
// blobs of the Merkle tree; JSON lies as text. Plain SQL: the one thing of SQLite's own is that number counts
// up by itself.
//
// The money of an intent is in exactly one place: held by Harbor, with the payee, or back with the principal.
// Before it is funded all three are 0; afterwards they add up to the amount, which the CHECK holds.
inline constexpr std::string_view kTables =
    // Which key speaks for a DID. The key that made the first signature that held is pinned.
    "CREATE TABLE paybond_dids ("
    " tenant_id TEXT NOT NULL,"
    " did TEXT NOT NULL,"
    " public_key TEXT NOT NULL,"
    " origin TEXT NOT NULL,"  // first_use or registered
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, did));"

    "CREATE TABLE paybond_intents ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " intent_id TEXT NOT NULL,"
    " state TEXT NOT NULL,"
    " principal_did TEXT NOT NULL,"
    " payee_did TEXT NOT NULL,"
    " payee_key TEXT,"  // where the principal signed it
    " amount_cents BIGINT NOT NULL,"
    " currency TEXT NOT NULL,"
    " settlement_rail TEXT NOT NULL,"
    " deadline BIGINT NOT NULL,"
    " tools TEXT NOT NULL,"  // a JSON array, normalised
    " body TEXT NOT NULL,"   // as the principal signed it
    " terms_digest TEXT NOT NULL,"
    " spent_cents BIGINT NOT NULL DEFAULT 0,"
    " held_cents BIGINT NOT NULL DEFAULT 0,"
    " payee_cents BIGINT NOT NULL DEFAULT 0,"
    " principal_cents BIGINT NOT NULL DEFAULT 0,"
    " predicate_passed BIGINT,"
    " evidence TEXT,"  // the payee's body
    " judgement TEXT,"
    " created_at BIGINT NOT NULL,"
    " updated_at BIGINT NOT NULL,"
    " UNIQUE (tenant_id, intent_id),"
    " CHECK (spent_cents BETWEEN 0 AND amount_cents),"
    " CHECK (held_cents >= 0 AND payee_cents >= 0 AND principal_cents >= 0 AND"
    "  held_cents + payee_cents + principal_cents IN (0, amount_cents)));"
    "CREATE INDEX paybond_intents_of_tenant ON paybond_intents (tenant_id, number);"
    "CREATE INDEX paybond_intents_by_state ON paybond_intents (tenant_id, state, number);"

    // What was spent through a block of a capability, which has a budget of its own.
    "CREATE TABLE paybond_block_spend ("
    " tenant_id TEXT NOT NULL,"
    " block_id TEXT NOT NULL,"
    " spent_cents BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, block_id));"

    // Each answer to a verify call with a genuine capability.
    "CREATE TABLE paybond_decisions ("
    " tenant_id TEXT NOT NULL,"
    " decision_id TEXT NOT NULL,"
    " audit_id TEXT NOT NULL,"
    " intent_id TEXT NOT NULL,"
    " operation TEXT NOT NULL,"
    " requested_cents BIGINT NOT NULL,"
    " blocks TEXT NOT NULL,"   // ids of the blocks with budgets, a space between them
    " code TEXT,"              // why not; NULL: allowed
    " outcome TEXT NOT NULL,"  // denied, reserved, consumed or released
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, decision_id));"

    "CREATE TABLE paybond_replies ("
    " tenant_id TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    " idempotency_key TEXT NOT NULL,"
    " fingerprint TEXT NOT NULL,"  // BLAKE3 of the request's body
    " status BIGINT NOT NULL,"
    " body TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, method, path, idempotency_key));"
    "CREATE INDEX paybond_replies_by_age ON paybond_replies (created_at);"

    "CREATE TABLE paybond_ledger ("
    " tenant_id TEXT NOT NULL,"
    " seq BIGINT NOT NULL,"  // from 1
    " prev_commitment TEXT NOT NULL,"
    " entry_commitment TEXT NOT NULL,"
    " event TEXT NOT NULL,"
    " timestamp_unix_nanos BIGINT NOT NULL,"
    " issuer TEXT NOT NULL,"
    " signature TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, seq));"
    // Roots of the full subtrees of 2^level leaves; node 0 of level 0 is the leaf of seq 1.
    "CREATE TABLE paybond_ledger_nodes ("
    " tenant_id TEXT NOT NULL,"
    " level BIGINT NOT NULL,"
    " node BIGINT NOT NULL,"
    " hash BLOB NOT NULL,"
    " PRIMARY KEY (tenant_id, level, node)) WITHOUT ROWID;"
    "CREATE TABLE paybond_ledger_tips ("
    " tenant_id TEXT NOT NULL PRIMARY KEY,"
    " seq BIGINT NOT NULL,"
    " entry_commitment TEXT NOT NULL,"
    " timestamp_unix_nanos BIGINT NOT NULL);"

    // The mandate that pays for an intent, as its authorization receipt says.
    "CREATE TABLE paybond_mandates ("
    " tenant_id TEXT NOT NULL,"
    " intent_id TEXT NOT NULL,"
    " receipt_id TEXT NOT NULL,"
    " authorization_receipt TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, intent_id),"
    " UNIQUE (tenant_id, receipt_id));"

    // Packs for auditors: a manifest and its files.
    "CREATE TABLE paybond_exports ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " job_id TEXT NOT NULL,"
    " disclosure_tier TEXT NOT NULL,"
    " filter TEXT NOT NULL,"
    " bundle BLOB NOT NULL,"
    " manifest_sha256 TEXT NOT NULL,"
    " bundle_sha256 TEXT NOT NULL,"
    " token_hash TEXT,"  // SHA-256 of the token that fetches the bundle
    " token_expires_at BIGINT,"
    " created_at BIGINT NOT NULL,"
    " expires_at BIGINT NOT NULL,"
    " UNIQUE (tenant_id, job_id));"
    "CREATE INDEX paybond_exports_of_tenant ON paybond_exports (tenant_id, number);"
    "CREATE INDEX paybond_exports_by_token ON paybond_exports (token_hash);"

    // Signal: what the events of the ledger add up to, for each payee and for the tenant.
    "CREATE TABLE paybond_operators ("
    " tenant_id TEXT NOT NULL,"
    " operator_did TEXT NOT NULL,"
    " intents BIGINT NOT NULL,"
    " released BIGINT NOT NULL,"
    " refunded BIGINT NOT NULL,"
    " split BIGINT NOT NULL,"
    " disputed BIGINT NOT NULL,"
    " latency_nanos BIGINT NOT NULL,"
    " latency_samples BIGINT NOT NULL,"
    " volume_cents BIGINT NOT NULL,"
    " score BIGINT NOT NULL,"
    " under_review BIGINT NOT NULL,"
    " last_seq BIGINT NOT NULL,"
    " updated_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, operator_did));"
    "CREATE TABLE paybond_portfolios ("
    " tenant_id TEXT NOT NULL PRIMARY KEY,"
    " operators BIGINT NOT NULL,"
    " score_sum BIGINT NOT NULL,"
    " terminal_intents BIGINT NOT NULL,"
    " volume_cents BIGINT NOT NULL,"
    " under_review BIGINT NOT NULL,"
    " last_seq BIGINT NOT NULL)";

// Reviews of operators.
inline constexpr std::string_view kReviewTables =
    // What people said of an operator, in sum (fraud_rules.hpp), and each time in its words.
    "CREATE TABLE paybond_reviews ("
    " tenant_id TEXT NOT NULL,"
    " operator_did TEXT NOT NULL,"
    " outcome TEXT NOT NULL,"  // empty: none
    " reviewed_seq BIGINT NOT NULL,"
    " review_requests BIGINT NOT NULL,"
    " appeals BIGINT NOT NULL,"
    " replays BIGINT NOT NULL,"
    " opened_at BIGINT,"
    " reviewed_at BIGINT,"
    " updated_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, operator_did));"
    "CREATE TABLE paybond_review_events ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " operator_did TEXT NOT NULL,"
    " event_type TEXT NOT NULL,"
    " outcome TEXT NOT NULL,"  // empty: none
    " body TEXT NOT NULL,"
    " seconds_to_review BIGINT,"  // of an outcome whose review had been opened
    " created_at BIGINT NOT NULL);"
    "CREATE INDEX paybond_review_events_by_age ON paybond_review_events (tenant_id, created_at);"
    "CREATE TABLE paybond_release_gates ("
    " tenant_id TEXT NOT NULL PRIMARY KEY,"
    " mode TEXT NOT NULL,"
    " updated_at BIGINT NOT NULL);"
    "CREATE INDEX paybond_operators_under_review ON paybond_operators (tenant_id, under_review)";

// Agent receipts, and what calls said of themselves that the receipts tell.
inline constexpr std::string_view kReceiptTables =
    "CREATE TABLE paybond_tool_calls ("
    " tenant_id TEXT NOT NULL,"
    " decision_id TEXT NOT NULL,"
    " tool_call_id TEXT NOT NULL,"
    " request TEXT NOT NULL,"  // JSON, without the token
    " PRIMARY KEY (tenant_id, decision_id));"
    "CREATE TABLE paybond_agent_receipts ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " receipt_id TEXT NOT NULL,"
    " intent_id TEXT NOT NULL,"
    " tool_call_id TEXT,"  // of an action
    " message_digest TEXT NOT NULL,"
    " receipt TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " UNIQUE (tenant_id, receipt_id));"
    "CREATE INDEX paybond_agent_receipts_of_tenant ON paybond_agent_receipts (tenant_id, number);"
    "CREATE INDEX paybond_decisions_of_intent ON paybond_decisions (tenant_id, intent_id, created_at);"
    "CREATE INDEX paybond_decisions_of_tenant ON paybond_decisions (tenant_id, created_at);"
    "CREATE INDEX paybond_decisions_by_outcome ON paybond_decisions (tenant_id, outcome, created_at)";

// Base policies of organisations, as policy_digest knows them.
inline constexpr std::string_view kOrgPolicyTables =
    "CREATE TABLE paybond_org_policies ("
    " tenant_id TEXT NOT NULL,"
    " org_id TEXT NOT NULL,"
    " policy_id TEXT NOT NULL,"
    " version_seq BIGINT NOT NULL,"
    " digest TEXT NOT NULL,"
    " document TEXT NOT NULL,"
    " published_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, org_id, policy_id))";

// Nonces of recognition proofs that were taken.
inline constexpr std::string_view kNonceTables =
    "CREATE TABLE paybond_nonces ("
    " tenant_id TEXT NOT NULL,"
    " number BIGINT NOT NULL,"
    " public_key TEXT NOT NULL,"
    " nonce TEXT NOT NULL,"
    " expires_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, number),"
    " UNIQUE (tenant_id, public_key, nonce));"
    "CREATE INDEX paybond_nonces_by_age ON paybond_nonces (expires_at)";

// What middleware reported of agents' runs.
inline constexpr std::string_view kReportedRunTables =
    "CREATE TABLE paybond_reported_runs ("
    " tenant_id TEXT NOT NULL,"
    " run_id TEXT NOT NULL,"
    " intent_id TEXT NOT NULL,"  // empty until the run itself is told
    " operation TEXT NOT NULL,"
    " sandbox BIGINT NOT NULL,"
    " allowed_tools TEXT NOT NULL,"  // a JSON array
    " completion_preset TEXT NOT NULL,"
    " updated_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, run_id));"
    "CREATE TABLE paybond_reported_events ("
    " tenant_id TEXT NOT NULL,"
    " run_id TEXT NOT NULL,"
    " number BIGINT NOT NULL,"
    " event TEXT NOT NULL,"
    " PRIMARY KEY (tenant_id, run_id, number))";

}  // namespace agentnet::paybond
