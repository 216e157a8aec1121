#include "core/crypto/brief_key.hpp"

#include <sodium.h>

namespace agentnet::crypto {

BriefKey::BriefKey(std::span<const std::uint8_t, kSeedBytes> seed) {
  crypto_sign_seed_keypair(public_key_.bytes.data(), pair_.expose_writable().data(), seed.data());
}

Signature BriefKey::sign(ByteView message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), pair_.expose().data());
  return signature;
}

bool BriefKey::has_seed(std::span<const std::uint8_t, kSeedBytes> seed) const {
  return sodium_memcmp(pair_.expose().data(), seed.data(), kSeedBytes) == 0;
}

}  // namespace agentnet::crypto
