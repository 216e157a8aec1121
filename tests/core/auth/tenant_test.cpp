#include "core/auth/tenant.hpp"

#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

std::string fault_of_adding(Network& network, std::string_view id, std::string_view name = "") {
  return fault_of([&] {
    network.database->write([&](store::Connection& connection) { add_tenant(connection, id, name, kNow); });
  });
}

TEST_CASE("a tenant is found as it was added, to the microsecond") {
  Network network;
  const Instant time = kNow + std::chrono::microseconds(123'456);
  network.database->write(
      [&](store::Connection& connection) { add_tenant(connection, "third", "Über Corp", time); });
  network.database->read([&](store::Connection& connection) {
    const std::optional<Tenant> found = find_tenant(connection, "third");
    REQUIRE(found.has_value());
    CHECK(found->id == "third");
    CHECK(found->name == "Über Corp");
    CHECK(found->created_at == time);
    CHECK_FALSE(find_tenant(connection, "Third").has_value());
    CHECK_FALSE(find_tenant(connection, "").has_value());
  });
}

TEST_CASE("tenants are listed by id") {
  Network network;
  network.database->read([](store::Connection& connection) {
    const std::vector<Tenant> tenants = list_tenants(connection);
    REQUIRE(tenants.size() == 2);
    CHECK(tenants[0].id == "acme");
    CHECK(tenants[1].id == "rival");
  });
}

TEST_CASE("a tenant is added once") {
  Network network;
  CHECK(fault_of_adding(network, "acme") == "conflict/tenant_exists");
}

TEST_CASE("an id must travel in a header, and both id and name have limits") {
  Network network;
  CHECK(
      fault_of_adding(network, std::string(kMaxTenantIdBytes, 'a'), std::string(kMaxTextBytes, 'n')).empty());
  CHECK(fault_of_adding(network, std::string(kMaxTenantIdBytes + 1, 'a')) == "usage/bad_tenant");
  for (const char* id : {"", " ", "a b", "a\n", "a\r\nX: y", "ż", "\x7f"}) {
    CAPTURE(id);
    CHECK(fault_of_adding(network, id) == "usage/bad_tenant");
  }
  CHECK(fault_of_adding(network, "fine", std::string(kMaxTextBytes + 1, 'n')) == "usage/bad_tenant");
  CHECK(fault_of_adding(network, "fine", "\xff") == "usage/bad_tenant");
}

}  // namespace
}  // namespace agentnet::auth
