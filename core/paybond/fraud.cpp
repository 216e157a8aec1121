#include "core/paybond/fraud.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/paybond/field.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kRequests[] = {"review_open_requested", "appeal_requested", "replay_requested"};
constexpr std::chrono::hours kGateWindow{30 * 24};

std::optional<Instant> instant_in(const store::Query& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return auth::from_column(rows.integer(column));
}

std::optional<std::int64_t> column_of(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return auth::to_column(*instant);
}

// Of an operator that nobody reviewed, all is empty.
FraudStatus read_reviews(store::Connection& connection, std::string_view tenant_id, StoredOperator of) {
  FraudStatus status{std::move(of), {}, {}};
  store::Query rows = connection.query(
      "SELECT outcome, reviewed_seq, review_requests, appeals, replays, opened_at, reviewed_at, updated_at"
      " FROM paybond_reviews WHERE tenant_id = ? AND operator_did = ?",
      {tenant_id, status.of.operator_did});
  if (!rows.next()) return status;
  status.reviews = {rows.text(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.integer(4)};
  status.opened_at = instant_in(rows, 5);
  status.reviewed_at = instant_in(rows, 6);
  status.updated_at = instant_in(rows, 7);
  return status;
}

void save(store::Connection& connection, std::string_view tenant_id, const FraudStatus& status, Instant now) {
  const ReviewFacts& reviews = status.reviews;
  connection.run(
      "INSERT OR REPLACE INTO paybond_reviews (tenant_id, operator_did, outcome, reviewed_seq,"
      " review_requests, appeals, replays, opened_at, reviewed_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, status.of.operator_did, reviews.outcome, reviews.reviewed_seq, reviews.review_requests,
       reviews.appeals, reviews.replays, column_of(status.opened_at), column_of(status.reviewed_at),
       auth::to_column(now)});
}

void apply(FraudStatus& status, const ReviewEvent& event, Instant now) {
  ReviewFacts& reviews = status.reviews;
  if (event.event_type != kOutcomeRecorded) {
    ++(event.event_type == kRequests[0]   ? reviews.review_requests
       : event.event_type == kRequests[1] ? reviews.appeals
                                          : reviews.replays);
    if (!status.opened_at) status.opened_at = now;
    return;
  }
  reviews.outcome = event.review_outcome;
  status.reviewed_at = now;
  if (event.review_outcome == kNeedsMoreEvidence) return;
  reviews = {.outcome = event.review_outcome, .reviewed_seq = status.of.last_seq};
  status.opened_at.reset();
}

}  // namespace

FraudStatus fraud_status(store::Connection& connection, std::string_view tenant_id, StoredOperator of) {
  FraudStatus status = read_reviews(connection, tenant_id, std::move(of));
  status.signals = fraud_signals(status.of.facts, status.reviews, status.of.last_seq);
  return status;
}

std::vector<FraudStatus> review_queue(store::Connection& connection, std::string_view tenant_id,
                                      const QueueFilter& filter) {
  std::vector<std::string> operators;
  {
    store::Query rows = connection.query(
        "SELECT operator_did FROM paybond_operators WHERE tenant_id = ?1 AND under_review = 1"
        " UNION SELECT operator_did FROM paybond_reviews WHERE tenant_id = ?1 ORDER BY operator_did",
        {tenant_id});
    while (rows.next())
      operators.push_back(rows.text(0));
  }
  std::vector<FraudStatus> queue;
  for (const std::string& did : operators) {
    auto of = find_operator(connection, tenant_id, did);
    if (!of) continue;
    FraudStatus status = fraud_status(connection, tenant_id, std::move(*of));
    if (status.signals.empty() && status.state() != "open") continue;
    if (!filter.state.empty() && filter.state != status.state()) continue;
    if (!filter.severity.empty() && filter.severity != severity_name(status.severity())) continue;
    queue.push_back(std::move(status));
  }
  std::stable_sort(queue.begin(), queue.end(), [](const FraudStatus& one, const FraudStatus& other) {
    return one.severity() > other.severity();
  });
  if (queue.size() > filter.limit) queue.resize(filter.limit);
  return queue;
}

