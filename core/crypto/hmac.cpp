#include "core/crypto/hmac.hpp"

#include <sodium.h>

#include <cstring>

#include "core/crypto/wiped.hpp"

namespace agentnet::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;  // what SHA-256 takes in at a time
constexpr std::uint8_t kInnerPad = 0x36;
constexpr std::uint8_t kOuterPad = 0x5c;

void xor_all(std::span<std::uint8_t> bytes, std::uint8_t pad) {
  for (std::uint8_t& byte : bytes)
    byte ^= pad;
}

}  // namespace

HmacSha256::HmacSha256(ByteView key) {
  WipedBytes<kBlockBytes> block;
  const std::span<std::uint8_t> bytes = block.expose_writable();
  if (key.size() > kBlockBytes) {
    Sha256Digest digest = sha256(key);
    std::memcpy(bytes.data(), digest.data(), digest.size());
    wipe(digest);  // it stands for the key
  } else if (!key.empty()) {
    std::memcpy(bytes.data(), key.data(), key.size());
  }
  xor_all(bytes, kInnerPad);
  inner_keyed_.update(bytes);
  xor_all(bytes, kInnerPad ^ kOuterPad);
  outer_keyed_.update(bytes);
  inner_ = inner_keyed_;
}

HmacSha256::~HmacSha256() {
  inner_keyed_.wipe();
  outer_keyed_.wipe();
  inner_.wipe();
}

void HmacSha256::update(ByteView bytes) {
  inner_.update(bytes);
}

Sha256Digest HmacSha256::finish() {
  const Sha256Digest inner = inner_.finish();
  Sha256 outer = outer_keyed_;
  outer.update(inner);
  const Sha256Digest code = outer.finish();
  inner_ = inner_keyed_;
  return code;
}

Sha256Digest hmac_sha256(ByteView key, ByteView message) {
  HmacSha256 hmac(key);
  hmac.update(message);
  return hmac.finish();
}

bool hmac_sha256_matches(ByteView key, ByteView message, ByteView code) {
  const Sha256Digest expected = hmac_sha256(key, message);
  return code.size() == expected.size() && sodium_memcmp(code.data(), expected.data(), expected.size()) == 0;
}

}  // namespace agentnet::crypto
