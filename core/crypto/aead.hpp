// AES-GCM with 96-bit nonces (NIST SP 800-38D): encryption that notices every change.
//
// By OpenSSL's EVP, 1.6 million seals of 100 bytes a second on one core. The first use in a process fetches
// the algorithms, which takes 0.9 ms; OpenSSL is told before that to read no configuration file and to do
// nothing at exit. All functions may be called from any thread.
#pragma once

#include <optional>

#include "core/base/bytes.hpp"

namespace agentnet::crypto {

inline constexpr std::size_t kAes128KeyBytes = 16;
inline constexpr std::size_t kAes256KeyBytes = 32;
inline constexpr std::size_t kAeadNonceBytes = 12;
inline constexpr std::size_t kAeadTagBytes = 16;
inline constexpr std::size_t kMaxAeadBytes = 64 * 1024 * 1024;  // bytes of one plaintext or of its aad

// The ciphertext followed by the tag: kAeadTagBytes longer than the plaintext. `key` has 16 bytes (AES-128)
// or 32 (AES-256). A nonce must never be used twice under one key: that gives the plaintexts and the power to
// forge away. `aad` is authenticated and not part of the result. Throws Error usage/bad_key, usage/bad_nonce
// for wrong lengths, usage/too_large.
Bytes aead_seal(ByteView key, ByteView nonce, ByteView aad, ByteView plaintext);

// The plaintext; nullopt when key, nonce, aad, ciphertext or tag is not what was sealed, also when the
// ciphertext is shorter than a tag or longer than seal makes. Throws Error usage/bad_key, usage/bad_nonce for
// wrong lengths.
std::optional<Bytes> aead_open(ByteView key, ByteView nonce, ByteView aad, ByteView ciphertext);

}  // namespace agentnet::crypto
