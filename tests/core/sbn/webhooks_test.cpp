#include "core/sbn/webhooks.hpp"

#include "core/sbn/events.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::fault_of;
using fixtures::Json;
using fixtures::kNow;
using std::chrono::milliseconds;

const std::string kUrl = "https://hooks.example/x?a=1";

struct Hooks : ConsoleStore {
  Webhook add(const Webhook& wanted, const std::string& tenant = "a") {
    return write([&](auto& connection) { return add_webhook(connection, tenant, wanted, kNow, random); });
  }
  Webhook of(const std::vector<std::string>& events = {"*"}, bool enabled = true) {
    return add(Webhook{.url = kUrl, .events = events, .enabled = enabled});
  }
  Webhook find(const std::string& id, const std::string& tenant = "a") {
    return write([&](auto& connection) { return require_webhook(connection, tenant, id); });
  }
  void emit(const std::string& type, Instant now = kNow) {
    write([&](auto& connection) {
      json::Arena arena;
      emit_event(connection, "a", type, json::ObjectBuilder(arena).add("n", "1").done(), now);
      return 0;
    });
  }
  std::optional<DueDelivery> due(Instant now) {
    return write([&](auto& connection) { return due_delivery(connection, now); });
  }
  void settle(const Delivery& delivery, const Attempt& attempt, Instant now) {
    write([&](auto& connection) { return settle_delivery(connection, delivery, attempt, now), 0; });
  }
  std::vector<Delivery> log(const std::string& id, std::int64_t limit = 10'000) {
    return write([&](auto& connection) {
      std::vector<Delivery> found;
      list_deliveries(connection, id, limit, [&](const Delivery& each) { found.push_back(each); });
      return found;
    });
  }
};

const Attempt kTaken{200, ""};
const Attempt kRefused{500, "answered 500"};

TEST_CASE("a URL is https, or http to this machine") {
  for (const char* good : {"https://a.example", "https://a.example:8443/x?y=z", "https://[2606:4700::1]/",
                           "http://127.0.0.1:1/x", "http://localhost/", "http://[::1]:80/"}) {
    CAPTURE(good);
    CHECK(fault_of([&] { check_url(good); }).empty());
  }
  for (const char* bad :
       {"", "https://", "https:///x", "http://a.example/", "http://127.0.0.1.example/", "http://10.0.0.1/",
        "ftp://127.0.0.1/", "HTTPS://a.example", "https://u:p@a.example/", "https://a.example/#f",
        "https://a.example/a b", "https://a.example/\n", "https://caf\xc3\xa9.example/", "//a.example/"}) {
    CAPTURE(bad);
    CHECK(fault_of([&] { check_url(bad); }) == "usage/bad_url");
  }
  const std::string longest = "https://a.example/" + std::string(kMaxUrlBytes - 18, 'x');
  CHECK(fault_of([&] { check_url(longest); }).empty());
  CHECK(fault_of([&] { check_url(longest + "x"); }) == "usage/bad_url");
}

TEST_CASE("events are known types, or all of them") {
  for (const std::vector<std::string>& good :
       {std::vector<std::string>{"*"}, {"key.created"}, {"key.created", "block.sealed"}})
    CHECK(fault_of([&] { check_events(good); }).empty());
  for (const std::vector<std::string>& bad :
       {std::vector<std::string>{}, {"*", "key.created"}, {"key"}, {""}, {"webhook.test"}, {"Key.created"}})
    CHECK(fault_of([&] { check_events(bad); }) == "usage/bad_event");
}

TEST_CASE("a secret has 8 to 256 visible ASCII characters") {
  for (const std::size_t size : {kMinSecretBytes, kMaxSecretBytes})
    CHECK(fault_of([&] { check_secret(std::string(size, 'x')); }).empty());
  for (const std::string& bad : {std::string(kMinSecretBytes - 1, 'x'), std::string(kMaxSecretBytes + 1, 'x'),
                                 std::string("with space"), std::string("caf\xc3\xa9 au lait")})
    CHECK(fault_of([&] { check_secret(bad); }) == "usage/bad_secret");
}

