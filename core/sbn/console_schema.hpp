// The tables of the console and the control plane, as a step of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::sbn {

// Times are microseconds since 1970; JSON lies as text; flags are 0 or 1. Plain SQL.
//
// A project is a tenant (core/auth/schema.hpp). What the console knows of it beyond its name is in
// sbn_projects; a tenant without a row is one that nothing was said about. `bound` is 1 for those that a
// request must be held against (a rate plan, archived, not active), so that they are found without looking at
// the others; sbn_bounds_version counts up with each change of them.
inline constexpr std::string_view kConsoleTables =
    "CREATE TABLE sbn_projects ("
    " tenant_id TEXT NOT NULL PRIMARY KEY,"
    " owner TEXT NOT NULL,"  // the tenant that made it; its own id for one that nobody made
    " description TEXT NOT NULL,"
    " plan TEXT NOT NULL,"      // of billing (plans.hpp)
    " settings TEXT NOT NULL,"  // a JSON object
    " contact_email TEXT NOT NULL,"
    " aggregator_endpoint TEXT NOT NULL,"
    " rate_plan_id TEXT,"
    " active INTEGER NOT NULL,"
    " archived_at BIGINT,"
    " deleted_at BIGINT,"
    " bound INTEGER NOT NULL,"
    " created_at BIGINT NOT NULL);"
    "CREATE INDEX sbn_projects_of_owner ON sbn_projects (owner, created_at);"
    "CREATE INDEX sbn_projects_bound ON sbn_projects (bound);"
    "CREATE TABLE sbn_bounds_version ("
    " id INTEGER NOT NULL PRIMARY KEY,"
    " version BIGINT NOT NULL);"
    "INSERT INTO sbn_bounds_version (id, version) VALUES (1, 1);"

    // Which project a credential has switched to.
    "CREATE TABLE sbn_current_projects ("
    " credential_id TEXT NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL);"
    "CREATE INDEX sbn_current_projects_of_tenant ON sbn_current_projects (tenant_id);"

    // What the console knows of an API key beyond core/auth.
    "CREATE TABLE sbn_key_facts ("
    " key_id TEXT NOT NULL PRIMARY KEY,"
    " prefix TEXT NOT NULL,"
    " plan TEXT NOT NULL,"
    " default_frontier TEXT,"
    " allowed_frontiers TEXT);"  // a JSON list

    // What each credential has used, by month ("2026-11").
    "CREATE TABLE sbn_key_usage ("
    " tenant_id TEXT NOT NULL,"
    " month TEXT NOT NULL,"
    " credential_id TEXT NOT NULL,"
    " attestations BIGINT NOT NULL,"
    " snapchore_events BIGINT NOT NULL,"
    " facts_reads BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, month, credential_id));"
    // How many calls a tenant with a rate plan has made, by day in UTC ("2026-11-23").
    "CREATE TABLE sbn_daily_calls ("
    " tenant_id TEXT NOT NULL,"
    " day TEXT NOT NULL,"
    " calls BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, day));"

    "CREATE TABLE sbn_audit ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " at BIGINT NOT NULL,"
    " actor TEXT NOT NULL,"  // the credential's id
    " action TEXT NOT NULL,"
    " target TEXT NOT NULL,"
    " detail TEXT NOT NULL);"  // a JSON object
    "CREATE INDEX sbn_audit_of_tenant ON sbn_audit (tenant_id, number);"
    "CREATE INDEX sbn_audit_of_target ON sbn_audit (tenant_id, target, number);"

    // next_at is when the oldest pending delivery of a webhook is due; NULL when none waits or it is
    // not enabled.
    "CREATE TABLE sbn_webhooks ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " url TEXT NOT NULL,"
    " events TEXT NOT NULL,"  // a space between them; * is all
    " secret TEXT NOT NULL,"
    " enabled INTEGER NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " updated_at BIGINT NOT NULL,"
    " last_place BIGINT NOT NULL,"
    " pending BIGINT NOT NULL,"
    " dropped BIGINT NOT NULL,"
    " next_at BIGINT);"
    "CREATE INDEX sbn_webhooks_of_tenant ON sbn_webhooks (tenant_id, created_at);"
    "CREATE INDEX sbn_webhooks_due ON sbn_webhooks (next_at);"
    "CREATE TABLE sbn_deliveries ("
    " webhook_id TEXT NOT NULL,"
    " place BIGINT NOT NULL,"
    " event_type TEXT NOT NULL,"
    " body TEXT NOT NULL,"
    " status TEXT NOT NULL,"  // pending, delivered or failed
    " attempts BIGINT NOT NULL,"
    " response_status BIGINT,"
    " last_error TEXT,"
    " created_at BIGINT NOT NULL,"
    " attempted_at BIGINT,"
    " PRIMARY KEY (webhook_id, place));"

    "CREATE TABLE sbn_rate_plans ("
    " id TEXT NOT NULL PRIMARY KEY,"
    " owner TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " sla_tier TEXT NOT NULL,"
    " daily_quota BIGINT NOT NULL,"
    " burst_limit_per_minute BIGINT NOT NULL,"
    " description TEXT,"
    " created_at BIGINT NOT NULL);"
    "CREATE INDEX sbn_rate_plans_of_owner ON sbn_rate_plans (owner, created_at);"
    "CREATE TABLE sbn_validators ("
    " tenant_id TEXT NOT NULL,"
    " validator_id TEXT NOT NULL,"
    " endpoint TEXT NOT NULL,"
    " region TEXT,"
    " registered_at BIGINT NOT NULL,"
    " last_seen_at BIGINT,"
    " PRIMARY KEY (tenant_id, validator_id))";

}  // namespace agentnet::sbn
