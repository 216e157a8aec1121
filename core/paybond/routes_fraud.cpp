// Fraud review of operators (fraud_rules.hpp): what to look at, what came of it, and the gate before
// releases.
#include "core/json/write.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/fraud.hpp"
#include "core/paybond/fraud_answers.hpp"
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kSchemaVersion = 1;
constexpr std::int64_t kDefaultQueue = 50;
constexpr std::int64_t kMostQueued = 500;

struct Window {
  std::string_view name;
  std::chrono::hours length;
};
constexpr Window kWindows[] = {{"24h", std::chrono::hours(24)},
                               {"7d", std::chrono::hours(7 * 24)},
                               {"30d", std::chrono::hours(30 * 24)}};

json::ObjectBuilder answer_of(const Call& call, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add_integer("schema_version", kSchemaVersion)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("score_model_version", kScoreVersion);
  return answer;
}

void add_instant(json::ObjectBuilder& item, std::string_view name, const std::optional<Instant>& instant) {
  if (instant) item.add(name, std::string_view(iso_zulu(*instant)));
}

json::Value item_json(const FraudStatus& status, const ReleaseGate& gate, json::Arena& arena) {
  json::ArrayBuilder reasons(arena);
  for (const FraudSignal& signal : status.signals)
    reasons.add(signal.code);
  json::ObjectBuilder item(arena);
  item.add("operator_did", std::string_view(status.of.operator_did))
      .add("review_state", status.state())
      .add("review_reasons", reasons.done());
  add_fraud(item, status, gate, arena);
  item.add_boolean("anomaly_flagged", status.severity() >= Severity::high);
  add_instant(item, "opened_at", status.opened_at);
  add_instant(item, "reviewed_at", status.reviewed_at);
  return item.add("updated_at", std::string_view(iso_zulu(status.updated_at.value_or(status.of.updated_at))))
      .done();
}

void queue(const Routes& routes, const Call& call) {
  const Instant now = routes.service.clock.now();
  const QueueFilter filter{
      .state = call.exchange->query("state").value_or(""),
      .severity = call.exchange->query("fraud_severity").value_or(""),
      .limit = static_cast<std::size_t>(call.exchange->query_number("limit", kDefaultQueue, 1, kMostQueued))};
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const ReleaseGate gate = release_gate(connection, call.tenant(), now);
    json::ArrayBuilder items(arena);
    for (const FraudStatus& status : review_queue(connection, call.tenant(), filter))
      items.add(item_json(status, gate, arena));
    return answer_of(call, arena).add("items", items.done()).done();
  });
}

std::int64_t rate(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : part * kWhole / whole;
}

// How many signals of each kind the operators of the queue have.
void add_signal_counts(json::ObjectBuilder& answer, const std::vector<FraudStatus>& flagged) {
  std::int64_t of_severity[4] = {};
  std::int64_t open = 0, refunds = 0, disputes = 0, abuse = 0, held = 0;
  for (const FraudStatus& status : flagged) {
    open += status.state() == "open" ? 1 : 0;
    held += status.severity() == Severity::critical ? 1 : 0;
    for (const FraudSignal& signal : status.signals) {
      ++of_severity[static_cast<std::size_t>(signal.severity)];
      refunds += signal.code == "REFUND_BURST" ? 1 : 0;
      disputes += signal.code == "DISPUTE_CLUSTER" ? 1 : 0;
      abuse += signal.code == "REPLAY_APPEAL_ABUSE" ? 1 : 0;
    }
  }
  answer.add_integer("flagged_operator_count", static_cast<std::int64_t>(flagged.size()))
      .add_integer("critical_signal_count", of_severity[3])
      .add_integer("high_signal_count", of_severity[2])
      .add_integer("elevated_signal_count", of_severity[1])
      .add_integer("review_open_count", open)
      .add_integer("review_load_count", open)
      .add_integer("refund_burst_count", refunds)
      .add_integer("dispute_cluster_count", disputes)
      .add_integer("replay_appeal_abuse_count", abuse)
      .add_integer("critical_signal_hold_candidate_count", held)
      .add_integer("provider_signal_count", 0);
}

void add_review_counts(json::ObjectBuilder& answer, const ReviewCounts& counts) {
  const GateReliability& gate = counts.gate;
  answer.add_integer("reviewed_count", gate.reviewed)
      .add_integer("labeled_outcome_count", gate.labeled())
      .add_integer("confirmed_risk_count", gate.confirmed)
      .add_integer("false_positive_count", gate.false_positives)
      .add_integer("needs_more_evidence_count", counts.needs_more_evidence)
      .add_integer("review_precision_bps", gate.precision_bps())
      .add_integer("false_positive_rate_bps", rate(gate.false_positives, gate.labeled()))
      .add_integer("confirmed_risk_rate_bps", rate(gate.confirmed, gate.labeled()))
      .add_integer("labeled_coverage_bps", rate(gate.labeled(), gate.reviewed))
      .add_integer("median_time_to_review_seconds", counts.median_seconds_to_review);
}

