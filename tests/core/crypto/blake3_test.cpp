#include "core/crypto/blake3.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

Bytes message_of(const nlohmann::json& vector) {
  if (vector.contains("input_hex")) return hex(vector.at("input_hex"));
  REQUIRE_EQ(vector.at("input_pattern").get<std::string>(), "byte i = i mod 251");
  return counting_bytes(vector.at("input_len"));
}

TEST_CASE("BLAKE3 of the recorded inputs is the recorded digest") {
  for (const auto& vector : read_vectors("blake3.json")) {
    CAPTURE(vector.at("id"));
    const Bytes message = message_of(vector);
    CHECK_EQ(message.size(), vector.at("input_len").get<std::size_t>());
    CHECK_EQ(hex_lower(blake3(message)), vector.at("blake3_hex").get<std::string>());
  }
}

TEST_CASE("longer output is that of the official vectors") {
  for (const auto& vector : read_vectors("blake3_extended.json")) {
    CAPTURE(vector.at("id"));
    REQUIRE_EQ(vector.at("kind").get<std::string>(), "extended");
    const Bytes expected = hex(vector.at("output"));
    Blake3 hash;
    hash.update(counting_bytes(vector.at("input_len")));
    Bytes output(expected.size());
    hash.digest(output);
    CHECK_EQ(hex_lower(output), hex_lower(expected));
  }
}

TEST_CASE("a longer BLAKE3 output begins with every shorter one") {
  Blake3 hash;
  hash.update(as_bytes("abc"));
  Bytes longest(200);
  hash.digest(longest);
  for (std::size_t length = 0; length < longest.size(); ++length) {
    Bytes output(length);
    hash.digest(output);
    CHECK(std::equal(output.begin(), output.end(), longest.begin()));
  }
  CHECK_EQ(hex_lower(hash.digest()), hex_lower(ByteView(longest).first(32)));
}

TEST_CASE("a BLAKE3 message in pieces has the digest of the whole") {
  const Bytes message = counting_bytes(5000);
  const Blake3Digest whole = blake3(message);
  for (const std::size_t piece : {1U, 63U, 64U, 65U, 1023U, 1024U, 1025U, 4999U}) {
    CAPTURE(piece);
    Blake3 hash;
    for (std::size_t at = 0; at < message.size(); at += piece)
      hash.update(ByteView(message).subspan(at, std::min(piece, message.size() - at)));
    CHECK_EQ(hash.digest(), whole);
  }
}

TEST_CASE("asking a Blake3 for its digest leaves it as it was") {
  Blake3 hash;
  hash.update(as_bytes("ab"));
  CHECK_EQ(hash.digest(), blake3(as_bytes("ab")));
  hash.update(as_bytes("c"));
  CHECK_EQ(hash.digest(), blake3(as_bytes("abc")));
}

TEST_CASE("a Blake3 is ready for a new message after reset") {
  Blake3 hash;
  hash.update(counting_bytes(3000));
  hash.reset();
  hash.update(as_bytes("abc"));
  CHECK_EQ(hash.digest(), blake3(as_bytes("abc")));
}

}  // namespace
}  // namespace agentnet::crypto
