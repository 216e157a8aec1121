// The endpoints of the wire that this network does not serve: they exist, and say so with 501.
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

struct Unserved {
  std::string_view method;
  std::string_view pattern;
};

constexpr Unserved kUnserved[] = {
    {"GET", "/.well-known/agent-card.json"},
    {"GET", "/.well-known/agent-receipt-signing-keys.json"},
    {"GET", "/.well-known/agent-receipt-v1.json"},
    {"GET", "/harbor/policy/v1/versions"},
    {"POST", "/harbor/policy/v1/preview"},
    {"POST", "/harbor/policy/v1/test"},
    {"GET", "/ledger/v1/verifier-pack"},
    {"POST", "/ledger/v1/verifier-pack/verify"},
    {"GET", "/ledger/v1/verify"},
    {"GET", "/protocol/v2/a2a/task-contracts"},
    {"GET", "/protocol/v2/a2a/task-contracts/{contract_id}"},
    {"GET", "/protocol/v2/agent-receipts"},
    {"POST", "/protocol/v2/agent-receipts/verify"},
    {"GET", "/protocol/v2/agent-receipts/{receipt_id}"},
    {"POST", "/protocol/v2/mandates"},
    {"POST", "/protocol/v2/mandates/verify"},
    {"GET", "/protocol/v2/receipts/{receipt_id}"},
    {"POST", "/protocol/v2/receipts/verify"},
    {"POST", "/protocol/v2/recognition/verify"},
    {"GET", "/signal/v1/fairness"},
    {"GET", "/signal/v1/fraud/metrics"},
    {"GET", "/signal/v1/fraud/release-gate"},
    {"PUT", "/signal/v1/fraud/release-gate"},
    {"POST", "/signal/v1/operators/{operator_did}/review-events"},
    {"GET", "/signal/v1/portfolio/signed-export"},
    {"GET", "/signal/v1/review-queue"},
    {"GET", "/v1/admin/api-keys"},
    {"POST", "/v1/admin/api-keys"},
    {"DELETE", "/v1/admin/api-keys/{key_id}"},
    {"POST", "/v1/admin/api-keys/{key_id}/rotate"},
    {"GET", "/v1/admin/plaid/bank-accounts"},
    {"GET", "/v1/admin/settlement/config"},
    {"GET", "/v1/admin/shopify/payments/sessions/{session_id}"},
    {"GET", "/v1/admin/spend-controls/decisions"},
    {"GET", "/v1/admin/spend-controls/policy"},
    {"GET", "/v1/admin/spend-controls/reservations"},
    {"GET", "/v1/compliance/audit-exports"},
    {"POST", "/v1/compliance/audit-exports"},
    {"DELETE", "/v1/compliance/audit-exports/{job_id}"},
    {"GET", "/v1/compliance/audit-exports/{job_id}"},
    {"POST", "/v1/compliance/audit-exports/{job_id}/bundle"},
    {"POST", "/v1/org-policies/{policy_id}/effective"},
    {"POST", "/v1/policy/validate"},
    {"POST", "/v1/sandbox/guardrails/bootstrap"},
    {"POST", "/v1/sandbox/guardrails/{intent_id}/evidence"},
};

}  // namespace

void add_unserved_routes(const Routes& routes) {
  for (const Unserved& each : kUnserved) {
    // No add_call: whatever the body is, it is not looked at.
    routes.router.add(each.method, each.pattern, [routes](const std::shared_ptr<http::Exchange>& exchange) {
      authenticate(routes, exchange->request().headers);
      throw Error(Category::failed, "not_implemented", "the local network does not serve this yet");
    });
  }
}

}  // namespace agentnet::paybond
