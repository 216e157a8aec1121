// Signing seeds: how the 32 bytes of an Ed25519 private key are written.
//
//   32 bytes              the seed itself
//   64 characters         in hexadecimal digits of either case
//   44 or 43 characters   in base64, standard with padding or URL-safe without
//   -----BEGIN …          a PEM private key, PKCS#8
// White space around the text forms does not count.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/base/secret.hpp"
#include "core/crypto/brief_key.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kSeedBytes = 32;

// Throws Error usage/bad_seed for anything else; the message tells the length, never the content.
Secret read_seed(std::string_view content);

// Keys of seeds that come with the work itself, a line of bulk input each: the last ones are kept, so that a
// seed that comes again costs no derivation. Not for two threads at once.
class SeedKeys {
 public:
  // The key of a seed in hexadecimal digits; valid until the next call. Throws Error usage/bad_seed.
  crypto::KeyView of_hex(std::string_view digits);

 private:
  static constexpr std::size_t kKept = 4;
  std::array<std::optional<crypto::BriefKey>, kKept> kept_;
  std::size_t next_ = 0;
};

}  // namespace agentnet::paybond
