// Signal's scores: what a payee, here called operator, has done, in whole numbers (wire reference paybond 8).
//
// Facts are counted from the events of the tenant's ledger and from nothing else, so whoever has the ledger
// can work out the same score. Rates are in basis points (bps, 10,000 are the whole), divisions drop the
// remainder.
//
//   terminal      released + refunded + split
//   success       released * 10,000 / terminal
//   refunds       refunded * 10,000 / terminal
//   disputes      min(disputed, terminal) * 10,000 / terminal; a dispute counts when its intent has ended
//   promptness    5,000 without a sample, else 10,000 * hour / (hour + mean latency), both in nanoseconds;
//                 latency is from intent_created to evidence_submitted
//   depth         10,000 * terminal / (terminal + 10)
//   score         (600 * success + 150 * (10,000 - disputes) + 100 * promptness + 150 * depth) / 10,000,
//                 0 to 1,000; 0 while nothing is terminal
//   support       depth / 100, 0 to 99; its band is low below 34, medium below 67, else high
//
// A review is open, with the reasons HIGH_DISPUTE_RATE from 2,000 bps of disputes on and HIGH_REFUND_RATE
// from 5,000 bps of refunds on, once kLeastReviewed intents are terminal. LOW_SUPPORT_DEPTH (terminal below
// kLeastReviewed) is a reason code and opens nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace agentnet::paybond {

inline constexpr std::string_view kScoringModel = "paybond.signal.v1";
inline constexpr std::string_view kScoreVersion = "1.0";
inline constexpr std::int64_t kWhole = 10'000;  // basis points
inline constexpr std::int64_t kMaxScore = 1'000;
inline constexpr std::int64_t kLeastReviewed = 3;  // terminal intents

struct OperatorFacts {
  std::int64_t intents = 0;
  std::int64_t released = 0;
  std::int64_t refunded = 0;
  std::int64_t split = 0;
  std::int64_t disputed = 0;       // of intents that have ended or not
  std::int64_t latency_nanos = 0;  // sum of the samples
  std::int64_t latency_samples = 0;
  std::int64_t volume_cents = 0;  // that the payee received

  std::int64_t terminal() const { return released + refunded + split; }
};

struct OperatorScore {
  std::int64_t score = 0;
  std::int64_t success_rate_bps = 0;
  std::int64_t refund_rate_bps = 0;
  std::int64_t dispute_rate_bps = 0;
  std::int64_t promptness_bps = 0;
  std::int64_t mean_latency_nanos = 0;
  std::int64_t support = 0;
  std::string_view band;  // low, medium, high
  bool under_review = false;
  std::vector<std::string_view> reason_codes;  // sorted
};

OperatorScore score_of(const OperatorFacts& facts);

// The sum, or the largest number when it does not fit.
std::int64_t saturating_sum(std::int64_t a, std::int64_t b);

}  // namespace agentnet::paybond
