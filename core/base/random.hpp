// The seam for randomness.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace agentnet {

struct Random {
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

// The kernel's generator, through libsodium.
struct SystemRandom final : Random {
  void fill(std::span<std::uint8_t> bytes) override;
};

// A version 4 UUID (RFC 9562 section 5.4), lower case with hyphens.
std::string uuid4(Random& random);

// Uniform in [0, 1) with 53 bits.
double uniform(Random& random);

}  // namespace agentnet
