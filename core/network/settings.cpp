#include "core/network/settings.hpp"

#include <filesystem>

#include "core/base/error.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/network/places.hpp"

namespace agentnet::network {
namespace {

constexpr std::string_view kProfileVariable = "AGENTNET_PROFILE";
constexpr std::string_view kHidden = "***";

// Where a value stands, the strongest first.
enum class Level : std::uint8_t { flag, environment, project, profile };

struct Found {
  std::string value;
  std::string origin;
  Level level;
};

// The places where the values of one network stand, and the precedence among them.
class Layers {
 public:
  Layers(const NetworkNames& names, const Given& given, const Environment& environment,
         const ProjectFile& project, const ConfigFile& config, const std::string& profile)
      : names_(names), given_(given), environment_(environment), profile_origin_("profile " + profile) {
    if (const auto at = project.networks.find(names.name); at != project.networks.end())
      project_ = &at->second;
    profile_ = find_values(config, profile, names.name);
  }

  std::optional<Found> base_url() const {
    return first("base_url", given_.base_url, "--base-url", names_.base_url_variable);
  }
  std::optional<Found> tenant() const {
    return first("tenant_id", given_.tenant, "--tenant", names_.tenant_variable);
  }

  // The strongest place that names a credential. Throws Error usage/two_credentials when it names two.
  std::optional<Level> credential_level() const {
    if (!given_.api_key.empty() && given_.api_key_file) refuse_two("--api-key", "--api-key-file", "");
    if (!given_.api_key.empty() || given_.api_key_file) return Level::flag;
    if (!environment_.get_or_empty(names_.api_key_variable).empty()) return Level::environment;
    for (const Level level : {Level::project, Level::profile}) {
      const NetworkValues* values = values_at(level);
      if (values == nullptr) continue;
      const bool key = values->has("api_key");
      const bool signing_key = values->has("signing_key_file");
      if (key && signing_key) refuse_two("api_key", "signing_key_file", origin_of(level) + " names ");
      if (key || signing_key) return level;
    }
    return std::nullopt;
  }

  const NetworkValues* values_at(Level level) const {
    if (level == Level::project) return project_;
    return level == Level::profile ? profile_ : nullptr;
  }
  std::string origin_of(Level level) const {
    if (level == Level::project) return std::string(kProjectFile);
    return level == Level::profile ? profile_origin_ : std::string(names_.api_key_variable);
  }

 private:
  std::optional<Found> first(std::string_view key, const std::optional<std::string>& flag,
                             std::string_view flag_name, std::string_view variable) const {
    if (flag) return checked(key, {*flag, std::string(flag_name), Level::flag});
    const std::string from_environment = environment_.get_or_empty(variable);
    if (!from_environment.empty()) {
      return checked(key, {from_environment, std::string(variable), Level::environment});
    }
    for (const Level level : {Level::project, Level::profile}) {
      const NetworkValues* values = values_at(level);
      if (values != nullptr && values->has(key)) return Found{values->texts.at(key), origin_of(level), level};
    }
    return std::nullopt;
  }

  static Found checked(std::string_view key, Found found) {
    try {
      check_value(*find_config_key(key), found.value);
    } catch (const Error& error) {
      throw Error(error.category(), error.code(), found.origin + ": " + error.message(), error.hint());
    }
    return found;
  }

  [[noreturn]] static void refuse_two(const std::string& one, const std::string& other,
                                      const std::string& who) {
    throw Error(Category::usage, "two_credentials",
                who.empty() ? one + " and " + other + " exclude each other" : who + one + " and " + other,
                "only one of them can be the credential");
  }

