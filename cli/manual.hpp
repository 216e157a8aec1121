// Manual pages, made from the command data.
#pragma once

#include <map>
#include <string>

namespace agentnet::cli {

// File name ("snapchore-chain.1") to page, in man(7) markup: one page for each program and each group below
// it, agentnet-receipt(5), agentnet-exit-codes(7) and agentnet-compatibility(7).
std::map<std::string, std::string> manual_pages();

}  // namespace agentnet::cli
