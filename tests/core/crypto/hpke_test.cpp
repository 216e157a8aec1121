#include "core/crypto/hpke.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

const Bytes kInfo = hex("696e666f");
const Bytes kAad = hex("616164");
const Bytes kPlaintext = counting_bytes(20);

// A recipient and a sender set up for it, the same in each test.
struct Pair {
  HpkeKeyPair recipient = hpke_derive_key_pair(Bytes(32, 1));
  KnownRandom random{Bytes(32, 2)};
  HpkeSender sender = HpkeSender::setup(recipient.public_key, kInfo, random);

  HpkeReceiver receiver() const {
    return HpkeReceiver::setup(sender.enc(), recipient.private_key, kInfo).value();
  }
};

std::string text_of(const nlohmann::json& vector, const char* name) {
  return vector.at(name);
}

template <typename Side>
void check_exports(const Side& side, const nlohmann::json& exports) {
  for (const auto& entry : exports) {
    Bytes output(entry.at("length").get<std::size_t>());
    side.export_secret(hex(entry.at("context")), output);
    CHECK_EQ(hex_lower(output), text_of(entry, "value"));
  }
}

void check_schedule(const HpkeSchedule& schedule, const nlohmann::json& vector) {
  if (!vector.contains("key")) return;
  CHECK_EQ(hex_lower(schedule.key.expose()), text_of(vector, "key"));
  CHECK_EQ(hex_lower(schedule.base_nonce.expose()), text_of(vector, "base_nonce"));
  CHECK_EQ(hex_lower(schedule.exporter_secret.expose()), text_of(vector, "exporter_secret"));
}

// Seals up to each sequence number listed, as the vectors skip some, and opens all of it on the way.
void check_encryptions(HpkeSender& sender, HpkeReceiver& receiver, const nlohmann::json& encryptions) {
  std::uint64_t sequence = 0;
  for (const auto& entry : encryptions) {
    for (; sequence < entry.at("sequence").get<std::uint64_t>(); ++sequence)
      REQUIRE(receiver.open({}, sender.seal({}, {})).has_value());
    const Bytes aad = hex(entry.at("aad"));
    const Bytes sealed = sender.seal(aad, hex(entry.at("plaintext")));
    ++sequence;
    CHECK_EQ(hex_lower(sealed), text_of(entry, "ciphertext"));
    CHECK_EQ(receiver.open(aad, sealed), hex(entry.at("plaintext")));
  }
}

TEST_CASE("HPKE sets up, seals, opens and exports as the vectors say") {
  for (const auto& vector : read_vectors("hpke.json")) {
    CAPTURE(vector.at("id"));
    REQUIRE_EQ(text_of(vector, "kind"), "base");
    const HpkeKeyPair recipient = hpke_derive_key_pair(hex(vector.at("recipient_ikm")));
    CHECK_EQ(hex_lower(recipient.private_key.expose()), text_of(vector, "recipient_private_key"));
    CHECK_EQ(hex_lower(recipient.public_key), text_of(vector, "recipient_public_key"));
    const HpkeKeyPair ephemeral = hpke_derive_key_pair(hex(vector.at("ephemeral_ikm")));
    CHECK_EQ(hex_lower(ephemeral.private_key.expose()), text_of(vector, "ephemeral_private_key"));

    KnownRandom random(hex(vector.at("ephemeral_ikm")));
    const Bytes info = hex(vector.at("info"));
    HpkeSender sender = HpkeSender::setup(recipient.public_key, info, random);
    CHECK_EQ(hex_lower(sender.enc()), text_of(vector, "enc"));
    auto receiver = HpkeReceiver::setup(sender.enc(), recipient.private_key, info);
    REQUIRE(receiver.has_value());
    check_schedule(sender.schedule(), vector);
    check_schedule(receiver->schedule(), vector);
    check_exports(sender, vector.at("exports"));
    check_encryptions(sender, *receiver, vector.at("encryptions"));
    check_exports(*receiver, vector.at("exports"));
  }
}

TEST_CASE("an HPKE ciphertext with any bit flipped is refused, and the right one opens after that") {
  Pair pair;
  HpkeReceiver receiver = pair.receiver();
  const Bytes sealed = pair.sender.seal(kAad, kPlaintext);
  for_each_flipped_bit(sealed, [&](const Bytes& wrong) { CHECK_FALSE(receiver.open(kAad, wrong)); });
  CHECK_FALSE(receiver.open({}, sealed));
  CHECK_EQ(receiver.open(kAad, sealed), kPlaintext);
}

TEST_CASE("an HPKE ciphertext that is cut is refused") {
  Pair pair;
  HpkeReceiver receiver = pair.receiver();
  const Bytes sealed = pair.sender.seal(kAad, kPlaintext);
  for (std::size_t length = 0; length < sealed.size(); ++length)
    CHECK_FALSE(receiver.open(kAad, ByteView(sealed).first(length)));
}

