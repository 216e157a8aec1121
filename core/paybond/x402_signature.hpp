// The two signatures of an x402 receipt (x402_receipt.hpp), and whose they must be.
#pragma once

#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxReceiptTokenBytes = 64 * 1024;

// What a compact JWS says whose own key is the expected one. Throws Error usage/bad_receipt; verification:
// signature_invalid, signer_mismatch.
json::Document verified_jws(std::string_view token, std::string_view expected_signer);

// Throws the same unless the receipt was signed by the expected address.
void require_eip712(const json::Value& receipt, std::string_view signature, std::string_view expected_signer);

[[noreturn]] void bad_receipt(const std::string& why);

}  // namespace agentnet::paybond
