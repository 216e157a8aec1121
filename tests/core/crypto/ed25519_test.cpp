#include "core/crypto/ed25519.hpp"

#include <doctest/doctest.h>

#include "core/crypto/pem.hpp"
#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

// RFC 8410 section 10.3.
constexpr const char* kSeed = "d4ee72dbf913584ad5b6d8f1f769f8ad3afe7c28cbf1d4fbe097a88f44755842";
constexpr const char* kPublic = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
constexpr const char* kPrivatePem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "-----END PRIVATE KEY-----\n";
constexpr const char* kPublicPem =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n";
constexpr const char* kPrivateWithAttributesPem =
    "-----BEGIN PRIVATE KEY-----\n"
    "MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
    "oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB\n"
    "Z9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PRIVATE KEY-----\n";

SigningKey key_of(const std::string& seed) {
  return SigningKey::from_seed(Secret(hex(seed)));
}

Bytes join(std::initializer_list<std::string_view> parts) {
  Bytes bytes;
  for (const std::string_view part : parts) {
    const Bytes piece = hex(std::string(part));
    bytes.insert(bytes.end(), piece.begin(), piece.end());
  }
  return bytes;
}

std::string private_code(const Bytes& der, std::string_view label = "PRIVATE KEY") {
  return error_code([&] { SigningKey::from_pem(pem_write(label, der)); });
}

std::string public_code(const Bytes& der, std::string_view label = "PUBLIC KEY") {
  return error_code([&] { PublicKey::from_pem(pem_write(label, der)); });
}

const Bytes kDerV1 = join({"302e020100300506032b657004220420", kSeed});
const Bytes kDerV2 = join({"3051020101300506032b657004220420", kSeed, "812100", kPublic});
const Bytes kDerPublic = join({"302a300506032b6570032100", kPublic});

void check_signing(const nlohmann::json& vector) {
  const SigningKey key = key_of(vector.at("seed"));
  const Bytes message = hex(vector.at("message"));
  CHECK_EQ(hex_lower(key.public_key().bytes), vector.at("public_key").get<std::string>());
  CHECK_EQ(hex_lower(key.sign(message)), vector.at("signature").get<std::string>());
  CHECK(verify(PublicKey::from_raw(hex(vector.at("public_key"))), message, hex(vector.at("signature"))));
  const std::string private_pem = vector.at("private_pem");
  const std::string public_pem = vector.at("public_pem");
  CHECK_EQ(as_text(key.to_pem().expose()), private_pem);
  CHECK_EQ(key.public_key().to_pem(), public_pem);
  CHECK_EQ(hex_lower(SigningKey::from_pem(private_pem).expose_seed()), vector.at("seed").get<std::string>());
  CHECK_EQ(PublicKey::from_pem(public_pem), key.public_key());
}

TEST_CASE("Ed25519 signs, verifies and refuses as the vectors say") {
  for (const auto& vector : read_vectors("ed25519.json")) {
    CAPTURE(vector.at("id"));
    const std::string kind = vector.at("kind");
    if (kind == "sign") {
      check_signing(vector);
    } else {
      REQUIRE_EQ(kind, "refuse");
      CHECK_FALSE(verify(PublicKey::from_raw(hex(vector.at("public_key"))), hex(vector.at("message")),
                         hex(vector.at("signature"))));
    }
  }
}

TEST_CASE("a signature with any bit flipped is refused") {
  const SigningKey key = key_of(kSeed);
  for_each_flipped_bit(key.sign(as_bytes("message")), [&](const Signature& wrong) {
    CHECK_FALSE(verify(key.public_key(), as_bytes("message"), wrong));
  });
}

TEST_CASE("a message or public key with any bit flipped is refused") {
  const SigningKey key = key_of(kSeed);
  const Bytes message = counting_bytes(20);
  const Signature signature = key.sign(message);
  CHECK(verify(key.public_key(), message, signature));
  for_each_flipped_bit(message, [&](const Bytes& m) { CHECK_FALSE(verify(key.public_key(), m, signature)); });
  for_each_flipped_bit(key.public_key().bytes, [&](const std::array<std::uint8_t, 32>& wrong) {
    CHECK_FALSE(verify(PublicKey::from_raw(wrong), message, signature));
  });
}

TEST_CASE("a signature of another length is refused") {
  const SigningKey key = key_of(kSeed);
  const Signature signature = key.sign({});
  Bytes longer(signature.begin(), signature.end());
  longer.push_back(0);
  CHECK_FALSE(verify(key.public_key(), {}, longer));
  for (std::size_t length = 0; length < signature.size(); ++length)
    CHECK_FALSE(verify(key.public_key(), {}, ByteView(signature).first(length)));
}

TEST_CASE("seeds and public keys have 32 bytes") {
  for (const std::size_t length : {0U, 31U, 33U, 64U}) {
    CHECK_EQ(error_code([&] { SigningKey::from_seed(Secret(Bytes(length))); }), "bad_key");
    CHECK_EQ(error_code([&] { PublicKey::from_raw(Bytes(length)); }), "bad_key");
  }
}

TEST_CASE("a generated key is made of the randomness it was given") {
  KnownRandom random(hex(kSeed));
  const SigningKey key = SigningKey::generate(random);
  CHECK_EQ(random.used, 32U);
  CHECK_EQ(hex_lower(key.public_key().bytes), kPublic);
}

