// Finding the bytes of a JSON string that need a second look, eight at a time.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace agentnet::json {

// What a scan stops at besides '"', '\\' and control characters.
enum class Stop : std::uint8_t { nothing_else, non_ascii };

// The high bit of each byte of `word` that a scan must stop at. A borrow can mark a byte above a real stop,
// never below it, so the lowest mark is exact.
template <Stop kStop>
std::uint64_t stops_in(std::uint64_t word) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighs = 0x8080808080808080U;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t hits = (quote - kOnes) | (backslash - kOnes) | (word - kOnes * 0x20);
  return (kStop == Stop::non_ascii ? hits | word : hits & ~word) & kHighs;
}

// The first byte at or after `at` that a scan must stop at; `end` if there is none.
template <Stop kStop>
const char* find_stop(const char* at, const char* end) {
  if constexpr (std::endian::native == std::endian::little) {
    while (end - at >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, at, sizeof word);
      if (const std::uint64_t stops = stops_in<kStop>(word)) return at + std::countr_zero(stops) / 8;
      at += 8;
    }
  }
  for (; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c < 0x20 || c == '"' || c == '\\' || (kStop == Stop::non_ascii && c >= 0x80)) break;
  }
  return at;
}

}  // namespace agentnet::json
