#include "core/crypto/x25519.hpp"

#include <sodium.h>

#include "core/base/error.hpp"

namespace agentnet::crypto {
namespace {

// libsodium picks its fast implementation in sodium_init; without it the arithmetic is right but slow.
void ensure_sodium() {
  static const bool ready = sodium_init() >= 0;
  if (!ready) throw Error(Category::failed, "no_crypto", "cannot set up libsodium");
}

}  // namespace

X25519PrivateKey x25519_generate(Random& random) {
  X25519PrivateKey key;
  random.fill(key.expose_writable());
  return key;
}

X25519PublicKey x25519_public_key(const X25519PrivateKey& private_key) {
  ensure_sodium();
  X25519PublicKey key{};
  crypto_scalarmult_curve25519_base(key.data(), private_key.expose().data());
  return key;
}

std::optional<WipedBytes<32>> x25519(const X25519PrivateKey& private_key, const X25519PublicKey& public_key) {
  ensure_sodium();
  WipedBytes<32> shared;
  if (crypto_scalarmult_curve25519(shared.expose_writable().data(), private_key.expose().data(),
                                   public_key.data()) != 0) {
    return std::nullopt;
  }
  return shared;
}

}  // namespace agentnet::crypto