json::Value config_json(const ReleaseGate& gate, json::Arena& arena) {
  return json::ObjectBuilder(arena).add("mode", std::string_view(gate.mode)).done();
}

void metrics(const Routes& routes, const Call& call) {
  const std::string asked = call.exchange->query("window").value_or(std::string(kWindows[0].name));
  const Window* window = std::find_if(std::begin(kWindows), std::end(kWindows),
                                      [&](const Window& each) { return each.name == asked; });
  if (window == std::end(kWindows)) bad_field("bad_field", "window", "not 24h, 7d or 30d");
  const Instant now = routes.service.clock.now();
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const Instant since = now - window->length;
    const ReleaseGate gate = release_gate(connection, call.tenant(), now);
    json::ObjectBuilder answer = answer_of(call, arena);
    answer.add("fraud_signal_version", kFraudSignalVersion)
        .add("window", window->name)
        .add("window_started_at", std::string_view(iso_zulu(since)))
        .add("window_ended_at", std::string_view(iso_zulu(now)))
        .add("generated_at", std::string_view(iso_zulu(now)));
    add_signal_counts(answer, review_queue(connection, call.tenant(), {.limit = kMostQueued}));
    add_review_counts(answer, count_reviews(connection, call.tenant(), since));
    return answer.add("release_gate_config", config_json(gate, arena))
        .add("release_gate_metrics_reliability", reliability_json(gate.reliability, arena))
        .done();
  });
}

json::Value gate_answer(const Call& call, const ReleaseGate& gate, Instant now, json::Arena& arena) {
  return answer_of(call, arena)
      .add("fraud_signal_version", kFraudSignalVersion)
      .add("generated_at", std::string_view(iso_zulu(now)))
      .add("config", config_json(gate, arena))
      .add("metrics_reliability", reliability_json(gate.reliability, arena))
      .done();
}

void gate(const Routes& routes, const Call& call) {
  const Instant now = routes.service.clock.now();
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return gate_answer(call, release_gate(connection, call.tenant(), now), now, arena);
  });
}

void set_gate(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string mode = call->short_text("mode").value_or("");
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    set_release_gate(connection, call->tenant(), mode, now);
    return gate_answer(*call, release_gate(connection, call->tenant(), now), now, arena);
  });
}

void record(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string asked = call->short_text("event_type").value_or("");
  ReviewEvent event = review_event(asked, call->short_text("review_outcome").value_or(""));
  event.body = json::to_compact(call->body.root);
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const std::string& did = call->exchange->path_value("operator_did");
    const auto of = find_operator(connection, call->tenant(), did);
    if (!of) throw Error(Category::not_found, "unknown_operator", "there is no such operator");
    record_review(connection, call->tenant(), *of, event, now);
    json::ObjectBuilder answer(arena);
    answer.add_integer("schema_version", kSchemaVersion)
        .add("tenant_id", std::string_view(call->tenant()))
        .add("operator_did", std::string_view(did))
        .add("score_model_version", kScoreVersion)
        .add("requested_event_type", std::string_view(asked))
        .add("recorded_event_type", std::string_view(event.event_type))
        .add_boolean("accepted", true);
    if (!event.review_outcome.empty()) answer.add("review_outcome", std::string_view(event.review_outcome));
    for (const char* name : {"signal_code", "intent_id", "provider_event_id"})
      if (const auto text = call->short_text(name)) answer.add(name, std::string_view(*text));
    return answer.done();
  });
}

}  // namespace

void add_fraud_routes(const Routes& routes) {
  const auto read = [&routes](std::string_view path, auto handler) {
    add_call(routes, "GET", path, auth::kScopePaybondRead,
             [routes, handler](const std::shared_ptr<Call>& call) { handler(routes, *call); });
  };
  read("/signal/v1/review-queue", queue);
  read("/signal/v1/fraud/metrics", metrics);
  read("/signal/v1/fraud/release-gate", gate);
  add_call(routes, "PUT", "/signal/v1/fraud/release-gate", auth::kScopePaybondSettle,
           [routes](const std::shared_ptr<Call>& call) { set_gate(routes, call); });
  add_call(routes, "POST", "/signal/v1/operators/{operator_did}/review-events", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { record(routes, call); });
}

}  // namespace agentnet::paybond
