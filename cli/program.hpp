// The programs that the one executable is, and finding the command that a line of words means.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command.hpp"

namespace agentnet::cli {

struct Program {
  const commands::Command* root;
  // What running the program with no words at all exits with, after printing its help (mirrored per program).
  commands::Exit bare_exit;
  // Whether a group without a command prints its help on standard output (mirrored) or complains.
  bool group_prints_help;
  std::string_view format_environment;  // the variable that sets the output format; empty for none
};

// All programs; agentnet is the first.
std::span<const Program> programs();
// By its name, or null.
const Program* find_program(std::string_view name);

// A table of options that many commands take beside their own (cli/options.cpp).
struct SharedOptions {
  std::string_view title;  // in help: "Options of every command"
  std::span<const commands::Option> options;
  commands::Reach reach;    // the least that a command has to take them
  bool for_asking = false;  // only for commands that ask
};
std::span<const SharedOptions> shared_options();
bool takes(const commands::Command& command, const SharedOptions& shared);
// Those of a table that `command` takes and leaves free: a local option of the same name or letter wins;
// --dry-run and --idempotency-key are for commands that write.
std::vector<commands::Option> free_options(const SharedOptions& shared, const commands::Command& command);
// The same of all tables.
std::vector<commands::Option> globals_for(const commands::Command& command);

// A command line split into the command it names and the words for that command.
struct Selection {
  std::vector<const commands::Command*> path;  // from the program's root to the command or group
  std::vector<std::string> words;              // the rest, options and arguments in their order
  bool help = false;                           // the word `help` stood before the command

  const commands::Command& command() const { return *path.back(); }
  // "sbn snapchore hash"
  std::string line() const;
};

// Throws Error usage/unknown_command, with the nearest name as hint.
Selection select(const Program& program, const std::vector<std::string>& words);

// Calls `visit(path)` for every command and group below a program's root, hidden ones left out, parents
// first.
template <typename Visit>
void walk(std::vector<const commands::Command*>& path, const Visit& visit) {
  visit(path);
  for (const commands::Command* child : path.back()->children) {
    if (child->hidden) continue;
    path.push_back(child);
    walk(path, visit);
    path.pop_back();
  }
}

std::string line_of(std::span<const commands::Command* const> path);

}  // namespace agentnet::cli