TEST_CASE("a moved signing key signs as before") {
  SigningKey first = key_of(kSeed);
  const Signature before = first.sign(as_bytes("m"));
  SigningKey second = std::move(first);
  CHECK_EQ(second.sign(as_bytes("m")), before);
  CHECK_EQ(hex_lower(second.public_key().bytes), kPublic);
}

TEST_CASE("the keys of RFC 8410 are read and written") {
  const SigningKey key = SigningKey::from_pem(kPrivatePem);
  CHECK_EQ(hex_lower(key.expose_seed()), kSeed);
  CHECK_EQ(as_text(key.to_pem().expose()), kPrivatePem);
  CHECK_EQ(PublicKey::from_pem(kPublicPem), key.public_key());
  CHECK_EQ(key.public_key().to_pem(), kPublicPem);
}

TEST_CASE("PKCS#8 with the public key behind it is read and written without") {
  const SigningKey key = SigningKey::from_pem(pem_write("PRIVATE KEY", kDerV2));
  CHECK_EQ(hex_lower(key.public_key().bytes), kPublic);
  CHECK_EQ(as_text(key.to_pem().expose()), kPrivatePem);
}

TEST_CASE("PKCS#8 with any bit flipped is refused, except where that makes another seed") {
  for_each_flipped_bit(kDerV2, [](const Bytes& der) { CHECK_EQ(private_code(der), "bad_key"); });
  const std::string seed_of_original = kSeed;
  for_each_flipped_bit(kDerV1, [&](const Bytes& der) {
    if (std::equal(der.begin(), der.begin() + 16, kDerV1.begin())) {
      const SigningKey key = SigningKey::from_pem(pem_write("PRIVATE KEY", der));
      CHECK_NE(hex_lower(key.expose_seed()), seed_of_original);
    } else {
      CHECK_EQ(private_code(der), "bad_key");
    }
  });
}

TEST_CASE("a public key's DER with any bit of its head flipped is refused") {
  for_each_flipped_bit(kDerPublic, [](const Bytes& der) {
    const bool same_head = std::equal(der.begin(), der.begin() + 12, kDerPublic.begin());
    CHECK_EQ(public_code(der), same_head ? "" : "bad_key");
  });
}

TEST_CASE("key DER that is cut or followed by a byte is refused") {
  for (const Bytes& whole : {kDerV1, kDerV2}) {
    for (std::size_t length = 1; length < whole.size(); ++length) {
      const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      CHECK_EQ(private_code(cut), "bad_key");
    }
    Bytes longer = whole;
    longer.push_back(0);
    CHECK_EQ(private_code(longer), "bad_key");
  }
  for (std::size_t length = 1; length < kDerPublic.size(); ++length)
    CHECK_EQ(public_code({kDerPublic.begin(), kDerPublic.begin() + static_cast<std::ptrdiff_t>(length)}),
             "bad_key");
  Bytes longer = kDerPublic;
  longer.push_back(0);
  CHECK_EQ(public_code(longer), "bad_key");
}

TEST_CASE("a key under another PEM label is refused") {
  for (const char* label : {"PUBLIC KEY", "ED25519 PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY",
                            "ENCRYPTED PRIVATE KEY", "private key", "CERTIFICATE"}) {
    CAPTURE(label);
    CHECK_EQ(private_code(kDerV1, label), "bad_key");
  }
  CHECK_EQ(public_code(kDerPublic, "PRIVATE KEY"), "bad_key");
  CHECK_EQ(public_code(kDerPublic, "CERTIFICATE"), "bad_key");
}

TEST_CASE("a text with no PEM block, two blocks or a broken one is refused as PEM") {
  for (const std::string& text :
       {std::string(), std::string("no key here"), std::string(kSeed), std::string(kPrivatePem) + kPrivatePem,
        std::string(kPrivatePem) + kPublicPem, std::string(kPrivatePem, 100)}) {
    CAPTURE(text);
    CHECK_EQ(error_code([&] { SigningKey::from_pem(text); }), "bad_pem");
    CHECK_EQ(error_code([&] { PublicKey::from_pem(text); }), "bad_pem");
  }
}

// The message that refuses a private key.
std::string refusal(const std::string& pem) {
  try {
    SigningKey::from_pem(pem);
    return "";
  } catch (const Error& error) {
    return error.message();
  }
}

TEST_CASE("the refusal of a key says what the key is") {
  const Bytes x25519 = join({"302e020100300506032b656e04220420", kSeed});
  CHECK_NE(refusal(pem_write("PRIVATE KEY", x25519)).find("another algorithm"), std::string::npos);
  CHECK_NE(refusal(pem_write("ENCRYPTED PRIVATE KEY", kDerV1)).find("encrypted"), std::string::npos);
  CHECK_NE(refusal(pem_write("EC PRIVATE KEY", kDerV1)).find("EC PRIVATE KEY"), std::string::npos);
  CHECK_NE(refusal(kPrivateWithAttributesPem).find("form that is not supported"), std::string::npos);
  Bytes other_public = kDerV2;
  other_public.back() ^= 1;
  CHECK_NE(refusal(pem_write("PRIVATE KEY", other_public)).find("not the one of its private key"),
           std::string::npos);
}

TEST_CASE("no refusal shows bytes of the key") {
  Bytes longer = kDerV1;
  longer.push_back(0);
  const std::string message = refusal(pem_write("PRIVATE KEY", longer));
  CHECK_FALSE(message.empty());
  CHECK_EQ(message.find("1O5y2"), std::string::npos);
  CHECK_EQ(message.find("d4ee72"), std::string::npos);
}

}  // namespace
}  // namespace agentnet::crypto
