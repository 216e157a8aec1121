// The variables that tell an app its frontiers: ATLAS_<WORKFLOW>_FRONTIER, and _PULSE_TYPE and _C_MAX where
// they are known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agentnet::sbn::atlas {

// "ATLAS_CODE_REVIEW" for "code-review": letters and digits in upper case, "_" for all else.
std::string env_prefix(std::string_view workflow);
// The same for each of several workflows; those that would share one are told apart by _2, _3 behind it.
std::vector<std::string> env_prefixes(const std::vector<std::string>& workflows);

struct EnvVariable {
  std::string name;
  std::string value;
};
// NAME=value lines that a POSIX shell and .env readers take; a value with characters that mean something
// there stands in single quotes.
std::string dotenv_text(const std::vector<EnvVariable>& variables);

}  // namespace agentnet::sbn::atlas
