#include "core/paybond/number.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

std::string written(double number) {
  char text[kMaxNumberBytes];
  return {text, put_double(number, text)};
}

std::string rewritten(std::string_view text) {
  const auto number = read_double(text);
  return number ? written(*number) : "out of range";
}

TEST_CASE("numbers that fit 64 bits keep their text") {
  for (const std::string_view text : {"0", "7", "-7", "123456789012345678", "18446744073709551615",
                                      "-9223372036854775808", "9223372036854775808"}) {
    CAPTURE(text);
    CHECK(is_exact_integer(text));
  }
  for (const std::string_view text : {"-0", "18446744073709551616", "-9223372036854775809",
                                      "-18446744073709551615", "100000000000000000000"}) {
    CAPTURE(text);
    CHECK_FALSE(is_exact_integer(text));
  }
}

TEST_CASE("wider integers are read through one significand") {
  CHECK_EQ(rewritten("18446744073709551616"), "1.8446744073709552e+19");
  CHECK_EQ(rewritten("-9223372036854775809"), "-9.223372036854776e+18");
  CHECK_EQ(rewritten("-0"), "-0.0");
  // The integer is full, yet the test is made anew for each digit of the fraction.
  CHECK_EQ(read_double("18446744073709551616.5"), 18446744073709551615.0);
  CHECK_EQ(read_double("18446744073709551616.9"), 18446744073709551610.0);
}

TEST_CASE("digits of a fraction behind the first that does not fit are skipped") {
  CHECK_EQ(read_double("0.184467440737095516159"), 18446744073709551615.0 / 1e20);
  // 6 does not fit; the 1 behind it would, and does not count.
  CHECK_EQ(read_double("0.184467440737095516161"), 1844674407370955161.0 / 1e19);
  CHECK_EQ(read_double("1.0000000000000000000000000000000000000001"), 1.0);
}

TEST_CASE("decimals are multiplied or divided once, which is not the nearest double") {
  CHECK_EQ(read_double("0.1"), 1.0 / 10);
  CHECK_EQ(read_double("1e23"), 1.0 * 1e23);
  CHECK_EQ(read_double("17.5e-1"), 175.0 / 100);
  // The nearest double ends in ...17; one division of the rounded significand lands beside it.
  int beside = 0;
  for (int i = 1; i <= 200; ++i) {
    const std::string text =
        "0." + std::to_string(10000000000000000ULL +
                              static_cast<unsigned long long>(i) * 7919ULL * 104729ULL * 1299709ULL);
    const double nearest = std::stod(text);
    const double read = *read_double(text);
    CHECK_LE(std::abs(std::bit_cast<std::int64_t>(nearest) - std::bit_cast<std::int64_t>(read)), 1);
    if (read != nearest) ++beside;
  }
  CHECK_GT(beside, 0);
}

TEST_CASE("exponents beyond the largest power go in steps") {
  CHECK_EQ(rewritten("5e-324"), "5e-324");
  CHECK_EQ(rewritten("1e-400"), "0.0");
  CHECK_EQ(rewritten("-1e-400"), "-0.0");
  CHECK_EQ(rewritten("1" + repeated("0", 400) + "e-400"), "1.0");
  CHECK_EQ(rewritten("1e308"), "1e+308");
  CHECK_EQ(rewritten("1e309"), "out of range");
  CHECK_EQ(rewritten("18e307"), "out of range");
  CHECK_EQ(rewritten("0e999"), "0.0");
  CHECK_EQ(rewritten("1" + repeated("0", 309)), "out of range");
}

TEST_CASE("exponents of more than 32 bits saturate by sign") {
  CHECK_EQ(rewritten("1e2147483647"), "out of range");
  CHECK_EQ(rewritten("1e2147483648"), "out of range");
  CHECK_EQ(rewritten("0e99999999999999999999"), "0.0");
  CHECK_EQ(rewritten("-0.0e99999999999999999999"), "-0.0");
  CHECK_EQ(rewritten("1e-99999999999999999999"), "0.0");
  CHECK_EQ(rewritten("-1e-99999999999999999999"), "-0.0");
  CHECK_EQ(rewritten("0.5e-2147483647"), "0.0");
}

TEST_CASE("exponents -5 to 15 are written in full and others with a sign") {
  CHECK_EQ(written(0.0), "0.0");
  CHECK_EQ(written(-0.0), "-0.0");
  CHECK_EQ(written(1.0), "1.0");
  CHECK_EQ(written(99.99), "99.99");
  CHECK_EQ(written(1e15), "1000000000000000.0");
  CHECK_EQ(written(1e16), "1e+16");
  CHECK_EQ(written(1234567890123456.7), "1234567890123456.8");
  CHECK_EQ(written(1e-5), "0.00001");
  CHECK_EQ(written(-1.5e-5), "-0.000015");
  CHECK_EQ(written(1e-6), "1e-6");
  CHECK_EQ(written(1.25e-7), "1.25e-7");
  CHECK_EQ(written(1.7976931348623157e308), "1.7976931348623157e+308");
}

}  // namespace
}  // namespace agentnet::paybond
