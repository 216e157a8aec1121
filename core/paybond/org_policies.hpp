// The base policies that organisations have published in this network, and overlays resolved against them
// (policy_inheritance.hpp).
//
// A base policy belongs to the tenant that published it, under its organisation and name; another tenant does
// not see it. Publishing another text makes the next version, and only the newest is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"
#include "core/paybond/policy_inheritance.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxOrgPolicies = 100;  // of one tenant

struct OrgPolicy {
  std::string org_id;
  std::string policy_id;
  std::int64_t version_seq = 0;  // from 1
  std::string digest;            // of policy_digest
  std::string document;          // compact JSON, without names twice
};

// The text that is there already stays the version that it is. Throws Error
//   usage/bad_policy_name, bad_org_id
//   usage/bad_policy            check_policy has something against it, or it is an overlay or of version 1,
//                               or its name is not the policy's
//   policy/quota_exceeded       kMaxOrgPolicies are there
OrgPolicy publish_org_policy(store::Connection& connection, std::string_view tenant_id,
                             const std::string& org_id, const std::string& policy_id,
                             const json::Value& document, Instant now);

std::optional<OrgPolicy> find_org_policy(store::Connection& connection, std::string_view tenant_id,
                                         std::string_view org_id, std::string_view policy_id);

enum class Resolution : std::uint8_t { done, bad_overlay, unknown_base, changed_base, widens, bad_effective };

struct ResolvedPolicy {
  Resolution what = Resolution::done;
  std::vector<PolicyFault> faults = {};    // why it is not done
  std::vector<PolicyFault> warnings = {};  // of the effective policy
  std::optional<OrgPolicy> base = {};      // once it is found
  json::Value effective = {};              // null unless it is done
  std::string digest = {};                 // of it
  std::string version = {};
  json::Value report = {};  // null until overlay and base were put together
};

// `overlay` must be an object without names twice; the values share it and the arena.
ResolvedPolicy resolve_policy(store::Connection& connection, std::string_view tenant_id,
                              const json::Value& overlay, json::Arena& arena);

}  // namespace agentnet::paybond
