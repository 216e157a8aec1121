// The two files that say where networks are and with which credential to call them.
//
// The user's own, $XDG_CONFIG_HOME/agentnet/config.json, has profiles; one of them counts at a time:
//   {"version": 1,
//    "profile": NAME,                                   which profile counts when none is named
//    "profiles": {NAME: {NETWORK: {KEY: TEXT, …}, …}, …}}
// A project's, .agentnet.json in the working folder, has one set of values and no profiles:
//   {"version": 1, NETWORK: {KEY: TEXT, …}, …}
// "version" may be missing. NETWORK is a name of kNetworks and KEY one of config_keys(). Both files are JSON;
// unknown and repeated members, other types, values that break the rules of their key, and versions above
// kConfigVersion are Error usage/bad_config with the file's name, never with a value of it.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.hpp"
#include "core/base/filesystem.hpp"
#include "core/base/secret.hpp"

namespace agentnet::network {

inline constexpr int kConfigVersion = 1;
inline constexpr std::size_t kMaxConfigBytes = 1024 * 1024;  // of one file
inline constexpr std::size_t kMaxProfiles = 256;
inline constexpr std::size_t kMaxProfileNameBytes = 64;
inline constexpr std::size_t kMaxValueBytes = 8 * 1024;  // of one value

inline constexpr std::string_view kNetworks[] = {"sbn", "paybond"};
inline constexpr std::string_view kProjectFile = ".agentnet.json";
inline constexpr std::string_view kDefaultProfile = "default";

struct ConfigKey {
  std::string_view name;       // "base_url"
  std::string_view what;       // a phrase
  bool of_credential = false;  // goes when another credential comes
  bool secret = false;
};
std::span<const ConfigKey> config_keys();
// By its name, or null.
const ConfigKey* find_config_key(std::string_view name);

// One network's values. The key is a Secret; everything else may be shown.
struct NetworkValues {
  std::map<std::string_view, std::string> texts;  // by ConfigKey::name
  Secret api_key;                                 // empty: none

  bool has(std::string_view key) const { return key == "api_key" ? !api_key.empty() : texts.contains(key); }
};
using Networks = std::map<std::string, NetworkValues, std::less<>>;

struct ConfigFile {
  std::string path;
  bool exists = false;
  bool exposed = false;      // it holds a key, and other users may read it
  std::string profile = {};  // empty: not said
  std::map<std::string, Networks, std::less<>> profiles = {};
};

struct ProjectFile {
  bool exists = false;
  bool exposed = false;
  Networks networks = {};
};

// The values of one network in a profile, or null.
const NetworkValues* find_values(const ConfigFile& config, std::string_view profile,
                                 std::string_view network);

// A file that is not there is one without values.
ConfigFile read_config(const Filesystem& files, const std::string& path);
ProjectFile read_project(const Filesystem& files, const std::string& path = std::string(kProjectFile));

// Throws Error usage/bad_value, whose message repeats no secret, when a value cannot be one of that key:
//   all        1 to kMaxValueBytes bytes of UTF-8 without control characters
//   api_key    visible ASCII
//   base_url   http:// or https://, a host, no user name, query or fragment
void check_value(const ConfigKey& key, std::string_view value);
// Throws Error usage/bad_profile unless it is 1 to kMaxProfileNameBytes of A-Z a-z 0-9 . _ -
void check_profile_name(std::string_view name);

// Changes of the user's file. Each reads it, changes it and writes it whole under a lock, and makes it (mode
// 0600, its folders 0700) where it is missing; afterwards only its owner may read it, whatever it was before.
// Members that are not touched stay as they are. They throw what read_config throws and what writing throws.

struct ValueChange {
  std::string_view key;                   // of config_keys()
  std::optional<std::string_view> value;  // nullopt: the value is taken away
};
// Makes the profile when it is missing and something is to be set. Answers with the keys that had a value
// before. Throws Error usage/bad_profile, usage/bad_value.
std::vector<std::string> change_values(const Filesystem& files, const std::string& path,
                                       const std::string& profile, std::string_view network,
                                       std::span<const ValueChange> changes);
// Says which profile counts when none is named; nullopt says nothing again. Throws Error
// not_found/unknown_profile when there is none of that name.
void choose_profile(const Filesystem& files, const std::string& path, const std::optional<std::string>& name);
// With its credentials; one that was chosen is no longer. Throws Error not_found/unknown_profile.
void remove_profile(const Filesystem& files, const std::string& path, const std::string& name);

// The error for a profile that is not in the file, with those that are.
Error unknown_profile(const ConfigFile& config, const std::string& name, const std::string& origin);

}  // namespace agentnet::network