TEST_CASE("a webhook is kept as it was wanted, with a secret that is made when there is none") {
  Hooks hooks;
  const Webhook made = hooks.of({"key.created", "slot.closed"});
  CHECK(made.secret.starts_with("whsec_"));
  CHECK(made.secret.size() == 6 + 64);
  const Webhook read = hooks.find(made.id);
  CHECK(read.url == kUrl);
  CHECK(read.events == std::vector<std::string>{"key.created", "slot.closed"});
  CHECK(read.secret == made.secret);
  CHECK(hooks.of().secret != made.secret);
  CHECK(hooks.add(Webhook{.url = kUrl, .events = {"*"}, .secret = "mine-and-known"}).secret ==
        "mine-and-known");
  CHECK(hooks.fault([&](auto& connection) { require_webhook(connection, "b", made.id); }) ==
        "not_found/unknown_webhook");
}

TEST_CASE("a project has so many webhooks and no more") {
  Hooks hooks;
  for (std::size_t i = 0; i < kMaxWebhooks; ++i)
    hooks.of();
  CHECK(fault_of([&] { hooks.of(); }) == "policy/too_many_webhooks");
  CHECK_FALSE(hooks.add(Webhook{.url = kUrl, .events = {"*"}}, "b").id.empty());
}

TEST_CASE("an event waits for each enabled webhook that wants it, once, with one id") {
  Hooks hooks;
  const Webhook all = hooks.of();
  const Webhook some = hooks.of({"key.created"});
  const Webhook other = hooks.of({"block.sealed"});
  const Webhook off = hooks.of({"*"}, false);
  const Webhook foreign = hooks.add(Webhook{.url = kUrl, .events = {"*"}}, "b");
  hooks.emit("key.created");
  REQUIRE(hooks.log(all.id).size() == 1);
  REQUIRE(hooks.log(some.id).size() == 1);
  for (const Webhook& each : {other, off, foreign})
    CHECK(hooks.log(each.id).empty());
  CHECK(hooks.log(all.id)[0].body == hooks.log(some.id)[0].body);
  const Json body = Json::parse(hooks.log(all.id)[0].body);
  CHECK(body["type"] == "key.created");
  CHECK(body["project_id"] == "a");
  CHECK(body["created_at"] == "2026-11-23T12:00:00+00:00");
  CHECK(body["data"] == Json({{"n", "1"}}));
  hooks.emit("key.created");
  CHECK(Json::parse(hooks.log(all.id)[0].body)["id"] != body["id"]);
}

TEST_CASE("an event that nobody wants leaves nothing behind") {
  Hooks hooks;
  hooks.emit("key.created");
  hooks.of({"block.sealed"});
  hooks.emit("key.created");
  CHECK(hooks.number("SELECT COUNT(*) FROM sbn_deliveries") == 0);
}

TEST_CASE("deliveries of a webhook are due in their order, one at a time") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  CHECK_FALSE(hooks.due(kNow));
  hooks.emit("key.created");
  hooks.emit("key.revoked");
  CHECK_FALSE(hooks.due(kNow - milliseconds(1)));
  const auto first = hooks.due(kNow);
  REQUIRE(first);
  CHECK(first->delivery.event_type == "key.created");
  CHECK(first->webhook.id == hook.id);
  hooks.settle(first->delivery, kTaken, kNow);
  const auto second = hooks.due(kNow);
  REQUIRE(second);
  CHECK(second->delivery.event_type == "key.revoked");
  hooks.settle(second->delivery, kTaken, kNow);
  CHECK_FALSE(hooks.due(kNow + std::chrono::hours(1)));
  CHECK(hooks.find(hook.id).pending == 0);
  CHECK(hooks.log(hook.id)[1].status == "delivered");
  CHECK(hooks.log(hook.id)[1].response_status == 200);
}

TEST_CASE("what was refused is tried again after a pause that doubles, and given up in the end") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  hooks.emit("key.created");
  hooks.emit("key.revoked");
  Instant now = kNow;
  milliseconds pause = kFirstBackoff;
  for (std::int64_t attempt = 1; attempt < kMaxAttempts; ++attempt) {
    CAPTURE(attempt);
    const auto due = hooks.due(now);
    REQUIRE(due);
    CHECK(due->delivery.event_type == "key.created");
    CHECK(due->delivery.attempts == attempt - 1);
    hooks.settle(due->delivery, kRefused, now);
    CHECK_FALSE(hooks.due(now + pause - milliseconds(1)));
    now += pause;
    pause *= 2;
  }
  hooks.settle(hooks.due(now)->delivery, {std::nullopt, std::string(kMaxErrorBytes + 1, 'x')}, now);
  CHECK(hooks.due(now)->delivery.event_type == "key.revoked");
  const Delivery failed = hooks.log(hook.id)[1];
  CHECK(failed.status == "failed");
  CHECK(failed.attempts == kMaxAttempts);
  CHECK_FALSE(failed.response_status);
  CHECK(failed.last_error->size() == kMaxErrorBytes);
  CHECK(hooks.find(hook.id).pending == 1);
}

