// Signal's scores, by their formula and as clients read them.
#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/paybond/signal_rules.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Json;
using fixtures::PaybondNetwork;
using fixtures::Proof;
using fixtures::Terms;

const std::string kPayeeInPath = "did%3Aweb%3Av.example";
const std::string kReputation = "/reputation/" + kPayeeInPath;
const std::string kOperator = "/signal/v1/operators/" + kPayeeInPath;

// Intent number `n`, with evidence, settled; refunded where the payload fails the predicate.
void settle(PaybondNetwork& net, int n, bool passes) {
  const std::string id = "550e8400-e29b-41d4-a716-44665544000" + std::to_string(n);
  Terms terms;
  terms.intent_id = id;
  terms.predicate = R"({"version":1,"root":{"op":"eq","path":["ok"],"value":true}})";
  REQUIRE(net.create(terms).status == 201);
  Proof proof;
  proof.intent_id = id;
  proof.payload = passes ? R"({"ok":true})" : R"({"ok":false})";
  REQUIRE(net.post("/intents/" + id + "/evidence", proof.body()).said() == "200");
  REQUIRE(net.post("/intents/" + id + "/settlement/confirm", "{}").said() == "200");
}

TEST_CASE("nothing that has ended is a score of 0") {
  const OperatorScore score = score_of({.intents = 5});
  CHECK(score.score == 0);
  CHECK(score.promptness_bps == 5'000);
  CHECK(score.band == "low");
  CHECK(score.reason_codes == std::vector<std::string_view>{"LOW_SUPPORT_DEPTH"});
  CHECK_FALSE(score.under_review);
}

TEST_CASE("the score is the sum that its formula says") {
  // depth 10,000 * 10 / 20 = 5,000; (600*8,000 + 150*(10,000-1,000) + 100*5,000 + 150*5,000) / 10,000
  const OperatorScore score = score_of({.intents = 10, .released = 8, .refunded = 2, .disputed = 1});
  CHECK(score.success_rate_bps == 8'000);
  CHECK(score.refund_rate_bps == 2'000);
  CHECK(score.dispute_rate_bps == 1'000);
  CHECK(score.support == 50);
  CHECK(score.band == "medium");
  CHECK(score.score == 740);
}

TEST_CASE("a mean latency of an hour halves promptness") {
  CHECK(score_of({.latency_nanos = 3'600'000'000'000, .latency_samples = 1}).promptness_bps == 5'000);
  CHECK(score_of({.latency_nanos = 0, .latency_samples = 1}).promptness_bps == 10'000);
}

TEST_CASE("reviews open at their rates, from the third intent on") {
  CHECK_FALSE(score_of({.refunded = 2}).under_review);
  CHECK(score_of({.released = 1, .refunded = 2}).under_review);
  CHECK_FALSE(score_of({.released = 5'001, .refunded = 4'999}).under_review);
  CHECK(score_of({.released = 5'000, .refunded = 5'000}).under_review);
  CHECK_FALSE(score_of({.released = 10'000, .disputed = 1'999}).under_review);
  CHECK(score_of({.released = 10'000, .disputed = 2'000}).reason_codes ==
        std::vector<std::string_view>{"HIGH_DISPUTE_RATE"});
}

TEST_CASE("sums stop at the largest number") {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  CHECK(saturating_sum(kMost, 1) == kMost);
  CHECK(saturating_sum(kMost - 1, 1) == kMost);
  CHECK(saturating_sum(1, 2) == 3);
}

TEST_CASE("an operator that nobody paid is not known") {
  PaybondNetwork net;
  for (const std::string& path : {kReputation, kOperator + "/explanation", kOperator + "/review-status"})
    CHECK(net.get(path).said() == "404 unknown_operator");
}

TEST_CASE("what the ledger says of an operator is counted, signed and explained") {
  PaybondNetwork net;
  settle(net, 1, true);
  settle(net, 2, true);
  settle(net, 3, false);
  const Json answer = net.get(kReputation).json();
  const Json& receipt = answer["receipt"];
  CHECK(receipt["tenant_id"] == "local");
  CHECK(receipt["operator_did"] == fixtures::kPayee);
  CHECK(receipt["scoring_model"] == kScoringModel);
  const Json& metrics = receipt["metrics"];
  CHECK(metrics["released"] == 2);
  CHECK(metrics["refunded"] == 1);
  CHECK(metrics["terminal_intents"] == 3);
  CHECK(metrics["receipted_volume_cents"] == 40'000);
  CHECK(metrics["latency_sample_count"] == 3);
  const OperatorScore wanted =
      score_of({.intents = 3,
                .released = 2,
                .refunded = 1,
                .latency_nanos = metrics["mean_latency_nanos"].get<std::int64_t>() * 3,
                .latency_samples = 3});
  CHECK(receipt["score"] == wanted.score);
  CHECK(receipt["ledger_watermark_seq"] == net.ledger_size());
  const Json explained = net.get(kOperator + "/explanation").json();
  CHECK(explained["score"] == receipt["score"]);
  CHECK(explained["metrics"] == metrics);
  CHECK(net.get(kOperator + "/review-status").json()["review_state"] == "none");
}

TEST_CASE("the receipt of a score is signed by Harbor over all that it says") {
  PaybondNetwork net;
  settle(net, 1, true);
  Json receipt = net.get(kReputation).json()["receipt"];
  const std::string digest = receipt["message_digest_hex"], signature = receipt["signature_hex"],
                    key = receipt["signing_public_key_hex"];
  for (const char* name :
       {"signing_algorithm", "message_digest_hex", "signature_hex", "signing_public_key_hex"})
    receipt.erase(name);
  CHECK(crypto::sha256_hex(receipt.dump()) == digest);
  crypto::Signature bytes{};
  const Bytes raw = parse_hex(signature).value();
  std::copy(raw.begin(), raw.end(), bytes.begin());
  CHECK(
      crypto::verify(crypto::PublicKey::from_raw(parse_hex(key).value()), parse_hex(digest).value(), bytes));
  CHECK(key == net.get("/ledger/v1/authority").json()["ed25519_verifying_key_hex"]);
}

TEST_CASE("the portfolio adds up the operators of the tenant, and no other's") {
  PaybondNetwork net;
  settle(net, 1, true);
  const Json summary = net.get("/signal/v1/portfolio/summary").json();
  CHECK(summary["tenant_id"] == "local");
  CHECK(summary["operator_count"] == 1);
  CHECK(summary["total_terminal_intents"] == 1);
  CHECK(summary["total_receipted_volume_cents"] == 20'000);
  CHECK(summary["average_score"] == net.get(kReputation).json()["receipt"]["score"]);
  CHECK(net.get_as(net.rival, "/signal/v1/portfolio/summary").json()["operator_count"] == 0);
  CHECK(net.get_as(net.rival, kReputation).said() == "404 unknown_operator");
}

TEST_CASE("there is one version of the score") {
  PaybondNetwork net;
  settle(net, 1, true);
  CHECK(net.get(kReputation + "?score_version=1.0").said() == "200");
  CHECK(net.get(kReputation + "?score_version=2.0").said() == "400 unknown_score_version");
}

TEST_CASE("the export of the portfolio is signed over all that it says") {
  PaybondNetwork net;
  settle(net, 1, true);
  Json exported = net.get("/signal/v1/portfolio/signed-export").json();
  CHECK(exported["total_terminal_intents"] == 1);
  const std::string digest = exported["message_digest_hex"];
  for (const char* name :
       {"signing_algorithm", "message_digest_hex", "signature_hex", "signing_public_key_hex"})
    exported.erase(name);
  CHECK(crypto::sha256_hex(exported.dump()) == digest);
}

TEST_CASE("Signal never lags behind the ledger, and has no pages to share out") {
  PaybondNetwork net;
  CHECK(net.get("/signal/v1/fairness").json()["observed_tip_seq"] == 0);
  settle(net, 1, true);
  const Json told = net.get("/signal/v1/fairness").json();
  CHECK(told["tenant_id"] == "local");
  CHECK(told["mode"] == "off");
  CHECK(told["observed_tip_seq"] == net.ledger_size());
  CHECK(told["checkpoint_after_seq"] == told["observed_tip_seq"]);
  CHECK(told["lag_after_events"] == 0);
  CHECK(told["quota_exhausted"] == false);
  CHECK(told["active"] == false);
  CHECK(net.get_as(net.rival, "/signal/v1/fairness").json()["observed_tip_seq"] == 0);
}

}  // namespace
}  // namespace agentnet::paybond
