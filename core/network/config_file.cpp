#include "core/network/config_file.hpp"

#include <algorithm>
#include <functional>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::network {
namespace {

constexpr ConfigKey kKeys[] = {
    {"base_url", "where the network is reached"},
    {"tenant_id", "the tenant to act for"},
    {"api_key", "the API key to call it with", true, true},
    {"signing_key_file", "an Ed25519 private key that makes tokens, in place of an API key", true},
    {"issuer", "who the tokens are from", true},
    {"audience", "who the tokens are for", true},
    {"kid", "the name of the signing key in the tokens", true},
    {"subject", "whom the tokens speak of", true},
    {"scopes", "what the tokens allow, separated by spaces", true},
};

constexpr std::string_view kEmptyFile = "{}\n";

// A text that may hold keys: wiped when it ends.
struct SecretText {
  std::string text;
  SecretText() = default;
  explicit SecretText(std::string content) : text(std::move(content)) {}
  ~SecretText() { wipe(text); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
};

bool is_network(std::string_view name) {
  return std::find(std::begin(kNetworks), std::end(kNetworks), name) != std::end(kNetworks);
}

std::string keys_text() {
  std::string list;
  for (const ConfigKey& key : kKeys)
    list += (list.empty() ? "" : ", ") + std::string(key.name);
  return list;
}

// Reads one of the two files out of its JSON, and knows what to call it in an error.
class Reader {
 public:
  explicit Reader(const std::string& path) : path_(path) {}

  json::Value parse(std::string_view text, json::Arena& arena) const {
    json::Parser parser;
    json::Value root;
    std::optional<json::Value> repeated;
    try {
      root = parser.parse(text, arena);
    } catch (const Error& error) {
      throw Error(Category::usage, "bad_config", path_ + ": " + error.message(), {}, error.details());
    }
    root = json::without_duplicates(root, arena, &repeated);
    if (repeated) fail("the member '" + std::string(repeated->text()) + "' appears twice");
    if (!root.is_object()) fail("must be a JSON object");
    check_version(root);
    return root;
  }

  std::string text(const json::Value& value, const std::string& where) const {
    if (!value.is_string()) fail(where + " must be a string");
    return std::string(value.text());
  }

  Networks networks(const json::Value& value, const std::string& where, bool is_root) const {
    if (!value.is_object()) fail(where + " must be an object");
    Networks networks;
    for (const json::Member& member : value.members()) {
      const std::string name(member.name.text());
      if (is_root && name == "version") continue;
      if (!is_network(name)) unknown(name, where, "networks: sbn");
      networks.emplace(name, values(member.value, where + ", " + name));
    }
    return networks;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Category::usage, "bad_config", path_ + ": " + what);
  }

  [[noreturn]] void unknown(const std::string& name, const std::string& where,
                            const std::string& hint) const {
    throw Error(Category::usage, "bad_config", path_ + ": " + where + " has an unknown member '" + name + "'",
                hint);
  }

 private:
  NetworkValues values(const json::Value& value, const std::string& where) const {
    if (!value.is_object()) fail(where + " must be an object");
    NetworkValues values;
    for (const json::Member& member : value.members()) {
      const ConfigKey* key = find_config_key(member.name.text());
      if (key == nullptr) unknown(std::string(member.name.text()), where, "members: " + keys_text());
      const std::string place = where + ", " + std::string(key->name);
      if (!member.value.is_string()) fail(place + " must be a string");
      try {
        check_value(*key, member.value.text());
      } catch (const Error& error) {
        throw Error(Category::usage, "bad_config", path_ + ": " + where + ": " + error.message(),
                    error.hint());
      }
      if (key->secret) {
        values.api_key = Secret(as_bytes(member.value.text()));
      } else {
        values.texts.emplace(key->name, member.value.text());
      }
    }
    return values;
  }

  void check_version(const json::Value& root) const {
    const json::Value* version = root.find("version");
    if (version == nullptr) return;
    const std::optional<std::int64_t> number = version->as_int64();
    if (!number || *number < 1) fail("version must be a whole number from 1");
    if (*number <= kConfigVersion) return;
    throw Error(Category::usage, "bad_config",
                path_ + ": version " + std::to_string(*number) + " is newer than this program knows (" +
                    std::to_string(kConfigVersion) + ")",
                "use the agentnet that wrote it, or name another file with --config");
  }

  const std::string& path_;
};

// The content, or nullopt when there is no such file.
std::optional<std::string> read_if_there(const Filesystem& files, const std::string& path) {
  try {
    return files.read(path, kMaxConfigBytes);
  } catch (const Error& error) {
    if (error.category() == Category::not_found) return std::nullopt;
    throw;
  }
}

bool is_profile_name(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxProfileNameBytes &&
         std::all_of(name.begin(), name.end(), allowed);
}

bool holds_key(const Networks& networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [](const auto& entry) { return !entry.second.api_key.empty(); });
}

