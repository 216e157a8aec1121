#include "core/sbn/pgdag/drift.hpp"

#include <algorithm>
#include <cmath>

#include "core/sbn/pgdag/numbers.hpp"

namespace agentnet::sbn::pgdag {
namespace {

constexpr double kDriftedAbove = 0.5;
constexpr std::size_t kDriftedReasons = 2;

std::string percent(double share, int places) {
  return fixed(share * 100, places) + "%";
}

// 1 as soon as anything was counted, even when both counts are equal: so the original computes it.
double template_distance(const DriftInput& input) {
  const auto counted = [](const auto& entry) { return entry.second != 0; };
  const auto any = [&](const std::map<std::string, double>& counts) {
    return std::any_of(counts.begin(), counts.end(), counted);
  };
  return any(input.current_templates) || any(input.baseline_templates) ? 1.0 : 0.0;
}

// Collects what each dimension has to say.
struct Findings {
  std::vector<std::pair<std::string, double>> dimensions = {};
  std::vector<double> magnitudes = {};
  std::vector<std::string> reasons = {};

  void add(const char* name, double value, double magnitude) {
    dimensions.emplace_back(name, rounded4(value));
    magnitudes.push_back(magnitude);
  }
};

Findings findings_of(const DriftInput& input, const DriftThresholds& limits) {
  Findings found;
  if (!input.current_templates.empty() && !input.baseline_templates.empty()) {
    const double distance = template_distance(input);
    found.add("template_distribution", distance, distance);
    if (distance > limits.template_drift)
      found.reasons.push_back("template distribution drifted " + percent(distance, 2) + " (threshold " +
                              percent(limits.template_drift, 0) + ")");
  }
  const double lost = input.baseline_success_rate - input.recent_success_rate;
  found.add("success_rate", lost, lost);
  if (input.recent_success_rate < limits.success_rate_floor)
    found.reasons.push_back("success rate " + percent(input.recent_success_rate, 1) + " below floor " +
                            percent(limits.success_rate_floor, 1));
  if (input.baseline_yield > 0) {
    const double moved = std::abs(input.recent_yield - input.baseline_yield) / input.baseline_yield;
    found.add("yield_trajectory", moved, moved);
    if (moved > limits.yield_drift)
      found.reasons.push_back("yield drifted " + percent(moved, 2) + " (threshold " +
                              percent(limits.yield_drift, 0) + ")");
  }
  if (input.baseline_duration_ms > 0) {
    const double ratio = input.recent_duration_ms / input.baseline_duration_ms;
    found.add("timing", ratio, std::max(0.0, (ratio - 1) / limits.timing_factor));
    if (ratio > limits.timing_factor)
      found.reasons.push_back("execution time " + fixed(ratio, 1) + "x baseline (threshold " +
                              fixed(limits.timing_factor, 1) + "x)");
  }
  return found;
}

}  // namespace

DriftReport detect_drift(const std::string& engine_id, const DriftInput& input, Instant now,
                         const DriftThresholds& thresholds) {
  const Findings found = findings_of(input, thresholds);
  const double largest = *std::max_element(found.magnitudes.begin(), found.magnitudes.end());
  DriftReport report{engine_id};
  report.magnitude = rounded4(std::min(1.0, largest));
  report.drifted = found.reasons.size() >= kDriftedReasons || std::min(1.0, largest) > kDriftedAbove;
  report.dimensions = found.dimensions;
  report.recommendation = report.drifted ? "mutate" : found.reasons.empty() ? "no_action" : "monitor";
  for (const std::string& reason : found.reasons)
    report.reasoning += (report.reasoning.empty() ? "" : "; ") + reason;
  if (found.reasons.empty()) report.reasoning = "no significant drift";
  report.detected_at = now;
  return report;
}

json::Value DriftReport::to_json(json::Arena& arena) const {
  json::ObjectBuilder measured(arena);
  for (const auto& [name, value] : dimensions)
    measured.add(arena.copy(name), decimal(value, arena));
  return json::ObjectBuilder(arena)
      .add("engine_id", std::string_view(engine_id))
      .add_boolean("drifted", drifted)
      .add("magnitude", decimal(magnitude, arena))
      .add("dimensions", measured.done())
      .add("recommendation", std::string_view(recommendation))
      .add("reasoning", std::string_view(reasoning))
      .add("detected_at", std::string_view(iso_offset(detected_at)))
      .done();
}

}  // namespace agentnet::sbn::pgdag
