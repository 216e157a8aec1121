#include "commands/paybond/kit_settings.hpp"

#include "commands/network_options.hpp"
#include "core/network/paybond_config.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kProfileVariable = "AGENTNET_PROFILE";
constexpr std::string_view kOfProfile = "profile ";  // how network::resolve names such an origin
constexpr std::string_view kByDefault = "default";

// Without a home folder there is none.
network::PaybondConfig config_if_any(const Context& context) {
  try {
    return network::read_paybond_config(context.environment, context.files);
  } catch (const Error& error) {
    if (error.code() != "no_home") throw;
    return {};
  }
}

bool agentnet_has(const std::string& profile, const network::Given& given, const Context& context) {
  const std::string path = network::config_path(given, context.environment);
  return network::read_config(context.files, path).profiles.contains(profile);
}

// A state folder that cannot be read has no key that anybody could have taken from it.
bool is_local_key(const Secret& key, const Context& context) {
  try {
    return local_paybond_key(context).equals(key);
  } catch (const Error& error) {
    context.diagnostics.info("credential", error.message());
    return false;
  }
}

bool is_of_files(const std::string& origin) {
  return origin.starts_with(kOfProfile) || origin == network::kProjectFile;
}

}  // namespace

KitSettings kit_settings(const Arguments& arguments, const network::Given& given, const Context& context) {
  const network::PaybondConfig config = config_if_any(context);
  KitSettings kit;
  const std::string variable = context.environment.get_or_empty(kProfileVariable);
  kit.profile = given.profile || variable.empty() ? given.profile : variable;
  const bool known = kit.profile && config.section(kit.profile) != nullptr;
  kit.hides_profile = known && !agentnet_has(*kit.profile, given, context);
  const std::string by_variable = context.environment.get_or_empty(kEnvFileVariable);
  auto named = arguments.find(kEnvFileOption.name);
  if (!named && !by_variable.empty()) named = by_variable;
  const auto configured = config.find(kit.profile, network::kEnvFileSetting);
  kit.env_file = named.value_or(configured.value_or(std::string(kDefaultEnvFile)));
  if (const auto gateway = config.find(kit.profile, network::kGatewaySetting)) {
    kit.gateway = network::Setting{*gateway, config.path};
  }
  return kit;
}

void hide_profile(network::Given& given, std::map<std::string, std::string, std::less<>>& added) {
  given.profile.reset();
  added[std::string(kProfileVariable)] = "";
}

void add_kit_settings(const KitSettings& kit, network::Settings& settings) {
  if (kit.hides_profile) {
    settings.profile = {*kit.profile, "the kit's configuration"};
    if (settings.credential && settings.credential->origin.starts_with(kOfProfile))
      settings.credential.reset();
    if (settings.base_url && settings.base_url->origin.starts_with(kOfProfile)) {
      settings.base_url = network::Setting{std::string(network::kPaybond.hosted), std::string(kByDefault)};
    }
  }
  const bool by_default = settings.base_url && settings.base_url->origin == kByDefault;
  if (by_default && !settings.credential) settings.base_url.reset();
  if (!kit.gateway || (settings.base_url && !by_default)) return;
  if (settings.credential && is_of_files(settings.credential->origin)) return;
  settings.base_url = kit.gateway;
}

Secret local_paybond_key(const Context& context) {
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  if (const auto server = network::find_server(folder, context.files)) {
    return Secret(server->credentials.paybond_key.expose());
  }
  if (!network::exists(folder.credentials())) return {};
  std::string text = context.files.read(folder.credentials(), network::kMaxStateFileBytes);
  const network::Credentials credentials = network::read_credentials(text, folder.credentials());
  wipe(text);
  return Secret(credentials.paybond_key.expose());
}

void prefer_local_network(network::Settings& settings, const Context& context) {
  const bool may_be = settings.credential && settings.base_url && settings.base_url->origin == kByDefault;
  if (!may_be || !is_local_key(settings.credential->secret, context)) return;
  context.diagnostics.info("credential", settings.credential->origin + " has the local network's own key");
  settings.credential.reset();
  settings.base_url.reset();
}

}  // namespace agentnet::commands
