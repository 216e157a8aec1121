// Every endpoint of the wire is routed: served, or answered with 501.
#include <set>

#include "core/sbn/routes.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::TestNetwork;

// The endpoints of the official clients (wire reference sbn, section c), versions 0.12.2 and 0.14.
constexpr const char* kEndpoints[] = {
    "DELETE /api/atlas/apps/{app_id}",
    "DELETE /internal/project",
    "DELETE /internal/projects/{project_id}/webhooks/{webhook_id}",
    "GET /api/atlas/apps",
    "GET /api/atlas/apps/{app_id}/env",
    "GET /api/atlas/cards",
    "GET /api/atlas/cards/{card_ref}",
    "GET /api/atlas/couplings",
    "GET /api/atlas/couplings/{frontier_id}",
    "GET /api/atlas/diagnostics/instrumentation",
    "GET /api/atlas/frontiers",
    "GET /api/atlas/frontiers/{frontier_id}/history",
    "GET /api/atlas/frontiers/{frontier_id}/history/delta",
    "GET /api/atlas/frontiers/{frontier_id}/snapshot",
    "GET /api/atlas/frontiers/{frontier_id}/validate",
    "GET /api/atlas/interventions",
    "GET /api/bitblocks",
    "GET /api/blocks",
    "GET /api/blocks/{block_id}",
    "GET /api/blocks/{block_id}/bitblocks",
    "GET /api/gec/frontiers",
    "GET /api/gec/frontiers/bundle",
    "GET /api/gec/frontiers/{frontier_id}/health",
    "GET /api/governance/proposals",
    "GET /api/governance/proposals/{proposal_id}",
    "GET /api/numa/diagnostics",
    "GET /api/numa/hints",
    "GET /api/reality/evidence/{evidence_id}",
    "GET /api/reality/facts",
    "GET /api/reality/facts/{fact_id}",
    "GET /api/reality/health",
    "GET /api/reality/ingest",
    "GET /api/reality/ingest/{ingestion_id}",
    "GET /api/reality/lattice",
    "GET /api/reality/operations",
    "GET /api/reality/review-queue",
    "GET /api/receipts",
    "GET /blocks/{block_id}",
    "GET /blocks/{block_id}/fractal-receipts",
    "GET /blocks/{block_id}/proof-ledger",
    "GET /blocks/{block_id}/proof-surfaces",
    "GET /blocks/{block_id}/successors",
    "GET /console/projects",
    "GET /control-plane/rate-plans",
    "GET /control-plane/tenants",
    "GET /control-plane/tenants/{tenant_id}",
    "GET /control-plane/tenants/{tenant_id}/validators",
    "GET /flags",
    "GET /health/attestation-queue",
    "GET /internal/acp/projects/{project_id}/budget",
    "GET /internal/acp/projects/{project_id}/invoices",
    "GET /internal/acp/projects/{project_id}/invoices/{invoice_id}",
    "GET /internal/acp/projects/{project_id}/leases",
    "GET /internal/acp/projects/{project_id}/leases/{lease_id}",
    "GET /internal/acp/projects/{project_id}/receipts",
    "GET /internal/acp/projects/{project_id}/status",
    "GET /internal/api-keys",
    "GET /internal/lattice/edges",
    "GET /internal/lattice/workflows",
    "GET /internal/lattice/workflows/discover",
    "GET /internal/lattice/workflows/{workflow_id}",
    "GET /internal/lattice/workflows/{workflow_id}/analytics",
    "GET /internal/lattice/workflows/{workflow_id}/benchmarks",
    "GET /internal/lattice/workflows/{workflow_id}/export",
    "GET /internal/lattice/workflows/{workflow_id}/order",
    "GET /internal/lattice/workflows/{workflow_id}/ready-steps",
    "GET /internal/lattice/workflows/{workflow_id}/runs",
    "GET /internal/lattice/workflows/{workflow_id}/runs/{run_id}/evidence-packet",
    "GET /internal/numa/forecast",
    "GET /internal/numa/forecast/{frontier_id}",
    "GET /internal/numa/signals",
    "GET /internal/project",
    "GET /internal/project/audit",
    "GET /internal/project/settings",
    "GET /internal/projects/{project_id}/analytics/csk-breakdown",
    "GET /internal/projects/{project_id}/analytics/frontier-breakdown",
    "GET /internal/projects/{project_id}/analytics/gec-trend",
    "GET /internal/projects/{project_id}/api-keys",
    "GET /internal/projects/{project_id}/api-keys/{key_id}/events",
    "GET /internal/projects/{project_id}/billing/status",
    "GET /internal/projects/{project_id}/usage.csv",
    "GET /internal/projects/{project_id}/usage/keys",
    "GET /internal/projects/{project_id}/usage/summary",
    "GET /internal/projects/{project_id}/webhooks",
    "GET /internal/projects/{project_id}/webhooks/{webhook_id}/deliveries",
    "GET /internal/snapchore/api-keys",
    "GET /internal/snapchore/blocks",
    "GET /internal/snapchore/blocks/{block_ref}",
    "GET /internal/snapchore/chain/{chain_id}",
    "GET /internal/snapchore/chains",
    "GET /internal/snapchore/discover",
    "GET /internal/snapchore/discover/{snapchore_hash}",
    "GET /internal/snapchore/queue/summary",
    "GET /internal/snapchore/receipts/discover",
    "GET /internal/snapchore/stats",
    "GET /internal/snapchore/usage",
    "GET /internal/usage/keys",
    "GET /internal/webhooks/event-types",
    "GET /proof-surfaces/{receipt_id}",
    "GET /receipts/{receipt_id}",
    "GET /slots",
    "GET /slots/orphans",
    "GET /slots/{slot_id}/blocks",
    "GET /v1/pgdag/health",
    "PATCH /control-plane/tenants/{tenant_id}/rate-plan",
    "PATCH /internal/project",
    "PATCH /internal/project/settings",
    "PATCH /internal/projects/{project_id}/webhooks/{webhook_id}",
    "POST /api/atlas/apps/register",
    "POST /api/atlas/apps/{app_id}/bindings/upsert",
    "POST /api/atlas/apps/{app_id}/keys/bind",
    "POST /api/atlas/apps/{app_id}/keys/mint",
    "POST /api/atlas/calibrate",
    "POST /api/atlas/calibrate/all",
    "POST /api/atlas/cards/register",
    "POST /api/atlas/cards/{card_ref}/runs",
    "POST /api/atlas/cards/{card_ref}/versions",
    "POST /api/atlas/couplings/detect",
    "POST /api/atlas/resolve",
    "POST /api/atlas/token",
    "POST /api/bitblocks/submit",
    "POST /api/blocks",
    "POST /api/blocks/submit",
    "POST /api/gec/compute",
    "POST /api/governance/proposals",
    "POST /api/governance/proposals/{proposal_id}/approve",
    "POST /api/governance/proposals/{proposal_id}/promote",
    "POST /api/governance/proposals/{proposal_id}/reject",
    "POST /api/reality/evidence",
    "POST /api/reality/evidence/{evidence_id}/handoff",
    "POST /api/reality/evidence/{evidence_id}/promote",
    "POST /api/reality/evidence/{evidence_id}/submit",
    "POST /api/reality/facts",
    "POST /api/reality/facts/{fact_id}/handoff",
    "POST /api/reality/facts/{fact_id}/promote",
    "POST /api/reality/facts/{fact_id}/recompute",
    "POST /api/reality/facts/{fact_id}/review",
    "POST /api/reality/facts/{fact_id}/submit",
    "POST /api/reality/ingest",
    "POST /api/reality/ingest/upload",
    "POST /api/reality/review-queue/{suggestion_id}/resolve",
    "POST /attest",
    "POST /console/projects",
    "POST /console/projects/{project_id}/switch",
    "POST /control-plane/rate-plans",
    "POST /control-plane/tenants",
    "POST /control-plane/tenants/{tenant_id}/validators",
    "POST /control-plane/tenants/{tenant_id}/validators/{validator_id}/heartbeat",
    "POST /internal/acp/projects/{project_id}/invoices/generate",
    "POST /internal/acp/projects/{project_id}/invoices/{invoice_id}/finalize",
    "POST /internal/acp/projects/{project_id}/invoices/{invoice_id}/mark-paid",
    "POST /internal/acp/projects/{project_id}/invoices/{invoice_id}/void",
    "POST /internal/acp/projects/{project_id}/kill",
    "POST /internal/acp/projects/{project_id}/leases/{lease_id}/release",
    "POST /internal/acp/projects/{project_id}/test-lease",
    "POST /internal/acp/projects/{project_id}/unkill",
    "POST /internal/lattice/edges",
    "POST /internal/lattice/evidence-packets/verify",
    "POST /internal/lattice/workflows",
    "POST /internal/lattice/workflows/export",
    "POST /internal/lattice/workflows/import",
    "POST /internal/lattice/workflows/import-bulk",
    "POST /internal/lattice/workflows/{workflow_id}/activate",
    "POST /internal/lattice/workflows/{workflow_id}/clone",
    "POST /internal/lattice/workflows/{workflow_id}/complete",
    "POST /internal/lattice/workflows/{workflow_id}/steps/{step_id}/outcome",
    "POST /internal/numa/forecast",
    "POST /internal/numa/hints",
    "POST /internal/numa/signals",
    "POST /internal/numa/signals/ack",
    "POST /internal/numa/signals/poll",
    "POST /internal/project/archive",
    "POST /internal/project/frontiers/custom/{frontier_id}/calibrate/complete",
    "POST /internal/project/frontiers/custom/{frontier_id}/calibrate/start",
    "POST /internal/project/frontiers/custom/{frontier_id}/suspend",
    "POST /internal/project/frontiers/custom/{frontier_id}/unsuspend",
    "POST /internal/project/unarchive",
    "POST /internal/projects/{project_id}/api-keys",
    "POST /internal/projects/{project_id}/api-keys/{key_id}/revoke",
    "POST /internal/projects/{project_id}/api-keys/{key_id}/rotate",
    "POST /internal/projects/{project_id}/billing/checkout",
    "POST /internal/projects/{project_id}/billing/pay-overage",
    "POST /internal/projects/{project_id}/billing/portal",
    "POST /internal/projects/{project_id}/webhooks",
    "POST /internal/projects/{project_id}/webhooks/{webhook_id}/test",
    "POST /internal/snapchore/api-keys",
    "POST /internal/snapchore/api-keys/{key_id}/revoke",
    "POST /internal/snapchore/block/verify",
    "POST /internal/snapchore/capture",
    "POST /internal/snapchore/chain",
    "POST /internal/snapchore/chain/{chain_id}/append",
    "POST /internal/snapchore/chain/{chain_id}/verify",
    "POST /internal/snapchore/promote",
    "POST /internal/snapchore/queue/process",
    "POST /internal/snapchore/reconcile",
    "POST /internal/snapchore/seal",
    "POST /internal/snapchore/verify",
    "POST /slots",
    "POST /slots/orphans/reap",
    "POST /slots/{slot_id}/close",
    "POST /slots/{slot_id}/seal",
    "POST /v1/pgdag/runs",
    "PUT /internal/acp/projects/{project_id}/budget",
};

