// The configuration of Paybond's own command line, which `paybond` shares with it (wire reference paybond
// 12): $XDG_CONFIG_HOME/paybond/config.json, else ~/.config/paybond/config.json.
//
//   {"values": {KEY: TEXT, …}, "profiles": {NAME: {KEY: TEXT, …}, …}}
//
// Of the keys two count: "gateway", where Paybond is, and "env_file", the file that holds the API key. Others
// are kept for whoever reads them. A secret is no value: it belongs into an env file. What is there already,
// the kit may have written it, is only shown masked.
//
// Members that are not known stay as they are. A file that is not such an object is Error usage/bad_config
// with its name, never with a value of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/environment.hpp"
#include "core/base/filesystem.hpp"

namespace agentnet::network {

inline constexpr std::size_t kMaxSettingNameBytes = 64;
inline constexpr std::size_t kMaxSettings = 256;  // of one profile
inline constexpr std::string_view kGatewaySetting = "gateway";
inline constexpr std::string_view kEnvFileSetting = "env_file";

// In the order of the file.
using PaybondValues = std::vector<std::pair<std::string, std::string>>;

struct PaybondConfig {
  std::string path;  // empty: there is no home folder
  PaybondValues values = {};
  std::vector<std::pair<std::string, PaybondValues>> profiles = {};

  // The values of a profile, or those outside of profiles for none; null when there is no such profile.
  const PaybondValues* section(const std::optional<std::string>& profile) const;
  // Of the profile if it has the key, else of the values outside of profiles.
  std::optional<std::string> find(const std::optional<std::string>& profile, std::string_view key) const;
};
std::optional<std::string> find_setting(const PaybondValues& values, std::string_view key);

// A file that is not there is one without values. Throws Error failed/no_home, usage/bad_config.
PaybondConfig read_paybond_config(const Environment& environment, const Filesystem& files);

// Throws Error usage/bad_key unless it is 1 to kMaxSettingNameBytes of A-Z a-z 0-9 . _ -
void check_setting_name(std::string_view key);
// Throws Error usage: secret_in_config when the key or the value is one of a secret, bad_value unless it is 1
// to kMaxValueBytes bytes of UTF-8 without control characters, bad_gateway for a gateway that is not https,
// but for this machine, and with `allow_private` for private networks.
void check_setting(std::string_view key, std::string_view value, bool allow_private);
// As it may be shown.
std::string shown_setting(std::string_view key, std::string_view value);

// Sets a value, or takes it away for none, and answers whether there was one before. The file (mode 0600, its
// folder 0700) and the profile are made when something is set; it is read, changed and written whole under a
// lock. Throws Error usage/bad_profile, bad_config, too_many_settings,
// too_many_profiles, too_large, and what writing throws.
bool change_setting(const Environment& environment, const Filesystem& files,
                    const std::optional<std::string>& profile, std::string_view key,
                    const std::optional<std::string>& value);

}  // namespace agentnet::network
