// Secret bytes of a fixed size that live for one calculation: an ephemeral key, a shared secret, a derived
// key.
//
// They lie where the variable lies and are overwritten with zeros when it ends. A Secret
// (core/base/secret.hpp) guards a key that stays, at the price of some pages of memory and system calls each;
// a key schedule makes too many values for that. Copies are allowed because each one wipes itself.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/base/secret.hpp"

namespace agentnet::crypto {

template <std::size_t N>
class WipedBytes {
 public:
  WipedBytes() = default;  // zeros
  // Copies; the caller wipes its own copy.
  explicit WipedBytes(std::span<const std::uint8_t, N> bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin());
  }
  WipedBytes(const WipedBytes&) = default;
  WipedBytes& operator=(const WipedBytes&) = default;
  ~WipedBytes() { wipe(bytes_); }

  // Valid as long as this object lives; not for a temporary, whose view would soon show zeros, a key that
  // anyone knows. The names are long so that a reader sees each use.
  ByteView expose() const& { return bytes_; }
  ByteView expose() const&& = delete;
  std::span<std::uint8_t, N> expose_writable() & { return bytes_; }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace agentnet::crypto