// What the router has besides.
const std::set<std::string> kOwn = {
    "GET /health",
    "GET /healthz",
    "GET /openapi.json",
    "GET /readyz",
    "POST /internal/agentnet/seals",
    "GET /internal/agentnet/seals/{}",
    "POST /internal/agentnet/bitblocks",
    "GET /internal/agentnet/slots/{}",
    "POST /tenants/{}/slots",
    "GET /tenants/{}/slots/{}/blocks",
    "POST /tenants/{}/slots/{}/close",
};

bool is_console(const std::string& path) {
  const auto has = [&](const char* part) { return path.find(part) != std::string::npos; };
  return path.starts_with("/console/") || path.starts_with("/control-plane/") ||
         path == "/internal/api-keys" || path == "/internal/usage/keys" ||
         path == "/internal/webhooks/event-types" ||
         (path.starts_with("/internal/project") && !has("/analytics/") && !has("/frontiers/"));
}

// The routes of these are served; what they answer is tested where they are.
bool is_served(const std::string& path) {
  return path.starts_with("/internal/snapchore/") || path.starts_with("/receipts/") ||
         (path.starts_with("/api/atlas/") && !path.ends_with("/runs")) || path == "/api/receipts" ||
         path == "/health/attestation-queue" || path.starts_with("/slots") ||
         path.starts_with("/api/bitblocks") || path.starts_with("/api/blocks") ||
         path.starts_with("/blocks/") || path.starts_with("/proof-surfaces/") || path == "/attest" ||
         path == "/flags" || path.starts_with("/v1/pgdag/") || is_console(path);
}

