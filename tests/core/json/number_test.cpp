#include "core/json/number.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string repr(double number) {
  std::string out;
  append_repr(number, out);
  return out;
}

// What append_quantized is defined to be, without its shortcuts.
std::string quantized_the_long_way(std::string_view text) {
  double rounded = 0;
  return quantize12(to_double(text), rounded) ? repr(rounded) : "refused";
}

std::string quantized(std::string_view text) {
  std::string out = "[";
  return append_quantized(text, out) ? out.substr(1) : (out == "[" ? "refused" : "left something behind");
}

bool same_bits(double a, double b) {
  return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b);
}

std::string digits(std::mt19937_64& random, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += static_cast<char>('0' + random() % 10);
  // Runs of nines and zeros are where rounding carries and where zeros fall away.
  if (count > 2 && random() % 3 == 0) {
    const std::size_t from = random() % count;
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), random() % 2 == 0 ? '9' : '0');
  }
  return text;
}

// A JSON decimal of any shape: short and long, plain and scientific, with zeros at either end, ties included.
std::string random_decimal(std::mt19937_64& random) {
  std::string whole = random() % 3 == 0 ? "0" : digits(random, 1 + random() % 18);
  if (const std::size_t first = whole.find_first_not_of('0'); first != 0 && whole != "0") {
    whole = first == std::string::npos ? "0" : whole.substr(first);
  }
  std::string text = (random() % 3 == 0 ? "-" : "") + whole;
  const bool exponent = random() % 4 == 0;
  if (!exponent || random() % 2 == 0) {
    text += '.';
    if (random() % 3 == 0) text += std::string(random() % 14, '0');
    text += digits(random, 1 + random() % 20);
    if (random() % 8 == 0) text += "5";
  }
  if (exponent) {
    const int power =
        random() % 8 == 0 ? static_cast<int>(random() % 700) - 350 : static_cast<int>(random() % 40) - 25;
    text += random() % 2 == 0 ? 'e' : 'E';
    if (power >= 0 && random() % 2 == 0) text += '+';
    text += std::to_string(power);
  }
  return text;
}

}  // namespace

TEST_CASE("recorded doubles have the recorded repr") {
  for (const auto& vector : read_vectors("float_repr.json")) {
    CAPTURE(vector.at("id").get<std::string>());
    const double number = double_from_bits(vector.at("bits_be"));
    CHECK(repr(number) == vector.at("json").get<std::string>());
  }
}

TEST_CASE("recorded doubles are rounded to 12 places as recorded") {
  for (const auto& vector : read_vectors("float_quantize.json")) {
    CAPTURE(vector.at("id").get<std::string>());
    const double number = double_from_bits(vector.at("bits_be"));
    const auto text = vector.at("repr").get<std::string>();
    if (std::isfinite(number)) CHECK(repr(number) == text);
    double rounded = 42;
    if (vector.contains("raises")) {
      CHECK_FALSE(quantize12(number, rounded));
      CHECK(rounded == 42);
      CHECK(quantized(text) == "refused");
      continue;
    }
    REQUIRE(quantize12(number, rounded));
    CHECK(same_bits(rounded, double_from_bits(vector.at("result_bits_be"))));
    CHECK(repr(rounded) == vector.at("json").get<std::string>());
    CHECK(quantized(text) == vector.at("json").get<std::string>());
  }
}

TEST_CASE("the quick ways of rounding lead where the long way leads") {
  const std::uint64_t seed = std::random_device()();
  INFO("seed ", seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = random_decimal(random);
    const std::string expected = quantized_the_long_way(text);
    if (quantized(text) == expected) continue;
    CAPTURE(text);
    CHECK(quantized(text) == expected);
    return;
  }
}

TEST_CASE("a repr reads back to the same double") {
  const std::uint64_t seed = std::random_device()();
  INFO("seed ", seed);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 200'000; ++i) {
    const auto number = std::bit_cast<double>(random());
    if (!std::isfinite(number)) continue;
    const std::string text = repr(number);
    if (same_bits(to_double(text), number)) continue;
    CAPTURE(text);
    CHECK(same_bits(to_double(text), number));
    return;
  }
}

TEST_CASE("a repr changes notation below 1e-4 and from 1e16 on") {
  struct Row {
    double number;
    std::string_view text;
  };
  // Printed by CPython 3.11.
  const Row table[] = {{0.0001, "0.0001"},
                       {0.00012345678901234567, "0.00012345678901234567"},
                       {0.00009999999999999999, "9.999999999999999e-05"},
                       {0.00001, "1e-05"},
                       {0.1, "0.1"},
                       {1, "1.0"},
                       {123456789012345680, "1.2345678901234568e+17"},
                       {1e15, "1000000000000000.0"},
                       {9999999999999998, "9999999999999998.0"},
                       {1e16, "1e+16"},
                       {1e22, "1e+22"},
                       {1e100, "1e+100"},
                       {1.5e-10, "1.5e-10"},
                       {2.2250738585072014e-308, "2.2250738585072014e-308"},
                       {5e-324, "5e-324"},
                       {-5e-324, "-5e-324"},
                       {1.7976931348623157e308, "1.7976931348623157e+308"},
                       {-1.7976931348623157e308, "-1.7976931348623157e+308"},
                       {0.0, "0.0"},
                       {-0.0, "-0.0"},
                       {kInfinity, "Infinity"},
                       {-kInfinity, "-Infinity"},
                       {std::numeric_limits<double>::quiet_NaN(), "NaN"}};
  for (const Row& row : table)
    CHECK(repr(row.number) == row.text);
}

