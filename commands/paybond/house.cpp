#include "commands/paybond/house.hpp"

#include <filesystem>

#include "core/auth/api_key.hpp"
#include "core/base/host.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"
#include "core/paybond/redaction.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kEmbedded = "the embedded network";
constexpr std::string_view kRuntime = "native";

std::string source_of(const network::Credential& credential, const std::string& env_file) {
  if (credential.origin == network::kPaybond.api_key_variable) return "process_env";
  if (credential.origin == env_file) return "env_file";
  if (credential.origin == network::kProjectFile) return "project_file";
  return credential.origin.starts_with("--") ? "flag" : "profile";
}

void take_key(const Secret& key, Place& place) {
  const std::string_view text = as_text(key.expose());
  place.key_masked = paybond::mask_api_key(text);
  place.well_formed = auth::is_api_key(text) && text.starts_with(auth::kPaybondPrefix);
}

void describe_local(const Context& context, Place& place) {
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  const auto server = network::find_server(folder, context.files);
  place.local = true;
  place.gateway = server ? server->base_url : std::string(kEmbedded);
  place.source = "local_network";
  place.well_formed = true;
  const Secret key = local_paybond_key(context);
  if (!key.empty()) take_key(key, place);
}

json::Value local_network_of(const Context& context, json::Arena& arena) {
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  const auto server = network::find_server(folder, context.files);
  return json::ObjectBuilder(arena)
      .add("state_dir", std::string_view(folder.path))
      .add("store", network::exists(folder.database()) ? "made" : "not made yet")
      .add_optional("server", server ? std::optional(server->base_url) : std::nullopt)
      .done();
}

}  // namespace

std::string absolute_path(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

Place place_of(const Arguments& arguments, Context& context) {
  const KitSettings kit = kit_settings(arguments, given_from(arguments), context);
  const network::Settings settings = paybond_settings(arguments, context);
  Place place;
  place.env_file = absolute_path(kit.env_file);
  place.env_file_exists = network::exists(kit.env_file);
  place.profile = kit.profile;
  if (settings.is_local()) {
    describe_local(context, place);
    return place;
  }
  place.gateway = settings.base_url->value;
  place.source = "none";
  if (!settings.credential) return place;
  place.source = source_of(*settings.credential, kit.env_file);
  take_key(settings.credential->secret, place);
  return place;
}

json::Value credential_source(const Place& place, json::Arena& arena) {
  json::ObjectBuilder source(arena);
  source.add("source", place.source == "none" ? "missing" : std::string_view(place.source));
  source.add("env_file", std::string_view(place.env_file));
  source.add_optional("profile", place.profile);
  if (!place.key_masked.empty()) source.add("key_masked", std::string_view(place.key_masked));
  return source.done();
}

json::Value diagnostics_of(const Place& place, const std::string& request_id, const Context& context,
                           json::Arena& arena) {
  const HostFacts host = read_host_facts();
  const json::Value platform = json::ObjectBuilder(arena)
                                   .add("os", paybond::lower_ascii(host.operating_system))
                                   .add("arch", std::string_view(host.machine))
                                   .done();
  return json::ObjectBuilder(arena)
      .add("package_name", "agentnet")
      .add("package_version", AGENTNET_VERSION)
      .add("runtime", kRuntime)
      .add("platform", platform)
      .add("config_path", network::paybond_config_folder(context.environment) + "/config.json")
      .add("env_file_path", std::string_view(place.env_file))
      .add("gateway_url", std::string_view(place.gateway))
      .add("request_id", std::string_view(request_id))
      .add("credential_source", credential_source(place, arena))
      .add("local_network", local_network_of(context, arena))
      .done();
}

bool all_ok(const std::vector<Check>& checks) {
  for (const Check& check : checks) {
    if (!check.ok) return false;
  }
  return true;
}

json::Value checks_value(const std::vector<Check>& checks, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const Check& check : checks) {
    json::ObjectBuilder entry(arena);
    entry.add("name", std::string_view(check.name)).add_boolean("ok", check.ok);
    entry.add("message", std::string_view(check.message));
    if (!check.hint.empty()) entry.add("hint", std::string_view(check.hint));
    if (!check.command.empty()) entry.add("command", std::string_view(check.command));
    list.add(entry.done());
  }
  return list.done();
}

std::string checks_text(const std::vector<Check>& checks) {
  std::string text;
  for (const Check& check : checks) {
    text += (check.ok ? "ok    " : "FAIL  ") + check.name + ": " + printable(check.message) + "\n";
    if (!check.hint.empty()) text += "        " + printable(check.hint) + "\n";
  }
  return text;
}

}  // namespace agentnet::commands
