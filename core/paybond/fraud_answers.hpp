// Signs of fraud as clients read them.
#pragma once

#include "core/json/value.hpp"
#include "core/paybond/fraud.hpp"

namespace agentnet::paybond {

// review_outcome, fraud_signals, fraud_assessment and release_gate.
void add_fraud(json::ObjectBuilder& answer, const FraudStatus& status, const ReleaseGate& gate,
               json::Arena& arena);
json::Value reliability_json(const GateReliability& reliability, json::Arena& arena);

}  // namespace agentnet::paybond
