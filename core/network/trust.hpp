// Trust files: whose signatures on receipts count (core/sbn/rules_receipt.hpp).
//
//   {"version": 1,
//    "keys": [{"key_id": HEX, "public_key": PEM, "label": TEXT}, …]}
//
// A key id is the lower-case hex SHA-256 of the 32 raw bytes of the Ed25519 key, so the two must agree; a
// label is for people to read and may be missing. The reader is strict: other members, members and keys that
// stand twice, other versions and anything that is no such key make the whole file Error usage/bad_trust_file
// with the file's name and the place. A private key, wherever it stands, is usage/private_key; no message
// repeats any of it.
//
// The keys that a user trusts beside the local validators' are pinned: they lie in trust.json in the
// configuration folder (mode 0600), a trust file itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/filesystem.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"

namespace agentnet::network {

inline constexpr std::int64_t kTrustVersion = 1;
inline constexpr std::size_t kMaxTrustBytes = 1024 * 1024;  // of one file
inline constexpr std::size_t kMaxTrustKeys = 1024;          // of one file
inline constexpr std::size_t kMaxTrustLabelBytes = 256;

struct TrustedValidator {
  crypto::PublicKey key;
  std::string label;

  std::string key_id() const;
};
using TrustList = std::vector<TrustedValidator>;

// What verify_receipt takes.
std::vector<crypto::PublicKey> keys_of(const TrustList& list);

// The file's value, and its text with a final newline.
json::Value trust_value(const TrustList& list, json::Arena& arena);
std::string write_trust(const TrustList& list);
// `name` is the file's, for errors.
TrustList read_trust(std::string_view text, const std::string& name);
// A trust file, or PEM public keys, which all get that label. Throws also Error usage/bad_pem, usage/bad_key
// and usage/bad_label.
TrustList read_trust_or_pem(std::string_view text, const std::string& name, const std::string& label = {});

// A text that a user gave in place of a public key. Throws Error usage/private_key when a private key is
// anywhere in it.
void refuse_private_key(std::string_view text, const std::string& name);

// --- pinned keys -------------------------------------------------------------------------------------------

std::string pinned_path(const std::string& config_folder);
// A file that is not there pins none.
TrustList read_pinned(const Filesystem& files, const std::string& path);
// Adds those that are not pinned yet, and makes the file (its folders 0700) where it is missing. Returns what
// was added; one that is pinned already keeps its label. Throws what reading and writing throw, and Error
// usage/bad_trust_file when there would be more than kMaxTrustKeys.
TrustList pin(const Filesystem& files, const std::string& path, const TrustList& list);
// False when no key of that id is pinned.
bool unpin(const Filesystem& files, const std::string& path, std::string_view key_id);

}  // namespace agentnet::network
