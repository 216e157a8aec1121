// A tenant's overlay put on its organisation's base policy (policy_file.hpp; wire reference paybond 7.5):
// what comes of it never allows more than the base.
//
//   name           the overlay's; default_deny holds when either says so, and so for the adapter's flag
//   tools          the base's, changed by overrides.tools, and behind them the overlay's own
//   intent         overrides.intent, else the overlay's intent, else the base's, member by member
//
// Widening, which is refused: an own tool that is in the base or goes by the operation of one; an override of
// a tool that is not in the base, a higher max_spend_cents, spend_from_args where the base has a limit or
// another argument, side_effecting false where it is true, another tool's operation; a tool in allowed_tools
// that is not in the base's; a higher max_spend_usd, another currency, another template or an older version
// of it; a flag taken back. All of them are told, with their places.
#pragma once

#include <string>
#include <vector>

#include "core/json/value.hpp"
#include "core/paybond/policy_check.hpp"
#include "core/paybond/policy_file.hpp"

namespace agentnet::paybond {

struct PolicyMerge {
  json::Value effective = {};               // a policy of version 1; shares the arena and both documents
  std::vector<std::string> applied = {};    // "tools.a.b.max_spend_cents": what overrides set
  std::vector<PolicyFault> widenings = {};  // not empty: there is no effective policy
};

// Both must be objects without names twice that check_policy has nothing against but, of the overlay, its
// `extends`.
PolicyMerge merge_policies(const json::Value& base, const json::Value& overlay, json::Arena& arena);

// What an overlay extends, and the digest that the base must have ("" for any).
struct OverlayBase {
  PolicyBase base;
  std::string digest = {};
};
// Whether a document is an overlay: whether it has `extends`.
bool is_overlay(const json::Value& policy);
// The faults of an overlay that hold whatever its base is.
std::vector<PolicyFault> overlay_faults(const json::Value& overlay);
// Of an overlay without faults.
OverlayBase overlay_base(const json::Value& overlay);

// {org_policy_id, org_id, base_policy_name, overlay_policy_name, overrides_applied, denied_widenings}
json::Value merge_report(const PolicyMerge& merge, const OverlayBase& of, const json::Value& base,
                         const json::Value& overlay, json::Arena& arena);

}  // namespace agentnet::paybond
