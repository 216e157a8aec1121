// What the shell may put at the cursor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agentnet::cli {

// The line ":files" among the candidates tells the scripts in completions/ to complete file names too.
inline constexpr const char* kCompleteFiles = ":files";

// The script that a shell loads: bash, zsh or fish. Throws Error usage/unknown_shell.
std::string_view completion_script(const std::string& shell);

// `words` are the words of the line from the program's name to the cursor; the last is the one being typed
// and may be empty. Each candidate is a whole word, with a tab and a phrase behind it where there is one.
// Never throws: what cannot be completed has no candidates.
std::vector<std::string> complete(const std::vector<std::string>& words);

}  // namespace agentnet::cli
