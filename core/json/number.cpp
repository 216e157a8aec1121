#include "core/json/number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace agentnet::json {
namespace {

constexpr int kPlaces = 12;       // decimal places that quantisation keeps
constexpr double kLimit = 1e16;   // 17 integer digits and 12 places no longer fit Python's 28
constexpr int kExactDigits = 15;  // any decimal of so many digits survives double and back

// The shortest digits of a finite double and the power of ten of the first: d.ddd x 10^exponent. Zero is the
// one digit 0 with exponent 0.
struct Digits {
  std::array<char, 24> text{};
  int count = 0;
  int exponent = 0;
  bool negative = false;
};

char* put(std::string_view text, char* out) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

char* put_zeros(int count, char* out) {
  return std::fill_n(out, count, '0');
}

Digits shortest(double number) {
  std::array<char, 40> buffer;
  const char* end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::scientific).ptr;
  Digits digits;
  const char* in = buffer.data();
  if (*in == '-') {
    digits.negative = true;
    ++in;
  }
  for (; *in != 'e'; ++in) {
    if (*in != '.') digits.text[static_cast<std::size_t>(digits.count++)] = *in;
  }
  in += in[1] == '+' ? 2 : 1;
  std::from_chars(in, end, digits.exponent);
  return digits;
}

char* put_fixed(const Digits& digits, char* out) {
  const std::string_view text(digits.text.data(), static_cast<std::size_t>(digits.count));
  if (digits.exponent < 0) {
    out = put_zeros(-digits.exponent - 1, put("0.", out));
    return put(text, out);
  }
  const int whole = digits.exponent + 1;
  if (digits.count <= whole) return put(".0", put_zeros(whole - digits.count, put(text, out)));
  out = put(text.substr(0, static_cast<std::size_t>(whole)), out);
  *out++ = '.';
  return put(text.substr(static_cast<std::size_t>(whole)), out);
}

char* put_scientific(const Digits& digits, char* out) {
  *out++ = digits.text[0];
  if (digits.count > 1) {
    *out++ = '.';
    out = put({digits.text.data() + 1, static_cast<std::size_t>(digits.count) - 1}, out);
  }
  *out++ = 'e';
  *out++ = digits.exponent < 0 ? '-' : '+';
  const int magnitude = std::abs(digits.exponent);
  if (magnitude < 10) *out++ = '0';
  return std::to_chars(out, out + 3, magnitude).ptr;
}

char* put_digits(const Digits& digits, char* out) {
  if (digits.negative) *out++ = '-';
  return digits.exponent >= -4 && digits.exponent < 16 ? put_fixed(digits, out) : put_scientific(digits, out);
}

// Cuts the digits after the 12th decimal place, rounding half away from zero; false when there are none. What
// is left ends in no zero, unless it is zero.
bool round_to_places(Digits& digits) {
  const int kept = digits.exponent + 1 + kPlaces;
  if (kept >= digits.count) return false;
  const bool up = kept >= 0 && digits.text[static_cast<std::size_t>(kept)] >= '5';
  const char dropped = up ? '9' : '0';  // a digit at the end that rounding turns into a zero, or that is one
  digits.count = std::max(kept, 0);
  while (digits.count > 0 && digits.text[static_cast<std::size_t>(digits.count - 1)] == dropped)
    --digits.count;
  if (up && digits.count > 0) {
    ++digits.text[static_cast<std::size_t>(digits.count - 1)];
  } else if (digits.count == 0) {
    digits.text[0] = up ? '1' : '0';
    digits.count = 1;
    digits.exponent = up ? digits.exponent + 1 : 0;
  }
  return true;
}

double from_digits(const Digits& digits) {
  std::array<char, 48> buffer;
  char* out = buffer.data();
  if (digits.negative) *out++ = '-';
  out = put({digits.text.data(), static_cast<std::size_t>(digits.count)}, out);
  *out++ = 'e';
  out = std::to_chars(out, buffer.data() + buffer.size(), digits.exponent - digits.count + 1).ptr;
  double number = 0;
  std::from_chars(buffer.data(), out, number);
  return number;
}

