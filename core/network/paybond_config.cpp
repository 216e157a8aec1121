#include "core/network/paybond_config.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/network/config_file.hpp"
#include "core/network/places.hpp"
#include "core/paybond/gateway.hpp"
#include "core/paybond/redaction.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::network {
namespace {

constexpr std::string_view kValues = "values";
constexpr std::string_view kProfiles = "profiles";
constexpr std::string_view kEmptyFile = "{\n  \"values\": {},\n  \"profiles\": {}\n}\n";
constexpr std::string_view kSecretMask = "***";

[[noreturn]] void bad_config(const std::string& path, const std::string& what) {
  throw Error(Category::usage, "bad_config", path + ": " + what);
}

std::string path_of(const Environment& environment) {
  return paybond_config_folder(environment) + "/config.json";
}

json::Value parse_config(const std::string& text, const std::string& path, json::Arena& arena) {
  json::Parser parser;
  json::Value root;
  try {
    root = parser.parse(text, arena);
  } catch (const Error& error) {
    throw Error(Category::usage, "bad_config", path + ": " + error.message(), {}, error.details());
  }
  std::optional<json::Value> repeated;
  root = json::without_duplicates(root, arena, &repeated);
  if (repeated) bad_config(path, "the member '" + std::string(repeated->text()) + "' appears twice");
  if (!root.is_object()) bad_config(path, "must be a JSON object");
  return root;
}

PaybondValues values_of(const json::Value& object, const std::string& path, const std::string& where) {
  if (!object.is_object()) bad_config(path, where + " must be an object");
  if (object.members().size() > kMaxSettings) {
    bad_config(path, where + " has more than " + std::to_string(kMaxSettings) + " members");
  }
  PaybondValues values;
  for (const json::Member& member : object.members()) {
    const std::string name(member.name.text());
    if (!member.value.is_string()) bad_config(path, where + ", " + name + " must be a string");
    values.emplace_back(name, member.value.text());
  }
  return values;
}

PaybondConfig config_of(const json::Value& root, const std::string& path) {
  PaybondConfig config{.path = path};
  if (const json::Value* values = root.find(kValues)) {
    config.values = values_of(*values, path, std::string(kValues));
  }
  const json::Value* profiles = root.find(kProfiles);
  if (profiles == nullptr) return config;
  if (!profiles->is_object()) bad_config(path, "profiles must be an object");
  if (profiles->members().size() > kMaxProfiles) {
    bad_config(path, "there are more than " + std::to_string(kMaxProfiles) + " profiles");
  }
  for (const json::Member& member : profiles->members()) {
    const std::string name(member.name.text());
    config.profiles.emplace_back(name, values_of(member.value, path, "profile " + name));
  }
  return config;
}

json::Value member_or_empty(const json::Value& object, std::string_view name, json::Arena& arena) {
  const json::Value* found = object.find(name);
  return found != nullptr ? *found : json::ObjectBuilder(arena).done();
}

// `section` with the change made.
json::Value changed(const json::Value& section, std::string_view key, const std::optional<std::string>& value,
                    json::Arena& arena) {
  if (!value) return json::without_member(section, key, arena);
  if (section.find(key) == nullptr && section.members().size() == kMaxSettings) {
    throw Error(Category::usage, "too_many_settings",
                "there are " + std::to_string(kMaxSettings) + " values already");
  }
  return json::with_member(section, arena.copy(key), json::Value::string(arena, *value), arena);
}

// Names that hold a secret, by what the kit masks and by what its answers hide.
bool names_secret(std::string_view key) {
  constexpr std::string_view kProbe = "probe";
  const std::string lower = paybond::lower_ascii(key);
  return paybond::redact_setting(key, kProbe) != kProbe || lower.ends_with("seed") ||
         lower.ends_with("seed_hex") || lower.ends_with("private_key");
}

bool looks_secret(std::string_view value) {
  const auto has = [&](std::string_view part) { return value.find(part) != std::string_view::npos; };
  return has("paybond_sk_") || has("paybond_rk_") || has("-----BEGIN") || value.starts_with("ab1.");
}

bool is_allowed_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxSettingNameBytes &&
         std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace

std::optional<std::string> find_setting(const PaybondValues& values, std::string_view key) {
  for (const auto& [name, value] : values) {
    if (name == key) return value;
  }
  return std::nullopt;
}

const PaybondValues* PaybondConfig::section(const std::optional<std::string>& profile) const {
  if (!profile) return &values;
  for (const auto& [name, section] : profiles) {
    if (name == *profile) return &section;
  }
  return nullptr;
}

std::optional<std::string> PaybondConfig::find(const std::optional<std::string>& profile,
                                               std::string_view key) const {
  const PaybondValues* own = section(profile);
  const std::optional<std::string> value = own == nullptr ? std::nullopt : find_setting(*own, key);
  return value || !profile ? value : find_setting(values, key);
}

PaybondConfig read_paybond_config(const Environment& environment, const Filesystem& files) {
  const std::string path = path_of(environment);
  std::string text;
  try {
    text = files.read(path, kMaxConfigBytes);
  } catch (const Error& error) {
    if (error.category() == Category::not_found) return {.path = path};
    throw;
  }
  json::Arena arena;
  return config_of(parse_config(text, path, arena), path);
}

void check_setting_name(std::string_view key) {
  if (is_allowed_name(key)) return;
  throw Error(Category::usage, "bad_key",
              "'" + std::string(key.substr(0, kMaxSettingNameBytes)) + "' is no name of a value",
              "1 to " + std::to_string(kMaxSettingNameBytes) + " of A-Z a-z 0-9 . _ -");
}

void check_setting(std::string_view key, std::string_view value, bool allow_private) {
  if (names_secret(key) || looks_secret(value)) {
    throw Error(Category::usage, "secret_in_config",
                "a secret is not kept in the configuration, and was not stored",
                "'paybond login' puts the API key into an env file that only you can read");
  }
  const auto fail = [&](const std::string& what) {
    throw Error(Category::usage, "bad_value", std::string(key) + " " + what);
  };
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (value.empty()) fail("is empty");
  if (value.size() > kMaxValueBytes) fail("is longer than " + std::to_string(kMaxValueBytes) + " bytes");
  if (!count_code_points(value)) fail("is not UTF-8");
  if (std::any_of(value.begin(), value.end(), is_control)) fail("holds a control character");
  if (key != kGatewaySetting) return;
  (void)paybond::normalise_gateway(value, allow_private);
  check_value(*find_config_key("base_url"), value);
}

std::string shown_setting(std::string_view key, std::string_view value) {
  const std::string shown = paybond::redact_setting(key, value);
  if (shown != value) return shown;
  if (!value.empty() && (names_secret(key) || looks_secret(value))) return std::string(kSecretMask);
  return shown;
}

bool change_setting(const Environment& environment, const Filesystem& files,
                    const std::optional<std::string>& profile, std::string_view key,
                    const std::optional<std::string>& value) {
  if (profile) check_profile_name(*profile);
  const std::string path = path_of(environment);
  const PaybondConfig before = read_paybond_config(environment, files);  // a faulty file is left alone
  const PaybondValues* own = before.section(profile);
  if (!value && (own == nullptr || !find_setting(*own, key))) return false;
  files.make_private_folder(path.substr(0, path.rfind('/')));
  try {
    files.create_private(path, kEmptyFile);  // a lock needs a file
  } catch (const Error& error) {
    if (error.category() != Category::conflict) throw;
  }
  const auto lock = files.lock(path);
  json::Arena arena;
  const std::string text = files.read(path, kMaxConfigBytes);
  const json::Value root = parse_config(text, path, arena);
  (void)config_of(root, path);
  const json::Value profiles = member_or_empty(root, kProfiles, arena);
  const json::Value section =
      profile ? member_or_empty(profiles, *profile, arena) : member_or_empty(root, kValues, arena);
  const bool had = section.find(key) != nullptr;
  if (profile && profiles.find(*profile) == nullptr && profiles.members().size() == kMaxProfiles) {
    throw Error(Category::usage, "too_many_profiles",
                path + " has " + std::to_string(kMaxProfiles) + " profiles already");
  }
  json::Value after = changed(section, key, value, arena);
  if (profile) after = json::with_member(profiles, arena.copy(*profile), after, arena);
  after = json::with_member(root, profile ? kProfiles : kValues, after, arena);
  const std::string written = json::to_indented(after) + "\n";
  if (written.size() > kMaxConfigBytes) {
    throw Error(Category::usage, "too_large",
                path + " would be larger than " + std::to_string(kMaxConfigBytes) + " bytes");
  }
  files.replace_private(path, written);
  return had;
}

}  // namespace agentnet::network
