// The tables of Atlas, as a step of the store's schema.
#pragma once

#include <string_view>

namespace agentnet::sbn {

// Times are microseconds since 1970; what is called JSON lies as compact text. Rows are found by the tenant
// and a name, or by the app.
inline constexpr std::string_view kAtlasTables =
    "CREATE TABLE atlas_apps ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " app_id TEXT NOT NULL UNIQUE,"
    " tenant_id TEXT NOT NULL,"
    " name TEXT NOT NULL,"
    " family TEXT NOT NULL,"
    " client_id TEXT NOT NULL UNIQUE,"
    " secret_hash TEXT NOT NULL,"  // SHA-256
    " event_types TEXT NOT NULL,"  // JSON
    " token_ttl_seconds BIGINT NOT NULL,"
    " created_at BIGINT NOT NULL,"
    " revoked_at BIGINT);"
    "CREATE INDEX atlas_apps_of_tenant ON atlas_apps (tenant_id, number);"

    // The workflows that an app declares; each is bound.
    "CREATE TABLE atlas_bindings ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " app_id TEXT NOT NULL,"
    " tenant_id TEXT NOT NULL,"
    " workflow TEXT NOT NULL,"
    " frontier TEXT NOT NULL,"
    " source_kind TEXT NOT NULL,"
    " auto_provisioned BIGINT NOT NULL,"
    " contract TEXT NOT NULL,"  // JSON
    " changed_at BIGINT NOT NULL,"
    " UNIQUE (app_id, workflow));"
    "CREATE INDEX atlas_bindings_by_workflow ON atlas_bindings (tenant_id, workflow, changed_at);"

    // What a binding was before; place counts up.
    "CREATE TABLE atlas_binding_history ("
    " app_id TEXT NOT NULL,"
    " workflow TEXT NOT NULL,"
    " place BIGINT NOT NULL,"
    " row TEXT NOT NULL,"  // JSON
    " PRIMARY KEY (app_id, workflow, place));"

    "CREATE TABLE atlas_bound_keys ("
    " app_id TEXT NOT NULL,"
    " key_id TEXT NOT NULL,"
    " minted BIGINT NOT NULL,"  // made for the app, and so ended with it
    " PRIMARY KEY (app_id, key_id));"

    "CREATE TABLE atlas_frontiers ("
    " tenant_id TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    " family TEXT NOT NULL,"
    " kind TEXT NOT NULL,"
    " pulse_type TEXT,"
    " c_max TEXT,"  // as it was declared
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, path));"

    // Every version of every card.
    "CREATE TABLE atlas_cards ("
    " number INTEGER NOT NULL PRIMARY KEY,"
    " tenant_id TEXT NOT NULL,"
    " card_id TEXT NOT NULL,"
    " canonical_path TEXT NOT NULL,"
    " version BIGINT NOT NULL,"
    " latest BIGINT NOT NULL,"  // 1 for one version of each card
    " body TEXT NOT NULL,"      // JSON
    " created_at BIGINT NOT NULL,"
    " UNIQUE (tenant_id, card_id, version));"
    "CREATE INDEX atlas_cards_by_path ON atlas_cards (tenant_id, canonical_path, latest);"
    "CREATE INDEX atlas_cards_latest ON atlas_cards (tenant_id, latest, number)";

}  // namespace agentnet::sbn
