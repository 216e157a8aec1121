// Capabilities and spending, asked as clients ask.
#include <atomic>
#include <thread>

#include "core/paybond/capability.hpp"
#include "tests/core/paybond/network_fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Json;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;
using fixtures::Terms;

std::string preflight(PaybondNetwork& net, const Json& body) {
  const fixtures::Answer answer = net.post("/v1/spend/preflight", body.dump());
  return answer.said() == "200" ? answer.json()["outcome"].get<std::string>() : answer.said();
}

TEST_CASE("a capability allows its tools up to its budget, all calls together") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const Json first = net.verify(token, 18'700).json();
  CHECK(first["allow"] == true);
  CHECK(first["remaining_cents"] == 1'300);
  CHECK(first["reason_codes"].empty());
  CHECK(first["audit_id"] != first["decision_id"]);
  CHECK(net.denied(token, 1'301) == "budget_exceeded");
  CHECK(net.denied(token, 1'300, " TRAVEL.Plan ").empty());
  CHECK(net.denied(token, 1) == "budget_exceeded");
  CHECK(net.denied(token, 0).empty());
  CHECK(net.intent()["spent_cents"] == 20'000);
}

TEST_CASE("what a capability does not allow is denied by name, and nothing is spent") {
  PaybondNetwork net;
  const std::string token = net.capability();
  CHECK(net.denied(token, 1, "payments.capture") == "operation_not_allowed");
  CHECK(net.denied("Cg==", 1) == "invalid_capability");
  CHECK(net.denied("", 1) == "invalid_capability");
  Terms other;
  other.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  CHECK(net.denied(net.capability(other), 1) == "wrong_intent");
  Terms rival;
  rival.tenant = "rival";
  const std::string foreign = net.post_as(net.rival, "/intents", rival.body()).json()["capability_token"];
  CHECK(net.denied(foreign, 1) == "wrong_tenant");
  CHECK(net.intent()["spent_cents"] == 0);
}

TEST_CASE("an intent of another tenant is denied as one that is not there") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const auto ask = [&](const std::string& who, const std::string& id) {
    Json read =
        net.post_as(who, "/verify", Json({{"intent_id", id}, {"token", token}, {"operation", "o"}}).dump())
            .json();
    read.erase("audit_id");
    read["intent_id"] = "";
    read["spend_scope"]["scope_key"] = "";
    return read;
  };
  CHECK(ask(net.rival, kIntentId) == ask(net.rival, "550e8400-e29b-41d4-a716-446655440009"));
  CHECK(ask(net.rival, kIntentId)["code"] == "unknown_intent");
}

TEST_CASE("a capability of a settled intent is a replayed one") {
  PaybondNetwork net;
  const std::string token = net.capability();
  net.prove();
  CHECK(net.denied(token, 1) == "intent_not_active");
  net.confirm();
  CHECK(net.denied(token, 1) == "capability_replayed");
  CHECK(net.denied(token, 0) == "capability_replayed");
}

TEST_CASE("a capability ends with the deadline") {
  PaybondNetwork net;
  const std::string token = net.capability();
  net.pass_deadline();
  CHECK(net.denied(token, 1) == "capability_expired");
}

TEST_CASE("requests that are none are refused by name") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const Json good = {{"intent_id", kIntentId}, {"token", token}, {"operation", "travel.book"}};
  const auto said = [&](const char* name, const Json& value) {
    Json body = good;
    body[name] = value;
    return net.post("/verify", body.dump()).said();
  };
  CHECK(said("requested_spend_cents", -1) == "400 bad_amount");
  CHECK(said("requested_spend_cents", 1.0) == "400 bad_amount");
  CHECK(said("requested_spend_cents", "1") == "400 bad_amount");
  CHECK(said("requested_spend_cents", 9'223'372'036'854'775'808U) == "400 amount_overflow");
  CHECK(said("intent_id", "x") == "400 bad_intent_id");
  CHECK(said("operation", "") == "400 bad_field");
  CHECK(said("operation", std::string(257, 'x')) == "400 bad_field");
  CHECK(said("token", 5) == "400 bad_field");
  CHECK(said("currency", "eur") == "200");
  Json euros = good;
  euros["currency"] = "eur";
  CHECK(net.post("/verify", euros.dump()).json()["code"] == "currency_mismatch");
  CHECK(net.intent()["spent_cents"] == 0);
}

TEST_CASE("an attenuated capability allows what all its blocks allow, with budgets of their own") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const std::string weaker =
      attenuate_capability(token, {.tools = {{"travel.plan"}}, .budget_cents = 500}, net.random);
  CHECK(net.denied(weaker, 1, "travel.book") == "operation_not_allowed");
  CHECK(net.denied(weaker, 501, "travel.plan") == "budget_exceeded");
  CHECK(net.denied(weaker, 400, "travel.plan").empty());
  CHECK(net.denied(weaker, 101, "travel.plan") == "budget_exceeded");
  CHECK(net.denied(token, 19'601) == "budget_exceeded");  // what the weaker one spent counts
  CHECK(net.denied(token, 19'600).empty());
  const auto soon = Instant(std::chrono::microseconds(net.clock.micros.load() + 1'000'000));
  const std::string brief = attenuate_capability(token, {.expires_at = soon}, net.random);
  CHECK(net.denied(brief, 0).empty());
  net.clock.micros += 2'000'000;
  CHECK(net.denied(brief, 0) == "capability_expired");
}

TEST_CASE("what was reserved is given back when it is released, and stays spent when it is consumed") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const auto complete = [&](const std::string& id, const std::string& outcome) {
    return net.post("/v1/spend/decisions/" + id + "/complete", Json({{"outcome", outcome}}).dump()).said();
  };
  const std::string first = net.verify(token, 15'000).json()["decision_id"];
  CHECK(complete(first, "kept") == "400 bad_outcome");
  CHECK(complete(first, "released") == "200");
  CHECK(complete(first, "released") == "200");
  CHECK(complete(first, "consumed") == "409 decision_completed");
  CHECK(net.intent()["spent_cents"] == 0);
  const std::string second = net.verify(token, 20'000).json()["decision_id"];
  CHECK(complete(second, "consumed") == "200");
  CHECK(complete(second, "released") == "409 decision_completed");
  CHECK(net.intent()["spent_cents"] == 20'000);
  CHECK(complete("none", "consumed") == "404 unknown_decision");
  CHECK(net.post_as(net.rival, "/v1/spend/decisions/" + second + "/complete", R"({"outcome":"consumed"})")
            .said() == "404 unknown_decision");
}

TEST_CASE("a verify call that comes again with its key spends once") {
  PaybondNetwork net;
  const std::string token = net.capability();
  const auto ask = [&](std::int64_t cents) {
    const Json body = {{"intent_id", kIntentId},
                       {"token", token},
                       {"operation", "travel.book"},
                       {"requested_spend_cents", cents}};
    return net.ask("POST", "/verify", body.dump(), {{"x-api-key", net.key}, {"idempotency-key", "v"}});
  };
  CHECK(ask(100).body == ask(100).body);
  CHECK(ask(200).said() == "409 idempotency_key_reused");
  CHECK(net.intent()["spent_cents"] == 100);
}

TEST_CASE("a preflight says what a verify call would, and spends nothing") {
  PaybondNetwork net;
  const std::string token = net.capability();
  CHECK(preflight(net, {{"intent_id", kIntentId},
                        {"operation", "travel.book"},
                        {"requested_spend_cents", 20'000}}) == "allow");
  CHECK(preflight(net, {{"intent_id", kIntentId},
                        {"operation", "travel.book"},
                        {"requested_spend_cents", 20'001}}) == "deny");
  CHECK(preflight(net, {{"intent_id", kIntentId}, {"operation", "other"}}) == "deny");
  CHECK(preflight(net, {{"intent_id", "x"}, {"operation", "o"}}) == "400 bad_intent_id");
  CHECK(net.intent()["spent_cents"] == 0);
}

TEST_CASE("a hundred calls at the same time spend no more than the budget") {
  constexpr int kCalls = 100;
  constexpr int kThreads = 10;
  constexpr std::int64_t kCents = 300;  // 66 of them fit into 20,000
  const tests::TemporaryFolder temporary(tests::memory_folder());
  PaybondNetwork net(temporary.path());
  const std::string token = net.capability();
  std::atomic<int> allowed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < kCalls / kThreads; ++i)
        if (net.verify(token, kCents).json()["allow"] == true) ++allowed;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(allowed == 66);
  CHECK(net.intent()["spent_cents"] == 66 * kCents);
}

}  // namespace
}  // namespace agentnet::paybond
