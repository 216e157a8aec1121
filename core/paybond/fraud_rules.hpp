// Signs of fraud at an operator, and what the release gate makes of them (wire reference paybond 7.5). No
// clock and no store: facts are passed in. The names are the kit's, the thresholds are ours.
//
//   CONFIRMED_RISK        critical  the last review said so
//   DISPUTE_CLUSTER       critical  disputes at half of the ended intents or more; from kLeastReviewed on
//                         high      at the rate from which Signal opens a review
//   REFUND_BURST          high      refunds at the rate from which Signal opens a review
//   REPLAY_APPEAL_ABUSE   elevated  kAbusiveRequests replays and appeals since the last review
//   REVIEW_REQUESTED      elevated  somebody asked for a review since the last one
//
// A review that labelled an operator (confirmed_risk, false_positive) closes what was known by then: the
// signs of Signal's rates count again with the next entry of the ledger about the operator.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/paybond/signal_rules.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kFraudSignalVersion = "1.0";
inline constexpr std::int64_t kCriticalDisputesBps = 5'000;
inline constexpr std::int64_t kAbusiveRequests = 3;

// What a review comes to, and the event that says so.
inline constexpr std::string_view kConfirmedRisk = "confirmed_risk";
inline constexpr std::string_view kFalsePositive = "false_positive";
inline constexpr std::string_view kNeedsMoreEvidence = "needs_more_evidence";  // the review goes on
inline constexpr std::string_view kOutcomeRecorded = "review_outcome_recorded";
constexpr bool is_review_outcome(std::string_view word) {
  return word == kConfirmedRisk || word == kFalsePositive || word == kNeedsMoreEvidence;
}

// In the order of weight.
enum class Severity : std::uint8_t { none, elevated, high, critical };
std::string_view severity_name(Severity severity);

// What people said of an operator.
struct ReviewFacts {
  std::string outcome = {};          // of the last review; empty: none
  std::int64_t reviewed_seq = 0;     // the ledger's last entry about the operator by then
  std::int64_t review_requests = 0;  // since the last review, and so the two below
  std::int64_t appeals = 0;          //
  std::int64_t replays = 0;          //
};

struct FraudSignal {
  std::string_view code;
  Severity severity;
  std::string_view category;
  std::int64_t evidence_count;
  std::string_view summary;
};

// The heaviest first. `last_seq` is the ledger's last entry about the operator.
std::vector<FraudSignal> fraud_signals(const OperatorFacts& facts, const ReviewFacts& reviews,
                                       std::int64_t last_seq);
Severity highest(const std::vector<FraudSignal>& signals);
// open: signals of which no review was made yet, or one that needs more evidence; reviewed: the last review
// stands; none.
std::string_view review_state_of(const std::vector<FraudSignal>& signals, const ReviewFacts& reviews);

inline constexpr std::string_view kReviewOnly = "review_only";
inline constexpr std::string_view kCriticalHold = "critical_hold";

// How far reviews of a time can be trusted to hold money back.
struct GateReliability {
  std::int64_t reviewed = 0;
  std::int64_t confirmed = 0;
  std::int64_t false_positives = 0;

  std::int64_t labeled() const { return confirmed + false_positives; }
  std::int64_t precision_bps() const { return labeled() == 0 ? 0 : confirmed * kWhole / labeled(); }
  bool reliable() const;
};
inline constexpr std::int64_t kLeastLabeled = 1;
inline constexpr std::int64_t kLeastPrecisionBps = 5'000;

// Whether a release to the operator is held back.
bool holds_release(std::string_view mode, const GateReliability& reliability, Severity severity);

}  // namespace agentnet::paybond
