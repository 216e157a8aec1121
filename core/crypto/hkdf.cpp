#include "core/crypto/hkdf.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"
#include "core/crypto/hmac.hpp"

namespace agentnet::crypto {

HkdfKey hkdf_extract(ByteView salt, std::initializer_list<ByteView> key_material) {
  HmacSha256 hmac(salt);
  for (const ByteView part : key_material)
    hmac.update(part);
  Sha256Digest digest = hmac.finish();
  HkdfKey key{std::span<const std::uint8_t, 32>(digest)};
  wipe(digest);
  return key;
}

void hkdf_expand(ByteView key, std::initializer_list<ByteView> info, std::span<std::uint8_t> output) {
  if (key.size() < kMinHkdfKeyBytes) {
    throw Error(Category::usage, "bad_key", "a key to expand has at least 32 bytes");
  }
  if (output.size() > kMaxHkdfBytes) {
    throw Error(Category::usage, "too_large", "a key can be expanded to 8160 bytes at most");
  }
  HmacSha256 hmac(key);
  Sha256Digest block{};
  std::uint8_t counter = 1;
  for (std::size_t done = 0; done < output.size(); ++counter) {
    if (counter > 1) hmac.update(block);
    for (const ByteView part : info)
      hmac.update(part);
    hmac.update({&counter, 1});
    block = hmac.finish();
    const std::size_t take = std::min(block.size(), output.size() - done);
    std::memcpy(output.data() + done, block.data(), take);
    done += take;
  }
  wipe(block);
}

}  // namespace agentnet::crypto
