// HMAC-SHA256 (RFC 2104): what HKDF is made of.
//
// Built on our Sha256, because libsodium's HMAC does not use the processor's SHA instructions (0.9
// against 4.1 million codes a second for 60 bytes on one core), and OpenSSL's needs a provider.
#pragma once

#include "core/crypto/sha256.hpp"

namespace agentnet::crypto {

// To check a code that somebody sent, use hmac_sha256_matches.
Sha256Digest hmac_sha256(ByteView key, ByteView message);

// True when `code` is the code of the message. Takes the same time wherever the first difference is.
bool hmac_sha256_matches(ByteView key, ByteView message, ByteView code);

// The same in pieces, and for many messages under one key, which is then hashed only once. Wipes the key's
// traces when destroyed. Not for two threads at once.
class HmacSha256 {
 public:
  // A key of any length; one longer than 64 bytes counts as its hash.
  explicit HmacSha256(ByteView key);
  ~HmacSha256();
  HmacSha256(const HmacSha256&) = delete;
  HmacSha256& operator=(const HmacSha256&) = delete;

  void update(ByteView bytes);
  // The code of all pieces; the object is then ready for a new message under the same key.
  Sha256Digest finish();

 private:
  Sha256 inner_keyed_;  // has taken in the key's inner block and nothing else
  Sha256 outer_keyed_;
  Sha256 inner_;
};

}  // namespace agentnet::crypto
