// Signs of fraud by their rules, and reviews, the queue and the release gate as clients use them.
#include "core/paybond/fraud_rules.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;
using fixtures::Proof;
using fixtures::Terms;

const std::string kOperator = "/signal/v1/operators/did%3Aweb%3Av.example";
const std::string kEvents = kOperator + "/review-events";
const std::string kQueue = "/signal/v1/review-queue";
const std::string kGate = "/signal/v1/fraud/release-gate";

std::string codes(const std::vector<FraudSignal>& signals) {
  std::string all;
  for (const FraudSignal& signal : signals)
    all += std::string(all.empty() ? "" : " ") + std::string(signal.code);
  return all;
}

Answer say(PaybondNetwork& net, const std::string& type, const std::string& outcome = {}) {
  Json body{{"event_type", type}, {"summary", "s"}};
  if (!outcome.empty()) body["review_outcome"] = outcome;
  return net.post(kEvents, body.dump());
}

// Intent number `n` with evidence that passes; not settled.
std::string prove(PaybondNetwork& net, int n) {
  const std::string id = "550e8400-e29b-41d4-a716-44665544000" + std::to_string(n);
  Terms terms;
  terms.intent_id = id;
  REQUIRE(net.create(terms).status == 201);
  Proof proof;
  proof.intent_id = id;
  REQUIRE(net.post("/intents/" + id + "/evidence", proof.body()).said() == "200");
  return "/intents/" + id + "/settlement/confirm";
}

TEST_CASE("disputes are a critical sign from half of the intents on, and a high one from Signal's rate on") {
  const auto severity = [](std::int64_t released, std::int64_t disputed) {
    return highest(fraud_signals({.released = released, .disputed = disputed}, {}, 1));
  };
  CHECK(severity(10, 1) == Severity::none);
  CHECK(severity(10, 2) == Severity::high);
  CHECK(severity(10'000, 4'999) == Severity::high);
  CHECK(severity(10'000, 5'000) == Severity::critical);
  CHECK(severity(2, 2) == Severity::none);  // too few to say
}

TEST_CASE("signs come heaviest first, and each request counts") {
  const OperatorFacts facts{.released = 1, .refunded = 5, .disputed = 6};
  const ReviewFacts reviews{.review_requests = 1, .appeals = 2, .replays = 1};
  CHECK(codes(fraud_signals(facts, reviews, 1)) ==
        "DISPUTE_CLUSTER REFUND_BURST REPLAY_APPEAL_ABUSE REVIEW_REQUESTED");
  CHECK(codes(fraud_signals({}, {.appeals = 1, .replays = 1}, 1)).empty());
}

TEST_CASE("what was reviewed counts again with the next entry of the ledger") {
  const OperatorFacts facts{.refunded = 5};
  const ReviewFacts cleared{.outcome = "false_positive", .reviewed_seq = 7};
  CHECK(fraud_signals(facts, cleared, 7).empty());
  CHECK(review_state_of(fraud_signals(facts, cleared, 7), cleared) == "reviewed");
  CHECK(codes(fraud_signals(facts, cleared, 8)) == "REFUND_BURST");
  CHECK(review_state_of(fraud_signals(facts, cleared, 8), cleared) == "open");
  const ReviewFacts confirmed{.outcome = "confirmed_risk", .reviewed_seq = 7};
  CHECK(codes(fraud_signals(facts, confirmed, 7)) == "CONFIRMED_RISK");
  CHECK(review_state_of(fraud_signals(facts, confirmed, 7), confirmed) == "reviewed");
  CHECK(review_state_of({}, {.outcome = "needs_more_evidence"}) == "open");
  CHECK(review_state_of({}, {}) == "none");
}

TEST_CASE("a release is held back only by a critical sign, the mode, and reviews that can be relied on") {
  const GateReliability good{.reviewed = 1, .confirmed = 1};
  CHECK(holds_release(kCriticalHold, good, Severity::critical));
  CHECK_FALSE(holds_release(kCriticalHold, good, Severity::high));
  CHECK_FALSE(holds_release(kReviewOnly, good, Severity::critical));
  CHECK_FALSE(holds_release(kCriticalHold, {}, Severity::critical));
  CHECK(GateReliability{.confirmed = 1, .false_positives = 1}.reliable());
  CHECK_FALSE(GateReliability{.confirmed = 1, .false_positives = 2}.reliable());
}

TEST_CASE("a review is asked for, listed, and closed by its outcome") {
  PaybondNetwork net;
  net.create();
  CHECK(net.get(kQueue).json()["items"].empty());
  const Json told = say(net, "review_open_requested").json();
  CHECK(told["accepted"] == true);
  CHECK(told["recorded_event_type"] == "review_open_requested");
  const Json queue = net.get(kQueue).json();
  REQUIRE(queue["items"].size() == 1);
  const Json& item = queue["items"][0];
  CHECK(item["operator_did"] == fixtures::kPayee);
  CHECK(item["review_state"] == "open");
  CHECK(item["review_reasons"] == Json::array({"REVIEW_REQUESTED"}));
  CHECK(item["fraud_assessment"]["level"] == "elevated");
  CHECK(item["opened_at"].is_string());
  CHECK(net.get(kQueue + "?fraud_severity=critical").json()["items"].empty());
  CHECK(net.get(kQueue + "?fraud_severity=elevated&state=open").json()["items"].size() == 1);
  CHECK(net.get(kQueue + "?state=reviewed").json()["items"].empty());
  const Json cleared = say(net, "false_positive").json();
  CHECK(cleared["requested_event_type"] == "false_positive");
  CHECK(cleared["recorded_event_type"] == "review_outcome_recorded");
  CHECK(cleared["review_outcome"] == "false_positive");
  CHECK(net.get(kQueue).json()["items"].empty());
  CHECK(net.get(kOperator + "/review-status").json()["review_state"] == "reviewed");
}

