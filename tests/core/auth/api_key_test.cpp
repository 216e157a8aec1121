#include "core/auth/api_key.hpp"

#include <map>
#include <set>

#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

// Hands out 0, 1, 2 and so on, again and again.
struct CountingRandom final : Random {
  std::uint8_t next = 0;
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes)
      byte = next++;
  }
};

std::vector<ApiKey> keys_of(Network& network, std::string_view tenant) {
  std::vector<ApiKey> keys;
  network.database->read([&](store::Connection& connection) { keys = list_api_keys(connection, tenant); });
  return keys;
}

std::string fault_of_adding(Network& network, const std::string& tenant, const ApiKeyOptions& options = {}) {
  return fault_of([&] { network.add_key(tenant, options); });
}

TEST_CASE("a key has its prefix and 40 characters of the alphabet") {
  SystemRandom random;
  for (const auto& [mode, prefix] :
       {std::pair(KeyMode::live, kLivePrefix), std::pair(KeyMode::test, kTestPrefix)}) {
    const std::string key = text_of(make_api_key(mode, random));
    CHECK(key.size() == prefix.size() + kApiKeyRandomCharacters);
    CHECK(key.starts_with(prefix));
    CHECK(is_api_key(key));
  }
}

TEST_CASE("keys never repeat") {
  SystemRandom random;
  std::set<std::string> keys;
  for (int i = 0; i < 1000; ++i)
    keys.insert(text_of(make_api_key(KeyMode::live, random)));
  CHECK(keys.size() == 1000);
}

TEST_CASE("each byte of randomness counts for one character, and all characters are equally likely") {
  // 31 keys take 1,240 bytes that count: the 248 fair values five times, each character 20 times.
  CountingRandom random;
  std::map<char, int> counts;
  for (int i = 0; i < 31; ++i) {
    const std::string key = text_of(make_api_key(KeyMode::live, random));
    for (const char c : key.substr(kLivePrefix.size()))
      ++counts[c];
  }
  CHECK(counts.size() == 62);
  for (const auto& [character, count] : counts)
    CHECK(count == 20);
}

TEST_CASE("only a text of the exact form is a key") {
  const std::string random(kApiKeyRandomCharacters, 'a');
  CHECK(is_api_key("sbn_live_" + random));
  CHECK(is_api_key("sbn_test_" + random));
  for (const std::string& wrong :
       {std::string(), "sbn_live_" + random + "a", "sbn_live_" + random.substr(1), "SBN_LIVE_" + random,
        "sbn_prod_" + random, " sbn_live_" + random, "sbn_live_" + random.substr(1) + "-",
        "sbn_live_" + random.substr(1) + "\n", "sbn_live_" + random.substr(1) + std::string(1, '\0'), random,
        std::string("sbn_live_abc123"), std::string("sbn_live_")})
    CHECK_FALSE(is_api_key(wrong));
}

TEST_CASE("a key is found by its hash, with everything that was said of it") {
  Network network;
  const NewApiKey added =
      network.add_key("acme", {KeyMode::test, "ci żółw", {"receipts.read", "snapchore.seal"}});
  const std::string key = text_of(added.key);
  CHECK(key.starts_with("sbn_test_"));
  std::optional<ApiKey> found;
  network.database->read(
      [&](store::Connection& connection) { found = find_api_key(connection, api_key_hash(key)); });
  REQUIRE(found.has_value());
  CHECK(found->id == added.record.id);
  CHECK(found->id.starts_with("key_"));
  CHECK(found->tenant_id == "acme");
  CHECK(found->mode == KeyMode::test);
  CHECK(found->label == "ci żółw");
  CHECK(found->scopes == std::vector<std::string>{"receipts.read", "snapchore.seal"});
  CHECK(found->last4 == key.substr(key.size() - 4));
  CHECK(found->created_at == kNow);
  CHECK_FALSE(found->revoked_at.has_value());
}

