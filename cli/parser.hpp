// The words of a command line into the values of its options and arguments.
#pragma once

#include <string>
#include <vector>

#include "commands/command.hpp"
#include "core/base/environment.hpp"

namespace agentnet::cli {

// Reads `words` as options and arguments of `command` and as global options; environment variables stand in
// for options that are not given. Throws Error usage: unknown_option and unknown_value (with the nearest
// right one as hint), missing_value, missing_argument, extra_argument.
//
// Asking for help is no fault: with --help among the words nothing else is checked.
commands::Arguments parse_words(const commands::Command& command, const std::vector<std::string>& words,
                                const Environment& environment);

}  // namespace agentnet::cli
