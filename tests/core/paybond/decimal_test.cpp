#include "core/paybond/decimal.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

Decimal number(std::string_view text) {
  return Decimal::read(text).value();
}

std::string key(std::string_view text) {
  std::string out;
  number(text).append_to(out);
  return out;
}

TEST_CASE("one number has one text, however it was written") {
  for (const std::string_view text : {"1", "1.0", "1e0", "10e-1", "0.1E+1", "0.0010e3"}) {
    CAPTURE(text);
    CHECK_EQ(key(text), "1e0");
  }
  for (const std::string_view text : {"0", "-0", "0.000", "-0e99", "0e99999999999999999999"}) {
    CAPTURE(text);
    CHECK_EQ(key(text), "0e0");
    CHECK_FALSE(number(text).is_negative());
  }
  CHECK_EQ(key("-12.50"), "-125e-1");
  CHECK_EQ(key("18446744073709551617"), "18446744073709551617e0");
}

TEST_CASE("numbers are ordered without rounding") {
  const std::vector<std::string_view> ascending = {"-1e30",
                                                   "-18446744073709551617",
                                                   "-18446744073709551616",
                                                   "-2",
                                                   "-1.5",
                                                   "-1e-30",
                                                   "0",
                                                   "1e-31",
                                                   "1e-30",
                                                   "0.1",
                                                   "0.10000000000000000000000001",
                                                   "9",
                                                   "10",
                                                   "18446744073709551616",
                                                   "18446744073709551617",
                                                   "1e30",
                                                   "1e1000000000000000"};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      CAPTURE(ascending[i]);
      CAPTURE(ascending[j]);
      CHECK((number(ascending[i]) <=> number(ascending[j])) == (i <=> j));
    }
  }
}

TEST_CASE("an exponent is taken up to the limit and not one past it") {
  CHECK(Decimal::read("1e1000000000000000").has_value());
  CHECK(Decimal::read("1e-1000000000000000").has_value());
  CHECK_FALSE(Decimal::read("1e1000000000000001").has_value());
  CHECK_FALSE(Decimal::read("1e-1000000000000001").has_value());
  CHECK_FALSE(Decimal::read("1e99999999999999999999999").has_value());
}

TEST_CASE("an integer is a number without fraction") {
  for (const std::string_view text : {"0", "-3", "1.0", "12.50e1", "1e300", "-0.0"})
    CHECK(number(text).is_integer());
  for (const std::string_view text : {"0.5", "1.05e1", "1e-1", "-2.000001"})
    CHECK_FALSE(number(text).is_integer());
}

TEST_CASE("counts are whole, not negative, and saturate") {
  CHECK_EQ(number("0").as_count(), 0);
  CHECK_EQ(number("2.0").as_count(), 2);
  CHECK_EQ(number("1e3").as_count(), 1000);
  CHECK_EQ(number("18446744073709551615").as_count(), 18446744073709551615ULL);
  CHECK_EQ(number("18446744073709551616").as_count(), 18446744073709551615ULL);
  CHECK_EQ(number("1e999").as_count(), 18446744073709551615ULL);
  CHECK_FALSE(number("-1").as_count());
  CHECK_FALSE(number("1.5").as_count());
}

TEST_CASE("multiples are exact") {
  const auto multiple = [](std::string_view value, std::string_view of) {
    return number(value).is_multiple_of(number(of));
  };
  CHECK(multiple("0.3", "0.1"));
  CHECK(multiple("99.99", "0.01"));
  CHECK(multiple("1e30", "7e0") == false);
  CHECK(multiple("7e300", "7"));
  CHECK(multiple("1e400", "1048576"));
  CHECK(multiple("0", "3"));
  CHECK(multiple("-9", "3"));
  CHECK(multiple("1e60", "576460752303423488"));  // 2^59, which wants 59 factors of two
  CHECK_FALSE(multiple("1e58", "576460752303423488"));
  CHECK_FALSE(multiple("0.31", "0.1"));
  CHECK_FALSE(multiple("5", "10"));
  CHECK_FALSE(multiple("18446744073709551617", "2"));
  CHECK(multiple("999999999999999999", "999999999999999999"));
}

}  // namespace
}  // namespace agentnet::paybond
