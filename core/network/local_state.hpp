// The state folder of the local network (mode 0700, files 0600):
//
//   network.db            the store
//   credentials.json      {"tenant_id", "api_keys": {"sbn", "paybond"}}: the keys that this user's commands
//                         use by default; a file of an earlier release has no "paybond" until it is opened
//   validator-N.pem       the private keys of the local validators, N from 1 to kValidators
//   harbor.pem            the private key that signs Paybond's ledger and its capabilities
//   setup.lock            held while the above are made
//   server.lock, server.json   of a running server (server_record.hpp)
//
// Everything is made on first use, by whichever process comes first.
#pragma once

#include <string>
#include <vector>

#include "core/base/filesystem.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"

namespace agentnet::network {

inline constexpr std::size_t kValidators = 3;
inline constexpr std::size_t kMaxStateFileBytes = 64 * 1024;
inline constexpr std::string_view kLocalTenant = "local";

struct StateFolder {
  std::string path;

  // Throws Error usage/not_a_folder when the path names something else.
  static StateFolder at(std::string path);

  std::string file(std::string_view name) const { return path + "/" + std::string(name); }
  std::string database() const { return file("network.db"); }
  std::string credentials() const { return file("credentials.json"); }
  std::string validator(std::size_t number) const;  // from 1
  std::string harbor() const { return file("harbor.pem"); }
  std::string setup_lock() const { return file("setup.lock"); }
};

struct Credentials {
  std::string tenant_id;
  Secret sbn_key;
  Secret paybond_key = {};  // empty: an earlier release wrote the file
};

Credentials copy_of(const Credentials& credentials);
// As JSON, and back. Throws Error failed/bad_state when the text is not such an object.
Secret write_credentials(const Credentials& credentials);
Credentials read_credentials(std::string_view text, const std::string& path);
// The same of a document that has further members, and the text as such a document.
Credentials credentials_in(const json::Value& document, const std::string& path);
json::Document parse_state(std::string_view text, const std::string& path);
// {"sbn", "paybond"}: the keys alone, those that are there. Refers to the credentials.
json::Value api_keys_of(const Credentials& credentials, json::Arena& arena);
// Indented, with a final newline. The caller's value may hold secrets; no copy of the text is left behind.
Secret secret_text(const json::Value& document);

// The validators' keys; makes those that are missing. To be called with setup.lock held unless all are there.
std::vector<crypto::SigningKey> load_validators(const StateFolder& folder, const Filesystem& files,
                                                Random& random);
// Harbor's key; made when it is missing, with setup.lock held as above.
crypto::SigningKey load_harbor_key(const StateFolder& folder, const Filesystem& files, Random& random);
// The validators' public keys only, of a folder that may not have them: then none.
std::vector<crypto::PublicKey> read_validator_keys(const StateFolder& folder, const Filesystem& files);

// Whether the path names something.
bool exists(const std::string& path);

}  // namespace agentnet::network
