// Tenants: who a credential speaks for, and whose data a request can see.
//
// Here and in the other tables of this room the functions work on a Connection, so that a service can make
// them part of its own write. Those that change something are for Database::write, the others for either.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/store/connection.hpp"

namespace agentnet::auth {

inline constexpr std::size_t kMaxTenantIdBytes = 128;
inline constexpr std::size_t kMaxTextBytes =
    256;  // of a tenant's name, a label, a kid, an issuer, an audience
inline constexpr std::size_t kMaxKeysPerTenant = 1000;  // of each kind; revoked ones count

struct Tenant {
  std::string id;
  std::string name;
  Instant created_at;
};

// One to kMaxTenantIdBytes printable ASCII characters without spaces: it travels in a header.
bool is_tenant_id(std::string_view text);
// Up to kMaxTextBytes of UTF-8 without control characters; may be empty.
bool is_short_text(std::string_view text);

// Throws Error usage/bad_tenant for an id or a name that cannot be one, conflict/tenant_exists.
Tenant add_tenant(store::Connection& connection, std::string_view id, std::string_view name, Instant now);
std::optional<Tenant> find_tenant(store::Connection& connection, std::string_view id);
// Throws Error not_found/unknown_tenant when there is none.
void require_tenant(store::Connection& connection, std::string_view id);
// Sorted by id.
std::vector<Tenant> list_tenants(store::Connection& connection);

// How instants lie in the tables.
std::int64_t to_column(Instant instant);
Instant from_column(std::int64_t micros);

}  // namespace agentnet::auth
