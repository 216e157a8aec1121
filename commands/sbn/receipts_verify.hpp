// `sbn receipts verify`: receipts checked without asking anyone.
#pragma once

#include "commands/command.hpp"

namespace agentnet::commands {

extern const Command kSbnReceiptsVerify;

}  // namespace agentnet::commands
