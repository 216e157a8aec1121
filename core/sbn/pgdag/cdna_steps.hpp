// The workflow that mutates an engine's cDNA, and its five steps (wire reference sbn, f.7).
//
//   detect_drift      {engine_id, current_template_dist?, baseline_template_dist?, recent_…?, baseline_…?}
//   evaluate_trigger  {engine_id, yield_score = 1, entropy_score = 0, drift_detected?, drift_magnitude?}
//   compute_mutation  {engine_id, mutation_needed?, trigger?}: what the mutation would be
//   seal_proof        {engine_id, mutated?, trigger?}: applies and seals it
//   notify_mutation   {engine_id, sealed?}
#pragma once

#include "core/sbn/pgdag/execute.hpp"
#include "core/sbn/pgdag/lineage.hpp"

namespace agentnet::sbn::pgdag {

DagTemplate cdna_mutation_template();
// The manager must outlive them.
Steps cdna_mutation_steps(LineageManager& lineage);

}  // namespace agentnet::sbn::pgdag
