#include "core/crypto/x25519.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

X25519PublicKey public_from(const Bytes& bytes) {
  REQUIRE_EQ(bytes.size(), 32U);
  X25519PublicKey key{};
  std::copy(bytes.begin(), bytes.end(), key.begin());
  return key;
}

X25519PrivateKey private_from(const Bytes& bytes) {
  return X25519PrivateKey{std::span<const std::uint8_t, 32>(public_from(bytes))};
}

// Section 5.2: the result becomes the scalar, the scalar before it the point.
std::string iterate(int times) {
  Bytes scalar(32);
  scalar[0] = 9;
  Bytes point = scalar;
  for (int i = 0; i < times; ++i) {
    const auto result = x25519(private_from(scalar), public_from(point));
    REQUIRE(result.has_value());
    point = scalar;
    scalar.assign(result->expose().begin(), result->expose().end());
  }
  return hex_lower(scalar);
}

TEST_CASE("X25519 agrees with the vectors of RFC 7748") {
  for (const auto& vector : read_vectors("x25519.json")) {
    CAPTURE(vector.at("id"));
    const std::string kind = vector.at("kind");
    if (kind == "iterate") {
      CHECK_EQ(iterate(vector.at("times")), vector.at("shared").get<std::string>());
      continue;
    }
    const X25519PrivateKey own = private_from(hex(vector.at("private_key")));
    const auto shared = x25519(own, public_from(hex(vector.at("public_key"))));
    if (kind == "refuse") {
      CHECK_FALSE(shared.has_value());
      continue;
    }
    REQUIRE(shared.has_value());
    CHECK_EQ(hex_lower(shared->expose()), vector.at("shared").get<std::string>());
    if (kind == "agree") {
      CHECK_EQ(hex_lower(x25519_public_key(own)), vector.at("own_public_key").get<std::string>());
    } else {
      REQUIRE_EQ(kind, "multiply");
    }
  }
}

TEST_CASE("two generated X25519 keys agree on one secret") {
  SystemRandom random;
  const X25519PrivateKey alice = x25519_generate(random);
  const X25519PrivateKey bob = x25519_generate(random);
  const auto one = x25519(alice, x25519_public_key(bob));
  const auto two = x25519(bob, x25519_public_key(alice));
  REQUIRE(one.has_value());
  REQUIRE(two.has_value());
  CHECK_EQ(hex_lower(one->expose()), hex_lower(two->expose()));
  CHECK_NE(hex_lower(alice.expose()), hex_lower(bob.expose()));
}

TEST_CASE("a generated X25519 key is made of the randomness it was given") {
  KnownRandom random(counting_bytes(32));
  const X25519PrivateKey key = x25519_generate(random);
  CHECK_EQ(hex_lower(key.expose()), hex_lower(counting_bytes(32)));
}

}  // namespace
}  // namespace agentnet::crypto