std::map<std::string, Networks, std::less<>> read_all(const Reader& reader, const json::Value& value) {
  if (!value.is_object()) reader.fail("profiles must be an object");
  if (value.members().size() > kMaxProfiles) {
    reader.fail("there are more than " + std::to_string(kMaxProfiles) + " profiles");
  }
  std::map<std::string, Networks, std::less<>> profiles;
  for (const json::Member& member : value.members()) {
    const std::string name(member.name.text());
    if (!is_profile_name(name)) reader.fail("'" + name + "' is no name of a profile");
    profiles.emplace(name, reader.networks(member.value, "profile " + name, false));
  }
  return profiles;
}

ConfigFile read_profiles(const Reader& reader, const json::Value& root) {
  ConfigFile config;
  for (const json::Member& member : root.members()) {
    const std::string_view name = member.name.text();
    if (name == "version") continue;
    if (name == "profile") {
      config.profile = reader.text(member.value, "profile");
    } else if (name == "profiles") {
      config.profiles = read_all(reader, member.value);
    } else {
      reader.unknown(std::string(name), "the file", "members: version, profile, profiles");
    }
  }
  return config;
}

bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool is_visible_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

// What is wrong with a base URL; empty: nothing. The URL is not repeated, for it may hold a password.
std::string fault_of_url(std::string_view url) {
  if (!is_visible_ascii(url)) return "holds a space or a character that is not ASCII";
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!url.starts_with(scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
    if (authority.find('@') != std::string_view::npos) return "holds a user name or password";
    if (authority.empty() || authority.front() == ':') return "names no host";
    if (rest.find_first_of("?#") != std::string_view::npos) return "has a query or a fragment";
    return {};
  }
  return "does not begin with http:// or https://";
}

// One change of the user's file, from reading it to writing it.
class Change {
 public:
  Change(const Filesystem& files, const std::string& path) : files_(files), path_(path), reader_(path_) {
    if (const std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0) {
      files.make_private_folder(path.substr(0, slash));
    }
    try {
      files.create_private(path, kEmptyFile);  // a lock needs a file
    } catch (const Error& error) {
      if (error.category() != Category::conflict) throw;
    }
    lock_ = files.lock(path);
    before_.text = files.read(path, kMaxConfigBytes);
    root_ = reader_.parse(before_.text, arena_);
    config_ = read_profiles(reader_, root_);  // a file with faults is not written over
    config_.path = path;
  }

  const ConfigFile& config() const { return config_; }
  const json::Value& root() const { return root_; }
  json::Arena& arena() { return arena_; }
  json::Value profiles() const { return object_at(root_, "profiles"); }
  static json::Value object_at(const json::Value& object, std::string_view name) {
    const json::Value* found = object.find(name);
    return found != nullptr ? *found : json::Value();
  }
  // `object` may be null, for an empty one.
  json::Value with(const json::Value& object, std::string_view name, json::Value value) {
    const json::Value base = object.is_null() ? json::ObjectBuilder(arena_).done() : object;
    return json::with_member(base, name, value, arena_);
  }

  void write(const json::Value& root) {
    SecretText after;
    after.text.reserve(before_.text.size() * 2 + kMaxValueBytes * 2);
    json::write_indented(root, after.text);
    after.text += '\n';
    if (after.text.size() > kMaxConfigBytes) {
      throw Error(Category::usage, "too_large",
                  path_ + " would be larger than " + std::to_string(kMaxConfigBytes) + " bytes");
    }
    files_.replace_private(path_, after.text);
  }

 private:
  const Filesystem& files_;
  const std::string path_;
  Reader reader_;
  std::unique_ptr<FileLock> lock_;
  SecretText before_;
  json::Arena arena_;
  json::Value root_;
  ConfigFile config_;
};

void require_profile(const ConfigFile& config, const std::string& name) {
  if (!config.profiles.contains(name)) throw unknown_profile(config, name, {});
}

}  // namespace

std::span<const ConfigKey> config_keys() {
  return kKeys;
}