struct Endpoint {
  std::string method;
  std::string pattern;  // with "{}" for each named segment
  std::string path;     // with a value for each of them
};

Endpoint parse_endpoint(const std::string& text) {
  const std::size_t space = text.find(' ');
  Endpoint endpoint{text.substr(0, space), {}, {}};
  for (std::size_t at = space + 1; at < text.size(); ++at) {
    if (text[at] == '{') {
      at = text.find('}', at);
      endpoint.pattern += "{}";
      endpoint.path += "value";
    } else {
      endpoint.pattern += text[at];
      endpoint.path += text[at];
    }
  }
  return endpoint;
}

// Paybond's routes have tests of their own.
bool is_payments(const std::string& path) {
  for (const char* begin : {"/.well-known/", "/harbor/", "/intents", "/internal/agentnet/paybond/",
                            "/ledger/", "/operator/", "/protocol/", "/reputation/", "/signal/", "/v1/admin/",
                            "/v1/agent-runs/", "/v1/auth/", "/v1/compliance/", "/v1/org-policies/",
                            "/v1/policy/", "/v1/public/auth/", "/v1/sandbox/", "/v1/spend/", "/verify"})
    if (path.starts_with(begin)) return true;
  return false;
}

std::set<std::string> routes_of(TestNetwork& net) {
  std::set<std::string> found;
  for (const std::string& route : net.network->router().routes()) {
    const Endpoint endpoint = parse_endpoint(route);
    if (is_payments(endpoint.path)) continue;
    // Two patterns that differ in their names only would be one here.
    CHECK(found.insert(endpoint.method + " " + endpoint.pattern).second);
  }
  return found;
}

