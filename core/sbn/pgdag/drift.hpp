// Tells whether a workflow has drifted from its baseline (wire reference sbn, f.7).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::pgdag {

struct DriftThresholds {
  double template_drift = 0.25;
  double success_rate_floor = 0.80;
  double yield_drift = 0.15;
  double timing_factor = 2.0;
};

struct DriftInput {
  std::map<std::string, double> current_templates =
      {};  // how often each was run; compared when both have any
  std::map<std::string, double> baseline_templates = {};
  double recent_success_rate = 1.0;
  double baseline_success_rate = 1.0;
  double recent_yield = 0.0;
  double baseline_yield = 0.0;  // compared when above 0
  double recent_duration_ms = 0.0;
  double baseline_duration_ms = 0.0;  // the same
};

struct DriftReport {
  std::string engine_id;
  bool drifted = false;
  double magnitude = 0.0;  // the largest of the dimensions, timing as (ratio - 1) / factor; at most 1
  std::vector<std::pair<std::string, double>> dimensions = {};  // 4 places
  std::string recommendation = {};                              // mutate, monitor or no_action
  std::string reasoning = {};
  Instant detected_at = {};

  json::Value to_json(json::Arena& arena) const;
};

// Drifted with two reasons or more, or a magnitude above 0.5.
DriftReport detect_drift(const std::string& engine_id, const DriftInput& input, Instant now,
                         const DriftThresholds& thresholds = {});

}  // namespace agentnet::sbn::pgdag