ReviewEvent review_event(std::string_view event_type, std::string_view review_outcome) {
  ReviewEvent event{std::string(event_type), std::string(review_outcome)};
  if (is_review_outcome(event_type)) {
    if (!review_outcome.empty() && review_outcome != event_type)
      bad_field("bad_field", "review_outcome", "not the outcome that event_type names");
    return {std::string(kOutcomeRecorded), std::string(event_type)};
  }
  if (event_type == kOutcomeRecorded) {
    if (!is_review_outcome(review_outcome))
      bad_field("bad_field", "review_outcome", "not confirmed_risk, false_positive or needs_more_evidence");
    return event;
  }
  if (std::find(std::begin(kRequests), std::end(kRequests), event_type) == std::end(kRequests))
    bad_field("bad_field", "event_type", "not an event of a review");
  if (!review_outcome.empty()) bad_field("bad_field", "review_outcome", "of an event that has no outcome");
  return event;
}

void record_review(store::Connection& connection, std::string_view tenant_id, const StoredOperator& of,
                   const ReviewEvent& event, Instant now) {
  FraudStatus status = read_reviews(connection, tenant_id, of);
  std::optional<std::int64_t> seconds;
  if (event.event_type == kOutcomeRecorded && status.opened_at)
    seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *status.opened_at).count();
  apply(status, event, now);
  save(connection, tenant_id, status, now);
  connection.run(
      "INSERT INTO paybond_review_events (tenant_id, operator_did, event_type, outcome, body,"
      " seconds_to_review, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, of.operator_did, event.event_type, event.review_outcome, event.body, seconds,
       auth::to_column(now)});
}

ReviewCounts count_reviews(store::Connection& connection, std::string_view tenant_id, Instant since) {
  ReviewCounts counts;
  std::vector<std::int64_t> seconds;
  store::Query rows = connection.query(
      "SELECT event_type, outcome, seconds_to_review FROM paybond_review_events"
      " WHERE tenant_id = ? AND created_at >= ?",
      {tenant_id, auth::to_column(since)});
  while (rows.next()) {
    const std::string outcome = rows.text(1);
    if (rows.text(0) == kRequests[0]) ++counts.opened;
    if (outcome.empty()) continue;
    ++counts.gate.reviewed;
    ++(outcome == kConfirmedRisk   ? counts.gate.confirmed
       : outcome == kFalsePositive ? counts.gate.false_positives
                                   : counts.needs_more_evidence);
    if (!rows.is_null(2)) seconds.push_back(rows.integer(2));
  }
  if (!seconds.empty()) {
    const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
    std::nth_element(seconds.begin(), middle, seconds.end());
    counts.median_seconds_to_review = *middle;
  }
  return counts;
}

ReleaseGate release_gate(store::Connection& connection, std::string_view tenant_id, Instant now) {
  ReleaseGate gate;
  {
    store::Query rows =
        connection.query("SELECT mode FROM paybond_release_gates WHERE tenant_id = ?", {tenant_id});
    if (rows.next()) gate.mode = rows.text(0);
  }
  gate.reliability = count_reviews(connection, tenant_id, now - kGateWindow).gate;
  return gate;
}

void set_release_gate(store::Connection& connection, std::string_view tenant_id, std::string_view mode,
                      Instant now) {
  if (mode != kReviewOnly && mode != kCriticalHold)
    bad_field("bad_field", "mode", "neither review_only nor critical_hold");
  connection.run(
      "INSERT OR REPLACE INTO paybond_release_gates (tenant_id, mode, updated_at) VALUES (?, ?, ?)",
      {tenant_id, mode, auth::to_column(now)});
}

void require_release_allowed(store::Connection& connection, std::string_view tenant_id,
                             std::string_view operator_did, Instant now) {
  auto of = find_operator(connection, tenant_id, operator_did);
  if (!of) return;
  const FraudStatus status = fraud_status(connection, tenant_id, std::move(*of));
  if (status.severity() != Severity::critical) return;  // the gate itself costs more to read
  const ReleaseGate gate = release_gate(connection, tenant_id, now);
  if (!holds_release(gate.mode, gate.reliability, status.severity())) return;
  throw Error(
      Category::conflict, "release_held", "the release gate holds money back from this operator",
      "review the operator, or set the gate to review_only",
      {{"operator_did", std::string(operator_did)}, {"signal", std::string(status.signals.front().code)}});
}

}  // namespace agentnet::paybond
