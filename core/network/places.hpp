// Where this user's configuration and state lie, as the XDG Base Directory Specification (0.8) places them.
//
// Nothing is made here: who writes into a folder makes it.
#pragma once

#include <optional>
#include <string>

#include "core/base/environment.hpp"

namespace agentnet::network {

// What a user edits: $XDG_CONFIG_HOME/agentnet, else ~/.config/agentnet. A value of XDG_CONFIG_HOME that is
// empty or relative does not count, as the specification asks. Throws Error failed/no_home when HOME would
// be needed and is unset or relative.
std::string config_folder(const Environment& environment);

// Where the Paybond kit keeps its configuration (paybond_config.hpp): the same with "paybond".
std::string paybond_config_folder(const Environment& environment);

// What agentnet keeps: the local network's database, its keys, the address of a running server.
// `chosen` (a flag's value) counts first, then AGENTNET_STATE_DIR, then $XDG_STATE_HOME/agentnet, else
// ~/.local/state/agentnet. The first two may be relative to the working folder; empty ones do not count.
// Throws Error failed/no_home as above.
std::string state_folder(const Environment& environment, const std::optional<std::string>& chosen = {});

}  // namespace agentnet::network
