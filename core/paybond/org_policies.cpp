#include "core/paybond/org_policies.hpp"

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/json/number.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/run_policy.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr double kBaseVersion = 2;  // policies of version 1 have no heirs

// Throws Error usage/bad_policy unless it can be an organisation's base policy of that name.
void check_base(const json::Value& document, const std::string& policy_id) {
  const PolicyVerdict verdict = check_policy(document);
  std::string fault;
  if (!verdict.is_valid()) {
    fault = verdict.faults.front().path + " " + verdict.faults.front().message;
  } else if (is_overlay(document)) {
    fault = "extends must not be there";
  } else if (json::to_double(document.find("version")->text()) != kBaseVersion) {
    fault = "version must be 2";
  } else if (verdict.name != policy_id) {
    fault = "name must be " + policy_id;
  }
  if (fault.empty()) return;
  throw Error(Category::usage, "bad_policy", "this is no base policy: " + fault,
              "paybond policy init-org writes one");
}

bool is_full(store::Connection& connection, std::string_view tenant_id) {
  store::Query rows =
      connection.query("SELECT count(*) FROM paybond_org_policies WHERE tenant_id = ?", {tenant_id});
  return rows.next() && rows.integer(0) >= kMaxOrgPolicies;
}

}  // namespace

OrgPolicy publish_org_policy(store::Connection& connection, std::string_view tenant_id,
                             const std::string& org_id, const std::string& policy_id,
                             const json::Value& document, Instant now) {
  check_policy_name(policy_id, "the policy's id");
  if (!is_org_id(org_id)) {
    throw Error(Category::usage, "bad_org_id", "org_id is no organisation: org_ and a name in snake case", {},
                {{"field", "org_id"}});
  }
  check_base(document, policy_id);
  const std::optional<OrgPolicy> before = find_org_policy(connection, tenant_id, org_id, policy_id);
  OrgPolicy policy{.org_id = org_id,
                   .policy_id = policy_id,
                   .version_seq = before ? before->version_seq + 1 : 1,
                   .digest = policy_digest(document),
                   .document = json::to_compact(document)};
  if (before && before->digest == policy.digest) return *before;
  if (!before && is_full(connection, tenant_id)) {
    throw Error(Category::policy, "quota_exceeded",
                "a tenant has at most " + std::to_string(kMaxOrgPolicies) + " base policies");
  }
  connection.run(
      "INSERT OR REPLACE INTO paybond_org_policies"
      " (tenant_id, org_id, policy_id, version_seq, digest, document, published_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, policy.org_id, policy.policy_id, policy.version_seq, policy.digest, policy.document,
       auth::to_column(now)});
  return policy;
}

std::optional<OrgPolicy> find_org_policy(store::Connection& connection, std::string_view tenant_id,
                                         std::string_view org_id, std::string_view policy_id) {
  store::Query rows = connection.query(
      "SELECT version_seq, digest, document FROM paybond_org_policies"
      " WHERE tenant_id = ? AND org_id = ? AND policy_id = ?",
      {tenant_id, org_id, policy_id});
  if (!rows.next()) return std::nullopt;
  return OrgPolicy{std::string(org_id), std::string(policy_id), rows.integer(0), rows.text(1), rows.text(2)};
}

ResolvedPolicy resolve_policy(store::Connection& connection, std::string_view tenant_id,
                              const json::Value& overlay, json::Arena& arena) {
  ResolvedPolicy resolved;
  const auto end = [&](Resolution what, std::vector<PolicyFault> faults) {
    resolved.what = what;
    resolved.faults = std::move(faults);
    return std::move(resolved);
  };
  std::vector<PolicyFault> faults = overlay_faults(overlay);
  if (!faults.empty()) return end(Resolution::bad_overlay, std::move(faults));
  const OverlayBase of = overlay_base(overlay);
  resolved.base = find_org_policy(connection, tenant_id, of.base.org_id, of.base.org_policy_id);
  if (!resolved.base) {
    return end(Resolution::unknown_base,
               {{"extends", "no base policy of that name is published in this network"}});
  }
  if (!of.digest.empty() && lower_ascii(of.digest) != resolved.base->digest) {
    return end(Resolution::changed_base,
               {{"extends.base_digest", "the base policy is another one: " + resolved.base->digest}});
  }
  json::Parser parser;
  const json::Value base = parser.parse(arena.copy(resolved.base->document), arena);
  const PolicyMerge merge = merge_policies(base, overlay, arena);
  resolved.report = merge_report(merge, of, base, overlay, arena);
  if (!merge.widenings.empty()) return end(Resolution::widens, merge.widenings);
  PolicyVerdict verdict = check_policy(merge.effective);
  if (!verdict.is_valid()) return end(Resolution::bad_effective, std::move(verdict.faults));
  resolved.warnings = std::move(verdict.warnings);
  resolved.effective = merge.effective;
  resolved.digest = policy_digest(merge.effective);
  resolved.version = policy_version(verdict.name, resolved.digest);
  return resolved;
}

}  // namespace agentnet::paybond
