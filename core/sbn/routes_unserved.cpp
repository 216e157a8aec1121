// The endpoints of the wire that this network does not serve: they exist, and say so with 501.
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

struct Unserved {
  std::string_view method;
  std::string_view pattern;
};

constexpr Unserved kUnserved[] = {
    {"POST", "/api/atlas/cards/{card_ref}/runs"},
    {"POST", "/api/gec/compute"},
    {"GET", "/api/gec/frontiers"},
    {"GET", "/api/gec/frontiers/bundle"},
    {"GET", "/api/gec/frontiers/{frontier_id}/health"},
    {"GET", "/api/governance/proposals"},
    {"POST", "/api/governance/proposals"},
    {"GET", "/api/governance/proposals/{proposal_id}"},
    {"POST", "/api/governance/proposals/{proposal_id}/approve"},
    {"POST", "/api/governance/proposals/{proposal_id}/promote"},
    {"POST", "/api/governance/proposals/{proposal_id}/reject"},
    {"GET", "/api/numa/diagnostics"},
    {"GET", "/api/numa/hints"},
    {"POST", "/api/reality/evidence"},
    {"GET", "/api/reality/evidence/{evidence_id}"},
    {"POST", "/api/reality/evidence/{evidence_id}/handoff"},
    {"POST", "/api/reality/evidence/{evidence_id}/promote"},
    {"POST", "/api/reality/evidence/{evidence_id}/submit"},
    {"GET", "/api/reality/facts"},
    {"POST", "/api/reality/facts"},
    {"GET", "/api/reality/facts/{fact_id}"},
    {"POST", "/api/reality/facts/{fact_id}/handoff"},
    {"POST", "/api/reality/facts/{fact_id}/promote"},
    {"POST", "/api/reality/facts/{fact_id}/recompute"},
    {"POST", "/api/reality/facts/{fact_id}/review"},
    {"POST", "/api/reality/facts/{fact_id}/submit"},
    {"GET", "/api/reality/health"},
    {"GET", "/api/reality/ingest"},
    {"POST", "/api/reality/ingest"},
    {"POST", "/api/reality/ingest/upload"},
    {"GET", "/api/reality/ingest/{ingestion_id}"},
    {"GET", "/api/reality/lattice"},
    {"GET", "/api/reality/operations"},
    {"GET", "/api/reality/review-queue"},
    {"POST", "/api/reality/review-queue/{suggestion_id}/resolve"},
    {"GET", "/internal/acp/projects/{project_id}/budget"},
    {"PUT", "/internal/acp/projects/{project_id}/budget"},
    {"GET", "/internal/acp/projects/{project_id}/invoices"},
    {"POST", "/internal/acp/projects/{project_id}/invoices/generate"},
    {"GET", "/internal/acp/projects/{project_id}/invoices/{invoice_id}"},
    {"POST", "/internal/acp/projects/{project_id}/invoices/{invoice_id}/finalize"},
    {"POST", "/internal/acp/projects/{project_id}/invoices/{invoice_id}/mark-paid"},
    {"POST", "/internal/acp/projects/{project_id}/invoices/{invoice_id}/void"},
    {"POST", "/internal/acp/projects/{project_id}/kill"},
    {"GET", "/internal/acp/projects/{project_id}/leases"},
    {"GET", "/internal/acp/projects/{project_id}/leases/{lease_id}"},
    {"POST", "/internal/acp/projects/{project_id}/leases/{lease_id}/release"},
    {"GET", "/internal/acp/projects/{project_id}/receipts"},
    {"GET", "/internal/acp/projects/{project_id}/status"},
    {"POST", "/internal/acp/projects/{project_id}/test-lease"},
    {"POST", "/internal/acp/projects/{project_id}/unkill"},
    {"GET", "/internal/lattice/edges"},
    {"POST", "/internal/lattice/edges"},
    {"POST", "/internal/lattice/evidence-packets/verify"},
    {"GET", "/internal/lattice/workflows"},
    {"POST", "/internal/lattice/workflows"},
    {"GET", "/internal/lattice/workflows/discover"},
    {"POST", "/internal/lattice/workflows/export"},
    {"POST", "/internal/lattice/workflows/import"},
    {"POST", "/internal/lattice/workflows/import-bulk"},
    {"GET", "/internal/lattice/workflows/{workflow_id}"},
    {"POST", "/internal/lattice/workflows/{workflow_id}/activate"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/analytics"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/benchmarks"},
    {"POST", "/internal/lattice/workflows/{workflow_id}/clone"},
    {"POST", "/internal/lattice/workflows/{workflow_id}/complete"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/export"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/order"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/ready-steps"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/runs"},
    {"GET", "/internal/lattice/workflows/{workflow_id}/runs/{run_id}/evidence-packet"},
    {"POST", "/internal/lattice/workflows/{workflow_id}/steps/{step_id}/outcome"},
    {"GET", "/internal/numa/forecast"},
    {"POST", "/internal/numa/forecast"},
    {"GET", "/internal/numa/forecast/{frontier_id}"},
    {"POST", "/internal/numa/hints"},
    {"GET", "/internal/numa/signals"},
    {"POST", "/internal/numa/signals"},
    {"POST", "/internal/numa/signals/ack"},
    {"POST", "/internal/numa/signals/poll"},
    {"POST", "/internal/project/frontiers/custom/{frontier_id}/calibrate/complete"},
    {"POST", "/internal/project/frontiers/custom/{frontier_id}/calibrate/start"},
    {"POST", "/internal/project/frontiers/custom/{frontier_id}/suspend"},
    {"POST", "/internal/project/frontiers/custom/{frontier_id}/unsuspend"},
    {"GET", "/internal/projects/{project_id}/analytics/csk-breakdown"},
    {"GET", "/internal/projects/{project_id}/analytics/frontier-breakdown"},
    {"GET", "/internal/projects/{project_id}/analytics/gec-trend"},
};

}  // namespace

void add_unserved_routes(const Routes& routes) {
  for (const Unserved& each : kUnserved) {
    // No add_call: whatever the body is, it is not looked at.
    routes.router.add(
        each.method, each.pattern,
        [&authenticator = routes.authenticator](const std::shared_ptr<http::Exchange>& exchange) {
          authenticator.authenticate(exchange->request().headers);
          throw Error(Category::failed, "not_implemented", "the local network does not serve this yet");
        });
  }
}

}  // namespace agentnet::sbn
