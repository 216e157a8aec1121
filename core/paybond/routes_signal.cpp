// Signal: what the ledger says of operators, in numbers (signal_rules.hpp).
#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/paybond/fraud_answers.hpp"
#include "core/paybond/ledger.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/signal.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kSchemaVersion = 1;
constexpr std::string_view kReceiptVersion = "3";

// There is one version of the score; asking for another is a mistake that must not be answered with this one.
void check_version(const Call& call) {
  const auto version = call.exchange->query("score_version");
  if (!version || *version == kScoreVersion) return;
  throw Error(Category::usage, "unknown_score_version",
              "scores are of version " + std::string(kScoreVersion) + " alone", {},
              {{"parameter", "score_version"}});
}

struct Scored {
  StoredOperator of;
  OperatorScore score;
};

Scored require_operator(store::Connection& connection, const Call& call) {
  auto found = find_operator(connection, call.tenant(), call.exchange->path_value("operator_did"));
  if (!found) throw Error(Category::not_found, "unknown_operator", "there is no such operator");
  const OperatorScore score = score_of(found->facts);
  return {std::move(*found), score};
}

json::Value texts(const std::vector<std::string_view>& list, json::Arena& arena) {
  json::ArrayBuilder items(arena);
  for (const std::string_view text : list)
    items.add(text);
  return items.done();
}

json::Value metrics_of(const Scored& scored, json::Arena& arena) {
  const OperatorFacts& facts = scored.of.facts;
  return json::ObjectBuilder(arena)
      .add_integer("intents", facts.intents)
      .add_integer("terminal_intents", facts.terminal())
      .add_integer("released", facts.released)
      .add_integer("refunded", facts.refunded)
      .add_integer("resolved_split", facts.split)
      .add_integer("disputed", facts.disputed)
      .add_integer("success_rate_bps", scored.score.success_rate_bps)
      .add_integer("dispute_rate_bps", scored.score.dispute_rate_bps)
      .add_integer("refund_rate_bps", scored.score.refund_rate_bps)
      .add_integer("promptness_bps", scored.score.promptness_bps)
      .add_integer("mean_latency_nanos", scored.score.mean_latency_nanos)
      .add_integer("latency_sample_count", facts.latency_samples)
      .add_integer("receipted_volume_cents", facts.volume_cents)
      .done();
}

json::Value confidence_of(const Scored& scored, json::Arena& arena) {
  const std::string summary = "band=" + std::string(scored.score.band) +
                              " support_score=" + std::to_string(scored.score.support) +
                              " terminal_intents=" + std::to_string(scored.of.facts.terminal());
  return json::ObjectBuilder(arena)
      .add("band", scored.score.band)
      .add_integer("support_score", scored.score.support)
      .add("summary", std::string_view(summary))
      .done();
}

json::Value support_of(const Scored& scored, json::Arena& arena) {
  const OperatorFacts& facts = scored.of.facts;
  const std::string_view band = facts.terminal() < kLeastReviewed ? "thin" : "sufficient";
  return json::ObjectBuilder(arena)
      .add("band", band)
      .add_integer("terminal_intents", facts.terminal())
      .add_integer("receipted_volume_cents", facts.volume_cents)
      .add_integer("latency_sample_count", facts.latency_samples)
      .done();
}

std::string_view review_state(const Scored& scored) {
  return scored.score.under_review ? "open" : "none";
}

// What the receipt says, without its signature.
json::Value receipt_body(const Scored& scored, const Call& call, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("operator_did", std::string_view(scored.of.operator_did))
      .add("scoring_model", kScoringModel)
      .add("score_version", kScoreVersion)
      .add("receipt_version", kReceiptVersion)
      .add_integer("score", scored.score.score)
      .add("metrics", metrics_of(scored, arena))
      .add("confidence", confidence_of(scored, arena))
      .add("review_state", review_state(scored))
      .add("reason_codes", texts(scored.score.reason_codes, arena))
      .add_integer("ledger_watermark_seq", scored.of.last_seq)
      .done();
}

// Signed as Paybond's artefacts are: SHA-256 of the compact JSON of the members before these four.
json::Value signed_body(const json::Value& body, const crypto::SigningKey& key, json::Arena& arena) {
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes(json::to_compact(body)));
  json::ObjectBuilder receipt(arena);
  for (const json::Member& member : body.members())
    receipt.add(member);
  return receipt.add("signing_algorithm", "ed25519-sha256-json-v1")
      .add("message_digest_hex", std::string_view(hex_lower(digest)))
      .add("signing_public_key_hex", std::string_view(hex_lower(key.public_key().bytes)))
      .add("signature_hex", std::string_view(hex_lower(key.sign(digest))))
      .done();
}

json::Value reputation(const Routes& routes, const Call& call, store::Connection&, const Scored& scored,
                       json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add_integer("schema_version", kSchemaVersion)
      .add("updated_at", std::string_view(iso_zulu(scored.of.updated_at)))
      .add("receipt", signed_body(receipt_body(scored, call, arena), routes.service.harbor, arena))
      .done();
}

// What explanation and review status begin with.
json::ObjectBuilder about(const Call& call, const Scored& scored, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add_integer("schema_version", kSchemaVersion)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("operator_did", std::string_view(scored.of.operator_did))
      .add("score_model_version", kScoreVersion)
      .add("updated_at", std::string_view(iso_zulu(scored.of.updated_at)));
  return answer;
}

