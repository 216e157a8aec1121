#include "core/crypto/brief_key.hpp"

#include <doctest/doctest.h>

namespace agentnet::crypto {
namespace {

TEST_CASE("a brief key signs as the lasting key of the same seed does") {
  std::array<std::uint8_t, BriefKey::kSeedBytes> seed{};
  for (int round = 0; round < 20; ++round) {
    seed[static_cast<std::size_t>(round)] = static_cast<std::uint8_t>(round * 13 + 1);
    const SigningKey lasting = SigningKey::from_seed(Secret(seed));
    const BriefKey brief(seed);
    CHECK_EQ(brief.public_key(), lasting.public_key());
    CHECK_EQ(brief.sign(seed), lasting.sign(seed));
    CHECK_EQ(KeyView(brief).sign(seed), KeyView(lasting).sign(seed));
    CHECK_EQ(KeyView(brief).public_key(), KeyView(lasting).public_key());
    CHECK(brief.has_seed(seed));
    auto other = seed;
    other[31] ^= 1;
    CHECK_FALSE(brief.has_seed(other));
  }
}

}  // namespace
}  // namespace agentnet::crypto