TEST_CASE("the release gate holds money back from a confirmed risk until somebody clears it") {
  PaybondNetwork net;
  const std::string first = prove(net, 1);
  const std::string second = prove(net, 2);
  CHECK(net.get(kGate).json()["config"]["mode"] == "review_only");
  REQUIRE(say(net, "confirmed_risk").said() == "200");
  REQUIRE(net.post(first, "{}").said() == "200");  // review only
  const Json gate = net.put(kGate, R"({"mode":"critical_hold"})").json();
  CHECK(gate["config"]["mode"] == "critical_hold");
  CHECK(gate["metrics_reliability"]["reliable"] == true);
  const std::int64_t before = net.ledger_size();
  CHECK(net.post(second, "{}").said() == "409 release_held");
  CHECK(net.ledger_size() == before);
  const Json status = net.get(kOperator + "/review-status").json();
  CHECK(status["release_gate"]["hold_required"] == true);
  CHECK(status["fraud_assessment"]["highest_severity"] == "critical");
  REQUIRE(say(net, "review_outcome_recorded", "false_positive").said() == "200");
  CHECK(net.post(second, "{}").said() == "200");
}

TEST_CASE("a refund goes back whatever the gate says") {
  PaybondNetwork net;
  Terms terms;
  terms.predicate = R"({"version":1,"root":{"op":"eq","path":["status"],"value":"never"}})";
  REQUIRE(net.create(terms).status == 201);
  REQUIRE(net.prove().said() == "200");
  REQUIRE(say(net, "confirmed_risk").said() == "200");
  REQUIRE(net.put(kGate, R"({"mode":"critical_hold"})").said() == "200");
  CHECK(net.confirm().json()["state"] == "refunded");
}

TEST_CASE("metrics count the reviews of a window and no others") {
  PaybondNetwork net;
  net.create();
  say(net, "review_open_requested");
  net.clock.micros += 60'000'000;
  say(net, "confirmed_risk");
  say(net, "needs_more_evidence");
  const auto metrics = [&net](const std::string& window) {
    return net.get("/signal/v1/fraud/metrics?window=" + window).json();
  };
  const Json day = metrics("24h");
  CHECK(day["reviewed_count"] == 2);
  CHECK(day["confirmed_risk_count"] == 1);
  CHECK(day["needs_more_evidence_count"] == 1);
  CHECK(day["review_precision_bps"] == 10'000);
  CHECK(day["labeled_coverage_bps"] == 5'000);
  CHECK(day["median_time_to_review_seconds"] == 60);
  net.clock.micros += 25LL * 3'600 * 1'000'000;
  CHECK(metrics("24h")["reviewed_count"] == 0);
  CHECK(metrics("7d")["reviewed_count"] == 2);
}

TEST_CASE("what is no event, outcome, mode or window is refused, and nothing is recorded") {
  PaybondNetwork net;
  net.create();
  CHECK(say(net, "").said() == "400 bad_field");
  CHECK(say(net, "guilty").said() == "400 bad_field");
  CHECK(say(net, "review_outcome_recorded").said() == "400 bad_field");
  CHECK(say(net, "review_outcome_recorded", "cleared").said() == "400 bad_field");
  CHECK(say(net, "confirmed_risk", "false_positive").said() == "400 bad_field");
  CHECK(say(net, "appeal_requested", "false_positive").said() == "400 bad_field");
  CHECK(net.put(kGate, R"({"mode":"off"})").said() == "400 bad_field");
  CHECK(net.get("/signal/v1/fraud/metrics?window=1y").said() == "400 bad_field");
  CHECK(net.get(kQueue + "?limit=0").status == 400);
  CHECK(net.get(kQueue + "?limit=501").status == 400);
  CHECK(net.post("/signal/v1/operators/did%3Anobody/review-events", R"({"event_type":"confirmed_risk"})")
            .said() == "404 unknown_operator");
  CHECK(net.get("/signal/v1/fraud/metrics").json()["reviewed_count"] == 0);
  CHECK(net.get(kGate).json()["config"]["mode"] == "review_only");
}

TEST_CASE("reviews and gates are a tenant's own") {
  PaybondNetwork net;
  net.create();
  say(net, "confirmed_risk");
  net.put(kGate, R"({"mode":"critical_hold"})");
  CHECK(net.get_as(net.rival, kQueue).json()["items"].empty());
  CHECK(net.get_as(net.rival, kGate).json()["config"]["mode"] == "review_only");
  CHECK(net.get_as(net.rival, "/signal/v1/fraud/metrics").json()["reviewed_count"] == 0);
}

}  // namespace
}  // namespace agentnet::paybond
