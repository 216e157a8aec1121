#include "core/auth/tenant.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"

namespace agentnet::auth {
namespace {

Tenant read_tenant(const store::Query& row) {
  return {row.text(0), row.text(1), from_column(row.integer(2))};
}

}  // namespace

std::int64_t to_column(Instant instant) {
  return instant.time_since_epoch().count();
}

Instant from_column(std::int64_t micros) {
  return Instant(std::chrono::microseconds(micros));
}

bool is_tenant_id(std::string_view text) {
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  return !text.empty() && text.size() <= kMaxTenantIdBytes &&
         std::all_of(text.begin(), text.end(), is_visible);
}

bool is_short_text(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  return text.size() <= kMaxTextBytes && count_code_points(text).has_value() &&
         std::none_of(text.begin(), text.end(), is_control);
}

Tenant add_tenant(store::Connection& connection, std::string_view id, std::string_view name, Instant now) {
  if (!is_tenant_id(id)) {
    throw Error(Category::usage, "bad_tenant",
                "a tenant id has 1 to " + std::to_string(kMaxTenantIdBytes) +
                    " printable ASCII characters and no spaces");
  }
  if (!is_short_text(name)) {
    throw Error(Category::usage, "bad_tenant",
                "a tenant's name has at most " + std::to_string(kMaxTextBytes) + " bytes of UTF-8");
  }
  if (find_tenant(connection, id)) {
    throw Error(Category::conflict, "tenant_exists", "there is a tenant " + std::string(id) + " already");
  }
  connection.run("INSERT INTO tenants (id, name, created_at) VALUES (?, ?, ?)", {id, name, to_column(now)});
  return {std::string(id), std::string(name), now};
}

std::optional<Tenant> find_tenant(store::Connection& connection, std::string_view id) {
  store::Query query = connection.query("SELECT id, name, created_at FROM tenants WHERE id = ?", {id});
  if (!query.next()) return std::nullopt;
  return read_tenant(query);
}

void require_tenant(store::Connection& connection, std::string_view id) {
  if (find_tenant(connection, id)) return;
  throw Error(Category::not_found, "unknown_tenant", "there is no tenant " + std::string(id));
}

std::vector<Tenant> list_tenants(store::Connection& connection) {
  std::vector<Tenant> tenants;
  store::Query query = connection.query("SELECT id, name, created_at FROM tenants ORDER BY id");
  while (query.next())
    tenants.push_back(read_tenant(query));
  return tenants;
}

}  // namespace agentnet::auth
