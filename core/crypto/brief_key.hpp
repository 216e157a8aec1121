// Ed25519 keys that come with the work itself and go with it, such as a seed in each line of bulk input.
//
// A SigningKey lies in guarded memory, which costs several system calls for each; making, using and dropping
// one takes four times as long as the signature. A BriefKey lies where the variable lies and is wiped when it
// ends. A KeyView is either of them, for functions that only sign.
#pragma once

#include "core/crypto/ed25519.hpp"
#include "core/crypto/wiped.hpp"

namespace agentnet::crypto {

class BriefKey {
 public:
  static constexpr std::size_t kSeedBytes = 32;

  explicit BriefKey(std::span<const std::uint8_t, kSeedBytes> seed);

  const PublicKey& public_key() const { return public_key_; }
  Signature sign(ByteView message) const;
  // Takes the same time wherever the first difference is.
  bool has_seed(std::span<const std::uint8_t, kSeedBytes> seed) const;

 private:
  WipedBytes<64> pair_;  // seed and public key behind each other, libsodium's form of a private key
  PublicKey public_key_;
};

// Valid as long as the key lives. Freely copied.
class KeyView {
 public:
  KeyView(const SigningKey& key) : lasting_(&key) {}  // NOLINT: stands for the key
  KeyView(const BriefKey& key) : brief_(&key) {}      // NOLINT

  const PublicKey& public_key() const { return lasting_ ? lasting_->public_key() : brief_->public_key(); }
  Signature sign(ByteView message) const {
    return lasting_ ? lasting_->sign(message) : brief_->sign(message);
  }

 private:
  const SigningKey* lasting_ = nullptr;
  const BriefKey* brief_ = nullptr;
};

}  // namespace agentnet::crypto
