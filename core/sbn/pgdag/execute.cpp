#include "core/sbn/pgdag/execute.hpp"

namespace agentnet::sbn::pgdag {
namespace {

StepOutcome call(Run& run, std::uint32_t node, const StepFn& function) {
  try {
    return function({run.dag().nodes[node], run.outputs(), run});
  } catch (const Error& error) {
    return {.error = error.message()};
  }
}

}  // namespace

bool run_step(Run& run, std::uint32_t node, const StepFn* function) {
  if (function == nullptr) {
    run.close_unregistered(node);
    return true;
  }
  StepEnvelope envelope = run.open(node);
  if (const auto proof = run.known(envelope)) return run.close(node, *proof, {}).succeeded();
  StepOutcome outcome = call(run, node, *function);
  if (outcome.event) {
    run.wait(node, *std::move(outcome.event));
    return false;
  }
  const ProofArtifact proof = run.seal(std::move(envelope), outcome);
  return run.close(node, proof, outcome).succeeded();
}

RunResult run_all(Run& run, const InterruptionHandler& interruption, const Steps& steps) {
  bool failed = false;
  while (!failed && !run.waits_for()) {
    if (interruption.is_triggered()) {
      run.interrupt();
      break;
    }
    const std::vector<std::uint32_t> batch = run.ready();
    if (batch.empty()) break;
    for (const std::uint32_t node : batch) {
      const auto found = steps.find(run.dag().nodes[node].id);
      const StepFn* function = found == steps.end() ? nullptr : &found->second;
      failed = failed || function == nullptr;
      if (run_step(run, node, function)) continue;
      failed = true;
      break;
    }
  }
  return run.result();
}

RunResult execute(const DagTemplate& dag, const Kernel& kernel, RunRequest request, const Steps& steps) {
  kernel.interruption.reset();
  Run run(dag, kernel, std::move(request));
  return run_all(run, kernel.interruption, steps);
}

}  // namespace agentnet::sbn::pgdag
