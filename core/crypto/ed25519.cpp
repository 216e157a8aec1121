#include "core/crypto/ed25519.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>

#include "core/base/error.hpp"
#include "core/crypto/pem.hpp"
#include "core/crypto/wiped.hpp"

namespace agentnet::crypto {
namespace {

constexpr std::string_view kPrivateLabel = "PRIVATE KEY";
constexpr std::string_view kPublicLabel = "PUBLIC KEY";

constexpr std::size_t kKeyBytes = 32;  // of a seed and of a public key
constexpr std::array<std::uint8_t, 16> kPrivateV1 = {0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06,
                                                     0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr std::array<std::uint8_t, 16> kPrivateV2 = {0x30, 0x51, 0x02, 0x01, 0x01, 0x30, 0x05, 0x06,
                                                     0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20};
constexpr std::array<std::uint8_t, 3> kPublicOfV2 = {0x81, 0x21, 0x00};
constexpr std::array<std::uint8_t, 12> kPublic = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                                  0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
constexpr std::array<std::uint8_t, 5> kAlgorithm = {0x06, 0x03, 0x2b, 0x65, 0x70};  // 1.3.101.112
constexpr std::string_view kFormHint =
    "openssl pkey writes a plain Ed25519 key in the form that is read here";

[[noreturn]] void fail(const std::string& message, std::string_view hint = {}) {
  throw Error(Category::usage, "bad_key", message, std::string(hint));
}

bool starts_with(ByteView bytes, ByteView prefix) {
  return bytes.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), bytes.begin());
}

// The one block of the text, which must have that label.
Secret read_block(std::string_view pem, std::string_view label) {
  std::vector<PemBlock> blocks = pem_read(pem);
  if (blocks.size() != 1) {
    throw Error(
        Category::usage, "bad_pem",
        "expected one PEM block \"" + std::string(label) + "\", found " + std::to_string(blocks.size()));
  }
  if (blocks[0].label == "ENCRYPTED PRIVATE KEY" && label == kPrivateLabel) {
    fail("the private key is encrypted, and passphrases are not supported",
         "openssl pkey -in KEY -out PLAIN decrypts it");
  }
  if (blocks[0].label != label) {
    fail("expected a PEM block \"" + std::string(label) + "\", found \"" + blocks[0].label + "\"");
  }
  return std::move(blocks[0].bytes);
}

// Says what is wrong with a block that has none of the fixed forms.
[[noreturn]] void fail_for_form(ByteView der) {
  const bool names_ed25519 =
      std::search(der.begin(), der.end(), kAlgorithm.begin(), kAlgorithm.end()) != der.end();
  if (!names_ed25519) fail("the PEM block holds a key of another algorithm than Ed25519");
  fail("the PEM block holds an Ed25519 key in a form that is not supported", kFormHint);
}

}  // namespace

PublicKey PublicKey::from_raw(ByteView raw) {
  if (raw.size() != kKeyBytes) fail("an Ed25519 public key has 32 bytes");
  PublicKey key;
  std::copy(raw.begin(), raw.end(), key.bytes.begin());
  return key;
}

PublicKey PublicKey::from_pem(std::string_view pem) {
  const Secret block = read_block(pem, kPublicLabel);
  const ByteView der = block.expose();
  if (!starts_with(der, kPublic) || der.size() != kPublic.size() + kKeyBytes) fail_for_form(der);
  return from_raw(der.last(kKeyBytes));
}

std::string PublicKey::to_pem() const {
  std::array<std::uint8_t, kPublic.size() + kKeyBytes> der{};
  std::copy(kPublic.begin(), kPublic.end(), der.begin());
  std::copy(bytes.begin(), bytes.end(), der.begin() + kPublic.size());
  return pem_write(kPublicLabel, der);
}

bool verify(const PublicKey& key, ByteView message, ByteView signature) {
  if (signature.size() != crypto_sign_BYTES) return false;
  return crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.bytes.data()) == 0;
}

SigningKey::SigningKey(ByteView seed) {
  WipedBytes<crypto_sign_SECRETKEYBYTES> pair;
  crypto_sign_seed_keypair(public_key_.bytes.data(), pair.expose_writable().data(), seed.data());
  pair_ = Secret(pair.expose());
}

SigningKey SigningKey::generate(Random& random) {
  WipedBytes<kKeyBytes> seed;
  random.fill(seed.expose_writable());
  return SigningKey(seed.expose());
}

SigningKey SigningKey::from_seed(const Secret& seed) {
  if (seed.size() != kKeyBytes) fail("an Ed25519 seed has 32 bytes");
  return SigningKey(seed.expose());
}

SigningKey SigningKey::from_pem(std::string_view pem) {
  const Secret block = read_block(pem, kPrivateLabel);
  const ByteView der = block.expose();
  constexpr std::size_t kV1Bytes = kPrivateV1.size() + kKeyBytes;
  constexpr std::size_t kV2Bytes = kV1Bytes + kPublicOfV2.size() + kKeyBytes;
  if (starts_with(der, kPrivateV1) && der.size() == kV1Bytes) return SigningKey(der.last(kKeyBytes));
  if (!starts_with(der, kPrivateV2) || der.size() != kV2Bytes ||
      !starts_with(der.subspan(kV1Bytes), kPublicOfV2))
    fail_for_form(der);
  SigningKey key(der.subspan(kPrivateV2.size(), kKeyBytes));
  if (key.public_key() != PublicKey::from_raw(der.last(kKeyBytes))) {
    fail("the public key in the PEM block is not the one of its private key");
  }
  return key;
}

Signature SigningKey::sign(ByteView message) const {
  Signature signature{};
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), pair_.expose().data());
  return signature;
}

Secret SigningKey::to_pem() const {
  WipedBytes<kPrivateV1.size() + kKeyBytes> der;
  std::copy(kPrivateV1.begin(), kPrivateV1.end(), der.expose_writable().begin());
  const ByteView seed = expose_seed();
  std::copy(seed.begin(), seed.end(), der.expose_writable().begin() + kPrivateV1.size());
  std::string text = pem_write(kPrivateLabel, der.expose());
  Secret secret(as_bytes(text));
  wipe(text);
  return secret;
}

}  // namespace agentnet::crypto
