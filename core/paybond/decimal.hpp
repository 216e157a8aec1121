// Numbers compared by what their text says, without rounding: 1 equals 1.0 and 1e0, and 2^64 + 1 is not 2^64.
//
// Schemas and predicates decide about money; a double would call two amounts equal that differ.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxDecimalExponent = 1'000'000'000'000'000;  // either sign
inline constexpr std::size_t kMaxDivisorDigits = 18;  // significant ones of what is_multiple_of divides by

// sign * digits * 10^exponent, the digits without zeros at either end; none for zero, which has no sign.
class Decimal {
 public:
  // nullopt when the exponent is written beyond kMaxDecimalExponent (of a zero any exponent may be).
  // `text` must be a valid JSON number, of any length.
  static std::optional<Decimal> read(std::string_view text);

  bool is_zero() const { return digits_.empty(); }
  bool is_negative() const { return negative_; }
  bool is_integer() const { return is_zero() || exponent_ >= 0; }
  std::size_t digits() const { return digits_.size(); }

  // An integer from 0 up; the largest std::uint64_t when it is larger; nullopt for any other number.
  std::optional<std::uint64_t> as_count() const;
  // `divisor` must be positive and have at most kMaxDivisorDigits digits.
  bool is_multiple_of(const Decimal& divisor) const;
  // One text for each number: "-125e-2", "0e0".
  void append_to(std::string& out) const;

  friend std::strong_ordering operator<=>(const Decimal& left, const Decimal& right);
  friend bool operator==(const Decimal& left, const Decimal& right) = default;

 private:
  static std::strong_ordering compare_magnitudes(const Decimal& left, const Decimal& right);

  bool negative_ = false;
  std::string digits_;
  std::int64_t exponent_ = 0;
};

}  // namespace agentnet::paybond
