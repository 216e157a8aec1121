// Fraud reviews in the store: what was said of operators, which of them are to be looked at, and the release
// gate (fraud_rules.hpp). Functions that change something belong into a write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/paybond/fraud_rules.hpp"
#include "core/paybond/signal.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

struct FraudStatus {
  StoredOperator of;
  ReviewFacts reviews;
  std::vector<FraudSignal> signals;
  std::optional<Instant> opened_at = {};
  std::optional<Instant> reviewed_at = {};
  std::optional<Instant> updated_at = {};  // by a review event

  Severity severity() const { return highest(signals); }
  std::string_view state() const { return review_state_of(signals, reviews); }
};
FraudStatus fraud_status(store::Connection& connection, std::string_view tenant_id, StoredOperator of);

struct QueueFilter {
  std::string state = {};  // empty texts let all pass
  std::string severity = {};
  std::size_t limit = 50;
};
// Operators with signals or an open review: the most severe first, then by DID.
std::vector<FraudStatus> review_queue(store::Connection& connection, std::string_view tenant_id,
                                      const QueueFilter& filter);

struct ReviewEvent {
  std::string event_type;
  std::string review_outcome = {};  // of review_outcome_recorded
  std::string body = {};            // as it was sent, JSON
};
// As the kit writes them: an outcome in place of an event_type is that outcome, recorded. Throws Error
// usage/bad_field for other words and for an outcome that is missing or does not belong to the event.
ReviewEvent review_event(std::string_view event_type, std::string_view review_outcome);
void record_review(store::Connection& connection, std::string_view tenant_id, const StoredOperator& of,
                   const ReviewEvent& event, Instant now);

// Reviews since a time.
struct ReviewCounts {
  GateReliability gate;
  std::int64_t needs_more_evidence = 0;
  std::int64_t opened = 0;
  std::int64_t median_seconds_to_review = 0;
};
ReviewCounts count_reviews(store::Connection& connection, std::string_view tenant_id, Instant since);

struct ReleaseGate {
  std::string mode{kReviewOnly};
  GateReliability reliability;  // of the last 30 days
};
ReleaseGate release_gate(store::Connection& connection, std::string_view tenant_id, Instant now);
// Throws Error usage/bad_field for a mode that is none.
void set_release_gate(store::Connection& connection, std::string_view tenant_id, std::string_view mode,
                      Instant now);
// Throws Error conflict/release_held when the gate holds money back from the operator.
void require_release_allowed(store::Connection& connection, std::string_view tenant_id,
                             std::string_view operator_did, Instant now);

}  // namespace agentnet::paybond
