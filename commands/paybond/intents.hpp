// The commands of `paybond intents`.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kPaybondIntentsCreate;
extern const Command kPaybondIntentsFund;
extern const Command kPaybondIntentsEvidence;
extern const Command kPaybondIntentsConfirm;

inline constexpr Argument kIntentArgument[] = {{.name = "INTENT", .help = "the intent's id"}};

}  // namespace agentnet::commands
