// Does the steps of a run that are left, keeps its record, and stops in order when it is told to.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "commands/sbn/pgdag.hpp"
#include "commands/sbn/pgdag_steps.hpp"

namespace agentnet::commands {

// SIGINT, SIGTERM and SIGHUP as something to wait for; made before any thread is.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  int descriptor() const { return descriptor_; }
  // The signal that came; 0 when none did. Does not wait.
  int received();

 private:
  int descriptor_ = -1;
  int received_ = 0;
};

struct RunnerOptions {
  std::string path;  // of the record
  std::size_t parallel = 1;
  std::optional<std::chrono::milliseconds> step_timeout = {};
  // Seals a proof in the network and notes in it where; empty for none.
  std::function<void(sbn::pgdag::ProofArtifact& proof)> seal_in_network = {};
};

class PgdagRunner {
 public:
  // All must outlive it. The record's log is what was done so far.
  PgdagRunner(sbn::pgdag::RunRecord& record, sbn::pgdag::Replay& replay, const RunnerOptions& options,
              StopSignals& signals, Context& context);

  // With one at a time each step sees what the one before it made; with more, all steps of a round see what
  // was there when the round began. The record is written after each program, and at the end.
  sbn::pgdag::RunResult run();

 private:
  struct Task {
    std::uint32_t node;
    sbn::pgdag::StepEnvelope envelope;
    std::optional<sbn::pgdag::StepOutcome> outcome = {};
    std::optional<sbn::pgdag::ProofArtifact> proof = {};  // none when it waits
  };

  bool run_round(std::vector<std::uint32_t> nodes);
  void run_programs(std::vector<Task>& tasks);
  void start(std::size_t place, Task& task);
  void settle(Task& task, sbn::pgdag::StepOutcome outcome);
  bool close(std::vector<Task>& tasks);
  void stop();
  void say(const Task& task);
  void save();
  const std::string& command_of(std::uint32_t node) const;
  bool is_builtin(std::uint32_t node) const { return command_of(node).starts_with(kBuiltinPrefix); }

  sbn::pgdag::RunRecord& record_;
  sbn::pgdag::Replay& replay_;
  sbn::pgdag::Run& run_;
  const RunnerOptions& options_;
  StopSignals& signals_;
  Context& context_;
  ChildPool children_;
  std::map<std::uint32_t, std::string> inputs_;  // of steps that wait for their turn
  std::int64_t round_;
};

}  // namespace agentnet::commands
