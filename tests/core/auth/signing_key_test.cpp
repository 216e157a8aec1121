#include "core/auth/signing_key.hpp"

#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

std::string fault_of_adding(Network& network, std::string_view tenant, const TrustedKeyOptions& options,
                            std::uint8_t number) {
  return fault_of([&] {
    network.database->write([&](store::Connection& connection) {
      add_signing_key(connection, tenant, options, test_key(number).public_key(), kNow, network.random);
    });
  });
}

std::vector<TrustedKey> find(Network& network, std::string_view kid, std::string_view issuer) {
  std::vector<TrustedKey> keys;
  network.database->read(
      [&](store::Connection& connection) { keys = find_signing_keys(connection, kid, issuer); });
  return keys;
}

TEST_CASE("a key is listed as it was added") {
  Network network;
  std::vector<TrustedKey> keys;
  network.database->read(
      [&](store::Connection& connection) { keys = list_signing_keys(connection, "acme"); });
  REQUIRE(keys.size() == 1);
  CHECK(keys[0].id == network.acme_key.id);
  CHECK(keys[0].id.starts_with("sgn_"));
  CHECK(keys[0].kid == "k1");
  CHECK(keys[0].issuer == "my-svc");
  CHECK(keys[0].audience == "sbn");
  CHECK(keys[0].tenant_id == "acme");
  CHECK(keys[0].public_key == test_key(1).public_key());
  CHECK(keys[0].created_at == kNow);
  CHECK_FALSE(keys[0].revoked_at.has_value());
}

TEST_CASE("tenants may use the same kid and issuer, and both keys are found by them") {
  Network network;
  CHECK(find(network, "k1", "my-svc").size() == 2);
  CHECK(find(network, "k1", "other").empty());
  CHECK(find(network, "k2", "my-svc").empty());
}

TEST_CASE("a public key is registered once, so that it speaks for one tenant") {
  Network network;
  CHECK(fault_of_adding(network, "rival", {"k2", "other", "sbn"}, 1) == "conflict/key_exists");
}

TEST_CASE("a public key that was revoked cannot come back") {
  Network network;
  network.database->write([&](store::Connection& connection) {
    revoke_signing_key(connection, "acme", network.acme_key.id, kNow);
  });
  CHECK(fault_of_adding(network, "acme", {"k1", "my-svc", "sbn"}, 1) == "conflict/key_exists");
}

TEST_CASE("kid, issuer and audience must be there and fit") {
  Network network;
  const std::string most(kMaxTextBytes, 'x');
  CHECK(fault_of_adding(network, "acme", {most, most, most}, 3).empty());
  for (const std::string& wrong : {std::string(), most + "x", std::string("\xff")}) {
    CHECK(fault_of_adding(network, "acme", {wrong, "i", "a"}, 4) == "usage/bad_signing_key");
    CHECK(fault_of_adding(network, "acme", {"k", wrong, "a"}, 4) == "usage/bad_signing_key");
    CHECK(fault_of_adding(network, "acme", {"k", "i", wrong}, 4) == "usage/bad_signing_key");
  }
  CHECK(fault_of_adding(network, "nobody", {"k", "i", "a"}, 4) == "not_found/unknown_tenant");
}

TEST_CASE("one kid and issuer has its number of keys and none more") {
  Network network;
  for (std::uint8_t i = 0; i < kMaxKeysOfOneIssuer; ++i)
    CHECK(fault_of_adding(network, "acme", {"k", "i", "a"}, static_cast<std::uint8_t>(100 + i)).empty());
  CHECK(fault_of_adding(network, "rival", {"k", "i", "a"}, 200) == "policy/too_many_keys");
  CHECK(fault_of_adding(network, "rival", {"k", "j", "a"}, 200).empty());
}

TEST_CASE("a tenant has its number of signing keys and none more") {
  Network network;
  network.database->write([&](store::Connection& connection) {
    for (std::size_t i = 1; i < kMaxKeysPerTenant; ++i) {
      const crypto::SigningKey key = crypto::SigningKey::generate(network.random);
      add_signing_key(connection, "acme", {std::to_string(i), "i", "a"}, key.public_key(), kNow,
                      network.random);
    }
  });
  CHECK(fault_of_adding(network, "acme", {"k", "i", "a"}, 3) == "policy/too_many_keys");
  CHECK(fault_of_adding(network, "rival", {"k", "i", "a"}, 3).empty());
}

TEST_CASE("a tenant cannot revoke the signing key of another, or one that is not there") {
  Network network;
  for (const std::string& id : {network.rival_key.id, std::string("sgn_none")}) {
    const auto revoke = [&] {
      network.database->write(
          [&](store::Connection& connection) { revoke_signing_key(connection, "acme", id, kNow); });
    };
    CHECK(fault_of(revoke) == "not_found/unknown_key");
  }
  CHECK_FALSE(find(network, "k1", "my-svc")[1].revoked_at.has_value());
}

}  // namespace
}  // namespace agentnet::auth