const ConfigKey* find_config_key(std::string_view name) {
  for (const ConfigKey& key : kKeys) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

const NetworkValues* find_values(const ConfigFile& config, std::string_view profile,
                                 std::string_view network) {
  const auto networks = config.profiles.find(profile);
  if (networks == config.profiles.end()) return nullptr;
  const auto values = networks->second.find(network);
  return values == networks->second.end() ? nullptr : &values->second;
}

ConfigFile read_config(const Filesystem& files, const std::string& path) {
  std::optional<std::string> content = read_if_there(files, path);
  if (!content) return {.path = path};
  const SecretText text(std::move(*content));
  json::Arena arena;
  const Reader reader(path);
  ConfigFile config = read_profiles(reader, reader.parse(text.text, arena));
  config.path = path;
  config.exists = true;
  const bool has_key = std::any_of(config.profiles.begin(), config.profiles.end(),
                                   [](const auto& profile) { return holds_key(profile.second); });
  config.exposed = has_key && files.others_may_read(path);
  return config;
}

ProjectFile read_project(const Filesystem& files, const std::string& path) {
  std::optional<std::string> content = read_if_there(files, path);
  if (!content) return {};
  const SecretText text(std::move(*content));
  json::Arena arena;
  const Reader reader(path);
  ProjectFile project{.exists = true,
                      .networks = reader.networks(reader.parse(text.text, arena), "the file", true)};
  project.exposed = holds_key(project.networks) && files.others_may_read(path);
  return project;
}

void check_value(const ConfigKey& key, std::string_view value) {
  const auto fail = [&](const std::string& what, const std::string& hint = {}) {
    throw Error(Category::usage, "bad_value", std::string(key.name) + " " + what, hint);
  };
  if (value.empty()) fail("is empty");
  if (value.size() > kMaxValueBytes) fail("is longer than " + std::to_string(kMaxValueBytes) + " bytes");
  if (value.find("-----BEGIN") != std::string_view::npos) {
    fail("holds a PEM block where it should not", "signing_key_file takes the name of the file");
  }
  if (has_control_character(value)) fail("holds a control character");
  if (!count_code_points(value)) fail("is not UTF-8");
  if (key.secret && !is_visible_ascii(value)) fail("holds a space or a character that is not ASCII");
  if (key.name != "base_url") return;
  const std::string fault = fault_of_url(value);
  if (!fault.empty()) fail(fault, "for instance https://api.smartblocks.network");
}

void check_profile_name(std::string_view name) {
  if (is_profile_name(name)) return;
  throw Error(Category::usage, "bad_profile",
              "'" + std::string(name.substr(0, kMaxProfileNameBytes)) + "' is no name of a profile",
              "1 to " + std::to_string(kMaxProfileNameBytes) + " of A-Z a-z 0-9 . _ -");
}

std::vector<std::string> change_values(const Filesystem& files, const std::string& path,
                                       const std::string& profile, std::string_view network,
                                       std::span<const ValueChange> changes) {
  check_profile_name(profile);
  for (const ValueChange& change : changes) {
    if (change.value) check_value(*find_config_key(change.key), *change.value);
  }
  const bool sets = std::any_of(changes.begin(), changes.end(),
                                [](const ValueChange& change) { return change.value.has_value(); });
  if (!sets && !read_config(files, path).profiles.contains(profile)) return {};
  Change file(files, path);
  const json::Value profiles = file.profiles();
  const json::Value networks = Change::object_at(profiles, profile);
  json::Value values = Change::object_at(networks, network);
  std::vector<std::string> before;
  for (const ValueChange& change : changes) {
    if (values.find(change.key) != nullptr) before.emplace_back(change.key);
    if (change.value) {
      values = file.with(values, change.key, json::Value::string(*change.value));
    } else if (values.is_object()) {
      values = json::without_member(values, change.key, file.arena());
    }
  }
  if (before.empty() && !sets) return before;
  const bool too_many =
      networks.is_null() && profiles.is_object() && profiles.members().size() == kMaxProfiles;
  if (too_many) {
    throw Error(Category::usage, "too_many_profiles",
                path + " has " + std::to_string(kMaxProfiles) + " profiles already");
  }
  const json::Value changed = values.members().empty() ? json::without_member(networks, network, file.arena())
                                                       : file.with(networks, network, values);
  file.write(file.with(file.root(), "profiles", file.with(profiles, profile, changed)));
  return before;
}

void choose_profile(const Filesystem& files, const std::string& path,
                    const std::optional<std::string>& name) {
  const ConfigFile config = read_config(files, path);  // a fault must not leave an empty file behind
  if (name) require_profile(config, *name);
  if (!name && config.profile.empty()) return;
  Change file(files, path);
  if (!name) return file.write(json::without_member(file.root(), "profile", file.arena()));
  require_profile(file.config(), *name);
  file.write(file.with(file.root(), "profile", json::Value::string(*name)));
}

void remove_profile(const Filesystem& files, const std::string& path, const std::string& name) {
  require_profile(read_config(files, path), name);
  Change file(files, path);
  require_profile(file.config(), name);
  json::Value root =
      file.with(file.root(), "profiles", json::without_member(file.profiles(), name, file.arena()));
  if (file.config().profile == name) root = json::without_member(root, "profile", file.arena());
  file.write(root);
}

Error unknown_profile(const ConfigFile& config, const std::string& name, const std::string& origin) {
  std::string list;
  for (const auto& [known, networks] : config.profiles)
    list += (list.empty() ? "profiles: " : ", ") + known;
  if (list.empty()) list = "there are none yet; 'sbn auth login --profile " + name + "' makes one";
  return {
      Category::not_found, "unknown_profile",
      config.path + " has no profile '" + name + "'" + (origin.empty() ? "" : ", which " + origin + " names"),
      list};
}

}  // namespace agentnet::network