TEST_CASE("a webhook whose receiver is slow does not hold up another") {
  Hooks hooks;
  hooks.of({"key.created"});
  hooks.emit("key.created");
  hooks.settle(hooks.due(kNow)->delivery, kRefused, kNow);
  const Webhook other = hooks.of({"key.revoked"});
  hooks.emit("key.revoked");
  CHECK(hooks.due(kNow)->webhook.id == other.id);
}

TEST_CASE("the queue of a webhook has an end, and what it missed is counted") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  hooks.write([&](auto& connection) {
    json::Arena arena;
    const json::Value nothing = json::ObjectBuilder(arena).done();
    for (std::int64_t i = 0; i < kMaxPendingDeliveries; ++i)
      emit_event(connection, "a", "key.created", nothing, kNow);
    return 0;
  });
  CHECK(hooks.find(hook.id).dropped == 0);
  hooks.emit("key.created");
  CHECK(hooks.find(hook.id).pending == kMaxPendingDeliveries);
  CHECK(hooks.find(hook.id).dropped == 1);
  hooks.settle(hooks.due(kNow)->delivery, kTaken, kNow);
  hooks.emit("key.created");
  CHECK(hooks.find(hook.id).dropped == 1);
}

TEST_CASE("an event that is too large is dropped") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  hooks.write([&](auto& connection) {
    json::Arena arena;
    const std::string text(kMaxEventBytes, 'x');
    emit_event(connection, "a", "key.created", json::ObjectBuilder(arena).add("t", text).done(), kNow);
    return 0;
  });
  CHECK(hooks.log(hook.id).empty());
  CHECK(hooks.find(hook.id).dropped == 1);
}

TEST_CASE("the log forgets what is over and old, and never what waits") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  hooks.emit("key.created");
  hooks.write([&](auto& connection) {
    for (std::int64_t i = 0; i < kKeptDeliveries + 5; ++i)
      add_settled_delivery(connection, hook.id, kTestEvent, "{}", kTaken, kNow);
    return 0;
  });
  const std::vector<Delivery> log = hooks.log(hook.id);
  CHECK(log.size() == static_cast<std::size_t>(kKeptDeliveries) + 1);
  CHECK(log.back().status == "pending");
  CHECK(hooks.due(kNow)->delivery.place == 1);
  CHECK(hooks.log(hook.id, 3).size() == 3);
}

TEST_CASE("a webhook that is not enabled keeps what waits for the day it is") {
  Hooks hooks;
  Webhook hook = hooks.of();
  hooks.emit("key.created");
  const auto set_enabled = [&](bool enabled) {
    hook.enabled = enabled;
    hooks.write([&](auto& connection) { return save_webhook(connection, hook, kNow), 0; });
  };
  set_enabled(false);
  CHECK_FALSE(hooks.due(kNow + std::chrono::hours(1)));
  hooks.emit("key.revoked");
  CHECK(hooks.find(hook.id).pending == 1);
  set_enabled(true);
  CHECK(hooks.due(kNow)->delivery.event_type == "key.created");
}

TEST_CASE("an attempt that ends after its webhook is gone changes nothing") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  hooks.emit("key.created");
  const auto due = hooks.due(kNow);
  hooks.write([&](auto& connection) { return delete_webhook(connection, hook.id), 0; });
  hooks.settle(due->delivery, kTaken, kNow);
  CHECK(hooks.number("SELECT COUNT(*) FROM sbn_deliveries") == 0);
  CHECK_FALSE(hooks.due(kNow));
}

TEST_CASE("an attempt that is noted twice counts once") {
  Hooks hooks;
  const Webhook hook = hooks.of();
  hooks.emit("key.created");
  const auto due = hooks.due(kNow);
  hooks.settle(due->delivery, kTaken, kNow);
  hooks.settle(due->delivery, kTaken, kNow);
  CHECK(hooks.find(hook.id).pending == 0);
}

}  // namespace
}  // namespace agentnet::sbn
