// Protocol receipts: that a mandate was taken (authorization) and how it ended (settlement), signed (wire
// reference paybond 10).
#pragma once

#include "core/paybond/sealed.hpp"
#include "core/paybond/shape.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kAuthorizationReceiptKind = "paybond.protocol_authorization_receipt_v1";
inline constexpr std::string_view kSettlementReceiptKind = "paybond.protocol_settlement_receipt_v1";

enum class ProtocolReceipt : std::uint8_t { authorization, settlement };

// The text that is hashed. Throws Error usage/malformed.
std::string canonical_protocol_receipt(const json::Value& receipt, ProtocolReceipt kind);

// The receipt in its normal form with its signature, one line of JSON. Throws Error usage/malformed.
std::string sign_protocol_receipt(const json::Value& receipt, ProtocolReceipt kind,
                                  const crypto::KeyView& key);

Verdict verify_protocol_receipt(const json::Value& receipt, ProtocolReceipt kind,
                                std::span<const crypto::PublicKey> trusted);

}  // namespace agentnet::paybond
