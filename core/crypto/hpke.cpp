#include "core/crypto/hpke.hpp"

#include "core/base/error.hpp"
#include "core/crypto/aead.hpp"
#include "core/crypto/hkdf.hpp"

namespace agentnet::crypto {
namespace {

constexpr std::string_view kVersion = "HPKE-v1";
// The suite as each derivation names it: its family and the 16-bit identifiers of section 7.
constexpr std::string_view kKemSuite{"KEM\x00\x20", 5};
constexpr std::string_view kHpkeSuite{"HPKE\x00\x20\x00\x01\x00\x01", 10};
constexpr std::uint8_t kBaseMode = 0;

// LabeledExtract and LabeledExpand of section 4.
HkdfKey labeled_extract(std::string_view suite, ByteView salt, std::string_view label,
                        ByteView key_material) {
  return hkdf_extract(salt, {as_bytes(kVersion), as_bytes(suite), as_bytes(label), key_material});
}

void labeled_expand(std::string_view suite, const HkdfKey& key, std::string_view label, ByteView info,
                    std::span<std::uint8_t> output) {
  // Two bytes hold every length that expand gives; a greater one is cut here and refused there.
  const std::array<std::uint8_t, 2> length = {static_cast<std::uint8_t>(output.size() >> 8),
                                              static_cast<std::uint8_t>(output.size())};
  hkdf_expand(key.expose(), {length, as_bytes(kVersion), as_bytes(suite), as_bytes(label), info}, output);
}

// The shared secret of DHKEM (section 4.1); nullopt when the public key is of small order.
std::optional<WipedBytes<32>> shared_secret(const X25519PrivateKey& own, const X25519PublicKey& other,
                                            const X25519PublicKey& enc, const X25519PublicKey& recipient) {
  const std::optional<WipedBytes<32>> agreed = x25519(own, other);
  if (!agreed) return std::nullopt;
  std::array<std::uint8_t, 64> kem_context{};
  std::copy(enc.begin(), enc.end(), kem_context.begin());
  std::copy(recipient.begin(), recipient.end(), kem_context.begin() + 32);
  WipedBytes<32> secret;
  labeled_expand(kKemSuite, labeled_extract(kKemSuite, {}, "eae_prk", agreed->expose()), "shared_secret",
                 kem_context, secret.expose_writable());
  return secret;
}

// KeySchedule of section 5.1 for base mode, where pre-shared key and its name are empty.
HpkeSchedule key_schedule(const WipedBytes<32>& shared, ByteView info) {
  const HkdfKey psk_name_hash = labeled_extract(kHpkeSuite, {}, "psk_id_hash", {});
  const HkdfKey info_hash = labeled_extract(kHpkeSuite, {}, "info_hash", info);
  Bytes context = {kBaseMode};
  context.insert(context.end(), psk_name_hash.expose().begin(), psk_name_hash.expose().end());
  context.insert(context.end(), info_hash.expose().begin(), info_hash.expose().end());
  const HkdfKey secret = labeled_extract(kHpkeSuite, shared.expose(), "secret", {});
  HpkeSchedule schedule;
  labeled_expand(kHpkeSuite, secret, "key", context, schedule.key.expose_writable());
  labeled_expand(kHpkeSuite, secret, "base_nonce", context, schedule.base_nonce.expose_writable());
  labeled_expand(kHpkeSuite, secret, "exp", context, schedule.exporter_secret.expose_writable());
  return schedule;
}

// The base nonce with the sequence number, big-endian, added without carry to its end (section 5.2).
std::array<std::uint8_t, 12> nonce_of(const HpkeSchedule& schedule, std::uint64_t sequence) {
  if (sequence >= kMaxHpkeMessages) {
    throw Error(Category::policy, "too_many_messages", "an HPKE context is used up after 2^32 messages");
  }
  std::array<std::uint8_t, 12> nonce{};
  const ByteView base = schedule.base_nonce.expose();
  std::copy(base.begin(), base.end(), nonce.begin());
  for (std::size_t i = nonce.size(); sequence != 0; sequence >>= 8)
    nonce[--i] ^= static_cast<std::uint8_t>(sequence);
  return nonce;
}

void export_from(const HpkeSchedule& schedule, ByteView exporter_context, std::span<std::uint8_t> output) {
  labeled_expand(kHpkeSuite, schedule.exporter_secret, "sec", exporter_context, output);
}

}  // namespace

HpkeKeyPair hpke_derive_key_pair(ByteView key_material) {
  if (key_material.size() < kMinHpkeKeyMaterialBytes) {
    throw Error(Category::usage, "bad_key", "an HPKE key pair is derived from at least 32 bytes");
  }
  HpkeKeyPair pair;
  labeled_expand(kKemSuite, labeled_extract(kKemSuite, {}, "dkp_prk", key_material), "sk", {},
                 pair.private_key.expose_writable());
  pair.public_key = x25519_public_key(pair.private_key);
  return pair;
}

HpkeKeyPair hpke_generate_key_pair(Random& random) {
  WipedBytes<kMinHpkeKeyMaterialBytes> key_material;
  random.fill(key_material.expose_writable());
  return hpke_derive_key_pair(key_material.expose());
}

HpkeSender HpkeSender::setup(const X25519PublicKey& recipient, ByteView info, Random& random) {
  const HpkeKeyPair ephemeral = hpke_generate_key_pair(random);
  const std::optional<WipedBytes<32>> shared =
      shared_secret(ephemeral.private_key, recipient, ephemeral.public_key, recipient);
  if (!shared) {
    throw Error(Category::verification, "bad_key", "the recipient's public key is a point of small order");
  }
  return {ephemeral.public_key, key_schedule(*shared, info), 0};
}

Bytes HpkeSender::seal(ByteView aad, ByteView plaintext) {
  Bytes sealed = aead_seal(schedule_.key.expose(), nonce_of(schedule_, sequence_), aad, plaintext);
  ++sequence_;
  return sealed;
}

void HpkeSender::export_secret(ByteView exporter_context, std::span<std::uint8_t> output) const {
  export_from(schedule_, exporter_context, output);
}

std::optional<HpkeReceiver> HpkeReceiver::setup(const X25519PublicKey& enc,
                                                const X25519PrivateKey& private_key, ByteView info) {
  const std::optional<WipedBytes<32>> shared =
      shared_secret(private_key, enc, enc, x25519_public_key(private_key));
  if (!shared) return std::nullopt;
  return HpkeReceiver(key_schedule(*shared, info), 0);
}

std::optional<Bytes> HpkeReceiver::open(ByteView aad, ByteView ciphertext) {
  std::optional<Bytes> opened =
      aead_open(schedule_.key.expose(), nonce_of(schedule_, sequence_), aad, ciphertext);
  if (opened) ++sequence_;
  return opened;
}

void HpkeReceiver::export_secret(ByteView exporter_context, std::span<std::uint8_t> output) const {
  export_from(schedule_, exporter_context, output);
}

HpkeSealed hpke_seal(const X25519PublicKey& recipient, ByteView info, ByteView aad, ByteView plaintext,
                     Random& random) {
  HpkeSender sender = HpkeSender::setup(recipient, info, random);
  return {sender.enc(), sender.seal(aad, plaintext)};
}

std::optional<Bytes> hpke_open(const X25519PublicKey& enc, const X25519PrivateKey& private_key, ByteView info,
                               ByteView aad, ByteView ciphertext) {
  std::optional<HpkeReceiver> receiver = HpkeReceiver::setup(enc, private_key, info);
  if (!receiver) return std::nullopt;
  return receiver->open(aad, ciphertext);
}

}  // namespace agentnet::crypto
