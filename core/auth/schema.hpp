// The tables of this room, as a step of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::auth {

// Times are microseconds since 1970; lists of scopes have a space between them; hashes are hexadecimal. Plain
// SQL, without anything that is SQLite's own.
inline constexpr std::string_view kTables =
    "CREATE TABLE tenants ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " created_at BIGINT NOT NULL);"

    "CREATE TABLE api_keys ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " hash TEXT NOT NULL UNIQUE,"  // SHA-256 of the key
    " tenant_id TEXT NOT NULL REFERENCES tenants (id),"
    " mode TEXT NOT NULL,"  // live or test
    " label TEXT NOT NULL,"
    " scopes TEXT NOT NULL,"
    " last4 TEXT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " revoked_at BIGINT);"
    "CREATE INDEX api_keys_of_tenant ON api_keys (tenant_id, created_at);"

    "CREATE TABLE signing_keys ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " kid TEXT NOT NULL,"
    " issuer TEXT NOT NULL,"
    " audience TEXT NOT NULL,"
    " tenant_id TEXT NOT NULL REFERENCES tenants (id),"
    " public_key TEXT NOT NULL UNIQUE,"  // PEM; unique, so that a signature speaks for one tenant
    " created_at BIGINT NOT NULL,"
    " revoked_at BIGINT);"
    "CREATE INDEX signing_keys_by_issuer ON signing_keys (kid, issuer);"
    "CREATE INDEX signing_keys_of_tenant ON signing_keys (tenant_id, created_at)";

// A later step. number counts up by itself, so that the oldest tokens of a subject are the first.
inline constexpr std::string_view kAccessTokenTables =
    "CREATE TABLE access_tokens ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " hash TEXT NOT NULL UNIQUE,"  // SHA-256 of the token
    " tenant_id TEXT NOT NULL REFERENCES tenants (id),"
    " subject TEXT NOT NULL,"
    " scopes TEXT NOT NULL,"
    " expires_at BIGINT NOT NULL,"
    " revoked BIGINT NOT NULL);"
    "CREATE INDEX access_tokens_of_subject ON access_tokens (subject, number)";

}  // namespace agentnet::auth
