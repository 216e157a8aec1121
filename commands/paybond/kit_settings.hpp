// What the kit's configuration (core/network/paybond_config.hpp) adds to the settings of a `paybond` command.
//
// A profile of that file is named as those of agentnet's own: --profile, else AGENTNET_PROFILE. When only the
// kit's file has it, nothing of an agentnet profile counts: a key of one must not go to a gateway of the
// other.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "commands/command.hpp"
#include "core/network/settings.hpp"

namespace agentnet::commands {

inline constexpr std::string_view kDefaultEnvFile = ".env.local";
inline constexpr std::size_t kMaxEnvFileBytes = 1024 * 1024;
inline constexpr std::string_view kEnvFileVariable = "PAYBOND_ENV_FILE";

struct KitSettings {
  std::string env_file;  // of --env-file, PAYBOND_ENV_FILE, the profile, the file's values, or the default
  std::optional<network::Setting> gateway = {};
  std::optional<std::string> profile = {};  // that was named
  bool hides_profile = false;               // only the kit's file has it
};

// Throws Error usage/bad_config for a file with faults.
KitSettings kit_settings(const Arguments& arguments, const network::Given& given, const Context& context);

// Has network::resolve look for no profile; `added` are variables that stand over the environment.
void hide_profile(network::Given& given, std::map<std::string, std::string, std::less<>>& added);
// The kit's gateway where no other is set, but not for a key that stands in a file of agentnet's.
void add_kit_settings(const KitSettings& kit, network::Settings& settings);

// The key of this user's local network: of its server, else of its state folder; empty when there is none.
Secret local_paybond_key(const Context& context);
// Takes the local network's own key out of the settings when they name no gateway, so that they mean it.
void prefer_local_network(network::Settings& settings, const Context& context);

}  // namespace agentnet::commands
