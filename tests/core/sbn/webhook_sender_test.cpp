#include "core/sbn/webhook_sender.hpp"

#include <future>

#include "core/crypto/hmac.hpp"
#include "core/sbn/events.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::CountingClock;
using fixtures::fault_of;

struct Sending : ConsoleStore {
  CountingClock clock;
  std::vector<Attempt> outcomes;  // of the next posts; then 200
  std::vector<http::Request> posted;
  WebhookSender sender{*database, clock, [this](const Webhook&, const http::Request& request, const auto&) {
                         posted.push_back(request);
                         if (outcomes.empty()) return Attempt{200, ""};
                         const Attempt outcome = outcomes.front();
                         outcomes.erase(outcomes.begin());
                         return outcome;
                       }};
  Webhook hook = write([&](auto& connection) {
    return add_webhook(connection, "a", Webhook{.url = "https://h.example/x?a=1", .events = {"*"}},
                       clock.now(), random);
  });

  void emit() {
    write([&](auto& connection) {
      json::Arena arena;
      emit_event(connection, "a", "key.created", json::ObjectBuilder(arena).done(), clock.now());
      return 0;
    });
  }
  Delivery newest() {
    return write([&](auto& connection) {
      Delivery found;
      list_deliveries(connection, hook.id, 1, [&](const Delivery& each) { found = each; });
      return found;
    });
  }
  void pass(std::chrono::milliseconds time) {
    clock.micros += std::chrono::duration_cast<std::chrono::microseconds>(time).count();
  }
};

TEST_CASE("a request is signed over its time and its body") {
  Webhook hook;
  hook.url = "https://h.example:8443/x?a=1";
  hook.secret = "secret-of-mine";
  const http::Request request =
      signed_request(hook, "key.created", "wh_1-7", R"({"a":1})", *parse_iso("2026-11-23T12:00:00.9Z"));
  CHECK(request.method == "POST");
  CHECK(request.target == "/x?a=1");
  CHECK(request.body == R"({"a":1})");
  CHECK(request.headers.get("X-SBN-Event") == "key.created");
  CHECK(request.headers.get("X-SBN-Delivery") == "wh_1-7");
  CHECK(request.headers.get("X-SBN-Timestamp") == "1795435200");
  const auto code = crypto::hmac_sha256(as_bytes("secret-of-mine"), as_bytes(R"(1795435200.{"a":1})"));
  CHECK(request.headers.get("X-SBN-Signature") == "v1=" + hex_lower(code));
}

TEST_CASE("a URL without a path is asked for its root") {
  Webhook hook;
  hook.secret = "secret-of-mine";
  for (const auto& [url, target] : {std::pair<const char*, const char*>{"https://h.example", "/"},
                                    {"https://h.example/", "/"},
                                    {"https://[::1]:9/a/b", "/a/b"}}) {
    hook.url = url;
    CHECK(signed_request(hook, "e", "d", "", Instant()).target == target);
  }
}

TEST_CASE("what is due is posted, and how it went is noted") {
  Sending net;
  CHECK_FALSE(net.sender.deliver_one());
  net.emit();
  CHECK(net.sender.deliver_one());
  REQUIRE(net.posted.size() == 1);
  CHECK(net.posted[0].body == net.newest().body);
  CHECK(net.posted[0].headers.get("X-SBN-Delivery") == net.newest().id());
  CHECK(net.newest().status == "delivered");
  CHECK_FALSE(net.sender.deliver_one());
}

TEST_CASE("a receiver that fails twice is tried a third time, with a new signature and the same id") {
  Sending net;
  net.outcomes = {{500, "answered 500"}, {std::nullopt, "connect_failed: no connection"}};
  net.emit();
  CHECK(net.sender.deliver_one());
  CHECK_FALSE(net.sender.deliver_one());  // it is not due yet
  CHECK(net.newest().last_error == "answered 500");
  net.pass(std::chrono::milliseconds(500));
  CHECK(net.sender.deliver_one());
  net.pass(std::chrono::milliseconds(1'000));
  CHECK(net.sender.deliver_one());
  CHECK(net.newest().status == "delivered");
  CHECK(net.newest().attempts == 3);
  REQUIRE(net.posted.size() == 3);
  CHECK(net.posted[0].headers.get("X-SBN-Delivery") == net.posted[2].headers.get("X-SBN-Delivery"));
  CHECK(net.posted[0].headers.get("X-SBN-Signature") != net.posted[2].headers.get("X-SBN-Signature"));
}

TEST_CASE("a sender that was started delivers by itself, and calls every second") {
  Sending net;
  std::promise<void> called;
  std::atomic<bool> first = true;
  net.emit();
  net.sender.start([&] {
    if (first.exchange(false)) called.set_value();
  });
  called.get_future().wait();
  std::promise<Attempt> sent;
  net.sender.send(net.hook, {}, [&](const Attempt& attempt) { sent.set_value(attempt); });
  CHECK(sent.get_future().get().delivered());
  net.sender.stop();
  CHECK(net.posted.size() >= 1);
}

TEST_CASE("what waits when a sender is stopped is told so, and later requests are refused") {
  ConsoleStore store;
  CountingClock clock;
  std::promise<void> entered;
  WebhookSender sender(*store.database, clock, [&](const auto&, const auto&, const auto& stopped) {
    entered.set_value();
    while (!stopped())
      std::this_thread::yield();
    return Attempt{std::nullopt, "stopped"};
  });
  std::vector<std::string> told;
  const auto note = [&](const Attempt& attempt) { told.push_back(attempt.error); };
  sender.send({}, {}, note);
  entered.get_future().wait();
  sender.send({}, {}, note);
  sender.stop();
  CHECK(told == std::vector<std::string>{"stopped", "stopped"});
  CHECK(fault_of([&] { sender.send({}, {}, note); }) == "policy/rate_limited");
}

TEST_CASE("so many tests wait and no more") {
  ConsoleStore store;
  CountingClock clock;
  std::promise<void> entered;
  WebhookSender sender(*store.database, clock, [&](const auto&, const auto&, const auto& stopped) {
    entered.set_value();
    while (!stopped())
      std::this_thread::yield();
    return Attempt{std::nullopt, "stopped"};
  });
  const auto ignore = [](const Attempt&) {};
  sender.send({}, {}, ignore);
  entered.get_future().wait();
  for (std::size_t i = 0; i < kMaxWaitingTests; ++i)
    sender.send({}, {}, ignore);
  CHECK(fault_of([&] { sender.send({}, {}, ignore); }) == "policy/rate_limited");
  sender.stop();
}

TEST_CASE("a receiver's name may lead to open addresses only, that of this machine to loopback only") {
  Webhook hook;
  const auto error_of = [&](const std::string& url) {
    hook.url = url;
    return post_to_receiver(hook, {"POST", "/", {}, "{}"}, [] { return false; }).error;
  };
  for (const char* url : {"https://10.1.2.3/", "https://192.168.0.1:9/", "https://169.254.169.254/",
                          "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/"}) {
    CAPTURE(url);
    CHECK(error_of(url).starts_with("connect_failed"));
  }
}

}  // namespace
}  // namespace agentnet::sbn
