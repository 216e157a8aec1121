// paybond login without a key: somebody else approves it, and the gateway then gives one.
#pragma once

#include "commands/paybond/house.hpp"
#include "core/http/remote.hpp"

namespace agentnet::commands {

// Whether login waits for an approval: no --api-key-file, nothing piped into it, and no --no-input.
bool waits_for_approval(const Arguments& arguments, const Context& context);

// What login calls a gateway with.
http::RemoteOptions login_options(const Arguments& arguments);

struct Approval {
  Secret key = {};
  int signal = 0;  // that ended the wait; then there is no key
};
// Says on standard error where and with which code it is approved, and waits. Throws what
// core/paybond/client_login.hpp throws, and Error usage/no_live_login: such keys are made in a console.
Approval approved_key(const std::string& gateway, const Arguments& arguments, Context& context);

// The request that would be sent first, as the result of a dry run.
Exit show_dry_login(const std::string& gateway, const Arguments& arguments, Context& context);

}  // namespace agentnet::commands
