#include "commands/paybond/agent_files.hpp"

#include "core/base/secret.hpp"

namespace agentnet::commands {

Error AgentFiles::unknown_run(const std::string& run_id) const {
  return {Category::not_found,
          "unknown_run_id",
          "there is no run '" + run_id + "' in this folder",
          "paybond agent run bind makes one",
          {{"run_id", run_id}, {"path", run_path(run_id)}}};
}

paybond::AgentRun AgentFiles::load(const std::string& run_id) const {
  paybond::require_run_id(run_id);
  const std::string path = run_path(run_id);
  std::string text;
  try {
    text = context_.files.read(path, paybond::kMaxRunBytes);
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) throw unknown_run(run_id);
    throw;
  }
  if (context_.files.others_may_read(path)) {
    context_.diagnostics.warn("run_exposed",
                              path + " holds a token and can be read by others; chmod 600 closes it");
  }
  paybond::AgentRun run = paybond::read_run(text);
  wipe(text);
  // A file that was copied under another name would spend in the name of the first.
  if (run.run_id != run_id) {
    throw Error(Category::usage, "bad_run", path + " is the run '" + run.run_id + "'");
  }
  return run;
}

void AgentFiles::require_new(const std::string& run_id) const {
  paybond::require_run_id(run_id);
  try {
    (void)context_.files.others_may_read(run_path(run_id));
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) return;
    throw;
  }
  throw Error(Category::conflict, "exists", "there is a run '" + run_id + "' in this folder already",
              "choose another --run-id", {{"path", run_path(run_id)}});
}

void AgentFiles::create(const paybond::AgentRun& run) const {
  context_.files.make_private_folder(runs_);
  context_.files.create_private(run_path(run.run_id), paybond::write_run(run));
}

void AgentFiles::save(const paybond::AgentRun& run) const {
  context_.files.replace_private(run_path(run.run_id), paybond::write_run(run));
}

std::unique_ptr<FileLock> AgentFiles::lock(const std::string& run_id) const {
  paybond::require_run_id(run_id);
  try {
    return context_.files.lock(run_path(run_id));
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) throw unknown_run(run_id);
    throw;
  }
}

std::string AgentFiles::trace(const std::string& run_id) const {
  try {
    return context_.files.read(trace_path(run_id), paybond::kMaxTraceBytes);
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) return {};
    throw;
  }
}

void AgentFiles::append(const paybond::AgentRun& run, const std::vector<paybond::TraceEvent>& events) const {
  context_.files.replace_private(
      trace_path(run.run_id),
      paybond::append_trace(trace(run.run_id), run.run_id, run.intent_id, events, context_.clock.now()));
}

}  // namespace agentnet::commands
