// As text: a decimal is rounded the quick way and the long way alike. As bits: the repr of a double reads
// back.
#include <bit>
#include <cmath>
#include <cstring>
#include <string>

#include "core/base/error.hpp"
#include "core/json/number.hpp"
#include "core/json/parse.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

void check_text(std::string_view text) {
  json::Document document;
  try {
    document = json::parse(text, json::kAsPython);
  } catch (const Error&) {
    return;
  }
  if (document.root.kind() != json::Kind::decimal) return;
  const std::string_view number = document.root.text();
  double rounded = 0;
  std::string expected;
  const bool can_round = json::quantize12(json::to_double(number), rounded);
  if (can_round) json::append_repr(rounded, expected);
  std::string quick;
  require(json::append_quantized(number, quick) == can_round);
  require(quick == expected);
  if (!can_round) return;
  std::string again;
  require(json::append_quantized(quick, again) && again == quick);
}

void check_bits(std::uint64_t bits) {
  const auto number = std::bit_cast<double>(bits);
  std::string text;
  json::append_repr(number, text);
  require(text.size() <= json::kMaxReprBytes);
  if (!std::isfinite(number)) return;
  require(json::parse(text).root.kind() == json::Kind::decimal);
  require(std::bit_cast<std::uint64_t>(json::to_double(text)) == bits);
  check_text(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_text(fuzz::text_of(data, size));
  std::uint64_t bits = 0;
  if (size >= sizeof bits) {
    std::memcpy(&bits, data, sizeof bits);
    check_bits(bits);
  }
  return 0;
}