json::Value explanation(const Routes&, const Call& call, store::Connection&, const Scored& scored,
                        json::Arena& arena) {
  return about(call, scored, arena)
      .add("scoring_model", kScoringModel)
      .add("receipt_version", kReceiptVersion)
      .add_integer("score", scored.score.score)
      .add("metrics", metrics_of(scored, arena))
      .add("confidence", confidence_of(scored, arena))
      .add("support_depth", support_of(scored, arena))
      .add("review_state", review_state(scored))
      .add("reason_codes", texts(scored.score.reason_codes, arena))
      .add_integer("ledger_watermark_seq", scored.of.last_seq)
      .done();
}

json::Value review_status(const Routes& routes, const Call& call, store::Connection& connection,
                          const Scored& scored, json::Arena& arena) {
  const FraudStatus fraud = fraud_status(connection, call.tenant(), scored.of);
  const ReleaseGate gate = release_gate(connection, call.tenant(), routes.service.clock.now());
  json::ObjectBuilder answer = about(call, scored, arena);
  answer.add("review_state", fraud.state())
      .add("review_reasons", texts(scored.score.reason_codes, arena))
      .add_boolean("anomaly_flagged", fraud.severity() >= Severity::high)
      .add("confidence", confidence_of(scored, arena))
      .add("support_depth", support_of(scored, arena));
  add_fraud(answer, fraud, gate, arena);
  return answer.done();
}

json::Value summary(const Routes&, const Call& call, const Portfolio& portfolio, json::Arena& arena) {
  const std::int64_t average = portfolio.operators == 0 ? 0 : portfolio.score_sum / portfolio.operators;
  return json::ObjectBuilder(arena)
      .add_integer("schema_version", kSchemaVersion)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("score_model_version", kScoreVersion)
      .add("scoring_model", kScoringModel)
      .add_integer("checkpoint_last_ledger_seq", portfolio.last_seq)
      .add_integer("operator_count", portfolio.operators)
      .add_integer("average_score", average)
      .add_integer("total_terminal_intents", portfolio.terminal_intents)
      .add_integer("total_receipted_volume_cents", portfolio.volume_cents)
      .add_integer("operators_under_review", portfolio.under_review)
      .done();
}

// How Signal's reading of the ledger is shared out among tenants. Here nothing is: an event is counted in the
// transaction that writes it, so there is never a lag, and there are no pages to have a quota of.
json::Value fairness(const Routes& routes, const Call& call, store::Connection& connection,
                     json::Arena& arena) {
  const std::int64_t tip = ledger_tip(connection, call.tenant()).seq;
  json::ObjectBuilder answer(arena);
  answer.add_integer("schema_version", kSchemaVersion)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("controller_version", kScoreVersion)
      .add("mode", "off")
      .add("workload_class", "live")
      .add("slice_pressure", "none")
      .add("lag_severity", "none");
  for (const std::string_view name : {"observed_tip_seq", "checkpoint_before_seq", "checkpoint_after_seq"})
    answer.add_integer(name, tip);
  for (const std::string_view name :
       {"lag_before_events", "lag_after_events", "requested_page_quota", "recommended_page_quota",
        "applied_page_quota", "base_page_quota", "slice_page_budget", "burst_page_allowance",
        "min_page_quota", "tenant_weight", "pages_processed", "entries_processed"})
    answer.add_integer(name, 0);
  answer.add_boolean("quota_exhausted", false).add_integer("quota_exhausted_streak", 0);
  for (const std::string_view name : {"shared_slice", "active", "dry_run_only", "safe_mode"})
    answer.add_boolean(name, false);
  return answer.add("reason_codes", json::ArrayBuilder(arena).done())
      .add("summary", "mode=off lag=none: events are counted as they are written")
      .add("rollback_summary", "There is nothing to roll back.")
      .add("updated_at", std::string_view(iso_zulu(routes.service.clock.now())))
      .done();
}

// The summary with the time and a signature, for those who were not there.
json::Value signed_export(const Routes& routes, const Call& call, const Portfolio& portfolio,
                          json::Arena& arena) {
  json::ObjectBuilder body(arena);
  for (const json::Member& member : summary(routes, call, portfolio, arena).members())
    body.add(member);
  body.add("exported_at", std::string_view(iso_zulu(routes.service.clock.now())));
  return signed_body(body.done(), routes.service.harbor, arena);
}

}  // namespace

void add_signal_routes(const Routes& routes) {
  const auto add = [&routes](std::string_view path, auto answer) {
    add_call(routes, "GET", path, auth::kScopePaybondRead,
             [routes, answer](const std::shared_ptr<Call>& call) {
               check_version(*call);
               reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
                 return answer(routes, *call, connection, require_operator(connection, *call), arena);
               });
             });
  };
  add("/reputation/{operator_did}", reputation);
  add("/signal/v1/operators/{operator_did}/explanation", explanation);
  add("/signal/v1/operators/{operator_did}/review-status", review_status);
  const auto add_portfolio = [&routes](std::string_view path, auto answer) {
    add_call(routes, "GET", path, auth::kScopePaybondRead,
             [routes, answer](const std::shared_ptr<Call>& call) {
               check_version(*call);
               reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
                 return answer(routes, *call, portfolio_of(connection, call->tenant()), arena);
               });
             });
  };
  add_portfolio("/signal/v1/portfolio/summary", summary);
  add_portfolio("/signal/v1/portfolio/signed-export", signed_export);
  add_call(routes, "GET", "/signal/v1/fairness", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) {
             reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
               return fairness(routes, *call, connection, arena);
             });
           });
}

}  // namespace agentnet::paybond
