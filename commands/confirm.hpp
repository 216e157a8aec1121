// Asking before something that cannot be taken back, for commands with Command::asks.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

// Asks on standard error, if that is a terminal, and reads a line of standard input; --yes is an answer, and
// a dry run asks nothing. Throws Error failed/aborted for anything but y or yes, usage/confirmation_needed
// with --no-input.
void confirm(const std::string& question, const Arguments& arguments, const Context& context);

}  // namespace agentnet::commands
