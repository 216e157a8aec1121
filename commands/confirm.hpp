// The question before something that cannot be undone.
#pragma once

#include <string>

#include "commands/command.hpp"

namespace agentnet::commands {

// Whether to go on, of a command that asks (Command::asks): yes with --yes, and with --dry-run, which does
// nothing. Otherwise `question` ("delete the project?") is put on a terminal's standard error, and y or yes
// is the answer that counts. Throws Error usage/needs_yes with --no-input and where nobody can answer.
bool confirmed(const std::string& question, const Arguments& arguments, const Context& context);

}  // namespace agentnet::commands
