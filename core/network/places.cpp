#include "core/network/places.hpp"

#include <string_view>

#include "core/base/error.hpp"

namespace agentnet::network {
namespace {

constexpr std::string_view kFolderName = "/agentnet";
constexpr std::string_view kKitFolderName = "/paybond";
constexpr std::string_view kStateVariable = "AGENTNET_STATE_DIR";

bool is_absolute(std::string_view path) {
  return path.starts_with('/');
}

std::string without_final_slashes(std::string path) {
  while (path.size() > 1 && path.ends_with('/'))
    path.pop_back();
  return path;
}

// The folder of that name below the one that `variable` names, or below `fallback` in the home folder.
std::string folder_below(const Environment& environment, std::string_view variable, std::string_view fallback,
                         std::string_view instead, std::string_view name = kFolderName) {
  const std::string base = environment.get_or_empty(variable);
  if (is_absolute(base)) return without_final_slashes(base) + std::string(name);
  const std::string home = environment.get_or_empty("HOME");
  if (!is_absolute(home)) {
    throw Error(Category::failed, "no_home",
                "HOME is " + std::string(home.empty() ? "not set" : "no absolute path") +
                    ", so there is no place for files of this user",
                "set HOME, or " + std::string(instead));
  }
  return without_final_slashes(home) + std::string(fallback) + std::string(name);
}

}  // namespace

std::string config_folder(const Environment& environment) {
  return folder_below(environment, "XDG_CONFIG_HOME", "/.config", "XDG_CONFIG_HOME, or give --config FILE");
}

std::string paybond_config_folder(const Environment& environment) {
  return folder_below(environment, "XDG_CONFIG_HOME", "/.config", "XDG_CONFIG_HOME", kKitFolderName);
}

std::string state_folder(const Environment& environment, const std::optional<std::string>& chosen) {
  if (chosen && !chosen->empty()) return without_final_slashes(*chosen);
  if (const std::string named = environment.get_or_empty(kStateVariable); !named.empty()) {
    return without_final_slashes(named);
  }
  return folder_below(environment, "XDG_STATE_HOME", "/.local/state", "AGENTNET_STATE_DIR");
}

}  // namespace agentnet::network