// The common case without any arithmetic: plain notation, at most 15 significant digits, at most 12 places,
// at least 1e-4. Such a decimal is the shortest text of its double, so it stays as it is but for final zeros.
// The end of what was written; null when the case is another one.
char* put_plain(std::string_view text, char* out) {
  constexpr std::size_t kLongest = kExactDigits + 2;  // with sign and point
  const std::size_t length = std::min(text.size(), kLongest + 1);
  std::size_t point = 0;
  while (point < length && text[point] != '.')
    ++point;
  if (point == length || text.size() > kLongest) return nullptr;
  for (std::size_t i = point + 1; i < text.size(); ++i) {
    if (text[i] < '0' || text[i] > '9') return nullptr;
  }
  std::size_t last = text.size() - 1;
  while (last > point + 1 && text[last] == '0')
    --last;
  const std::size_t start = text.front() == '-' ? 1 : 0;
  const std::size_t digits = point - start + (last - point);
  if (digits > kExactDigits || last - point > kPlaces) return nullptr;
  if (text[start] == '0') {
    const std::size_t significant = text.find_first_not_of("0.", start);
    const bool zero = significant == std::string_view::npos;
    if (!zero && significant - point > 4) return nullptr;
  }
  return put(text.substr(0, last + 1), out);
}

// True for a JSON number far below one in magnitude, false for one far above, as those that no double can
// hold are.
bool is_far_below_one(std::string_view text) {
  const std::size_t mark = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, mark);
  const auto point = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const auto first = static_cast<std::int64_t>(mantissa.find_first_of("123456789"));
  if (mark == text.size()) return first > point;
  std::string_view digits = text.substr(mark + 1);
  if (digits.front() == '+') digits.remove_prefix(1);
  std::int64_t exponent = 0;
  const auto fault = std::from_chars(digits.data(), digits.data() + digits.size(), exponent).ec;
  if (fault != std::errc()) return digits.front() == '-';  // more than any mantissa makes up for
  return exponent < first - point;
}

}  // namespace

double to_double(std::string_view text) {
  double number = 0;
  const auto fault = std::from_chars(text.data(), text.data() + text.size(), number).ec;
  if (fault != std::errc::result_out_of_range) return number;
  // from_chars does not say which end of the range was passed.
  number = is_far_below_one(text) ? 0.0 : std::numeric_limits<double>::infinity();
  return text.front() == '-' ? -number : number;
}

char* put_repr(double number, char* out) {
  if (std::isnan(number)) return put("NaN", out);
  if (std::isinf(number)) return put(number < 0 ? "-Infinity" : "Infinity", out);
  return put_digits(shortest(number), out);
}

void append_repr(double number, std::string& out) {
  std::array<char, kMaxReprBytes> buffer;
  out.append(buffer.data(), put_repr(number, buffer.data()));
}

bool quantize12(double number, double& rounded) {
  if (!(std::fabs(number) < kLimit)) return false;
  Digits digits = shortest(number);
  rounded = round_to_places(digits) ? from_digits(digits) : number;
  return true;
}

char* put_quantized(std::string_view text, char* out) {
  if (char* const end = put_plain(text, out)) return end;
  const double number = to_double(text);
  if (!(std::fabs(number) < kLimit)) return nullptr;
  Digits digits = shortest(number);
  // Few digits are the shortest text of their double; many may not be and go through it.
  if (round_to_places(digits) && digits.count > kExactDigits) digits = shortest(from_digits(digits));
  return put_digits(digits, out);
}

bool append_quantized(std::string_view text, std::string& out) {
  std::array<char, kMaxReprBytes> buffer;
  char* const end = put_quantized(text, buffer.data());
  if (end != nullptr) out.append(buffer.data(), end);
  return end != nullptr;
}

}  // namespace agentnet::json
