// The exit codes of every program, and which faults lead to which.
#pragma once

#include <span>
#include <string_view>

#include "core/base/error.hpp"

namespace agentnet::commands {

enum class Exit : int {
  done = 0,
  failed = 1,
  usage = 2,
  not_found = 3,
  auth = 4,
  refused = 5,
  conflict = 6,
  unreachable = 7,
  pending = 8,
  verification = 9,
  policy = 10,
  interrupted = 130,
  terminated = 143,
};

struct ExitMeaning {
  Exit code;
  std::string_view meaning;  // a phrase, lower case, no full stop
};

// All codes in ascending order.
std::span<const ExitMeaning> exit_meanings();

Exit exit_for(Category category);

}  // namespace agentnet::commands
