// Help texts, made from the command data.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/command.hpp"

namespace agentnet::cli {

inline constexpr std::size_t kHelpColumns = 80;

// The help of the command or group at the end of the path.
std::string help_text(std::span<const commands::Command* const> path);
// "snapchore verify [options] INPUT HASH"
std::string usage_line(std::span<const commands::Command* const> path);

// The example's shell line with the command's own words in place.
std::string example_line(const commands::Example& example, std::span<const commands::Command* const> path);
// The codes that a command can end with, ascending: its own, and 0, 1 and 2, which any command can.
std::vector<commands::Exit> exits_of(const commands::Command& command);
// "0, 1, 2, 9"
std::string exit_list(const commands::Command& command);
// The table of exit codes.
std::string exit_codes_text();

// `text` broken at spaces so that each line, after `indent` spaces, fits into kHelpColumns; paragraphs stay
// apart.
std::string wrapped(std::string_view text, std::size_t indent);

// A shell line that is longer than what `indent` leaves of kHelpColumns is broken with backslashes, at spaces
// outside of quotes, so that it can still be pasted. Each line of the result is indented and ends with a
// newline.
std::string shell_lines(std::string_view line, std::size_t indent);

// "-o, --output FILE"
std::string option_label(const commands::Option& option);
// The help phrase of each option, with choices, default and environment; an option with the same choices as
// the one before it does not list them again.
std::vector<std::string> option_phrases(std::span<const commands::Option> options);

}  // namespace agentnet::cli
