#include "core/auth/random_text.hpp"

#include <doctest/doctest.h>

#include <set>

#include "core/base/bytes.hpp"

namespace agentnet::auth {
namespace {

// Gives the bytes 0, 1, 2, … over and over.
struct CountingRandom final : Random {
  std::uint8_t next = 0;
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes)
      byte = next++;
  }
};

TEST_CASE("every character is as likely as any other") {
  CountingRandom random;
  // 248 of the 256 bytes are taken, so each of 62 characters comes four times in one round.
  const std::string text = random_text("", 248, random);
  for (const char c : std::set<char>(text.begin(), text.end()))
    CHECK(std::count(text.begin(), text.end(), c) == 4);
  CHECK(std::set<char>(text.begin(), text.end()).size() == 62);
  CHECK(random.next == 248);
}

TEST_CASE("what was made has the form that is looked for, and nothing else has") {
  SystemRandom random;
  const Secret secret = random_secret("atl_", 20, random);
  const std::string text(as_text(secret.expose()));
  CHECK(is_random_text(text, "atl_", 20));
  CHECK_FALSE(is_random_text(text, "atl_", 19));
  CHECK_FALSE(is_random_text(text, "sbn_", 20));
  CHECK_FALSE(is_random_text(text + "x", "atl_", 20));
  CHECK_FALSE(is_random_text(text.substr(0, 23) + "-", "atl_", 20));
  CHECK(random_text("p", 0, random) == "p");
}

}  // namespace
}  // namespace agentnet::auth