TEST_CASE("the hash that is kept is the SHA-256 of the key") {
  CHECK(api_key_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a key that is made by default is live and has all scopes") {
  Network network;
  const NewApiKey added = network.add_key();
  CHECK(added.record.mode == KeyMode::live);
  CHECK(added.record.scopes == std::vector<std::string>{"*"});
}

TEST_CASE("a tenant sees its own keys alone, the oldest first") {
  Network network;
  std::vector<std::string> made;
  network.database->write([&](store::Connection& connection) {
    for (int age = 0; age < 3; ++age) {
      made.insert(
          made.begin(),
          add_api_key(connection, "acme", {}, kNow - std::chrono::hours(age), network.random).record.id);
    }
  });
  network.add_key("rival");
  std::vector<std::string> listed;
  for (const ApiKey& key : keys_of(network, "acme"))
    listed.push_back(key.id);
  CHECK(listed == made);
  CHECK(keys_of(network, "nobody").empty());
}

TEST_CASE("revoking is noted with its time, and a second time changes nothing") {
  Network network;
  const std::string id = network.add_key().record.id;
  for (const int hours : {1, 2}) {
    network.database->write([&](store::Connection& connection) {
      revoke_api_key(connection, "acme", id, kNow + std::chrono::hours(hours));
    });
  }
  REQUIRE(keys_of(network, "acme").size() == 1);
  CHECK(keys_of(network, "acme")[0].revoked_at == kNow + std::chrono::hours(1));
}

TEST_CASE("a tenant cannot revoke the key of another, or one that is not there") {
  Network network;
  const std::string id = network.add_key("rival").record.id;
  for (const std::string& other : {id, std::string("key_none"), std::string()}) {
    const auto revoke = [&] {
      network.database->write(
          [&](store::Connection& connection) { revoke_api_key(connection, "acme", other, kNow); });
    };
    CHECK(fault_of(revoke) == "not_found/unknown_key");
  }
  CHECK_FALSE(keys_of(network, "rival")[0].revoked_at.has_value());
}

TEST_CASE("a rotated key has another secret and is otherwise the same") {
  Network network;
  const NewApiKey added = network.add_key("acme", {KeyMode::test, "ci", {"receipts.read"}});
  SystemRandom random;
  NewApiKey rotated;
  network.database->write([&](store::Connection& connection) {
    rotated = rotate_api_key(connection, "acme", added.record.id, random);
  });
  const std::string key = text_of(rotated.key);
  CHECK(is_api_key(key));
  CHECK(key.starts_with("sbn_test_"));
  CHECK(key != text_of(added.key));
  REQUIRE(keys_of(network, "acme").size() == 1);
  const ApiKey kept = keys_of(network, "acme")[0];
  CHECK(kept.id == added.record.id);
  CHECK(kept.label == "ci");
  CHECK(kept.last4 == key.substr(key.size() - 4));
  network.database->read([&](store::Connection& connection) {
    CHECK_FALSE(find_api_key(connection, api_key_hash(text_of(added.key))));
    CHECK(find_api_key(connection, api_key_hash(key))->scopes == std::vector<std::string>{"receipts.read"});
    CHECK(require_api_key(connection, "acme", kept.id).id == kept.id);
  });
}

TEST_CASE("a revoked key, another tenant's and one that is not there are not rotated") {
  Network network;
  SystemRandom random;
  const std::string id = network.add_key().record.id;
  const auto rotation = [&](const std::string& tenant, const std::string& key) {
    return fault_of([&] {
      network.database->write(
          [&](store::Connection& connection) { rotate_api_key(connection, tenant, key, random); });
    });
  };
  CHECK(rotation("rival", id) == "not_found/unknown_key");
  CHECK(rotation("acme", "key_none") == "not_found/unknown_key");
  network.database->write(
      [&](store::Connection& connection) { revoke_api_key(connection, "acme", id, kNow); });
  CHECK(rotation("acme", id) == "conflict/key_revoked");
}

TEST_CASE("a key needs a tenant, a fitting label and one scope at least") {
  Network network;
  CHECK(fault_of_adding(network, "nobody") == "not_found/unknown_tenant");
  CHECK(fault_of_adding(network, "acme", {.label = std::string(kMaxTextBytes, 'l')}).empty());
  CHECK(fault_of_adding(network, "acme", {.label = std::string(kMaxTextBytes + 1, 'l')}) ==
        "usage/bad_label");
  CHECK(fault_of_adding(network, "acme", {.label = "\xff"}) == "usage/bad_label");
  CHECK(fault_of_adding(network, "acme", {.scopes = {}}) == "usage/bad_scope");
  CHECK(fault_of_adding(network, "acme", {.scopes = {"a b"}}) == "usage/bad_scope");
  CHECK(fault_of_adding(network, "acme", {.scopes = {"a", ""}}) == "usage/bad_scope");
  CHECK(fault_of_adding(network, "acme", {.scopes = std::vector<std::string>(kMaxScopes, "a")}).empty());
  CHECK(fault_of_adding(network, "acme", {.scopes = std::vector<std::string>(kMaxScopes + 1, "a")}) ==
        "usage/bad_scope");
}

TEST_CASE("a tenant has its number of keys and none more") {
  Network network;
  network.database->write([&](store::Connection& connection) {
    for (std::size_t i = 0; i < kMaxKeysPerTenant; ++i)
      add_api_key(connection, "acme", {}, kNow, network.random);
  });
  CHECK(fault_of_adding(network, "acme") == "policy/too_many_keys");
  CHECK(fault_of_adding(network, "rival").empty());
}

}  // namespace
}  // namespace agentnet::auth
