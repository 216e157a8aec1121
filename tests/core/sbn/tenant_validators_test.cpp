#include "core/sbn/tenant_validators.hpp"

#include "core/sbn/stored_chain.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::fault_of;
using fixtures::kNow;

struct Validators : ConsoleStore {
  Validator add(const Validator& wanted, const std::string& tenant = "a", Instant now = kNow) {
    return write([&](auto& connection) { return add_validator(connection, tenant, wanted, now); });
  }
  std::string refusal(const Validator& wanted) {
    return fault([&](auto& connection) { add_validator(connection, "a", wanted, kNow); });
  }
  Validator beat(const std::string& id, Instant now, const std::string& tenant = "a") {
    return write([&](auto& connection) { return note_heartbeat(connection, tenant, id, now); });
  }
};

Validator validator(const std::string& id, const std::string& endpoint = "https://v.example") {
  return {id, endpoint, "eu", {}, {}};
}

TEST_CASE("a validator is registered, then active, then stale when it falls silent") {
  Validators store;
  CHECK(store.add(validator("v")).status(kNow) == "registered");
  const Validator seen = store.beat("v", kNow);
  CHECK(seen.status(kNow) == "active");
  CHECK(seen.status(kNow + kValidatorStale) == "active");
  CHECK(seen.status(kNow + kValidatorStale + std::chrono::microseconds(1)) == "stale");
  CHECK(store.beat("v", kNow + std::chrono::hours(1)).status(kNow + std::chrono::hours(1)) == "active");
}

TEST_CASE("registering again changes nothing, unless it says something else") {
  Validators store;
  const Validator first = store.add(validator("v"));
  CHECK(store.add(validator("v"), "a", kNow + std::chrono::hours(1)).registered_at == first.registered_at);
  CHECK(store.refusal(validator("v", "https://w.example")) == "conflict/validator_exists");
  Validator elsewhere = validator("v");
  elsewhere.region.reset();
  CHECK(store.refusal(elsewhere) == "conflict/validator_exists");
  CHECK(store.add(validator("v", "https://w.example"), "b").endpoint == "https://w.example");
}

TEST_CASE("validators are listed by id, those of the tenant only") {
  Validators store;
  for (const char* id : {"z", "a", "m"})
    store.add(validator(id));
  store.add(validator("x"), "b");
  const std::string ids = store.write([](auto& connection) {
    std::string text;
    for (const Validator& each : list_validators(connection, "a"))
      text += each.validator_id;
    return text;
  });
  CHECK(ids == "amz");
  CHECK(store.write([](auto& connection) { return count_validators(connection, "b"); }) == 1);
  CHECK(store.fault([](auto& connection) { note_heartbeat(connection, "b", "z", kNow); }) ==
        "not_found/unknown_validator");
}

TEST_CASE("ids and endpoints have limits") {
  Validators store;
  CHECK(store.refusal(validator(std::string(kMaxChainIdBytes, 'v'))).empty());
  for (const std::string& id : {std::string(), std::string(kMaxChainIdBytes + 1, 'v'), std::string("a b"),
                                std::string(".."), std::string("\xc3\xa9")})
    CHECK(store.refusal(validator(id)) == "usage/bad_validator");
  const std::string longest = "https://" + std::string(kMaxEndpointBytes - 8, 'x');
  for (const std::string& good :
       {longest, std::string("http://10.0.0.1:9000/path?x=1"), std::string("https://[::1]")})
    CHECK(fault_of([&] { check_endpoint("endpoint", good); }).empty());
  for (const std::string& bad :
       {longest + "x", std::string(), std::string("v.example"), std::string("ftp://v.example"),
        std::string("https://"), std::string("https://u@v.example"), std::string("https://v.example/a b"),
        std::string("https:///x")})
    CHECK(fault_of([&] { check_endpoint("endpoint", bad); }) == "usage/bad_endpoint");
}

TEST_CASE("a tenant has so many validators and no more") {
  Validators store;
  for (std::size_t i = 0; i < kMaxValidators; ++i)
    store.add(validator("v-" + std::to_string(i)));
  CHECK(store.refusal(validator("one-more")) == "policy/too_many_validators");
  CHECK(store.refusal(validator("v-0")).empty());
}

TEST_CASE("a validator as JSON says what it is now") {
  Validators store;
  json::Arena arena;
  const json::Value row = validator_row(store.add(validator("v")), kNow, arena);
  CHECK(row.find("status")->text() == "registered");
  CHECK(row.find("last_seen_at")->is_null());
  CHECK(row.find("region")->text() == "eu");
}

}  // namespace
}  // namespace agentnet::sbn
