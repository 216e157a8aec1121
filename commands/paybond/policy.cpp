// paybond policy
#include "commands/paybond/paybond.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kPolicyCommands[] = {&kPaybondPolicyPreview, &kPaybondPolicyCheckSchema};

}  // namespace

constexpr Command kPaybondPolicy{
    .name = "policy",
    .summary = "Try out what an intent asks of its evidence, offline",
    .children = kPolicyCommands,
};

}  // namespace agentnet::commands
