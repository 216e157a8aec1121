// Bytes and the two text encodings of them that the wires use.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace agentnet {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

// The same memory seen as bytes or as text; nothing is copied.
inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Two digits a byte.
std::string hex_lower(ByteView bytes);
std::string hex_upper(ByteView bytes);
// Either case; nullopt for an odd length or a character that is no digit.
std::optional<Bytes> parse_hex(std::string_view text);
// True for exactly `digits` hexadecimal digits of either case.
bool is_hex(std::string_view text, std::size_t digits);

// RFC 4648. Standard: '+' '/' with padding (section 4). Url: '-' '_' without padding (section 5).
enum class Base64 : std::uint8_t { standard, url };
std::string base64_encode(ByteView bytes, Base64 variant);
// Strict: no white space, exact padding for the variant, no stray bits; nullopt otherwise.
std::optional<Bytes> base64_decode(std::string_view text, Base64 variant);

}  // namespace agentnet
