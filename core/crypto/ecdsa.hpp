// ECDSA signatures (FIPS 186-4) that others made: checked over P-256, and over secp256k1 the key that made
// one. Nothing is signed here. By OpenSSL's arithmetic on curves.
#pragma once

#include <array>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::crypto {

inline constexpr std::size_t kEcdsaSignatureBytes = 64;  // r and s, 32 bytes each, most significant first

// x and y, 32 bytes each.
using CurvePoint = std::array<std::uint8_t, 64>;

// True when `signature` is one over SHA-256 of the message by the owner of the key (ES256 of RFC 7518). False
// also for a signature of another length, and for a key that is no point of the curve.
bool p256_verify(const CurvePoint& key, ByteView message, ByteView signature);

// The key over secp256k1 under which `signature` is one of this digest (SEC 1, 4.1.6), with `odd` saying
// which of the two points of r is meant; nullopt when there is none. Any well-formed signature has a key: it
// means nothing until the key is compared.
std::optional<CurvePoint> secp256k1_recover(const std::array<std::uint8_t, 32>& digest, ByteView signature,
                                            bool odd);

}  // namespace agentnet::crypto
