#include "core/crypto/keccak256.hpp"

#include <bit>

namespace agentnet::crypto {
namespace {

constexpr std::size_t kRateBytes = 136;  // of the 200 of the state; the rest is the capacity
constexpr std::size_t kLanes = 25;
constexpr unsigned kRounds = 24;

using State = std::array<std::uint64_t, kLanes>;

// The lane's number is x + 5 y.
constexpr std::size_t at(std::size_t x, std::size_t y) {
  return x % 5 + 5 * (y % 5);
}

// Bits of the shift register x^8 + x^6 + x^5 + x^4 + 1, as the round constants have them.
class RoundConstants {
 public:
  std::uint64_t next() {
    std::uint64_t constant = 0;
    for (unsigned j = 0; j <= 6; ++j) {
      if (step()) constant |= std::uint64_t{1} << ((1U << j) - 1);
    }
    return constant;
  }

 private:
  bool step() {
    const bool out = (register_ & 1U) != 0;
    const bool high = (register_ & 0x80U) != 0;
    register_ = static_cast<std::uint8_t>(register_ << 1U);
    if (high) register_ ^= 0x71U;
    return out;
  }

  std::uint8_t register_ = 1;
};

void theta(State& a) {
  std::array<std::uint64_t, 5> parity{};
  for (std::size_t x = 0; x < 5; ++x)
    parity[x] = a[at(x, 0)] ^ a[at(x, 1)] ^ a[at(x, 2)] ^ a[at(x, 3)] ^ a[at(x, 4)];
  for (std::size_t x = 0; x < 5; ++x) {
    const std::uint64_t mixed = parity[(x + 4) % 5] ^ std::rotl(parity[(x + 1) % 5], 1);
    for (std::size_t y = 0; y < 5; ++y)
      a[at(x, y)] ^= mixed;
  }
}

// Moves each lane to its next place, rotated by one more than the lane before.
void rho_and_pi(State& a) {
  std::size_t x = 1;
  std::size_t y = 0;
  std::uint64_t current = a[at(x, y)];
  for (unsigned t = 0; t < kLanes - 1; ++t) {
    const std::size_t next_y = (2 * x + 3 * y) % 5;
    x = y;
    y = next_y;
    const std::uint64_t moved = std::rotl(current, static_cast<int>((t + 1) * (t + 2) / 2 % 64));
    current = a[at(x, y)];
    a[at(x, y)] = moved;
  }
}

void chi(State& a) {
  for (std::size_t y = 0; y < 5; ++y) {
    std::array<std::uint64_t, 5> row{};
    for (std::size_t x = 0; x < 5; ++x)
      row[x] = a[at(x, y)];
    for (std::size_t x = 0; x < 5; ++x)
      a[at(x, y)] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
  }
}

void permute(State& a) {
  RoundConstants constants;
  for (unsigned round = 0; round < kRounds; ++round) {
    theta(a);
    rho_and_pi(a);
    chi(a);
    a[0] ^= constants.next();
  }
}

void take_in(State& state, std::size_t place, std::uint8_t byte) {
  state[place / 8] ^= std::uint64_t{byte} << (8 * (place % 8));
}

}  // namespace

Keccak256Digest keccak256(ByteView bytes) {
  State state{};
  std::size_t place = 0;
  for (const std::uint8_t byte : bytes) {
    take_in(state, place++, byte);
    if (place < kRateBytes) continue;
    permute(state);
    place = 0;
  }
  take_in(state, place, 0x01);
  take_in(state, kRateBytes - 1, 0x80);
  permute(state);
  Keccak256Digest digest{};
  for (std::size_t i = 0; i < digest.size(); ++i)
    digest[i] = static_cast<std::uint8_t>(state[i / 8] >> (8 * (i % 8)));
  return digest;
}

}  // namespace agentnet::crypto
