// The tables of fraud reviews, as a step of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::paybond {

// Times are microseconds since 1970.
inline constexpr std::string_view kFraudTables =
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

}  // namespace agentnet::paybond