  const NetworkNames& names_;
  const Given& given_;
  const Environment& environment_;
  const std::string profile_origin_;
  const NetworkValues* project_ = nullptr;
  const NetworkValues* profile_ = nullptr;
};

Secret copy_of(const Secret& secret) {
  return Secret(secret.expose());
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

// Wipes `text`. Throws Error usage/bad_value that names `origin`.
Secret api_key_from(std::string text, const std::string& origin) {
  const std::string_view key = trimmed(text);
  try {
    check_value(*find_config_key("api_key"), key);
    Secret secret(as_bytes(key));
    wipe(text);
    return secret;
  } catch (const Error& error) {
    wipe(text);
    throw Error(error.category(), error.code(), origin + ": " + error.message());
  }
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (std::string_view rest = trimmed(text); !rest.empty(); rest = trimmed(rest)) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    words.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return words;
}

// Where a signing key lies that a file names: relative to the folder of that file.
std::string path_beside(const std::string& file, const std::string& path) {
  const std::filesystem::path named(path);
  if (named.is_absolute()) return path;
  return (std::filesystem::path(file).parent_path() / named).string();
}

// Somebody else's project must not have a key of this user sign for it.
void require_inside_project(const std::string& path) {
  std::error_code fault;
  const std::filesystem::path folder = std::filesystem::canonical(".", fault);
  const std::filesystem::path key = std::filesystem::weakly_canonical(path, fault);
  const std::filesystem::path below = key.lexically_relative(folder);
  if (!fault && !below.empty() && *below.begin() != "..") return;
  throw Error(Category::usage, "project_key_file",
              std::string(kProjectFile) + " names the signing key '" + path + "' outside its own folder",
              "put the key into a profile: sbn auth login --signing-key-file FILE --issuer I --audience A");
}

Credential signing_key(std::string_view network, const NetworkValues& values, const std::string& origin,
                       const std::string& path, const Filesystem& files) {
  const auto text = [&](std::string_view key) {
    return values.has(key) ? values.texts.at(key) : std::string();
  };
  for (const std::string_view key : {"issuer", "audience"}) {
    if (values.has(key)) continue;
    throw Error(
        Category::usage, "incomplete_key", origin + " names a signing_key_file but no " + std::string(key),
        "set it with 'agentnet config set " + std::string(network) + "." + std::string(key) + " TEXT'");
  }
  return {.kind = CredentialKind::signing_key,
          .secret = read_signing_key(path, files, -1),
          .origin = origin,
          .signing_key_file = path,
          .issuer = text("issuer"),
          .audience = text("audience"),
          .kid = text("kid"),
          .subject = text("subject"),
          .scopes = words_of(text("scopes"))};
}

void warn_of_open_file(const std::string& path, const Filesystem& files, Settings& settings) {
  if (path == "-" || !files.others_may_read(path)) return;
  settings.warnings.push_back(path + " holds a credential and can be read by other users; 'chmod 600 " +
                              path + "' keeps it to you");
}

Credential flag_credential(const Given& given, const Filesystem& files, int input, Settings& settings) {
  if (given.api_key_file) {
    Secret key = read_api_key(*given.api_key_file, files, input);
    warn_of_open_file(*given.api_key_file, files, settings);
    return {.secret = std::move(key), .origin = "--api-key-file " + *given.api_key_file};
  }
  settings.warnings.emplace_back(
      "--api-key shows the key to every user of this machine; --api-key-file does not");
  return {.secret = api_key_from(std::string(as_text(given.api_key.expose())), "--api-key"),
          .origin = "--api-key"};
}

std::optional<Credential> find_credential(const Layers& layers, const NetworkNames& names, const Given& given,
                                          const Environment& environment, const Filesystem& files, int input,
                                          Settings& settings) {
  const std::optional<Level> level = layers.credential_level();
  if (!level) return std::nullopt;
  const std::string origin = layers.origin_of(*level);
  if (*level == Level::flag) return flag_credential(given, files, input, settings);
  if (*level == Level::environment) {
    return Credential{.secret = api_key_from(environment.get_or_empty(names.api_key_variable), origin),
                      .origin = origin};
  }
  const NetworkValues& values = *layers.values_at(*level);
  if (values.has("api_key")) return Credential{.secret = copy_of(values.api_key), .origin = origin};
  const bool of_project = *level == Level::project;
  const std::string path = path_beside(of_project ? std::string(kProjectFile) : settings.config_path,
                                       values.texts.at("signing_key_file"));
  if (of_project) require_inside_project(path);
  Credential credential = signing_key(names.name, values, origin, path, files);
  warn_of_open_file(path, files, settings);
  return credential;
}

// A project's base URL would receive a credential that its author never had.
void guard_base_url(const std::optional<Found>& base_url, const Layers& layers,
                    const std::string& credential) {
  if (!base_url || base_url->level != Level::project) return;
  if (layers.credential_level().value_or(Level::project) == Level::project) return;
  throw Error(Category::usage, "project_base_url",
              std::string(kProjectFile) + " sets the base URL " + base_url->value +
                  " but no credential, and may not have the one from " + credential + " sent there",
              "if you trust it, say so with --base-url " + base_url->value);
}

std::optional<Setting> as_setting(const std::optional<Found>& found) {
  if (!found) return std::nullopt;
  return Setting{found->value, found->origin};
}

// The user's file; without a home folder there is none, unless something asks for it.
ConfigFile load_config(const Given& given, const Environment& environment, const Filesystem& files) {
  std::string path;
  try {
    path = config_path(given, environment);
  } catch (const Error& error) {
    const bool asked = given.profile || !environment.get_or_empty(kProfileVariable).empty();
    if (error.code() != "no_home" || asked) throw;
    return {};
  }
  ConfigFile config = read_config(files, path);
  if (given.config && !config.exists) {
    throw Error(Category::not_found, "no_config", "there is no file " + path + ", which --config names");
  }
  return config;
}

// As choose_profile_of; only the default may be missing.
Setting known_profile(const ConfigFile& config, const Given& given, const Environment& environment) {
  Setting profile = choose_profile_of(config, given, environment);
  if (profile.origin == "default" || config.profiles.contains(profile.value)) return profile;
  throw unknown_profile(config, profile.value, profile.origin);
}

}  // namespace

Settings resolve(const NetworkNames& names, const Given& given, const Environment& environment,
                 const Filesystem& files, int input) {
  const ConfigFile config = load_config(given, environment, files);
  const ProjectFile project = read_project(files);
  Settings settings;
  settings.config_path = config.path;
  settings.profile = known_profile(config, given, environment);
  if (config.exposed) warn_of_open_file(config.path, files, settings);
  if (project.exposed) warn_of_open_file(std::string(kProjectFile), files, settings);

  const Layers layers(names, given, environment, project, config, settings.profile.value);
  const std::optional<Found> base_url = layers.base_url();
  settings.credential = find_credential(layers, names, given, environment, files, input, settings);
  if (settings.credential) guard_base_url(base_url, layers, settings.credential->origin);
  settings.base_url = as_setting(base_url);
  if (settings.credential && !settings.base_url) {
    settings.base_url = Setting{std::string(names.hosted), "default"};
  }
  settings.tenant = as_setting(layers.tenant());
  if (given.timeout) {
    settings.timeout = *given.timeout;
    settings.timeout_origin = "--timeout";
  }
  if (given.retries) {
    settings.retries = *given.retries;
    settings.retries_origin = "--retries";
  }
  return settings;
}

std::string config_path(const Given& given, const Environment& environment) {
  return given.config ? *given.config : config_folder(environment) + "/config.json";
}

Setting choose_profile_of(const ConfigFile& config, const Given& given, const Environment& environment) {
  Setting chosen{std::string(kDefaultProfile), "default"};
  const std::string from_environment = environment.get_or_empty(kProfileVariable);
  if (!config.profile.empty()) chosen = {config.profile, config.path};
  if (!from_environment.empty()) chosen = {from_environment, std::string(kProfileVariable)};
  if (given.profile) chosen = {*given.profile, "--profile"};
  check_profile_name(chosen.value);
  return chosen;
}

std::vector<ListedValue> list_values(std::span<const NetworkNames> networks, const Given& given,
                                     const Environment& environment, const Filesystem& files) {
  const ConfigFile config = load_config(given, environment, files);
  const ProjectFile project = read_project(files);
  const Setting profile = known_profile(config, given, environment);
  std::vector<ListedValue> list = {{"profile", profile.value, profile.origin}};
  for (const NetworkNames& names : networks) {
    const Layers layers(names, given, environment, project, config, profile.value);
    const auto add = [&](std::string_view key, std::string_view value, const std::string& origin) {
      list.push_back({std::string(names.name) + "." + std::string(key), std::string(value), origin});
    };
    const std::optional<Level> level = layers.credential_level();
    const std::optional<Found> base_url = layers.base_url();
    if (base_url) add("base_url", base_url->value, base_url->origin);
    if (level && !base_url) add("base_url", names.hosted, "default");
    const NetworkValues* values = level ? layers.values_at(*level) : nullptr;
    const bool signing = values != nullptr && values->has("signing_key_file");
    if (level && !signing) add("api_key", kHidden, layers.origin_of(*level));
    if (const auto tenant = layers.tenant()) add("tenant_id", tenant->value, tenant->origin);
    for (const ConfigKey& key : config_keys()) {
      if (!signing || !key.of_credential || !values->has(key.name)) continue;
      add(key.name, values->texts.at(key.name), layers.origin_of(*level));
    }
  }
  return list;
}

Secret read_api_key(const std::string& file, const Filesystem& files, int input) {
  if (file == "-") {
    return api_key_from(read_descriptor(input, "standard input", kMaxKeyFileBytes), "standard input");
  }
  return api_key_from(files.read(file, kMaxKeyFileBytes), file);
}

Secret read_signing_key(const std::string& file, const Filesystem& files, int input) {
  const std::string name = file == "-" ? "standard input" : file;
  std::string pem =
      file == "-" ? read_descriptor(input, name, kMaxKeyFileBytes) : files.read(file, kMaxKeyFileBytes);
  try {
    (void)crypto::SigningKey::from_pem(pem);
    Secret secret(as_bytes(pem));
    wipe(pem);
    return secret;
  } catch (const Error& error) {
    wipe(pem);
    throw Error(error.category(), error.code(), name + ": " + error.message(), error.hint());
  }
}

}  // namespace agentnet::network
