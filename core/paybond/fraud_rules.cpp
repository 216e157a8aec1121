#include "core/paybond/fraud_rules.hpp"

#include <algorithm>

namespace agentnet::paybond {
namespace {

constexpr std::string_view kSeverities[] = {"none", "elevated", "high", "critical"};

bool has(const OperatorScore& score, std::string_view reason) {
  return std::find(score.reason_codes.begin(), score.reason_codes.end(), reason) != score.reason_codes.end();
}

}  // namespace

std::string_view severity_name(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity)];
}

std::vector<FraudSignal> fraud_signals(const OperatorFacts& facts, const ReviewFacts& reviews,
                                       std::int64_t last_seq) {
  std::vector<FraudSignal> signals;
  if (reviews.outcome == kConfirmedRisk)
    signals.push_back({"CONFIRMED_RISK", Severity::critical, "review", 1, "a review confirmed the risk"});
  if (last_seq > reviews.reviewed_seq) {
    const OperatorScore score = score_of(facts);
    if (has(score, "HIGH_DISPUTE_RATE")) {
      const bool most = score.dispute_rate_bps >= kCriticalDisputesBps;
      signals.push_back({"DISPUTE_CLUSTER", most ? Severity::critical : Severity::high, "settlement",
                         facts.disputed, "intents of this operator are disputed often"});
    }
    if (has(score, "HIGH_REFUND_RATE")) {
      signals.push_back({"REFUND_BURST", Severity::high, "settlement", facts.refunded,
                         "intents of this operator are refunded often"});
    }
  }
  if (reviews.appeals + reviews.replays >= kAbusiveRequests) {
    signals.push_back({"REPLAY_APPEAL_ABUSE", Severity::elevated, "review", reviews.appeals + reviews.replays,
                       "replays and appeals were asked for again and again"});
  }
  if (reviews.review_requests > 0) {
    signals.push_back({"REVIEW_REQUESTED", Severity::elevated, "review", reviews.review_requests,
                       "a review was asked for"});
  }
  std::stable_sort(signals.begin(), signals.end(), [](const FraudSignal& one, const FraudSignal& other) {
    return one.severity > other.severity;
  });
  return signals;
}

Severity highest(const std::vector<FraudSignal>& signals) {
  return signals.empty() ? Severity::none : signals.front().severity;
}

std::string_view review_state_of(const std::vector<FraudSignal>& signals, const ReviewFacts& reviews) {
  const bool unreviewed = std::any_of(signals.begin(), signals.end(), [](const FraudSignal& signal) {
    return signal.code != "CONFIRMED_RISK";
  });
  if (unreviewed || reviews.outcome == kNeedsMoreEvidence) return "open";
  return reviews.outcome.empty() ? "none" : "reviewed";
}

bool GateReliability::reliable() const {
  return labeled() >= kLeastLabeled && precision_bps() >= kLeastPrecisionBps;
}

bool holds_release(std::string_view mode, const GateReliability& reliability, Severity severity) {
  return mode == kCriticalHold && reliability.reliable() && severity == Severity::critical;
}

}  // namespace agentnet::paybond
