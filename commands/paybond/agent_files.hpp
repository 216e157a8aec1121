// The files of agents' runs: .paybond in the folder where a command runs, as with the kit.
//
//   .paybond/runs/RUN.json         the run with its token (core/paybond/agent_run.hpp)
//   .paybond/runs/RUN.trace.json   what happened in it (core/paybond/agent_trace.hpp)
//
// Files are 0600 and folders 0700; each is replaced whole. Whoever changes a run holds its lock.
#pragma once

#include <memory>

#include "commands/command.hpp"
#include "core/paybond/agent_run.hpp"
#include "core/paybond/agent_trace.hpp"

namespace agentnet::commands {

inline constexpr std::string_view kPaybondFolder = ".paybond";

class AgentFiles {
 public:
  // The context must outlive this.
  explicit AgentFiles(const Context& context, std::string folder = std::string(kPaybondFolder))
      : context_(context), runs_(std::move(folder) + "/runs") {}

  // Throws Error usage/invalid_run_id; not_found/unknown_run_id; usage/bad_run. Warns when others may read
  // the file.
  paybond::AgentRun load(const std::string& run_id) const;
  // Throws Error conflict/exists when there is such a run already.
  void require_new(const std::string& run_id) const;
  void create(const paybond::AgentRun& run) const;
  void save(const paybond::AgentRun& run) const;
  // Held until destroyed; there must be such a run.
  std::unique_ptr<FileLock> lock(const std::string& run_id) const;

  // The trace's text; "" when there is none yet.
  std::string trace(const std::string& run_id) const;
  void append(const paybond::AgentRun& run, const std::vector<paybond::TraceEvent>& events) const;

  std::string run_path(const std::string& run_id) const { return runs_ + "/" + run_id + ".json"; }
  std::string trace_path(const std::string& run_id) const { return runs_ + "/" + run_id + ".trace.json"; }

 private:
  Error unknown_run(const std::string& run_id) const;

  const Context& context_;
  std::string runs_;
};

}  // namespace agentnet::commands
