#include "core/paybond/number.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace agentnet::paybond {
namespace {

constexpr int kLargestPower = 308;  // 10^308 is the last power of ten that is a double

// The compiler reads each literal correctly rounded.
constexpr std::array<double, kLargestPower + 1> kPowers = {
#define AGENTNET_TEN(n) \
  1e##n##0, 1e##n##1, 1e##n##2, 1e##n##3, 1e##n##4, 1e##n##5, 1e##n##6, 1e##n##7, 1e##n##8, 1e##n##9
    AGENTNET_TEN(),
    AGENTNET_TEN(1),
    AGENTNET_TEN(2),
    AGENTNET_TEN(3),
    AGENTNET_TEN(4),
    AGENTNET_TEN(5),
    AGENTNET_TEN(6),
    AGENTNET_TEN(7),
    AGENTNET_TEN(8),
    AGENTNET_TEN(9),
    AGENTNET_TEN(10),
    AGENTNET_TEN(11),
    AGENTNET_TEN(12),
    AGENTNET_TEN(13),
    AGENTNET_TEN(14),
    AGENTNET_TEN(15),
    AGENTNET_TEN(16),
    AGENTNET_TEN(17),
    AGENTNET_TEN(18),
    AGENTNET_TEN(19),
    AGENTNET_TEN(20),
    AGENTNET_TEN(21),
    AGENTNET_TEN(22),
    AGENTNET_TEN(23),
    AGENTNET_TEN(24),
    AGENTNET_TEN(25),
    AGENTNET_TEN(26),
    AGENTNET_TEN(27),
    AGENTNET_TEN(28),
    AGENTNET_TEN(29),
    1e300,
    1e301,
    1e302,
    1e303,
    1e304,
    1e305,
    1e306,
    1e307,
    1e308};
#undef AGENTNET_TEN

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// significand * 10 + digit where that fits into 64 bits.
bool append_digit(std::uint64_t& significand, char c) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const auto digit = static_cast<std::uint64_t>(c - '0');
  if (significand > kMost / 10 || (significand == kMost / 10 && digit > kMost % 10)) return false;
  significand = significand * 10 + digit;
  return true;
}

std::int32_t saturated(std::int64_t exponent) {
  using Limits = std::numeric_limits<std::int32_t>;
  if (exponent > Limits::max()) return Limits::max();
  if (exponent < Limits::min()) return Limits::min();
  return static_cast<std::int32_t>(exponent);
}

struct Parts {
  std::uint64_t significand = 0;
  std::int64_t exponent = 0;
};

// Digits before and behind the point. Once the significand is full, whole digits only count, and the fraction
// ends at the first digit that does not fit.
Parts read_digits(const char*& at, const char* end) {
  Parts parts;
  bool full = false;
  for (; at != end && is_digit(*at); ++at) {
    full = full || !append_digit(parts.significand, *at);
    if (full) ++parts.exponent;
  }
  if (at == end || *at != '.') return parts;
  for (++at; at != end && is_digit(*at); ++at) {
    if (!append_digit(parts.significand, *at)) break;
    --parts.exponent;
  }
  while (at != end && is_digit(*at))
    ++at;
  return parts;
}

// Adds the exponent behind an 'e'. False when its digits do not fit into 32 bits, which `falls` describes.
bool read_exponent(const char* at, const char* end, std::int64_t& exponent, bool& falls) {
  falls = *at == '-';
  if (*at == '-' || *at == '+') ++at;
  std::int64_t written = 0;
  for (; at != end; ++at) {
    written = written * 10 + (*at - '0');
    if (written > std::numeric_limits<std::int32_t>::max()) return false;
  }
  exponent = saturated(falls ? exponent - written : exponent + written);
  return true;
}

// One operation on doubles for each step, as the original does: the rounding of every step is the result.
std::optional<double> scale(std::uint64_t significand, std::int64_t exponent) {
  auto number = static_cast<double>(significand);
  while (std::abs(exponent) > kLargestPower) {
    if (number == 0) return number;
    if (exponent >= 0) return std::nullopt;
    number /= kPowers[kLargestPower];
    exponent += kLargestPower;
  }
  const double power = kPowers[static_cast<std::size_t>(std::abs(exponent))];
  if (exponent < 0) return number / power;
  number *= power;
  if (std::isinf(number)) return std::nullopt;
  return number;
}

char* put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put_zeros(int count, char* out) {
  std::memset(out, '0', static_cast<std::size_t>(count));
  return out + count;
}

// Digits d1 d2 … dn of the number d1.d2…dn * 10^exponent, laid out without an exponent.
char* put_positional(std::string_view digits, int exponent, char* out) {
  const int count = static_cast<int>(digits.size());
  if (exponent < 0) {
    out = put_zeros(-exponent - 1, put("0.", out));
    return put(digits, out);
  }
  const int whole = exponent + 1;
  if (count <= whole) return put(".0", put_zeros(whole - count, put(digits, out)));
  out = put(digits.substr(0, static_cast<std::size_t>(whole)), out);
  *out++ = '.';
  return put(digits.substr(static_cast<std::size_t>(whole)), out);
}

}  // namespace

std::optional<double> read_double(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = *at == '-';
  if (negative) ++at;
  Parts parts = read_digits(at, end);
  std::optional<double> magnitude;
  bool falls = false;
  if (at != end && !read_exponent(at + 1, end, parts.exponent, falls)) {
    if (parts.significand != 0 && !falls) return std::nullopt;
    magnitude = 0.0;
  } else {
    magnitude = scale(parts.significand, parts.exponent);
  }
  if (magnitude && negative) return -*magnitude;
  return magnitude;
}

bool is_exact_integer(std::string_view text) {
  constexpr std::size_t kCertainBytes = 18;  // of any sign and digits that fit
  if (text.size() <= kCertainBytes) return text != "-0";
  const bool negative = text.front() == '-';
  std::uint64_t number = 0;
  for (const char c : text.substr(negative ? 1 : 0)) {
    if (!append_digit(number, c)) return false;
  }
  return !negative || number <= std::uint64_t{1} << 63;
}

char* put_double(double number, char* out) {
  if (std::signbit(number)) {
    *out++ = '-';
    number = -number;
  }
  if (number == 0) return put("0.0", out);
  // d[.ddd]e±NN with the shortest digits, taken apart again.
  std::array<char, kMaxNumberBytes> text;
  const char* const last =
      std::to_chars(text.data(), text.data() + text.size(), number, std::chars_format::scientific).ptr;
  const auto* const mark =
      static_cast<const char*>(std::memchr(text.data(), 'e', static_cast<std::size_t>(last - text.data())));
  int exponent = 0;
  std::from_chars(mark[1] == '+' ? mark + 2 : mark + 1, last, exponent);
  std::array<char, kMaxNumberBytes> digits;
  char* digits_end = digits.data();
  for (const char* at = text.data(); at != mark; ++at) {
    if (*at != '.') *digits_end++ = *at;
  }
  const std::string_view significant(digits.data(), static_cast<std::size_t>(digits_end - digits.data()));

  constexpr int kLeastPositional = -5;
  constexpr int kMostPositional = 15;
  if (exponent >= kLeastPositional && exponent <= kMostPositional) {
    return put_positional(significant, exponent, out);
  }
  out = put({text.data(), static_cast<std::size_t>(mark - text.data())}, out);
  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  return std::to_chars(out, out + 4, std::abs(exponent)).ptr;
}

}  // namespace agentnet::paybond
