// A line of `paybond shell` as the words of a command.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agentnet::commands {

inline constexpr std::size_t kMaxShellLineBytes = 64 * 1024;

// Words are separated by blanks. Between ' and ' everything stands for itself; between " and " a backslash
// before " or \ takes its meaning away, outside of quotes before any character. A word that begins with #
// ends the line. Nothing is expanded. The word `paybond` in front does not count. Throws Error usage:
// open_quote, line_too_long above kMaxShellLineBytes.
std::vector<std::string> split_shell_line(std::string_view line);

}  // namespace agentnet::commands
