#include "core/crypto/hmac.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

TEST_CASE("HMAC-SHA256 gives the codes of RFC 4231") {
  std::size_t seen = 0;
  for (const auto& vector : read_vectors("hkdf.json")) {
    if (vector.at("kind") != "hmac") continue;  // hkdf_test.cpp checks the rest
    CAPTURE(vector.at("id"));
    ++seen;
    const Bytes key = hex(vector.at("key"));
    const Bytes data = hex(vector.at("data"));
    CHECK_EQ(hex_lower(hmac_sha256(key, data)), vector.at("mac").get<std::string>());
    CHECK(hmac_sha256_matches(key, data, hex(vector.at("mac"))));
  }
  CHECK_GE(seen, 1U);
}

TEST_CASE("one HmacSha256 makes the codes of many messages in pieces") {
  HmacSha256 hmac(as_bytes("key"));
  for (const std::size_t size : {0U, 1U, 64U, 100U}) {
    const Bytes message = counting_bytes(size);
    hmac.update(ByteView(message).first(size / 2));
    hmac.update(ByteView(message).subspan(size / 2));
    CHECK_EQ(hmac.finish(), hmac_sha256(as_bytes("key"), message));
  }
}

TEST_CASE("a code with any bit flipped does not match") {
  const Sha256Digest code = hmac_sha256(as_bytes("key"), as_bytes("message"));
  for_each_flipped_bit(code, [](const Sha256Digest& wrong) {
    CHECK_FALSE(hmac_sha256_matches(as_bytes("key"), as_bytes("message"), wrong));
  });
}

TEST_CASE("a code that is cut or too long does not match") {
  const Sha256Digest code = hmac_sha256(as_bytes("key"), as_bytes("message"));
  Bytes longer(code.begin(), code.end());
  longer.push_back(0);
  CHECK_FALSE(hmac_sha256_matches(as_bytes("key"), as_bytes("message"), longer));
  CHECK_FALSE(hmac_sha256_matches(as_bytes("key"), as_bytes("message"), ByteView(code).first(31)));
  CHECK_FALSE(hmac_sha256_matches(as_bytes("key"), as_bytes("message"), {}));
}

}  // namespace
}  // namespace agentnet::crypto
