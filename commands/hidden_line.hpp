// A secret typed at a terminal.
#pragma once

#include <string>

#include "core/base/secret.hpp"

namespace agentnet::commands {

inline constexpr std::size_t kMaxHiddenBytes = 4096;

// Prints the prompt on standard error and reads a line from the terminal, of which nothing is shown;
// backspace and Ctrl-U correct it, Ctrl-D at its beginning ends it. The terminal is afterwards as it was,
// also on Ctrl-C, which interrupts the process as ever. Bytes above kMaxHiddenBytes are Error
// usage/too_large.
Secret read_hidden_line(int terminal, const std::string& prompt);

}  // namespace agentnet::commands
