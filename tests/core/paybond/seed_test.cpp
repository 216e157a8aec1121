#include "core/paybond/seed.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

const Bytes kSeed = [] {
  Bytes seed(kSeedBytes);
  for (std::size_t i = 0; i < seed.size(); ++i)
    seed[i] = static_cast<std::uint8_t>(200 + i);
  return seed;
}();

TEST_CASE("a seed is read from each of its forms") {
  const auto read = [](std::string_view text) { return hex_lower(read_seed(text).expose()); };
  const std::string expected = hex_lower(kSeed);
  CHECK_EQ(read(as_text(kSeed)), expected);
  CHECK_EQ(read(hex_lower(kSeed) + "\n"), expected);
  CHECK_EQ(read(" " + hex_upper(kSeed)), expected);
  CHECK_EQ(read(base64_encode(kSeed, Base64::standard) + "\n"), expected);
  CHECK_EQ(read(base64_encode(kSeed, Base64::url)), expected);
  const Secret pem = crypto::SigningKey::from_seed(Secret(kSeed)).to_pem();
  CHECK_EQ(read(as_text(pem.expose())), expected);
}

TEST_CASE("a seed of another length or form is refused without being shown") {
  const auto message = [](const std::string& text) -> std::string {
    try {
      read_seed(text);
      return "";
    } catch (const Error& error) {
      CHECK_EQ(error.code(), "bad_seed");
      return error.message();
    }
  };
  const std::string secret = repeated("c3", 31);
  CHECK_EQ(message(secret), "the seed has 31 bytes and not 32");
  CHECK_EQ(message(repeated("c3", 33)), "the seed has 33 bytes and not 32");
  CHECK_NE(message(""), "");
  CHECK_NE(message("not a seed at all!"), "");
  CHECK_NE(message(std::string(31, '\x01')), "");
  CHECK_NE(message(std::string(33, '\x01')), "");
  CHECK_NE(message("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), "");
  CHECK_EQ(message(secret).find("c3"), std::string::npos);
}

TEST_CASE("keys of seeds that come again are the same, also after many others") {
  SeedKeys keys;
  const auto key_of = [&keys](int n) {
    return keys.of_hex(hex_lower(Bytes(kSeedBytes, static_cast<std::uint8_t>(n)))).public_key();
  };
  const crypto::PublicKey first = key_of(1);
  for (int n = 2; n < 20; ++n)
    CHECK_NE(key_of(n), first);
  CHECK_EQ(key_of(1), first);
  CHECK_EQ(error_code([&] { keys.of_hex("0g"); }), "bad_seed");
  CHECK_EQ(error_code([&] { keys.of_hex(repeated("01", 31)); }), "bad_seed");
}

}  // namespace
}  // namespace agentnet::paybond
