// The header says why the deprecated functions are the ones wanted; the warning is silenced in this file
// only.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/crypto/sha256.hpp"

#include <openssl/crypto.h>

namespace agentnet::crypto {

// The functions return 1 whatever happens: they have no way to fail.

Sha256Digest sha256(ByteView bytes) {
  SHA256_CTX state;
  Sha256Digest digest;
  SHA256_Init(&state);
  SHA256_Update(&state, bytes.data(), bytes.size());
  SHA256_Final(digest.data(), &state);
  return digest;
}

std::string sha256_hex(std::string_view text) {
  return hex_lower(sha256(as_bytes(text)));
}

Sha256::Sha256() {
  SHA256_Init(&state_);
}

void Sha256::update(ByteView bytes) {
  SHA256_Update(&state_, bytes.data(), bytes.size());
}

Sha256Digest Sha256::finish() {
  Sha256Digest digest;
  SHA256_Final(digest.data(), &state_);
  SHA256_Init(&state_);
  return digest;
}

void Sha256::wipe() {
  OPENSSL_cleanse(&state_, sizeof state_);
  SHA256_Init(&state_);
}

}  // namespace agentnet::crypto
