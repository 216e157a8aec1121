// X25519 (RFC 7748): two parties agree on a secret. By libsodium, 29 k agreements a second on one core.
#pragma once

#include <array>
#include <optional>

#include "core/base/random.hpp"
#include "core/crypto/wiped.hpp"

namespace agentnet::crypto {

using X25519PublicKey = std::array<std::uint8_t, 32>;
// Any 32 bytes are a private key: the bits that section 5 fixes are set when it is used.
using X25519PrivateKey = WipedBytes<32>;

X25519PrivateKey x25519_generate(Random& random);
X25519PublicKey x25519_public_key(const X25519PrivateKey& private_key);

// The shared secret; nullopt when the other side's key is a point of small order, which would make a secret
// that anyone knows (section 6.1). Derive keys from the secret (hkdf.hpp), do not use it as one.
std::optional<WipedBytes<32>> x25519(const X25519PrivateKey& private_key, const X25519PublicKey& public_key);

}  // namespace agentnet::crypto