TEST_CASE("HPKE messages open once and in order only") {
  Pair pair;
  HpkeReceiver receiver = pair.receiver();
  const Bytes first = pair.sender.seal(kAad, kPlaintext);
  const Bytes second = pair.sender.seal(kAad, kPlaintext);
  CHECK_NE(first, second);
  CHECK_FALSE(receiver.open(kAad, second));
  CHECK_EQ(receiver.open(kAad, first), kPlaintext);
  CHECK_FALSE(receiver.open(kAad, first));
  CHECK_EQ(receiver.open(kAad, second), kPlaintext);
}

TEST_CASE("an encapsulated key with any bit flipped opens nothing") {
  Pair pair;
  const Bytes sealed = pair.sender.seal(kAad, kPlaintext);
  // The top bit is no part of the point but of the key schedule, so it counts as well.
  for_each_flipped_bit(pair.sender.enc(), [&](const X25519PublicKey& enc) {
    CHECK_FALSE(hpke_open(enc, pair.recipient.private_key, kInfo, kAad, sealed).has_value());
  });
}

TEST_CASE("another info or recipient opens nothing") {
  Pair pair;
  const Bytes sealed = pair.sender.seal(kAad, kPlaintext);
  const HpkeKeyPair other = hpke_derive_key_pair(Bytes(32, 3));
  CHECK_FALSE(hpke_open(pair.sender.enc(), other.private_key, kInfo, kAad, sealed).has_value());
  CHECK_FALSE(hpke_open(pair.sender.enc(), pair.recipient.private_key, {}, kAad, sealed).has_value());
  CHECK(hpke_open(pair.sender.enc(), pair.recipient.private_key, kInfo, kAad, sealed).has_value());
}

TEST_CASE("points of small order are refused by both HPKE sides") {
  Pair pair;
  for (const auto& vector : read_vectors("x25519.json")) {
    if (vector.at("kind") != "refuse") continue;
    CAPTURE(vector.at("id"));
    const Bytes bytes = hex(vector.at("public_key"));
    X25519PublicKey point{};
    std::copy(bytes.begin(), bytes.end(), point.begin());
    CHECK_FALSE(HpkeReceiver::setup(point, pair.recipient.private_key, kInfo).has_value());
    CHECK_FALSE(hpke_open(point, pair.recipient.private_key, kInfo, kAad, Bytes(32)).has_value());
    SystemRandom random;
    CHECK_EQ(error_code([&] { HpkeSender::setup(point, kInfo, random); }), "bad_key");
  }
}

TEST_CASE("one message is sealed and opened in one call each") {
  SystemRandom random;
  const HpkeKeyPair recipient = hpke_generate_key_pair(random);
  const HpkeSealed sealed = hpke_seal(recipient.public_key, kInfo, kAad, kPlaintext, random);
  CHECK_EQ(hpke_open(sealed.enc, recipient.private_key, kInfo, kAad, sealed.ciphertext), kPlaintext);
  const HpkeSealed again = hpke_seal(recipient.public_key, kInfo, kAad, kPlaintext, random);
  CHECK_NE(again.enc, sealed.enc);
}

TEST_CASE("an HPKE context takes its last message and none after it") {
  Pair pair;
  HpkeSender sender(pair.sender.enc(), pair.sender.schedule(), kMaxHpkeMessages - 1);
  HpkeReceiver receiver(pair.sender.schedule(), kMaxHpkeMessages - 1);
  const Bytes last = sender.seal(kAad, kPlaintext);
  CHECK_EQ(receiver.open(kAad, last), kPlaintext);
  CHECK_EQ(error_code([&] { sender.seal(kAad, kPlaintext); }), "too_many_messages");
  CHECK_EQ(error_code([&] { receiver.open(kAad, last); }), "too_many_messages");
}

TEST_CASE("a kept HPKE context goes on where it stood") {
  Pair pair;
  HpkeReceiver receiver = pair.receiver();
  CHECK(receiver.open(kAad, pair.sender.seal(kAad, kPlaintext)).has_value());
  HpkeSender kept(pair.sender.enc(), pair.sender.schedule(), 1);
  const Bytes next = kept.seal(kAad, kPlaintext);
  CHECK_EQ(next, pair.sender.seal(kAad, kPlaintext));
  CHECK_EQ(receiver.open(kAad, next), kPlaintext);
}

TEST_CASE("HPKE exports to the limit and refuses one byte more") {
  Pair pair;
  Bytes output(8160);
  CHECK_EQ(error_code([&] { pair.sender.export_secret({}, output); }), "");
  output.resize(8161);
  CHECK_EQ(error_code([&] { pair.sender.export_secret({}, output); }), "too_large");
}

TEST_CASE("a key pair is derived from 32 bytes and not from fewer") {
  CHECK_EQ(error_code([] { hpke_derive_key_pair(Bytes(kMinHpkeKeyMaterialBytes)); }), "");
  CHECK_EQ(error_code([] { hpke_derive_key_pair(Bytes(kMinHpkeKeyMaterialBytes - 1)); }), "bad_key");
}

}  // namespace
}  // namespace agentnet::crypto
