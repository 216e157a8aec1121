// The commands that say who may call the local network.
#pragma once

#include <memory>
#include <string>

#include "commands/command.hpp"
#include "core/network/local_network.hpp"

namespace agentnet::commands {

extern const Command kAgentnetKeys;
// Below it.
extern const Command kAgentnetKeysTrust;

// The network whose store a server on the same folder reads, too; warns of a server that has another one.
std::unique_ptr<network::LocalNetwork> open_key_store(const Context& context);
// --tenant, or the local one.
std::string key_tenant(const Arguments& arguments);
// For --dry-run, which must find the same fault and make nothing where there is nothing yet. Throws Error
// not_found/unknown_tenant.
void require_key_tenant(const std::string& tenant, const Context& context);

}  // namespace agentnet::commands
