#include "commands/sbn/pgdag_runner.hpp"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>

#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::commands {
namespace {

using sbn::pgdag::ProofArtifact;
using sbn::pgdag::RunResult;
using sbn::pgdag::StepOutcome;

constexpr int kStopSignals[] = {SIGINT, SIGTERM, SIGHUP};

std::string outputs_text(const StepOutcome& outcome) {
  json::Arena arena;
  if (outcome.error)
    return json::to_compact(json::ObjectBuilder(arena).add("error", std::string_view(*outcome.error)).done());
  return outcome.outputs.is_null() ? "{}" : json::to_compact(outcome.outputs);
}

}  // namespace

StopSignals::StopSignals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : kStopSignals)
    ::sigaddset(&set, signal);
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  descriptor_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (descriptor_ < 0) throw system_error("signalfd", errno);
}

// The signals stay blocked: what is printed after a stop is not to be cut.
StopSignals::~StopSignals() {
  ::close(descriptor_);
}

int StopSignals::received() {
  signalfd_siginfo info;
  if (received_ == 0 && ::read(descriptor_, &info, sizeof info) == sizeof info)
    received_ = static_cast<int>(info.ssi_signo);
  return received_;
}

PgdagRunner::PgdagRunner(sbn::pgdag::RunRecord& record, sbn::pgdag::Replay& replay,
                         const RunnerOptions& options, StopSignals& signals, Context& context)
    : record_(record),
      replay_(replay),
      run_(replay.run()),
      options_(options),
      signals_(signals),
      context_(context),
      children_(environment_of_steps(context.environment), {.timeout = options.step_timeout}),
      round_(record.next_round()) {}

const std::string& PgdagRunner::command_of(std::uint32_t node) const {
  return record_.commands.at(run_.dag().nodes[node].id);
}

RunResult PgdagRunner::run() {
  bool go_on = true;
  while (go_on && signals_.received() == 0) {
    std::vector<std::uint32_t> ready = run_.ready();
    if (ready.empty()) break;
    if (options_.parallel > 1) {
      go_on = run_round(std::move(ready));
      continue;
    }
    for (const std::uint32_t node : ready) {
      go_on = run_round({node});
      if (!go_on || signals_.received() != 0) break;
    }
  }
  if (signals_.received() != 0) stop();
  context_.diagnostics.progress("");
  RunResult result = run_.result();
  record_.take(result);
  save();
  return result;
}

// False when nothing is to run after it.
bool PgdagRunner::run_round(std::vector<std::uint32_t> nodes) {
  std::vector<Task> tasks;
  const bool alone = nodes.size() == 1;
  for (const std::uint32_t node : nodes) {
    tasks.push_back({node, run_.open(node)});
    if (!is_builtin(node)) {
      json::Arena arena;
      inputs_[node] = json::to_compact(run_.outputs().to_json(arena));
    }
    if (!alone) run_.set_aside();
  }
  run_programs(tasks);
  const bool go_on = close(tasks);
  ++round_;
  return go_on;
}

void PgdagRunner::start(std::size_t place, Task& task) {
  const std::string& step = task.envelope.step_id;
  auto inputs = inputs_.extract(task.node);
  if (is_builtin(task.node)) return settle(task, {});
  children_.start(static_cast<std::uint32_t>(place), command_of(task.node), std::move(inputs.mapped()),
                  {"PGDAG_RUN_ID=" + record_.run_id, "PGDAG_STEP_ID=" + step});
}

// Up to `parallel` at a time, in their order; after a failure no more are started.
void PgdagRunner::run_programs(std::vector<Task>& tasks) {
  std::size_t next = 0;
  bool failed = false;
  for (;;) {
    while (next < tasks.size() && !failed && children_.running() < options_.parallel) {
      start(next, tasks[next]);
      failed = tasks[next].outcome && tasks[next].outcome->error;
      ++next;
    }
    if (children_.running() == 0) break;
    auto ended = children_.wait(signals_.descriptor());
    if (!ended) {
      children_.kill_all();
      break;
    }
    Task& task = tasks[ended->key];
    settle(task, outcome_of(ended->result, run_.arena()));
    failed = failed || task.outcome->error;
    save();
  }
  inputs_.clear();
}

void PgdagRunner::settle(Task& task, StepOutcome outcome) {
  task.outcome = std::move(outcome);
  if (!task.outcome->event) {
    task.proof = run_.seal(task.envelope, *task.outcome);
    if (options_.seal_in_network) options_.seal_in_network(*task.proof);
    record_.add_step(round_, *task.proof, outputs_text(*task.outcome));
  }
  say(task);
}

// In the order of the template, whichever ended first.
bool PgdagRunner::close(std::vector<Task>& tasks) {
  bool go_on = true;
  Task* waits = nullptr;
  for (Task& task : tasks) {
    if (!task.outcome) {
      go_on = false;
    } else if (task.outcome->event) {
      if (waits == nullptr) waits = &task;
    } else {
      go_on = run_.close(task.node, *task.proof, *task.outcome).succeeded() && go_on;
    }
  }
  if (!go_on || waits != nullptr) run_.set_aside();  // what was opened and not closed
  if (waits == nullptr) return go_on;
  run_.open(waits->node);
  run_.wait(waits->node, *waits->outcome->event);
  record_.add_wait(*run_.waits_for());
  return false;
}

void PgdagRunner::stop() {
  json::Arena arena;
  const int number = signals_.received();
  sbn::pgdag::InterruptionSignal signal{number == SIGINT ? "sigint" : "sigterm"};
  signal.source = "sbn pgdag run";
  signal.reason = "signal " + std::to_string(number);
  signal.received_at = context_.clock.now();
  signal.signal_hash = sbn::pgdag::canonical_fingerprint(signal.to_json(arena));
  replay_.interruption().trigger(signal);
  record_.interruption = run_.interrupt();
}

void PgdagRunner::say(const Task& task) {
  const std::string& step = task.envelope.step_id;
  const char* what = task.outcome->event ? "waits" : task.outcome->error ? "failed" : "done";
  const std::string line = printable(step) + ": " + what;
  context_.diagnostics.info("step", line);
  context_.diagnostics.progress(std::to_string(record_.steps) + "/" +
                                std::to_string(run_.dag().nodes.size()) + " " + line);
}

void PgdagRunner::save() {
  record_.updated_at = context_.clock.now();
  context_.files.replace_private(options_.path, record_.write());
}

}  // namespace agentnet::commands
