// HPKE (RFC 9180), base mode: encryption to the holder of an X25519 key.
//
// One suite: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, AES-128-GCM 0x0001, which is the one of
// MLS cipher suite 1. Base mode proves nothing about who the sender is.
//
// A sender makes a context for one recipient and hands over enc() with the first message. Each seal uses the
// next sequence number, each successful open too: messages are opened in the order they were sealed. Contexts
// are for one thread at a time.
#pragma once

#include <optional>

#include "core/base/random.hpp"
#include "core/crypto/x25519.hpp"

namespace agentnet::crypto {

inline constexpr std::uint64_t kMaxHpkeMessages = std::uint64_t{1} << 32;  // messages under one context
inline constexpr std::size_t kMinHpkeKeyMaterialBytes = 32;  // bytes a key pair is derived from, at least

struct HpkeKeyPair {
  X25519PrivateKey private_key;
  X25519PublicKey public_key;
};

// DeriveKeyPair (section 7.1.3): the same pair for the same material. Throws Error usage/bad_key for less
// than kMinHpkeKeyMaterialBytes.
HpkeKeyPair hpke_derive_key_pair(ByteView key_material);
HpkeKeyPair hpke_generate_key_pair(Random& random);

// What both sides know after the set-up (section 5.1).
struct HpkeSchedule {
  WipedBytes<16> key;
  WipedBytes<12> base_nonce;
  WipedBytes<32> exporter_secret;
};

class HpkeSender {
 public:
  // SetupBaseS. The ephemeral key pair is derived from 32 bytes of `random`. Throws Error
  // verification/bad_key when the recipient's key is a point of small order.
  static HpkeSender setup(const X25519PublicKey& recipient, ByteView info, Random& random);
  // A context that was kept, after `sequence` messages.
  HpkeSender(const X25519PublicKey& enc, const HpkeSchedule& schedule, std::uint64_t sequence)
      : enc_(enc), schedule_(schedule), sequence_(sequence) {}

  // The encapsulated key, from which the recipient makes its context.
  const X25519PublicKey& enc() const { return enc_; }
  const HpkeSchedule& schedule() const { return schedule_; }
  // Throws Error policy/too_many_messages after kMaxHpkeMessages, and what aead_seal throws.
  Bytes seal(ByteView aad, ByteView plaintext);
  // Section 5.3: fills `output` with a secret that both sides can make. Throws Error usage/too_large for more
  // than 8160 bytes.
  void export_secret(ByteView exporter_context, std::span<std::uint8_t> output) const;

 private:
  X25519PublicKey enc_;
  HpkeSchedule schedule_;
  std::uint64_t sequence_;
};

class HpkeReceiver {
 public:
  // SetupBaseR; nullopt when `enc` is a point of small order. Any other wrong key shows at the first open.
  static std::optional<HpkeReceiver> setup(const X25519PublicKey& enc, const X25519PrivateKey& private_key,
                                           ByteView info);
  // A context that was kept, after `sequence` messages.
  HpkeReceiver(const HpkeSchedule& schedule, std::uint64_t sequence)
      : schedule_(schedule), sequence_(sequence) {}

  const HpkeSchedule& schedule() const { return schedule_; }
  // nullopt for anything but the next message, which can then still be opened. Throws Error
  // policy/too_many_messages after kMaxHpkeMessages.
  std::optional<Bytes> open(ByteView aad, ByteView ciphertext);
  void export_secret(ByteView exporter_context, std::span<std::uint8_t> output) const;

 private:
  HpkeSchedule schedule_;
  std::uint64_t sequence_;
};

// One message to one recipient (section 6.1).
struct HpkeSealed {
  X25519PublicKey enc;
  Bytes ciphertext;
};
HpkeSealed hpke_seal(const X25519PublicKey& recipient, ByteView info, ByteView aad, ByteView plaintext,
                     Random& random);
std::optional<Bytes> hpke_open(const X25519PublicKey& enc, const X25519PrivateKey& private_key, ByteView info,
                               ByteView aad, ByteView ciphertext);

}  // namespace agentnet::crypto
