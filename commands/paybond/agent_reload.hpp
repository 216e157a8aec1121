// A policy's file as runs take it: when they are bound, and again when it has changed.
#pragma once

#include "commands/paybond/agent_files.hpp"
#include "core/paybond/policy_reload.hpp"

namespace agentnet::commands {

extern const Command kPaybondAgentReloadPolicy;

struct PolicyFile {
  std::string text;
  json::Document document;
};
// Throws Error usage/bad_input and, naming the file, what read_yaml throws.
PolicyFile read_policy_file(const std::string& path, const Context& context);
// Throws, naming the file, what read_run_policy throws.
paybond::RunPolicy policy_in(const PolicyFile& file, const std::string& path);

// Of a run that was bound with --watch: takes its policy again if the file has changed. A policy that cannot
// be taken, or allows more, is warned of, and the run goes on with the one that it has. The caller holds the
// run's lock.
void follow_policy(Context& context, const AgentFiles& files, paybond::AgentRun& run);

// {"watch", "poll", "last_reload_at"}, as the kit shows it.
json::Value reload_value(const paybond::AgentRun& run, bool with_last, json::Arena& arena);

}  // namespace agentnet::commands
