// The Python modules that `paybond init` writes.
#pragma once

#include <string>

#include "core/paybond/completion_catalog.hpp"

namespace agentnet::commands {

// COMPLETION_PRESET_ID, HARBOR_TEMPLATE_ID, EVIDENCE_SCHEMA, TEMPLATE_PARAMETERS, SAMPLE_EVIDENCE,
// POLICY_BINDING and build_evidence(**fields). Of a vendor pack the evidence is the vendor's.
std::string completion_file(const paybond::CompletionPreset& preset);

// guarded(operation, cents, tool, *arguments): budget, tool, evidence.
std::string guardrail_file();

}  // namespace agentnet::commands
