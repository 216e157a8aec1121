#include "core/paybond/seed.hpp"

#include <sodium.h>

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/crypto/wiped.hpp"

namespace agentnet::paybond {
namespace {

[[noreturn]] void bad_seed(const std::string& what) {
  throw Error(Category::usage, "bad_seed", what,
              "a seed is 32 bytes: raw, in 64 hexadecimal digits, in base64 or as a PEM private key");
}

Secret secret_of(Bytes bytes) {
  Secret secret{ByteView(bytes)};
  wipe(bytes);
  return secret;
}

}  // namespace

Secret read_seed(std::string_view content) {
  if (content.size() == kSeedBytes) return Secret(as_bytes(content));
  const std::string_view text = strip(content);
  if (text.starts_with("-----BEGIN")) {
    try {
      return Secret(crypto::SigningKey::from_pem(content).expose_seed());
    } catch (const Error& error) {
      bad_seed("the seed: " + error.message());
    }
  }
  std::optional<Bytes> bytes;
  if (text.size() == 2 * kSeedBytes) bytes = parse_hex(text);
  if (!bytes) bytes = base64_decode(text, Base64::standard);
  if (!bytes) bytes = base64_decode(text, Base64::url);
  if (!bytes && text.size() % 2 == 0) bytes = parse_hex(text);  // to tell the length
  if (!bytes) bad_seed("the seed is neither 32 bytes nor a text form of them");
  if (bytes->size() != kSeedBytes) {
    const std::size_t size = bytes->size();
    wipe(*bytes);
    bad_seed("the seed has " + std::to_string(size) + " bytes and not 32");
  }
  return secret_of(std::move(*bytes));
}

crypto::KeyView SeedKeys::of_hex(std::string_view digits) {
  crypto::WipedBytes<kSeedBytes> seed;
  const auto room = seed.expose_writable();
  std::size_t size = 0;
  const bool good = digits.size() % 2 == 0 && is_hex(digits, digits.size());
  if (!good) bad_seed("the seed is not in hexadecimal digits");
  if (digits.size() != 2 * kSeedBytes) {
    bad_seed("the seed has " + std::to_string(digits.size() / 2) + " bytes and not 32");
  }
  sodium_hex2bin(room.data(), room.size(), digits.data(), digits.size(), nullptr, &size, nullptr);
  for (const auto& key : kept_) {
    if (key && key->has_seed(room)) return *key;
  }
  auto& place = kept_[next_];
  next_ = (next_ + 1) % kKept;
  return place.emplace(room);
}

}  // namespace agentnet::paybond
