// paybond agent
#include "commands/paybond/agent.hpp"

#include "commands/paybond/paybond.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kCommands[] = {
    &kPaybondAgentRun,        &kPaybondAgentTool,   &kPaybondAgentRegistry, &kPaybondAgentSandbox,
    &kPaybondAgentProduction, &kPaybondAgentHarbor, &kPaybondAgentDemo};

}  // namespace

constexpr Command kPaybondAgent{
    .name = "agent", .summary = "Let agents spend within bounds", .children = kCommands};

}  // namespace agentnet::commands
