// What all signed artefacts share: SHA-256 of a canonical text, an Ed25519 signature over the 32 bytes of it,
// and both with the public key in hexadecimal digits inside the document (wire reference paybond 10).
//
//   "signing_algorithm": "ed25519-sha256-json-v1",
//   "message_digest_sha256_hex": 64 digits,
//   "signing_public_key_ed25519_hex": 64 digits,
//   "ed25519_signature_hex": 128 digits
//
// The key inside shows only that the document is whole; who signed is known when the key is a trusted one.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/crypto/brief_key.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kSealAlgorithm = "ed25519-sha256-json-v1";

// A negative answer is a value. Reasons are words that scripts may match: malformed, digest_mismatch,
// bad_signature, untrusted_key, and those that each artefact adds.
struct Verdict {
  bool valid = false;
  std::string reason;   // empty when valid
  std::string message;  // what exactly, for people; may quote names of fields, never their content

  static Verdict yes() { return {true, {}, {}}; }
  static Verdict no(std::string why, std::string what) { return {false, std::move(why), std::move(what)}; }
};

// Checks the four members of `document` against the canonical text it was reduced to. Without trusted keys
// (an empty list) any key counts.
Verdict check_seal(const json::Value& document, std::string_view canonical,
                   std::span<const crypto::PublicKey> trusted);

// Whether the key of that text, 64 digits of either case, is one of them.
bool is_trusted(std::string_view key_hex, std::span<const crypto::PublicKey> trusted);

// A signature over 32 bytes, key and signature in hexadecimal digits of either case with white space around
// them. nullopt when one of them is not of that form.
std::optional<bool> verify_hex(ByteView digest, std::string_view key_hex, std::string_view signature_hex);

// The canonical object with the four members behind its own.
std::string seal(std::string_view canonical, const crypto::KeyView& key);

// Runs a check and turns Error usage/malformed into that verdict.
Verdict judge(const std::function<Verdict()>& check);

}  // namespace agentnet::paybond
