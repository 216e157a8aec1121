#include "core/paybond/fraud_answers.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kWindow = "all";  // signals look at the whole ledger
constexpr std::string_view kPriorities[] = {"none", "normal", "high", "urgent"};

json::Value signal_json(const FraudSignal& signal, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("code", signal.code)
      .add("severity", severity_name(signal.severity))
      .add("category", signal.category)
      .add("window", kWindow)
      .add_integer("evidence_count", signal.evidence_count)
      .add("summary", signal.summary)
      .add_boolean("affects_score", signal.category == "settlement")
      .done();
}

json::Value signals_json(const FraudStatus& status, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const FraudSignal& signal : status.signals)
    list.add(signal_json(signal, arena));
  return list.done();
}

// The codes of the critical ones.
json::Value critical_codes(const FraudStatus& status, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const FraudSignal& signal : status.signals)
    if (signal.severity == Severity::critical) list.add(signal.code);
  return list.done();
}

json::Value assessment_json(const FraudStatus& status, json::Arena& arena) {
  std::int64_t severe = 0;
  for (const FraudSignal& signal : status.signals)
    severe += signal.severity >= Severity::high ? 1 : 0;
  const std::string_view level = severity_name(status.severity());
  const auto count = static_cast<std::int64_t>(status.signals.size());
  const std::string summary = "level=" + std::string(level) + " signals=" + std::to_string(count);
  return json::ObjectBuilder(arena)
      .add("fraud_signal_version", kFraudSignalVersion)
      .add("level", level)
      .add("highest_severity", level)
      .add("review_priority", kPriorities[static_cast<std::size_t>(status.severity())])
      .add_integer("signal_count", count)
      .add_integer("severe_signal_count", severe)
      .add("summary", std::string_view(summary))
      .done();
}

json::Value gate_json(const FraudStatus& status, const ReleaseGate& gate, json::Arena& arena) {
  const bool hold = holds_release(gate.mode, gate.reliability, status.severity());
  const json::Value codes = critical_codes(status, arena);
  json::ArrayBuilder reasons(arena);
  if (hold) reasons.add("CRITICAL_SIGNAL");
  return json::ObjectBuilder(arena)
      .add("mode", std::string_view(gate.mode))
      .add_boolean("enforcement_enabled", gate.mode == kCriticalHold)
      .add_boolean("metrics_reliable", gate.reliability.reliable())
      .add_boolean("release_allowed", !hold)
      .add_boolean("hold_required", hold)
      .add_integer("critical_signal_count", static_cast<std::int64_t>(codes.items().size()))
      .add("critical_signal_codes", codes)
      .add("reasons", reasons.done())
      .add("summary", hold ? "a release to this operator is held back" : "nothing is held back")
      .done();
}

}  // namespace

void add_fraud(json::ObjectBuilder& answer, const FraudStatus& status, const ReleaseGate& gate,
               json::Arena& arena) {
  answer.add("review_outcome", std::string_view(status.reviews.outcome))
      .add("fraud_signals", signals_json(status, arena))
      .add("fraud_assessment", assessment_json(status, arena))
      .add("release_gate", gate_json(status, gate, arena));
}

json::Value reliability_json(const GateReliability& reliability, json::Arena& arena) {
  json::ArrayBuilder reasons(arena);
  if (reliability.labeled() < kLeastLabeled) reasons.add("TOO_FEW_LABELED_OUTCOMES");
  if (reliability.labeled() >= kLeastLabeled && reliability.precision_bps() < kLeastPrecisionBps)
    reasons.add("LOW_REVIEW_PRECISION");
  return json::ObjectBuilder(arena)
      .add_boolean("reliable", reliability.reliable())
      .add_integer("reviewed_count", reliability.reviewed)
      .add_integer("labeled_outcome_count", reliability.labeled())
      .add_integer("review_precision_bps", reliability.precision_bps())
      .add_integer("min_reviewed_count", kLeastLabeled)
      .add_integer("min_labeled_outcome_count", kLeastLabeled)
      .add_integer("min_review_precision_bps", kLeastPrecisionBps)
      .add("reasons", reasons.done())
      .add("summary", reliability.reliable() ? "reviews are reliable" : "reviews are not reliable yet")
      .done();
}

}  // namespace agentnet::paybond
