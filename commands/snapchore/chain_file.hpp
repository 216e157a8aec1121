// A chain in a file, of either ledger version, as the chain commands work on it.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "commands/command.hpp"
#include "core/sbn/chain.hpp"
#include "core/sbn/chain_v2.hpp"

namespace agentnet::commands {

inline constexpr std::size_t kMaxLedgerBytes = std::size_t{1} << 30;  // bytes of a ledger file

using AnyChain = std::variant<sbn::Chain, sbn::ChainV2>;

// Reads a ledger; its schema_version says which it is. Throws Error not_found/no_such_chain,
// usage/bad_ledger, or verification for an entry whose hash does not hold.
AnyChain load_chain(const std::string& path, const Filesystem& files);

// The ledger as it is written to its file.
std::string ledger_text(const AnyChain& chain);
json::Value ledger_value(const AnyChain& chain, json::Arena& arena);
std::size_t length_of(const AnyChain& chain);
std::optional<std::string> head_of(const AnyChain& chain);

// What a version 1 ledger says wrongly about its own end, as a sentence; "" when all agrees. (Version 2
// refuses such a ledger when it is loaded.)
std::string wrong_end(const AnyChain& chain);

// Holds the file's lock, loads, lets `change` work on the chain, and replaces the file. The file is whole at
// every moment, and what another process appended meanwhile is not lost. With `dry_run` nothing is written.
// Returns the changed chain.
AnyChain change_chain(const std::string& path, const Context& context,
                      const std::function<void(AnyChain&)>& change);

}  // namespace agentnet::commands
