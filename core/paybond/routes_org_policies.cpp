// Organisations' base policies, and what tenants' overlays make of them (org_policies.hpp).
#include "core/paybond/field.hpp"
#include "core/paybond/org_policies.hpp"
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

json::Value policy_answer(const Call& call, const OrgPolicy& policy, json::Arena& arena) {
  json::Parser parser;
  return json::ObjectBuilder(arena)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("org_id", std::string_view(policy.org_id))
      .add("policy_id", std::string_view(policy.policy_id))
      .add_integer("version_seq", policy.version_seq)
      .add("content_digest", std::string_view(policy.digest))
      .add("policy", parser.parse(arena.copy(policy.document), arena))
      .done();
}

std::string require_org_id(const Call& call) {
  const auto org_id = call.exchange->query("org_id");
  if (!org_id || org_id->empty()) bad_field("missing_field", "org_id", "is missing");
  return *org_id;
}

void publish(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string org_id = require_org_id(*call);
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const json::Value document = json::without_duplicates(call->body.root, arena);
    const OrgPolicy policy = publish_org_policy(connection, call->tenant(), org_id,
                                                call->exchange->path_value("policy_id"), document, now);
    return policy_answer(*call, policy, arena);
  });
}

void published(const Routes& routes, const Call& call) {
  const std::string org_id = require_org_id(call);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const auto policy =
        find_org_policy(connection, call.tenant(), org_id, call.exchange->path_value("policy_id"));
    if (!policy) throw Error(Category::not_found, "unknown_org_policy", "there is no such base policy");
    return policy_answer(call, *policy, arena);
  });
}

// Why an overlay has no effective policy, as a refusal that names the places.
[[noreturn]] void refuse(const ResolvedPolicy& resolved) {
  std::string text;
  std::vector<Detail> details;
  for (const PolicyFault& fault : resolved.faults) {
    text += (text.empty() ? "" : "; ") + fault.path + " " + fault.message;
    details.push_back({fault.path, fault.message});
  }
  switch (resolved.what) {
    case Resolution::unknown_base:
      throw Error(Category::not_found, "unknown_org_policy", text, {}, std::move(details));
    case Resolution::changed_base:
      throw Error(Category::conflict, "base_policy_changed", text,
                  "read the base policy again, and name its digest or none", std::move(details));
    case Resolution::widens:
      throw Error(Category::refused, "policy_widens", text, "an overlay may only narrow its base policy",
                  std::move(details));
    default:
      throw Error(Category::usage, "bad_policy", text, {}, std::move(details));
  }
}

json::Value effective_answer(const ResolvedPolicy& resolved, bool unchanged, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add_boolean("unchanged", unchanged);
  if (!unchanged) answer.add("effective_policy", resolved.effective);
  return answer.add("effective_policy_digest", std::string_view(resolved.digest))
      .add("effective_policy_version", std::string_view(resolved.version))
      .add("merge_report", resolved.report)
      .add_integer("org_base_version_seq", resolved.base->version_seq)
      .add("org_base_content_digest", std::string_view(resolved.base->digest))
      .done();
}

// Who names the digest that it goes by already is told when nothing has changed.
void effective(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const json::Value overlay = json::without_duplicates(call.body.root, arena);
    const ResolvedPolicy resolved = resolve_policy(connection, call.tenant(), overlay, arena);
    if (resolved.what != Resolution::bad_overlay &&
        overlay_base(overlay).base.org_policy_id != call.exchange->path_value("policy_id")) {
      bad_field("bad_field", "extends.org_policy_id", "names another policy than the path");
    }
    if (resolved.what != Resolution::done) refuse(resolved);
    return effective_answer(resolved, call.exchange->query("digest") == resolved.digest, arena);
  });
}

}  // namespace

void add_org_policy_routes(const Routes& routes) {
  add_call(routes, "PUT", "/v1/admin/org-policies/{policy_id}", kScopePins,
           [routes](const std::shared_ptr<Call>& call) { publish(routes, call); });
  add_call(routes, "GET", "/v1/admin/org-policies/{policy_id}", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { published(routes, *call); });
  add_call(routes, "POST", "/v1/org-policies/{policy_id}/effective", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { effective(routes, *call); });
}

}  // namespace agentnet::paybond
