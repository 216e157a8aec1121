#include "core/auth/random_text.hpp"

#include <array>

namespace agentnet::auth {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
// Bytes from here on are thrown away: the rest is a multiple of the alphabet, so that all characters are
// equally likely.
constexpr std::size_t kFairBytes = 256 / kAlphabet.size() * kAlphabet.size();

}  // namespace

std::string random_text(std::string_view prefix, std::size_t count, Random& random) {
  std::string text(prefix);
  const std::size_t length = text.size() + count;
  text.reserve(length);  // so that no copy is left behind when it grows
  while (text.size() < length) {
    std::array<std::uint8_t, 1> byte{};
    random.fill(byte);
    if (byte[0] < kFairBytes) text += kAlphabet[byte[0] % kAlphabet.size()];
  }
  return text;
}

Secret random_secret(std::string_view prefix, std::size_t count, Random& random) {
  std::string text = random_text(prefix, count, random);
  Secret secret(as_bytes(text));
  wipe(text);
  return secret;
}

bool is_random_text(std::string_view text, std::string_view prefix, std::size_t count) {
  if (!text.starts_with(prefix) || text.size() != prefix.size() + count) return false;
  return text.find_first_not_of(kAlphabet, prefix.size()) == text.npos;
}

}  // namespace agentnet::auth
