#include "core/crypto/blake3.hpp"

namespace agentnet::crypto {

Blake3Digest blake3(ByteView bytes) {
  Blake3 hash;
  hash.update(bytes);
  return hash.digest();
}

Blake3::Blake3() {
  blake3_hasher_init(&state_);
}

void Blake3::update(ByteView bytes) {
  blake3_hasher_update(&state_, bytes.data(), bytes.size());
}

Blake3Digest Blake3::digest() const {
  Blake3Digest output;
  digest(output);
  return output;
}

void Blake3::digest(std::span<std::uint8_t> output) const {
  blake3_hasher_finalize(&state_, output.data(), output.size());
}

void Blake3::reset() {
  blake3_hasher_reset(&state_);
}

}  // namespace agentnet::crypto
