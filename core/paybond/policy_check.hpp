// Whether a policy document is one (policy_file.hpp): its fields, and that the presets it names are in the
// catalogue.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kPolicyVersion = 2;  // the newest
inline constexpr std::size_t kMaxPolicyTools = 1000;
inline constexpr std::size_t kMaxPolicyFaults = 50;  // that one check tells

inline constexpr std::string_view kPolicyFaultCode = "policy.schema_invalid";
inline constexpr std::string_view kPolicyWarningCode = "policy.warning";

struct PolicyFault {
  std::string path;  // "tools.a.b.max_spend_cents", "intent.allowed_tools[1]"; "(root)" is the document
  std::string message;
  std::string_view code = kPolicyFaultCode;
};

struct PolicyVerdict {
  std::string name = {};           // of a policy that has the form of one
  std::size_t side_effecting = 0;  // how many tools of such a policy
  std::size_t read_only = 0;
  std::vector<PolicyFault> faults = {};
  std::vector<PolicyFault> warnings = {};  // that nothing is wrong with yet: deprecated presets

  bool is_valid() const { return faults.empty(); }
};

// First the form, whose faults are policy.schema_invalid; of a policy that has it the presets and the tools
// it names: policy.unknown_evidence_preset, unknown_vendor_pack, invalid_vendor_pack,
// allowed_tool_not_registered. Version 1 is a policy of its own, version 2 an organisation's or, with
// `extends`, a tenant's overlay, which says nothing by itself and so has the fault "extends". Of a name twice
// the last counts. Only of tools and intent null is an empty mapping, as YAML writes it.
PolicyVerdict check_policy(const json::Value& document);

// [{path, code, message}].
json::Value policy_faults_value(const std::vector<PolicyFault>& faults, json::Arena& arena);

}  // namespace agentnet::paybond
