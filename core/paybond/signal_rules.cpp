#include "core/paybond/signal_rules.hpp"

#include <algorithm>
#include <limits>

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kHourNanos = 3'600'000'000'000;
constexpr std::int64_t kNoSampleBps = 5'000;
constexpr std::int64_t kHalfDepth = 10;  // terminal intents at which the depth is half of the whole
constexpr std::int64_t kReviewedDisputesBps = 2'000;
constexpr std::int64_t kReviewedRefundsBps = 5'000;
constexpr std::int64_t kMediumSupport = 34;
constexpr std::int64_t kHighSupport = 67;

constexpr std::int64_t kSuccessWeight = 600;
constexpr std::int64_t kDisputeWeight = 150;
constexpr std::int64_t kPromptnessWeight = 100;
constexpr std::int64_t kDepthWeight = 150;
static_assert(kSuccessWeight + kDisputeWeight + kPromptnessWeight + kDepthWeight == kMaxScore);

// In millionths of an hour, so that no product leaves 64 bits.
std::int64_t promptness(const OperatorFacts& facts, std::int64_t mean) {
  if (facts.latency_samples == 0) return kNoSampleBps;
  constexpr std::int64_t kUnit = kHourNanos / 1'000'000;
  const std::int64_t units = mean / kUnit;
  return kWhole * 1'000'000 / (1'000'000 + units);
}

}  // namespace

std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

OperatorScore score_of(const OperatorFacts& facts) {
  OperatorScore score;
  const std::int64_t terminal = facts.terminal();
  score.mean_latency_nanos = facts.latency_samples == 0 ? 0 : facts.latency_nanos / facts.latency_samples;
  score.promptness_bps = promptness(facts, score.mean_latency_nanos);
  const std::int64_t depth = kWhole * terminal / (terminal + kHalfDepth);
  score.support = depth / 100;
  score.band = score.support < kMediumSupport ? "low" : score.support < kHighSupport ? "medium" : "high";
  if (terminal > 0) {
    score.success_rate_bps = facts.released * kWhole / terminal;
    score.refund_rate_bps = facts.refunded * kWhole / terminal;
    score.dispute_rate_bps = std::min(facts.disputed, terminal) * kWhole / terminal;
    score.score =
        (kSuccessWeight * score.success_rate_bps + kDisputeWeight * (kWhole - score.dispute_rate_bps) +
         kPromptnessWeight * score.promptness_bps + kDepthWeight * depth) /
        kWhole;
  }
  if (terminal >= kLeastReviewed && score.dispute_rate_bps >= kReviewedDisputesBps)
    score.reason_codes.emplace_back("HIGH_DISPUTE_RATE");
  if (terminal >= kLeastReviewed && score.refund_rate_bps >= kReviewedRefundsBps)
    score.reason_codes.emplace_back("HIGH_REFUND_RATE");
  score.under_review = !score.reason_codes.empty();
  if (terminal < kLeastReviewed) score.reason_codes.emplace_back("LOW_SUPPORT_DEPTH");
  return score;
}

}  // namespace agentnet::paybond
