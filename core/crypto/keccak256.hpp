// Keccak-256: the hash of Ethereum's addresses and of EIP-712, which is SHA-3 before it was given another
// padding (Keccak reference 3.0, capacity 512, padding 01).
#pragma once

#include <array>

#include "core/base/bytes.hpp"

namespace agentnet::crypto {

using Keccak256Digest = std::array<std::uint8_t, 32>;

Keccak256Digest keccak256(ByteView bytes);

}  // namespace agentnet::crypto
