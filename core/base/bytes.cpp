#include "core/base/bytes.hpp"

#include <sodium.h>

namespace agentnet {
namespace {

std::string to_hex(ByteView bytes, const char* digits) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (const std::uint8_t byte : bytes) {
    *out++ = digits[byte >> 4];
    *out++ = digits[byte & 15];
  }
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

int sodium_variant(Base64 variant) {
  return variant == Base64::standard ? sodium_base64_VARIANT_ORIGINAL
                                     : sodium_base64_VARIANT_URLSAFE_NO_PADDING;
}

}  // namespace

std::string hex_lower(ByteView bytes) {
  return to_hex(bytes, "0123456789abcdef");
}

std::string hex_upper(ByteView bytes) {
  return to_hex(bytes, "0123456789ABCDEF");
}

std::optional<Bytes> parse_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

bool is_hex(std::string_view text, std::size_t digits) {
  if (text.size() != digits) return false;
  for (const char c : text) {
    if (hex_value(c) < 0) return false;
  }
  return true;
}

std::string base64_encode(ByteView bytes, Base64 variant) {
  const int kind = sodium_variant(variant);
  // The length that libsodium reports includes the terminating zero.
  std::string text(sodium_base64_encoded_len(bytes.size(), kind), '\0');
  sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), kind);
  text.resize(text.size() - 1);
  return text;
}

std::optional<Bytes> base64_decode(std::string_view text, Base64 variant) {
  // libsodium 1.0.18 takes every byte above 127 for the last character of the alphabet.
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > 127) return std::nullopt;
  }
  Bytes bytes(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  const char* end = nullptr;
  const int failed = sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &length,
                                       &end, sodium_variant(variant));
  if (failed != 0 || end != text.data() + text.size()) return std::nullopt;
  bytes.resize(length);
  return bytes;
}

}  // namespace agentnet
