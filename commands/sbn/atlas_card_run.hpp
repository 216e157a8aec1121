// `sbn atlas cards run`.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kAtlasCardRun;

}  // namespace agentnet::commands
