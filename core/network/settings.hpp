// Where a network is reached, and with which credential.
//
// Each value comes from the first of these that has it: a flag, the environment, the project file, the
// profile (core/network/config_file.hpp for both), the default. Each keeps a short phrase that says which it
// was, such as "--base-url", "SBN_API_KEY", ".agentnet.json", "profile work" or "default", so that an error
// can name the source.
//
// A credential without a base URL is for the hosted network. Neither of them means the local network: a
// server of this user that is up, or the one inside the command.
//
// A project file may come with somebody else's work. So it may set a base URL only for a credential that
// stands in it too, and name a signing key only inside its own folder.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/environment.hpp"
#include "core/base/filesystem.hpp"
#include "core/base/secret.hpp"
#include "core/network/config_file.hpp"

namespace agentnet::network {

inline constexpr std::chrono::milliseconds kDefaultTimeout{10'000};  // without a byte coming or going
inline constexpr int kDefaultRetries = 2;                            // beside the first attempt
inline constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;  // of an API key's or a signing key's file

// What a network is called and where its tool looks.
struct NetworkNames {
  std::string_view name;  // of kNetworks
  std::string_view base_url_variable;
  std::string_view api_key_variable;
  std::string_view tenant_variable;
  std::string_view hosted;  // the base URL when only a credential is known
};

inline constexpr NetworkNames kSbn{"sbn", "SBN_BASE_URL", "SBN_API_KEY", "SBN_TENANT_ID",
                                   "https://api.smartblocks.network"};

// The tenant of a Paybond key is what the gateway says it is; nothing here may name another.
inline constexpr NetworkNames kPaybond{"paybond", "PAYBOND_GATEWAY_URL", "PAYBOND_API_KEY", "",
                                       "https://api.paybond.ai"};

// What flags gave.
struct Given {
  std::optional<std::string> config;        // --config
  std::optional<std::string> profile;       // --profile
  std::optional<std::string> base_url;      // --base-url
  std::optional<std::string> api_key_file;  // --api-key-file; "-" is standard input
  Secret api_key;                           // --api-key; empty: not given
  std::optional<std::string> tenant;        // --tenant
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<int> retries;
};

struct Setting {
  std::string value;
  std::string origin;
};

enum class CredentialKind : std::uint8_t { api_key, bearer, signing_key };

struct Credential {
  CredentialKind kind = CredentialKind::api_key;
  Secret secret;       // the key, the token, or the PEM text of the signing key
  std::string origin;  // "SBN_API_KEY", "--api-key-file key.txt"
  // Of signing keys: what their tokens say. Issuer and audience are always there; the others are empty where
  // nothing was said, which means the default of auth::TokenOptions.
  std::string signing_key_file = {};
  std::string issuer = {};
  std::string audience = {};
  std::string kid = {};
  std::string subject = {};
  std::vector<std::string> scopes = {};
};

struct Settings {
  Setting profile;
  std::string config_path;  // empty when there is no home folder
  std::optional<Setting> base_url;
  std::optional<Credential> credential;
  std::optional<Setting> tenant;
  std::chrono::milliseconds timeout = kDefaultTimeout;
  std::string timeout_origin = "default";
  int retries = kDefaultRetries;
  std::string retries_origin = "default";
  std::vector<std::string> warnings;  // to be said to the user; they hold no secret

  // Neither a base URL nor a credential: the caller picks a local server or the embedded network.
  bool is_local() const { return !base_url && !credential; }
};

// Reads both files and what the credential lies in; `input` is the descriptor of standard input, for "-".
// Throws Error
//   not_found  unknown_profile, no_config (a file that --config names), a key file that is not there
//   usage      bad_config, bad_value, bad_profile; two_credentials when one place names two;
//              project_base_url and project_key_file for what a project file may not do; incomplete_key for
//              a signing key without issuer or audience; bad_pem, bad_key
// No message repeats a secret.
Settings resolve(const NetworkNames& names, const Given& given, const Environment& environment,
                 const Filesystem& files, int input);

// The user's file: the flag's, else config.json in config_folder(). Throws Error failed/no_home.
std::string config_path(const Given& given, const Environment& environment);
// Which profile counts, and why: flag, AGENTNET_PROFILE, the file's "profile", "default". Throws Error
// usage/bad_profile.
Setting choose_profile_of(const ConfigFile& config, const Given& given, const Environment& environment);

// Each value that counts, for people to look at: nothing that stands behind a value is read, and a key is
// "***". First the profile ("profile"), then "<network>.<key>" for those that have a value.
struct ListedValue {
  std::string key;
  std::string value;
  std::string origin;
};
std::vector<ListedValue> list_values(std::span<const NetworkNames> networks, const Given& given,
                                     const Environment& environment, const Filesystem& files);

// The API key in a file, or on standard input for "-": what is left without white space at the ends. Throws
// Error not_found, usage/bad_value.
Secret read_api_key(const std::string& file, const Filesystem& files, int input);
// The PEM text of an Ed25519 private key, which is checked. Throws Error not_found, usage/bad_pem, bad_key.
Secret read_signing_key(const std::string& file, const Filesystem& files, int input);

}  // namespace agentnet::network
