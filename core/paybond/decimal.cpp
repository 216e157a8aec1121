#include "core/paybond/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace agentnet::paybond {
namespace {

// The written exponent; nullopt beyond the limit. `text` is what follows the e.
std::optional<std::int64_t> read_exponent(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || number > kMaxDecimalExponent) return std::nullopt;
  return negative ? -number : number;
}

}  // namespace

std::optional<Decimal> Decimal::read(std::string_view text) {
  Decimal number;
  number.negative_ = text.starts_with('-');
  if (number.negative_) text.remove_prefix(1);
  const std::size_t e = std::min(text.find_first_of("eE"), text.size());
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  number.digits_ = mantissa.substr(0, point);
  if (point < mantissa.size()) {
    const std::string_view fraction = mantissa.substr(point + 1);
    number.digits_ += fraction;
    number.exponent_ = -static_cast<std::int64_t>(fraction.size());
  }
  const std::size_t last = number.digits_.find_last_not_of('0');
  if (last == std::string::npos) return Decimal();  // all zeros: one zero, without sign or exponent
  number.exponent_ += static_cast<std::int64_t>(number.digits_.size() - last - 1);
  number.digits_.resize(last + 1);
  number.digits_.erase(0, number.digits_.find_first_not_of('0'));
  if (e < text.size()) {
    const auto written = read_exponent(text.substr(e + 1));
    if (!written) return std::nullopt;
    number.exponent_ += *written;
  }
  return number;
}

std::optional<std::uint64_t> Decimal::as_count() const {
  if (negative_ || !is_integer()) return std::nullopt;
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  if (is_zero()) return 0;
  constexpr std::size_t kMostDigits = 20;
  if (digits_.size() + static_cast<std::uint64_t>(exponent_) > kMostDigits) return kMost;
  const std::string written = digits_ + std::string(static_cast<std::size_t>(exponent_), '0');
  std::uint64_t count = 0;
  const auto [end, fault] = std::from_chars(written.data(), written.data() + written.size(), count);
  return fault == std::errc() ? count : kMost;
}

bool Decimal::is_multiple_of(const Decimal& divisor) const {
  if (is_zero()) return true;
  // Neither row of digits ends in a zero, so a divisor of a higher power of ten cannot divide.
  const std::int64_t shift = exponent_ - divisor.exponent_;
  if (shift < 0) return false;
  std::uint64_t by = 0;
  for (const char digit : divisor.digits_)
    by = by * 10 + static_cast<std::uint64_t>(digit - '0');
  std::uint64_t rest = 0;  // below 10^18, so ten times it and a digit fit
  for (const char digit : digits_)
    rest = (rest * 10 + static_cast<std::uint64_t>(digit - '0')) % by;
  // Each further zero adds one factor 2 and one 5; the divisor is below 2^60, so more than 60 change nothing.
  for (std::int64_t zeros = std::min<std::int64_t>(shift, 60); zeros > 0 && rest != 0; --zeros)
    rest = rest * 10 % by;
  return rest == 0;
}

void Decimal::append_to(std::string& out) const {
  if (is_zero()) {
    out += "0e0";
    return;
  }
  if (negative_) out += '-';
  out += digits_;
  out += 'e';
  out += std::to_string(exponent_);
}

std::strong_ordering Decimal::compare_magnitudes(const Decimal& left, const Decimal& right) {
  if (left.is_zero() || right.is_zero()) return !left.is_zero() <=> !right.is_zero();
  // The power of ten just above each number decides; then the digits do, as fractions 0.d1d2...
  const std::int64_t left_power = left.exponent_ + static_cast<std::int64_t>(left.digits_.size());
  const std::int64_t right_power = right.exponent_ + static_cast<std::int64_t>(right.digits_.size());
  if (left_power != right_power) return left_power <=> right_power;
  return left.digits_ <=> right.digits_;
}

std::strong_ordering operator<=>(const Decimal& left, const Decimal& right) {
  if (left.negative_ != right.negative_) return right.negative_ <=> left.negative_;
  return left.negative_ ? Decimal::compare_magnitudes(right, left) : Decimal::compare_magnitudes(left, right);
}

}  // namespace agentnet::paybond
