// `sbn pgdag`: workflows whose steps are programs.
#pragma once

#include <string>

#include "commands/command.hpp"
#include "core/sbn/pgdag/run_record.hpp"

namespace agentnet::commands {

extern const Command kSbnPgdag;
extern const Command kSbnPgdagRun;
extern const Command kSbnPgdagVerify;
extern const Command kSbnPgdagGraph;
extern const Command kSbnPgdagValidate;
extern const Command kSbnPgdagList;
extern const Command kSbnPgdagShow;

// Where run records lie: runs/ below the state folder.
std::string runs_folder(const Context& context);
// The file of a run: of that id, or the path itself when it has a '/' or ends in ".json".
std::string record_path(const std::string& run, const Context& context);
// Reads it. Throws Error not_found/unknown_run, usage/bad_record.
sbn::pgdag::RunRecord read_record(const std::string& run, const Context& context);

}  // namespace agentnet::commands
