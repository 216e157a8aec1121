// The loop of the original around a run: batch by batch, one step after the other.
//
// The interruption is looked at before each batch. A step that fails ends its batch, one without a function
// does not; after a batch with a failure nothing runs. A step that waits ends everything at once.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>

#include "core/sbn/pgdag/run.hpp"

namespace agentnet::sbn::pgdag {

struct StepContext {
  const DagNode& node;
  Outputs& inputs;  // not to be changed: mutations go into the outcome
  Run& run;         // its arena is for what the function returns
};
// May throw Error, which is a failure with its message.
using StepFn = std::function<StepOutcome(const StepContext& context)>;
using Steps = std::unordered_map<std::string, StepFn>;

// Runs one step that the run has ready. False when the batch ends with it.
bool run_step(Run& run, std::uint32_t node, const StepFn* function);

// What is left of a run.
RunResult run_all(Run& run, const InterruptionHandler& interruption, const Steps& steps);
// A new run; the handler is reset first.
RunResult execute(const DagTemplate& dag, const Kernel& kernel, RunRequest request, const Steps& steps);

}  // namespace agentnet::sbn::pgdag
