// Files of the source tree that the executable carries (cmake/programs.cmake lists them).
#pragma once

#include <string_view>

namespace agentnet::cli {

std::string_view embedded_bash_completion();
std::string_view embedded_zsh_completion();
std::string_view embedded_fish_completion();
// tests/vectors/differences.json: every known difference from the mirrored programs.
std::string_view embedded_differences();

}  // namespace agentnet::cli
