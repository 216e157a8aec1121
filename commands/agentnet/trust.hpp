// The commands that say whose signatures on receipts count.
#pragma once

#include "commands/command.hpp"
#include "core/network/trust.hpp"

namespace agentnet::commands {

extern const Command kAgentnetTrust;

// The local network's validators; none where it was not made yet.
network::TrustList local_validators(const Context& context);
// The keys that this user pinned.
network::TrustList pinned_validators(const Context& context);
// The trust file, or PEM public keys, in a file or on standard input for "-". Throws Error usage/bad_input
// when it cannot be read, and what network::read_trust_or_pem throws.
network::TrustList read_trust_input(const std::string& file, const std::string& label,
                                    const Context& context);

}  // namespace agentnet::commands
