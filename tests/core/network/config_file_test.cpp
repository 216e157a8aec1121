#include "core/network/config_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace agentnet;
using namespace agentnet::network;
using agentnet::tests::read_file;
using agentnet::tests::TemporaryFolder;

namespace {

constexpr std::string_view kCanary = "canary-0123456789abcdef";
const RealFilesystem kFiles;

// "code: message | hint" of the Error, or "" when there was none; never with the canary in it.
template <typename Work>
std::string fault_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    const std::string text = error.code() + ": " + error.message() + " | " + error.hint();
    CHECK(text.find("canary") == std::string::npos);
    return text;
  }
  return {};
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

struct Place {
  TemporaryFolder folder;
  std::string path = folder.file("below/agentnet/config.json");

  std::string put(std::string_view content) {
    std::filesystem::create_directories(folder.file("below/agentnet"));
    return folder.put("below/agentnet/config.json", content);
  }
  std::vector<std::string> change(const std::string& profile, const std::vector<ValueChange>& changes) const {
    return change_values(kFiles, path, profile, "sbn", changes);
  }
  nlohmann::ordered_json json() const { return nlohmann::ordered_json::parse(read_file(path)); }
};

std::string_view key_of(const NetworkValues& values) {
  return as_text(values.api_key.expose());
}

}  // namespace

TEST_CASE("a file that is not there has no values") {
  const Place place;
  const ConfigFile config = read_config(kFiles, place.path);
  CHECK_FALSE(config.exists);
  CHECK(config.path == place.path);
  CHECK(config.profiles.empty());
  CHECK_FALSE(read_project(kFiles, place.folder.file(".agentnet.json")).exists);
}

TEST_CASE("profiles are read with all their values") {
  Place place;
  place.put(R"({"version": 1, "profile": "work", "profiles": {"work": {"sbn": {
      "base_url": "https://a.example/x", "api_key": "canary-0123456789abcdef", "tenant_id": "t",
      "signing_key_file": "k.pem", "issuer": "i", "audience": "a", "kid": "k", "subject": "s", "scopes": "x y"}},
      "empty": {}, "half": {"sbn": {}}}})");
  const ConfigFile config = read_config(kFiles, place.path);
  CHECK(config.exists);
  CHECK(config.profile == "work");
  CHECK(config.profiles.size() == 3);
  const NetworkValues* values = find_values(config, "work", "sbn");
  REQUIRE(values != nullptr);
  CHECK(key_of(*values) == kCanary);
  CHECK(values->texts.size() == 8);
  CHECK(values->texts.at("scopes") == "x y");
  for (const ConfigKey& key : config_keys())
    CHECK(values->has(key.name));
  CHECK(find_values(config, "empty", "sbn") == nullptr);
  CHECK(find_values(config, "half", "sbn") != nullptr);
  CHECK(find_values(config, "none", "sbn") == nullptr);
}

