#include "core/base/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

using namespace agentnet;

namespace {

// Gives the same byte for ever.
struct OneByte final : Random {
  explicit OneByte(std::uint8_t value) : byte(value) {}
  void fill(std::span<std::uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), byte); }
  std::uint8_t byte;
};

}  // namespace

TEST_CASE("a version 4 UUID shows version and variant whatever the random bits are") {
  OneByte zeros(0x00);
  OneByte ones(0xff);
  CHECK(uuid4(zeros) == "00000000-0000-4000-8000-000000000000");
  CHECK(uuid4(ones) == "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST_CASE("UUIDs are lower case, hyphenated and do not repeat") {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::string id = uuid4(random);
    REQUIRE(id.size() == 36);
    for (std::size_t place = 0; place < id.size(); ++place) {
      const bool hyphen = place == 8 || place == 13 || place == 18 || place == 23;
      CHECK((hyphen ? id[place] == '-'
                    : std::string_view("0123456789abcdef").find(id[place]) != std::string_view::npos));
    }
    CHECK(id[14] == '4');
    CHECK(std::string_view("89ab").find(id[19]) != std::string_view::npos);
    CHECK(seen.insert(id).second);
  }
}

TEST_CASE("uniform numbers reach from zero to just below one") {
  OneByte zeros(0x00);
  OneByte ones(0xff);
  CHECK(uniform(zeros) == 0.0);
  CHECK(uniform(ones) == 1.0 - 0x1.0p-53);
}

TEST_CASE("uniform numbers fill the range evenly") {
  SystemRandom random;
  std::array<int, 10> tenths{};
  constexpr int kDraws = 20'000;
  for (int i = 0; i < kDraws; ++i) {
    const double number = uniform(random);
    REQUIRE(number >= 0.0);
    REQUIRE(number < 1.0);
    ++tenths[static_cast<std::size_t>(number * 10)];
  }
  // Ten standard deviations either way.
  for (const int count : tenths) {
    CHECK(count > 2'000 - 425);
    CHECK(count < 2'000 + 425);
  }
}

TEST_CASE("the system generator fills all it is given and no more") {
  SystemRandom random;
  std::array<std::uint8_t, 66> bytes{};
  std::array<bool, 66> ever_set{};
  for (int round = 0; round < 32; ++round) {
    bytes.fill(0);
    random.fill(std::span(bytes).subspan(1, 64));
    for (std::size_t i = 0; i < bytes.size(); ++i)
      ever_set[i] = ever_set[i] || bytes[i] != 0;
  }
  CHECK_FALSE(ever_set.front());
  CHECK_FALSE(ever_set.back());
  CHECK(std::count(ever_set.begin(), ever_set.end(), true) == 64);
}
