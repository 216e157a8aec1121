// HKDF-SHA256 (RFC 5869): keys out of shared secrets.
//
// Key material and info are given in parts that count as one text joined together, so that labels can be put
// before a secret without copying it: hkdf_extract(salt, {label, secret}).
#pragma once

#include <initializer_list>

#include "core/crypto/sha256.hpp"
#include "core/crypto/wiped.hpp"

namespace agentnet::crypto {

inline constexpr std::size_t kMaxHkdfBytes = 255 * 32;  // bytes that one expand can give (section 2.3)
inline constexpr std::size_t kMinHkdfKeyBytes = 32;     // bytes of the key that expand takes, at least

using HkdfKey = WipedBytes<32>;

// Section 2.2. An empty salt counts as 32 zero bytes.
HkdfKey hkdf_extract(ByteView salt, std::initializer_list<ByteView> key_material);

// Section 2.3: fills `output`. Throws Error usage/bad_key for a key under kMinHkdfKeyBytes and
// usage/too_large for an output over kMaxHkdfBytes.
void hkdf_expand(ByteView key, std::initializer_list<ByteView> info, std::span<std::uint8_t> output);

}  // namespace agentnet::crypto
