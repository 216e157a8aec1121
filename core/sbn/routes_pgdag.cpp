// Workflows that the network runs itself: /v1/pgdag of release 0.14.
//
// The network runs no programs, so every step is the built-in one that passes its inputs on; a run then says
// in which order its steps come, and leaves a sealed block and a receipt for each. All of them are written
// together or not at all.
#include "core/json/write.hpp"
#include "core/sbn/pgdag/execute.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/types.hpp"

namespace agentnet::sbn {
namespace {

using pgdag::DagTemplate;
using pgdag::ProofArtifact;
using pgdag::RunResult;

constexpr std::size_t kMaxServedNodes = 1'000;
constexpr std::size_t kMaxServedInputs = 256 * 1024;  // bytes: each step's fingerprint covers them
constexpr std::string_view kPass = "builtin:pass";
constexpr std::string_view kDefaultActor = "sbn.gateway.pgdag";
static_assert(kMaxServedNodes <= kMaxBatchSeals);

void require_served(const DagTemplate& dag) {
  if (dag.nodes.size() > kMaxServedNodes) {
    throw Error(Category::usage, "too_large",
                "the network runs templates of at most " + std::to_string(kMaxServedNodes) + " nodes");
  }
  for (const pgdag::DagNode& node : dag.nodes) {
    const json::Value* command = node.metadata.find("command");
    if (command == nullptr || (command->is_string() && command->text() == kPass)) continue;
    throw Error(Category::usage, "unsupported_step",
                "the network runs no programs, and the step '" + node.id + "' is one",
                "run it with `sbn pgdag run`", {{"step", node.id}});
  }
  pgdag::require_sound(dag);
}

json::Value object_of(const Call& call, std::string_view name) {
  const json::Value value = call.value(name);
  require_object(name, value, true);
  return value;
}

// The block that stands for a step: what its proof says, and of which run it is.
LedgerEntry block_of(Service& service, const Call& call, const ProofArtifact& proof, const RunResult& result,
                     const std::string& domain) {
  json::Arena arena;
  json::ObjectBuilder payload(arena);
  for (const json::Member& member : proof.to_json(pgdag::Profile::v0_12_2, arena).members()) {
    if (member.name.text() != "block_ref") payload.add(member);
  }
  payload.add("run_id", std::string_view(result.run_id));
  SealRequest request;
  request.payload = payload.done();
  request.domain = domain.empty() ? std::string(kDefaultDomain) : domain;
  request.metadata = json::ObjectBuilder(arena)
                         .add("source", "pgdag_runtime")
                         .add("step_id", std::string_view(proof.step_id))
                         .done();
  return service.prepare(call.tenant(), request);
}

RunResult run_template(const DagTemplate& dag, Service& service, const Call& call) {
  pgdag::IdempotencyGate gate;
  pgdag::InterruptionHandler interruption;
  pgdag::RunLayer alone;
  const pgdag::Kernel kernel{service.clock(), service.random(), gate, interruption, alone};
  pgdag::Steps steps;
  for (const pgdag::DagNode& node : dag.nodes)
    steps[node.id] = [](const pgdag::StepContext&) { return pgdag::StepOutcome{}; };
  pgdag::RunRequest request{object_of(call, "inputs")};
  request.actor = call.short_text("actor").value_or(std::string(kDefaultActor));
  request.config = object_of(call, "config");
  request.run_id = call.short_text("run_id").value_or("");
  return pgdag::execute(dag, kernel, std::move(request), steps);
}

void run(const Routes& routes, const std::shared_ptr<Call>& call) {
  if (call->optional_text("workflow_id")) {
    throw Error(Category::failed, "not_implemented",
                "the local network has no lattice workflows; send the template itself");
  }
  if (call->value("template").is_null()) {
    throw Error(Category::usage, "bad_field", "a template is needed", {}, {{"field", "template"}});
  }
  if (json::to_compact(call->value("inputs")).size() > kMaxServedInputs)
    throw Error(Category::usage, "too_large", "the inputs are larger than 256 KiB");
  const DagTemplate dag = DagTemplate::from_json(call->value("template"));
  require_served(dag);
  RunResult result = run_template(dag, routes.service, *call);

  SealGroup group;
  group.tenant_id = call->tenant();
  for (ProofArtifact& proof : result.proofs) {
    LedgerEntry block = block_of(routes.service, *call, proof, result, dag.domain);
    proof.block_ref = block.block_id;
    proof.receipt_id = receipt_id(block.block_id);
    group.seals.push_back(std::move(block));
  }
  json::Arena arena;
  const json::Value answer = result.to_json(arena);
  if (group.seals.empty()) return call->reply(answer);
  reply_sealed(routes, call, std::move(group), json::to_compact(answer));
}

void health(const Call& call) {
  json::Arena arena;
  call.reply(json::ObjectBuilder(arena)
                 .add("status", "ok")
                 .add("service", "pgdag")
                 .add("kernel", pgdag::profile_name(pgdag::kDefaultProfile))
                 .add("steps", json::ArrayBuilder(arena).add(kPass).done())
                 .done());
}

}  // namespace

void add_pgdag_routes(const Routes& routes) {
  add_call(routes, "GET", "/v1/pgdag/health", kAnyScope,
           [](const std::shared_ptr<Call>& call) { health(*call); });
  add_call(routes, "POST", "/v1/pgdag/runs", auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) { run(routes, call); });
}

}  // namespace agentnet::sbn
