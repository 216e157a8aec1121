#include "core/crypto/hkdf.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

TEST_CASE("HKDF-SHA256 gives the keys of RFC 5869") {
  for (const auto& vector : read_vectors("hkdf.json")) {
    CAPTURE(vector.at("id"));
    const std::string kind = vector.at("kind");
    if (kind == "hmac") continue;  // hmac_test.cpp checks those
    REQUIRE_EQ(kind, "hkdf");
    const HkdfKey key = hkdf_extract(hex(vector.at("salt")), {hex(vector.at("ikm"))});
    CHECK_EQ(hex_lower(key.expose()), vector.at("prk").get<std::string>());
    Bytes output(vector.at("length").get<std::size_t>());
    hkdf_expand(key.expose(), {hex(vector.at("info"))}, output);
    CHECK_EQ(hex_lower(output), vector.at("okm").get<std::string>());
  }
}

TEST_CASE("parts of key material and info count as one text") {
  const HkdfKey whole = hkdf_extract(as_bytes("salt"), {as_bytes("labelsecret")});
  const HkdfKey parts = hkdf_extract(as_bytes("salt"), {as_bytes("label"), {}, as_bytes("secret")});
  CHECK_EQ(hex_lower(whole.expose()), hex_lower(parts.expose()));
  Bytes one(70);
  Bytes two(70);
  hkdf_expand(whole.expose(), {as_bytes("info")}, one);
  hkdf_expand(whole.expose(), {as_bytes("in"), as_bytes("fo")}, two);
  CHECK_EQ(one, two);
}

TEST_CASE("a longer expansion begins with every shorter one") {
  const HkdfKey key = hkdf_extract({}, {as_bytes("secret")});
  Bytes longest(100);
  hkdf_expand(key.expose(), {}, longest);
  for (std::size_t length = 0; length < longest.size(); ++length) {
    Bytes output(length);
    hkdf_expand(key.expose(), {}, output);
    CHECK(std::equal(output.begin(), output.end(), longest.begin()));
  }
}

TEST_CASE("expanding to the limit works and one byte more is refused") {
  const HkdfKey key = hkdf_extract({}, {as_bytes("secret")});
  Bytes output(kMaxHkdfBytes);
  CHECK_EQ(error_code([&] { hkdf_expand(key.expose(), {}, output); }), "");
  output.resize(kMaxHkdfBytes + 1);
  CHECK_EQ(error_code([&] { hkdf_expand(key.expose(), {}, output); }), "too_large");
}

TEST_CASE("a key of 32 bytes is expanded and a shorter one refused") {
  const Bytes key(kMinHkdfKeyBytes, 1);
  Bytes output(16);
  CHECK_EQ(error_code([&] { hkdf_expand(key, {}, output); }), "");
  CHECK_EQ(error_code([&] { hkdf_expand(ByteView(key).first(kMinHkdfKeyBytes - 1), {}, output); }),
           "bad_key");
}

}  // namespace
}  // namespace agentnet::crypto