TEST_CASE("a project file has values without profiles") {
  TemporaryFolder folder;
  const std::string path =
      folder.put(".agentnet.json", R"({"version":1,"sbn":{"base_url":"http://h","api_key":"k"}})");
  const ProjectFile project = read_project(kFiles, path);
  CHECK(project.exists);
  CHECK(project.networks.at("sbn").texts.at("base_url") == "http://h");
  CHECK(key_of(project.networks.at("sbn")) == "k");
  folder.put(".agentnet.json", R"({"profiles":{}})");
  CHECK(contains(fault_of([&] { (void)read_project(kFiles, path); }), "unknown member 'profiles'"));
}

TEST_CASE("every fault of a file is told with the file's name and without a value") {
  Place place;
  const std::pair<const char*, const char*> faults[] = {
      {"", "JSON"},
      {"{", ""},
      {R"({"profiles": {"a": {"sbn": {"api_key": "canary)", ""},
      {"[]", "must be a JSON object"},
      {R"({"profile": 5})", "profile must be a string"},
      {R"({"profiles": []})", "profiles must be an object"},
      {R"({"profiles": {"a": 1}})", "profile a must be an object"},
      {R"({"profiles": {"a": {"sbn": "canary"}}})", "profile a, sbn must be an object"},
      {R"({"profiles": {"a": {"nbs": {}}}})", "profile a has an unknown member 'nbs'"},
      {R"({"profiles": {"a": {"version": {}}}})", "unknown member 'version'"},
      {R"({"profiles": {"a": {"sbn": {"apikey": "canary"}}}})", "unknown member 'apikey'"},
      {R"({"profiles": {"a": {"sbn": {"api_key": 5}}}})", "api_key must be a string"},
      {R"({"profiles": {"a": {"sbn": {"api_key": "canary key"}}}})", "api_key holds a space"},
      {R"({"profiles": {"a": {"sbn": {"api_key": ""}}}})", "api_key is empty"},
      {R"({"profiles": {"a": {"sbn": {"base_url": "ftp://h"}}}})", "base_url does not begin with http://"},
      {R"({"profiles": {"a": {"sbn": {"kid": "a\u0007"}}}})", "kid holds a control character"},
      {R"({"profiles": {"a/b": {}}})", "'a/b' is no name of a profile"},
      {R"({"profiles": {"": {}}})", "is no name of a profile"},
      {R"({"profils": {}})", "unknown member 'profils'"},
      {R"({"profiles": {}, "profiles": {}})", "'profiles' appears twice"},
      {R"({"profiles": {"a": {"sbn": {"kid": "x", "kid": "y"}}}})", "'kid' appears twice"},
      {R"({"version": "1"})", "version must be a whole number"},
      {R"({"version": 0})", "version must be a whole number"},
      {R"({"version": 1.0})", "version must be a whole number"},
      {R"({"version": 2})", "version 2 is newer than this program knows (1)"},
      {R"({"version": 99999999999999999999})", "version must be a whole number"},
  };
  for (const auto& [text, part] : faults) {
    CAPTURE(text);
    place.put(text);
    const std::string fault = fault_of([&] { (void)read_config(kFiles, place.path); });
    CHECK(fault.starts_with("bad_config: " + place.path + ": "));
    CHECK(contains(fault, part));
    // A file with faults is not written over either.
    CHECK(fault_of([&] { place.change("a", {{"kid", "x"}}); }).starts_with("bad_config: "));
    CHECK(read_file(place.path) == text);
  }
}

TEST_CASE("the limits hold: size of the file, of a value, of a name, number of profiles") {
  Place place;
  place.put("{" + std::string(kMaxConfigBytes - 2, ' ') + "}");
  CHECK(read_config(kFiles, place.path).exists);
  place.put("{" + std::string(kMaxConfigBytes - 1, ' ') + "}");
  CHECK(fault_of([&] { (void)read_config(kFiles, place.path); }).starts_with("too_large"));

  const ConfigKey& kid = *find_config_key("kid");
  CHECK_NOTHROW(check_value(kid, std::string(kMaxValueBytes, 'x')));
  CHECK(contains(fault_of([&] { check_value(kid, std::string(kMaxValueBytes + 1, 'x')); }),
                 "longer than 8192"));
  CHECK_NOTHROW(check_profile_name(std::string(kMaxProfileNameBytes, 'x')));
  CHECK(fault_of([] {
          check_profile_name(std::string(kMaxProfileNameBytes + 1, 'x'));
        }).starts_with("bad_profile"));

  const auto profiles = [](std::size_t count) {
    nlohmann::json all = nlohmann::json::object();
    for (std::size_t i = 0; i < count; ++i)
      all["p" + std::to_string(i)] = nlohmann::json::object();
    return nlohmann::json{{"profiles", all}}.dump();
  };
  place.put(profiles(kMaxProfiles + 1));
  CHECK(contains(fault_of([&] { (void)read_config(kFiles, place.path); }), "more than 256 profiles"));
  place.put(profiles(kMaxProfiles));
  CHECK(read_config(kFiles, place.path).profiles.size() == kMaxProfiles);
  CHECK(fault_of([&] { place.change("one-more", {{"kid", "x"}}); }).starts_with("too_many_profiles"));
  CHECK(place.change("p7", {{"kid", "x"}}).empty());
}

TEST_CASE("base URLs are http or https with a host, and hold no password") {
  const ConfigKey& key = *find_config_key("base_url");
  for (const char* url : {"http://h", "https://api.example/prefix/", "http://127.0.0.1:8090",
                          "http://[::1]:80", "https://h/@x"})
    CHECK_NOTHROW(check_value(key, url));
  for (const char* url :
       {"", "h", "http://", "http://:80", "http:///path", "HTTP://h", "file:///etc", "http://h?x",
        "http://h#x", "http://h h", "http://\u00e9", "https://user:canary@h", "http://canary@h/"}) {
    CAPTURE(url);
    CHECK(fault_of([&] { check_value(key, url); }).starts_with("bad_value: base_url "));
  }
}

TEST_CASE("a key is visible ASCII, and no PEM is taken for any value") {
  const ConfigKey& key = *find_config_key("api_key");
  CHECK_NOTHROW(check_value(key, "!sbn_live~"));
  for (const char* text : {"canary key", "canary\n", "canary\t", "canary\x7f", "canary\u00e9", "\x80"})
    CHECK(fault_of([&] { check_value(key, text); }).starts_with("bad_value: api_key "));
  for (const ConfigKey& any : config_keys()) {
    CHECK(fault_of([&] { check_value(any, "-----BEGIN PRIVATE KEY-----canary"); }).starts_with("bad_value"));
    CHECK(fault_of([&] { check_value(any, "\xff"); }).starts_with("bad_value"));
  }
}

TEST_CASE("a file is made for its owner only, with its folders") {
  const Place place;
  const mode_t old_mask = ::umask(0);
  CHECK(place.change("default", {{"api_key", kCanary}, {"tenant_id", "t"}}).empty());
  ::umask(old_mask);
  CHECK(mode_of(place.path) == 0600);
  CHECK(mode_of(place.folder.file("below")) == 0700);
  CHECK(mode_of(place.folder.file("below/agentnet")) == 0700);
  CHECK(place.json() ==
        nlohmann::ordered_json::parse(
            R"({"profiles":{"default":{"sbn":{"api_key":"canary-0123456789abcdef","tenant_id":"t"}}}})"));
}

TEST_CASE("a file that others could read is closed with the next change") {
  Place place;
  place.put(R"({"profiles": {"default": {"sbn": {"api_key": "k"}}}})");
  ::chmod(place.path.c_str(), 0644);
  CHECK(read_config(kFiles, place.path).exposed);
  place.change("default", {{"kid", "x"}});
  CHECK(mode_of(place.path) == 0600);
  CHECK_FALSE(read_config(kFiles, place.path).exposed);
}

TEST_CASE("only a file with a key in it is exposed") {
  Place place;
  place.put(R"({"profiles": {"default": {"sbn": {"base_url": "http://h"}}}})");
  ::chmod(place.path.c_str(), 0644);
  CHECK_FALSE(read_config(kFiles, place.path).exposed);
  const std::string project = place.folder.put(".agentnet.json", R"({"sbn": {"api_key": "k"}})");
  for (const mode_t mode : {0600, 0620, 0640, 0604}) {
    ::chmod(project.c_str(), mode);
    CHECK(read_project(kFiles, project).exposed == ((mode & 0044) != 0));
  }
}

TEST_CASE("a change touches nothing else, and says which keys had a value") {
  Place place;
  place.put(
      R"({"profile":"b","profiles":{"a":{"sbn":{"kid":"k","issuer":"i"}},"b":{"sbn":{"kid":"z"}}},"version":1})");
  CHECK(place.change(
            "a", {{"kid", "new"}, {"issuer", std::nullopt}, {"audience", std::nullopt}, {"subject", "s"}}) ==
        std::vector<std::string>{"kid", "issuer"});
  CHECK(
      place.json().dump() ==
      R"({"profile":"b","profiles":{"a":{"sbn":{"kid":"new","subject":"s"}},"b":{"sbn":{"kid":"z"}}},"version":1})");
  CHECK(place.change("a", {{"kid", std::nullopt}, {"subject", std::nullopt}}).size() == 2);
  CHECK(place.json()["profiles"]["a"].dump() == "{}");
}

TEST_CASE("taking away what is not there writes nothing") {
  Place place;
  CHECK(place.change("default", {{"kid", std::nullopt}}).empty());
  CHECK_FALSE(std::filesystem::exists(place.folder.file("below")));
  place.put("{ }");
  CHECK(place.change("default", {{"kid", std::nullopt}}).empty());
  CHECK(read_file(place.path) == "{ }");
}

TEST_CASE("a value that is not allowed is refused before anything is written") {
  const Place place;
  CHECK(fault_of([&] { place.change("default", {{"api_key", "canary key"}}); }).starts_with("bad_value"));
  CHECK(fault_of([&] { place.change("a b", {{"kid", "x"}}); }).starts_with("bad_profile"));
  CHECK_FALSE(std::filesystem::exists(place.folder.file("below")));
}

TEST_CASE("a profile is chosen, forgotten and removed") {
  Place place;
  place.change("a", {{"kid", "x"}});
  place.change("b", {{"kid", "y"}});
  choose_profile(kFiles, place.path, "b");
  CHECK(read_config(kFiles, place.path).profile == "b");
  choose_profile(kFiles, place.path, std::nullopt);
  CHECK(read_config(kFiles, place.path).profile.empty());
  choose_profile(kFiles, place.path, "b");
  remove_profile(kFiles, place.path, "a");
  CHECK(read_config(kFiles, place.path).profile == "b");
  remove_profile(kFiles, place.path, "b");
  CHECK(place.json().dump() == R"({"profiles":{}})");
  for (const auto& fault : {fault_of([&] { remove_profile(kFiles, place.path, "b"); }),
                            fault_of([&] { choose_profile(kFiles, place.path, "b"); })}) {
    CHECK(contains(fault, "unknown_profile: " + place.path + " has no profile 'b'"));
  }
}

TEST_CASE("an unknown profile is told with those that there are, and leaves no file behind") {
  const Place place;
  CHECK(contains(fault_of([&] { choose_profile(kFiles, place.path, "b"); }), "there are none yet"));
  CHECK_FALSE(std::filesystem::exists(place.path));
  place.change("work", {{"kid", "x"}});
  place.change("home", {{"kid", "x"}});
  CHECK(contains(fault_of([&] { remove_profile(kFiles, place.path, "wrok"); }), "profiles: home, work"));
}

TEST_CASE("changes at the same time are all kept") {
  const Place place;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&place, i] { place.change("p" + std::to_string(i), {{"kid", "x"}}); });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(read_config(kFiles, place.path).profiles.size() == 8);
}

TEST_CASE("a file behind a symbolic link is changed where it is") {
  Place place;
  std::filesystem::create_directories(place.folder.file("below/agentnet"));
  const std::string real = place.folder.put("dotfiles.json", "{}");
  std::filesystem::create_symlink(real, place.path);
  place.change("a", {{"kid", "x"}});
  CHECK(std::filesystem::is_symlink(place.path));
  CHECK(contains(read_file(real), "kid"));
}
