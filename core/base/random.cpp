#include "core/base/random.hpp"

#include <sodium.h>

#include <array>
#include <cstring>

#include "core/base/bytes.hpp"

namespace agentnet {

void SystemRandom::fill(std::span<std::uint8_t> bytes) {
  randombytes_buf(bytes.data(), bytes.size());
}

std::string uuid4(Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = hex_lower(bytes);
  for (const std::size_t position : {8U, 13U, 18U, 23U})
    text.insert(position, 1, '-');
  return text;
}

double uniform(Random& random) {
  std::array<std::uint8_t, 8> bytes{};
  random.fill(bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, bytes.data(), sizeof bits);
  return static_cast<double>(bits >> 11) * 0x1.0p-53;
}

}  // namespace agentnet
