// A secret in memory: a private key, a seed, a credential.
//
// The bytes lie in libsodium's guarded memory (locked, between guard pages, wiped when freed). A Secret moves
// and does not copy, has no conversion to text and prints as "***".
#pragma once

#include <iosfwd>
#include <memory>
#include <utility>

#include "core/base/bytes.hpp"

namespace agentnet {

class Secret {
 public:
  Secret() = default;
  // Copies `bytes` in; the caller wipes its own copy (see wipe). Throws Error failed/no_secure_memory.
  explicit Secret(ByteView bytes);

  // The source is then empty.
  Secret(Secret&& other) noexcept : memory_(std::move(other.memory_)), size_(std::exchange(other.size_, 0)) {}
  Secret& operator=(Secret&& other) noexcept {
    memory_ = std::move(other.memory_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  // Valid as long as this Secret lives. The name is long so that a reader sees each use.
  ByteView expose() const { return {memory_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // Takes the same time wherever the first difference is; unequal lengths are unequal.
  bool equals(const Secret& other) const;

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const;
  };
  std::unique_ptr<std::uint8_t[], Free> memory_;
  std::size_t size_ = 0;
};

std::ostream& operator<<(std::ostream& out, const Secret& secret);

// Overwrites with zeros in a way the compiler keeps; of a string also what lies behind its end, and it is
// then empty.
void wipe(std::span<std::uint8_t> bytes);
void wipe(std::string& text);

}  // namespace agentnet