TEST_CASE("rounding is half away from zero on the digits of the repr") {
  struct Row {
    std::string_view text;
    std::string_view rounded;
  };
  const Row table[] = {{"0.0000000000005", "1e-12"},
                       {"-0.0000000000005", "-1e-12"},
                       {"5e-13", "1e-12"},
                       {"4.9e-13", "0.0"},
                       {"-4.9e-13", "-0.0"},
                       {"9.5e-13", "1e-12"},
                       {"1.4999e-12", "1e-12"},
                       {"1.5e-12", "2e-12"},
                       {"-1e-13", "-0.0"},
                       {"1e-300", "0.0"},
                       {"0.1234567890125", "0.123456789013"},
                       {"0.1234567890124999", "0.123456789012"},
                       {"0.9999999999995", "1.0"},
                       {"0.9999999999994", "0.999999999999"},
                       {"9.9999999999995", "10.0"},
                       {"99.00000000000049", "99.0"},
                       {"0.00009999999999995", "0.0001"},
                       {"1.0000000000005", "1.000000000001"},
                       {"1234567.8901234567", "1234567.8901234567"},
                       {"0.10", "0.1"},
                       {"1.500", "1.5"},
                       {"100.000", "100.0"},
                       {"0.00010", "0.0001"},
                       {"0.00001", "1e-05"},
                       {"0.0", "0.0"},
                       {"-0.000", "-0.0"},
                       {"0e0", "0.0"},
                       {"-0E5", "-0.0"},
                       {"1e3", "1000.0"},
                       {"9999999999999998.0", "9999999999999998.0"},
                       {"-9999999999999998.0", "-9999999999999998.0"},
                       {"9999999999999999.0", "refused"},  // reads as 1e16
                       {"1e16", "refused"},
                       {"-1E+16", "refused"},
                       {"10000000000000000.0", "refused"},
                       {"1e400", "refused"},
                       {"NaN", "refused"},
                       {"Infinity", "refused"},
                       {"-Infinity", "refused"}};
  for (const Row& row : table) {
    CAPTURE(row.text);
    CHECK(quantized(row.text) == row.rounded);
    CHECK(quantized_the_long_way(row.text) == row.rounded);
  }
}

TEST_CASE("doubles that cannot be rounded leave the result alone") {
  for (const double number :
       {1e16, -1e16, 1e300, kInfinity, -kInfinity, std::numeric_limits<double>::quiet_NaN()}) {
    double rounded = 7;
    CHECK_FALSE(quantize12(number, rounded));
    CHECK(rounded == 7);
  }
}

TEST_CASE("numbers beyond the range of a double are zero or infinite, with their sign") {
  const std::string zeros(400, '0');
  for (const std::string text : {"1e400", "1E+400", "1.8e308", "123456789e301", "0.001e312",
                                 "1e99999999999999999999", "17976931348623159e292"}) {
    CAPTURE(text);
    CHECK(to_double(text) == kInfinity);
    CHECK(to_double("-" + text) == -kInfinity);
  }
  CHECK(to_double("1" + zeros) == kInfinity);
  CHECK(to_double("1" + zeros + ".0") == kInfinity);
  CHECK(to_double("1" + zeros + "e-1") == kInfinity);
  for (const std::string text : {"1e-400", "2e-324", "2.4703282292062327e-324", "0.1e-323", "123e-400",
                                 "0.00e999999999999999999999", "1e-99999999999999999999", "0e400", "0.0"}) {
    CAPTURE(text);
    CHECK(same_bits(to_double(text), 0.0));
    CHECK(same_bits(to_double("-" + text), -0.0));
  }
  CHECK(same_bits(to_double("0." + zeros + "1"), 0.0));
  CHECK(same_bits(to_double("0." + zeros + "1e1"), 0.0));
}

TEST_CASE("long texts and large exponents that cancel out are still read exactly") {
  const std::string zeros(400, '0');
  CHECK(to_double("0." + zeros + "1e401") == 1.0);
  CHECK(to_double("1" + zeros + "e-400") == 1.0);
  CHECK(to_double("1" + zeros + ".0e-400") == 1.0);
  CHECK(to_double("2.4703282292062328e-324") == 5e-324);  // just above half of the least
  CHECK(to_double("5e-324") == 5e-324);
  CHECK(to_double("1.7976931348623158e308") == std::numeric_limits<double>::max());
  CHECK(to_double("0.1000000000000000055511151231257827021181583404541015625") == 0.1);
  CHECK(to_double("9007199254740993") == 9007199254740992.0);  // a tie goes to even
  CHECK(to_double("9007199254740993.0000000000000000000000000001") == 9007199254740994.0);
}
