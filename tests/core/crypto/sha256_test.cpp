#include "core/crypto/sha256.hpp"

#include <doctest/doctest.h>

#include <thread>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

Bytes message_of(const nlohmann::json& vector) {
  const std::string kind = vector.at("kind");
  if (kind == "bytes") return hex(vector.at("hex"));
  if (kind == "repeated") return Bytes(vector.at("count").get<std::size_t>(), hex(vector.at("byte")).at(0));
  REQUIRE_EQ(kind, "text");
  const std::string text = vector.at("text");
  return {text.begin(), text.end()};
}

TEST_CASE("SHA-256 of the published messages is the published digest") {
  for (const auto& vector : read_vectors("sha256.json")) {
    CAPTURE(vector.at("id"));
    CHECK_EQ(hex_lower(sha256(message_of(vector))), vector.at("sha256").get<std::string>());
  }
}

TEST_CASE("sha256_hex gives the digest in lower-case digits") {
  CHECK_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("a message in pieces has the digest of the whole, wherever it is cut") {
  const Bytes message = counting_bytes(200);
  const Sha256Digest whole = sha256(message);
  for (std::size_t cut = 0; cut <= message.size(); ++cut) {
    Sha256 hash;
    hash.update(ByteView(message).first(cut));
    hash.update(ByteView(message).subspan(cut));
    CHECK_EQ(hash.finish(), whole);
  }
}

TEST_CASE("a Sha256 is ready for a new message after finish and after wipe") {
  Sha256 hash;
  hash.update(as_bytes("something else"));
  hash.finish();
  hash.update(as_bytes("abc"));
  CHECK_EQ(hash.finish(), sha256(as_bytes("abc")));
  hash.update(as_bytes("something else"));
  hash.wipe();
  hash.update(as_bytes("abc"));
  CHECK_EQ(hash.finish(), sha256(as_bytes("abc")));
}

TEST_CASE("a copy of a Sha256 goes on by itself") {
  Sha256 first;
  first.update(as_bytes("ab"));
  Sha256 second = first;
  first.update(as_bytes("c"));
  second.update(as_bytes("x"));
  CHECK_EQ(first.finish(), sha256(as_bytes("abc")));
  CHECK_EQ(second.finish(), sha256(as_bytes("abx")));
}

TEST_CASE("threads hash at the same time without disturbing each other") {
  const Bytes left = counting_bytes(199);
  const Bytes right(300, 0xee);
  const Sha256Digest left_digest = sha256(left);
  const Sha256Digest right_digest = sha256(right);
  const auto count_wrong = [](const Bytes& message, const Sha256Digest& expected, int& wrong) {
    for (int i = 0; i < 20'000; ++i)
      wrong += sha256(message) == expected ? 0 : 1;
  };
  int wrong_left = 0;
  int wrong_right = 0;
  std::thread other([&] { count_wrong(right, right_digest, wrong_right); });
  count_wrong(left, left_digest, wrong_left);
  other.join();
  CHECK_EQ(wrong_left, 0);
  CHECK_EQ(wrong_right, 0);
}

}  // namespace
}  // namespace agentnet::crypto
