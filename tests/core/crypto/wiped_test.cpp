#include "core/crypto/wiped.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <new>

namespace agentnet::crypto {
namespace {

using Key = WipedBytes<32>;

TEST_CASE("wiped bytes begin as zeros") {
  const Key key;
  CHECK_EQ(key.expose().size(), 32U);
  for (const std::uint8_t byte : key.expose())
    CHECK_EQ(byte, 0);
}

TEST_CASE("wiped bytes hold what they were given, and so do their copies") {
  std::array<std::uint8_t, 32> bytes{};
  bytes.fill(7);
  Key key{std::span<const std::uint8_t, 32>(bytes)};
  const Key copy = key;
  key.expose_writable()[0] = 9;
  CHECK_EQ(key.expose()[0], 9);
  CHECK_EQ(copy.expose()[0], 7);
  CHECK_EQ(copy.expose()[31], 7);
}

TEST_CASE("wiped bytes are zeros in memory after their end") {
  // Read through storage that outlives the object; volatile, so that the reads really happen.
  alignas(Key) std::array<unsigned char, sizeof(Key)> storage{};
  Key* key = new (storage.data()) Key;
  for (std::uint8_t& byte : key->expose_writable())
    byte = 0xaa;
  const volatile unsigned char* memory = storage.data();
  CHECK_EQ(static_cast<int>(memory[5]), 0xaa);
  std::destroy_at(key);
  for (std::size_t i = 0; i < storage.size(); ++i)
    CHECK_EQ(static_cast<int>(memory[i]), 0);
}

}  // namespace
}  // namespace agentnet::crypto
