// The manual pages of the formats that others read and write without this program.
#pragma once

#include <string_view>

namespace agentnet::cli {

// agentnet-receipt(5) behind its heading, in man(7) markup: enough to write a verifier from it alone.
std::string_view receipt_page_body();
// The same of agentnet-pgdag-run(5).
std::string_view pgdag_page_body();
// The same of agentnet-ledger(5).
std::string_view ledger_page_body();

}  // namespace agentnet::cli
