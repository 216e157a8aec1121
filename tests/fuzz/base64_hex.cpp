// Each text stands for at most one sequence of bytes and each sequence has one text.
#include <algorithm>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const Bytes bytes(data, data + size);
  for (const Base64 variant : {Base64::standard, Base64::url}) {
    if (const auto decoded = base64_decode(text, variant)) require(base64_encode(*decoded, variant) == text);
    require(base64_decode(base64_encode(bytes, variant), variant) == bytes);
  }
  const auto parsed = parse_hex(text);
  require(parsed.has_value() == (size % 2 == 0 && is_hex(text, size)));
  if (parsed) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c; });
    require(hex_lower(*parsed) == lower);
  }
  require(parse_hex(hex_lower(bytes)) == bytes);
  require(parse_hex(hex_upper(bytes)) == bytes);
  return 0;
}
