#include "core/crypto/aead.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <memory>
#include <thread>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

const Bytes kKey = hex("feffe9928665731c6d6a8f9467308308");
const Bytes kNonce = hex("cafebabefacedbaddecaf888");
const Bytes kAad = hex("feedface");
const Bytes kPlaintext = counting_bytes(40);

// AES-128-GCM over zeros without the limit on size: sealed rightly, only too long.
Bytes seal_zeros(std::size_t size) {
  Bytes sealed(size + kAeadTagBytes);
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(),
                                                                           EVP_CIPHER_CTX_free);
  const Bytes plaintext(size);
  int length = 0;
  REQUIRE_EQ(EVP_EncryptInit_ex(context.get(), EVP_aes_128_gcm(), nullptr, kKey.data(), kNonce.data()), 1);
  REQUIRE_EQ(
      EVP_EncryptUpdate(context.get(), sealed.data(), &length, plaintext.data(), static_cast<int>(size)), 1);
  REQUIRE_EQ(EVP_EncryptFinal_ex(context.get(), sealed.data() + size, &length), 1);
  REQUIRE_EQ(EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_AEAD_GET_TAG, kAeadTagBytes, sealed.data() + size),
             1);
  return sealed;
}

TEST_CASE("AES-GCM seals and opens the published cases") {
  for (const auto& vector : read_vectors("aes_gcm.json")) {
    CAPTURE(vector.at("id"));
    REQUIRE_EQ(vector.at("kind").get<std::string>(), "seal");
    const Bytes key = hex(vector.at("key"));
    const Bytes nonce = hex(vector.at("nonce"));
    const Bytes aad = hex(vector.at("aad"));
    const Bytes plaintext = hex(vector.at("plaintext"));
    const Bytes sealed = aead_seal(key, nonce, aad, plaintext);
    CHECK_EQ(hex_lower(sealed),
             vector.at("ciphertext").get<std::string>() + vector.at("tag").get<std::string>());
    CHECK_EQ(aead_open(key, nonce, aad, sealed), plaintext);
  }
}

TEST_CASE("a ciphertext or tag with any bit flipped does not open") {
  for_each_flipped_bit(aead_seal(kKey, kNonce, kAad, kPlaintext), [](const Bytes& wrong) {
    CHECK_FALSE(aead_open(kKey, kNonce, kAad, wrong).has_value());
  });
}

TEST_CASE("another key, nonce or aad does not open") {
  const Bytes sealed = aead_seal(kKey, kNonce, kAad, kPlaintext);
  for_each_flipped_bit(kKey, [&](const Bytes& key) { CHECK_FALSE(aead_open(key, kNonce, kAad, sealed)); });
  for_each_flipped_bit(kNonce,
                       [&](const Bytes& nonce) { CHECK_FALSE(aead_open(kKey, nonce, kAad, sealed)); });
  for_each_flipped_bit(kAad, [&](const Bytes& aad) { CHECK_FALSE(aead_open(kKey, kNonce, aad, sealed)); });
  CHECK_FALSE(aead_open(kKey, kNonce, {}, sealed));
}

TEST_CASE("a ciphertext cut anywhere or with a byte more does not open") {
  Bytes sealed = aead_seal(kKey, kNonce, kAad, kPlaintext);
  for (std::size_t length = 0; length < sealed.size(); ++length)
    CHECK_FALSE(aead_open(kKey, kNonce, kAad, ByteView(sealed).first(length)).has_value());
  sealed.push_back(0);
  CHECK_FALSE(aead_open(kKey, kNonce, kAad, sealed).has_value());
}

TEST_CASE("keys and nonces of other lengths are refused") {
  for (const std::size_t length : {0U, 15U, 17U, 24U, 31U, 33U}) {
    CHECK_EQ(error_code([&] { aead_seal(Bytes(length), kNonce, {}, {}); }), "bad_key");
    CHECK_EQ(error_code([&] { aead_open(Bytes(length), kNonce, {}, Bytes(16)); }), "bad_key");
  }
  for (const std::size_t length : {0U, 8U, 11U, 13U, 16U}) {
    CHECK_EQ(error_code([&] { aead_seal(kKey, Bytes(length), {}, {}); }), "bad_nonce");
    CHECK_EQ(error_code([&] { aead_open(kKey, Bytes(length), {}, Bytes(16)); }), "bad_nonce");
  }
}

TEST_CASE("a message of the largest size passes and one byte more is refused") {
  const Bytes plaintext(kMaxAeadBytes);
  const Bytes sealed = aead_seal(kKey, kNonce, {}, plaintext);
  CHECK(sealed == seal_zeros(kMaxAeadBytes));
  CHECK(aead_open(kKey, kNonce, {}, sealed) == plaintext);
  CHECK_EQ(error_code([&] { aead_seal(kKey, kNonce, {}, Bytes(kMaxAeadBytes + 1)); }), "too_large");
  CHECK_FALSE(aead_open(kKey, kNonce, {}, seal_zeros(kMaxAeadBytes + 1)).has_value());
}

TEST_CASE("aad of the largest size passes and one byte more is refused") {
  Bytes aad(kMaxAeadBytes, 0x5a);
  const Bytes sealed = aead_seal(kKey, kNonce, aad, kPlaintext);
  CHECK(aead_open(kKey, kNonce, aad, sealed) == kPlaintext);
  aad.push_back(0);
  CHECK_EQ(error_code([&] { aead_seal(kKey, kNonce, aad, kPlaintext); }), "too_large");
  CHECK_FALSE(aead_open(kKey, kNonce, aad, sealed).has_value());
}

TEST_CASE("a failed open leaves the next one unharmed") {
  const Bytes sealed = aead_seal(kKey, kNonce, kAad, kPlaintext);
  CHECK_FALSE(aead_open(kKey, kNonce, {}, sealed));
  CHECK_EQ(error_code([&] { aead_open(kKey, {}, {}, sealed); }), "bad_nonce");
  CHECK_EQ(aead_open(kKey, kNonce, kAad, sealed), kPlaintext);
}

TEST_CASE("threads seal at the same time without disturbing each other") {
  const Bytes expected = aead_seal(kKey, kNonce, kAad, kPlaintext);
  const auto count_wrong = [&](int& wrong) {
    for (int i = 0; i < 2'000; ++i)
      wrong += aead_seal(kKey, kNonce, kAad, kPlaintext) == expected ? 0 : 1;
  };
  int wrong_here = 0;
  int wrong_there = 0;
  std::thread other([&] { count_wrong(wrong_there); });
  count_wrong(wrong_here);
  other.join();
  CHECK_EQ(wrong_here + wrong_there, 0);
}

}  // namespace
}  // namespace agentnet::crypto