TEST_CASE("every endpoint of the wire has a route, and there is no route that nobody knows of") {
  TestNetwork net;
  std::set<std::string> known = kOwn;
  for (const char* text : kEndpoints) {
    const Endpoint endpoint = parse_endpoint(text);
    known.insert(endpoint.method + " " + endpoint.pattern);
  }
  CHECK(known.size() == std::size(kEndpoints) + kOwn.size());
  CHECK(routes_of(net) == known);
}

TEST_CASE("what is not served says so with 501, to callers with a credential only") {
  TestNetwork net;
  const std::string reader = net.add_key("local", {"nothing.at.all"});
  int unserved = 0;
  for (const char* text : kEndpoints) {
    const Endpoint endpoint = parse_endpoint(text);
    if (is_served(endpoint.path)) continue;
    CAPTURE(text);
    ++unserved;
    CHECK(net.ask(endpoint.method, endpoint.path, {}, {}).said() == "401 missing_credential");
    CHECK(net.ask(endpoint.method, endpoint.path, "{}", {{"x-api-key", reader}}).said() ==
          "501 not_implemented");
    CHECK(net.ask(endpoint.method, endpoint.path, "{}", {{"x-api-key", net.rival}}).said() ==
          "501 not_implemented");
  }
  CHECK(unserved > 60);
}

TEST_CASE("an endpoint that takes something else than JSON is not served either, and says the same") {
  TestNetwork net;
  CHECK(net.post("/api/reality/ingest/upload", "--boundary\r\n...").said() == "501 not_implemented");
}

TEST_CASE("what is served is no 501") {
  TestNetwork net;
  for (const char* text : kEndpoints) {
    const Endpoint endpoint = parse_endpoint(text);
    if (!is_served(endpoint.path)) continue;
    CAPTURE(text);
    const int status = net.ask(endpoint.method, endpoint.path, "{}", {{"x-api-key", net.key}}).status;
    // 409: among the calls is one that archives the project.
    CHECK((status == 200 || status == 400 || status == 404 || status == 409));
  }
}

TEST_CASE("another method at a path of the wire is 405, a path beside them 404") {
  TestNetwork net;
  CHECK(net.ask("DELETE", "/internal/snapchore/seal", {}, {{"x-api-key", net.key}}).said() ==
        "405 method_not_allowed");
  CHECK(net.get("/internal/snapchore").said() == "404 no_such_path");
  CHECK(net.get("/internal/snapchore/chain/c/append/more").said() == "404 no_such_path");
  CHECK(net.get("/internal/snapchore/chain//").said() == "404 no_such_path");
}

TEST_CASE("no other network can claim a path of this one") {
  TestNetwork net;
  CHECK(network::fixtures::fault_of([&] {
          net.network->router().add("GET", "/internal/snapchore/chain/{other_name}",
                                    [](const std::shared_ptr<http::Exchange>&) {});
        }) == "failed/route_taken");
}

}  // namespace
}  // namespace agentnet::sbn
