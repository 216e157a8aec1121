// The programs behind the steps of a workflow: which step runs what, and what came of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "core/base/child_process.hpp"
#include "core/sbn/pgdag/run.hpp"

namespace agentnet::commands {

inline constexpr std::string_view kBuiltinPass = "builtin:pass";  // returns {}
inline constexpr std::string_view kBuiltinPrefix = "builtin:";
inline constexpr std::string_view kEveryOtherStep = "*";

// A command for each step of the template: what --step says (NAME=COMMAND each, `*` for all that have
// none), else what `before` has, else `command` in the node's metadata. Throws Error usage: bad_step (no
// '='), unknown_step (no such node), no_command (a step has none), unknown_builtin.
std::map<std::string, std::string> step_commands(const sbn::pgdag::DagTemplate& dag,
                                                 const std::vector<std::string>& options,
                                                 const std::map<std::string, std::string>& before);

// "NAME=VALUE" of all variables that hold no secret by their name: none of SBN_…, SNAPCHORE_…, AGENTNET_…,
// PAYBOND_…, BLOCKS_…, PUBNUB_…, and none with the word KEY, TOKEN, SECRET, PASSWORD, PASSWD or CREDENTIALS.
std::vector<std::string> environment_of_steps(const Environment& environment);

// What a program made of its step. One JSON object on standard output is what it returned; {"wait_for":
// EVENT} alone says that it waits. Anything else is a failure: "CODE: what happened", CODE one of
// step_failed, step_killed, step_timeout, step_bad_output, step_too_large. Values lie in the arena.
sbn::pgdag::StepOutcome outcome_of(const ChildResult& result, json::Arena& arena);

}  // namespace agentnet::commands
