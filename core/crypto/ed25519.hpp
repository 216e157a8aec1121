// Ed25519 signatures (RFC 8032, pure: no context, no prehash) and their keys as PEM (RFC 8410).
//
// By libsodium: 64 k signatures and 25 k verifications a second on one core.
//
// Keys in PEM are read byte for byte against the fixed DER forms and not with a general ASN.1 parser:
//   private, PKCS#8 version 1, 48 bytes (what OpenSSL writes)
//     30 2e 02 01 00 30 05 06 03 2b 65 70 04 22 04 20 <seed, 32 bytes>
//   private, PKCS#8 version 2, 83 bytes: the same with lengths and version changed, and the public key, which
//   must be the one of the seed, behind it
//     30 51 02 01 01 30 05 06 03 2b 65 70 04 22 04 20 <seed, 32 bytes> 81 21 00 <public key, 32 bytes>
//   public, SubjectPublicKeyInfo, 44 bytes
//     30 2a 30 05 06 03 2b 65 70 03 21 00 <public key, 32 bytes>
// Encrypted keys, other algorithms, attributes, other encodings and trailing bytes are refused. A text must
// hold exactly one block.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "core/base/random.hpp"
#include "core/base/secret.hpp"

namespace agentnet::crypto {

using Signature = std::array<std::uint8_t, 64>;

struct PublicKey {
  std::array<std::uint8_t, 32> bytes{};

  // Any 32 bytes; whether they are a usable point is seen when verifying. Throws Error usage/bad_key for any
  // other length.
  static PublicKey from_raw(ByteView raw);
  // From "PUBLIC KEY". Throws Error usage/bad_pem (no PEM) or usage/bad_key (PEM of something else).
  static PublicKey from_pem(std::string_view pem);
  std::string to_pem() const;

  bool operator==(const PublicKey&) const = default;
};

// True when `signature` is one that the key's owner made over `message`. Strict, so that one message and key
// have one signature that nobody else can vary: besides other lengths, this refuses an S that is not reduced,
// a public key that is not encoded canonically, and a key or R of small order. It checks the equation without
// the cofactor, as most implementations do.
bool verify(const PublicKey& key, ByteView message, ByteView signature);

// A private key. Moves and does not copy; one that was moved from can only be destroyed or assigned to.
// sign() may be called from several threads.
class SigningKey {
 public:
  static SigningKey generate(Random& random);
  // Throws Error usage/bad_key unless the seed has 32 bytes.
  static SigningKey from_seed(const Secret& seed);
  // From "PRIVATE KEY". Throws Error usage/bad_pem (no PEM) or usage/bad_key (PEM of something else).
  static SigningKey from_pem(std::string_view pem);

  const PublicKey& public_key() const { return public_key_; }
  // The same signature each time (RFC 8032 section 5.1.6).
  Signature sign(ByteView message) const;

  // The 32 bytes the key is made of. Valid as long as this key lives.
  ByteView expose_seed() const { return pair_.expose().first(32); }
  // The text of a PKCS#8 version 1 PEM file.
  Secret to_pem() const;

 private:
  explicit SigningKey(ByteView seed);

  Secret pair_;  // seed and public key behind each other, libsodium's form of a private key
  PublicKey public_key_;
};

}  // namespace agentnet::crypto
