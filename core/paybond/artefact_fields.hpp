// Parts that mandates and protocol receipts have in common.
#pragma once

#include "core/paybond/shape.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kSettlementRails[] = {"stripe_connect", "stripe_ach_debit", "stripe_mpp",
                                                        "adyen_manual_capture", "x402_usdc_base"};
inline constexpr std::string_view kAuthorizationKinds[] = {"principal", "tenant"};
inline constexpr std::string_view kPresenceModes[] = {"human_present", "human_not_present"};
inline constexpr std::string_view kVersionOne[] = {"1"};

inline constexpr std::size_t kMaxNonceCharacters = 256;

inline constexpr Field kAgentFields[] = {
    {.name = "subject", .rule = Rule::text},
    {.name = "issuer", .rule = Rule::text, .absent = Absent::blank},
    {.name = "key_id", .rule = Rule::text, .absent = Absent::blank},
    {.name = "display_name", .rule = Rule::text, .absent = Absent::blank},
};
inline constexpr Field kSpendCeilingFields[] = {
    {.name = "amount_minor", .rule = Rule::integer, .least = 1},
    {.name = "currency", .rule = Rule::currency},
};

// What allows nothing is no mandate: throws Error usage/malformed for a normalised document without any
// allowed action and tool.
void check_scopes(const json::Value& normal);

}  // namespace agentnet::paybond
