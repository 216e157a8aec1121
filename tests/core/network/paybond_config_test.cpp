#include "core/network/paybond_config.hpp"

#include <sys/stat.h>

#include <doctest/doctest.h>

#include <map>

#include "core/base/error.hpp"
#include "core/network/config_file.hpp"
#include "core/network/local_state.hpp"
#include "tests/support/seed.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::network {
namespace {

using agentnet::tests::read_file;
using agentnet::tests::TemporaryFolder;

struct Home {
  TemporaryFolder folder;
  RealFilesystem files;
  Environment environment{{{"XDG_CONFIG_HOME", folder.path()}}};

  std::string path() const { return folder.file("paybond/config.json"); }
  void put(std::string_view text) {
    files.make_folder(folder.file("paybond"));
    folder.put("paybond/config.json", text);
  }
  PaybondConfig read() const { return read_paybond_config(environment, files); }
  bool change(const std::optional<std::string>& profile, std::string_view key,
              const std::optional<std::string>& value) const {
    return change_setting(environment, files, profile, key, value);
  }
  std::string fault_of_reading() const {
    try {
      (void)read();
    } catch (const Error& error) {
      CHECK(error.message().find("SECRET") == std::string::npos);
      return error.code();
    }
    return "nothing";
  }
};

std::string fault_of(std::string_view key, std::string_view value, bool allow_private = false) {
  try {
    check_setting(key, value, allow_private);
  } catch (const Error& error) {
    CHECK(error.category() == Category::usage);
    CHECK((value.empty() || error.message().find(value) == std::string::npos));
    return error.code();
  }
  return "nothing";
}

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE(::stat(path.c_str(), &facts) == 0);
  return facts.st_mode & 07777;
}

TEST_CASE("a file that is not there has no values") {
  const Home home;
  CHECK(home.read().path == home.path());
  CHECK(home.read().values.empty());
  CHECK_FALSE(home.change({}, "gateway", std::nullopt));
  CHECK_FALSE(exists(home.path()));
}

TEST_CASE("what is set is read again, in its order, by its owner only") {
  const Home home;
  CHECK_FALSE(home.change({}, "gateway", "https://a.example"));
  CHECK_FALSE(home.change({}, "env_file", ".env.a"));
  CHECK(home.change({}, "gateway", "https://b.example"));
  CHECK_FALSE(home.change("work", "gateway", "https://w.example"));
  CHECK(mode_of(home.path()) == 0600);
  CHECK(mode_of(home.folder.file("paybond")) == 0700);
  const PaybondConfig config = home.read();
  REQUIRE(config.values.size() == 2);
  CHECK(config.values[0] == std::pair<std::string, std::string>("gateway", "https://b.example"));
  CHECK(config.find("work", "gateway") == "https://w.example");
  CHECK(config.find("work", "env_file") == ".env.a");
  CHECK(config.find("other", "gateway") == "https://b.example");
  CHECK(config.section("other") == nullptr);
}

TEST_CASE("what is taken away is gone, and a second time was not there") {
  const Home home;
  home.change("work", "gateway", "https://w.example");
  CHECK(home.change("work", "gateway", std::nullopt));
  CHECK_FALSE(home.change("work", "gateway", std::nullopt));
  CHECK(home.read().find("work", "gateway") == std::nullopt);
}

TEST_CASE("members that are not known stay, also beside a change") {
  Home home;
  home.put(R"({"theme": {"a": 1.50}, "values": {"foo": "bar"}})");
  home.change({}, "gateway", "https://a.example");
  const std::string text = read_file(home.path());
  CHECK(text.find("1.50") != std::string::npos);
  CHECK(home.read().find({}, "foo") == "bar");
}

TEST_CASE("a file with faults is named, not repeated and not written over") {
  for (const std::string_view text :
       {"", "{", "[]", R"({"values": []})", R"({"values": {"a": 1}})", R"({"profiles": {"p": "SECRET"}})",
        R"({"values": {"a": "SECRET"}, "values": {}})", R"({"profiles": 5})"}) {
    INFO(text);
    Home home;
    home.put(text);
    CHECK(home.fault_of_reading() == "bad_config");
    CHECK_THROWS_AS(home.change({}, "gateway", "https://a.example"), Error);
    CHECK(read_file(home.path()) == text);
  }
}

TEST_CASE("a secret is no value, whatever it is called") {
  for (const std::string_view key : {"api_key", "API_KEY", "my_secret", "db_password", "access_token",
                                     "payee_seed", "seed_hex", "private_key", "attach_bundle"}) {
    INFO(key);
    CHECK(fault_of(key, "x1y2z3") == "secret_in_config");
  }
  for (const std::string_view value :
       {"paybond_sk_sandbox_1", "see paybond_rk_live_2", "ab1.e30", "-----BEGIN PRIVATE KEY-----"}) {
    INFO(value);
    CHECK(fault_of("note", value) == "secret_in_config");
  }
  CHECK(fault_of("token_type", "Bearer") == "nothing");
}

TEST_CASE("values are one line of text with a limit") {
  CHECK(fault_of("note", std::string(kMaxValueBytes, 'x')) == "nothing");
  CHECK(fault_of("note", std::string(kMaxValueBytes + 1, 'x')) == "bad_value");
  CHECK(fault_of("note", "") == "bad_value");
  CHECK(fault_of("note", "a\nb") == "bad_value");
  CHECK(fault_of("note", "a\x1b[31m") == "bad_value");
  CHECK(fault_of("note", "\xff") == "bad_value");
}

TEST_CASE("a gateway is https, or this machine") {
  CHECK(fault_of("gateway", "https://gw.example.com") == "nothing");
  CHECK(fault_of("gateway", "http://127.0.0.1:8090") == "nothing");
  CHECK(fault_of("gateway", "http://example.com") == "bad_gateway");
  CHECK(fault_of("gateway", "http://10.0.0.5") == "bad_gateway");
  CHECK(fault_of("gateway", "http://10.0.0.5", true) == "nothing");
  CHECK(fault_of("gateway", "https://me:pw@gw.example.com") == "bad_value");
}

TEST_CASE("names of values are short and plain") {
  const auto refused = [](const std::string& name) {
    try {
      check_setting_name(name);
    } catch (const Error& error) {
      return error.code() == "bad_key";
    }
    return false;
  };
  CHECK_FALSE(refused(std::string(kMaxSettingNameBytes, 'k')));
  CHECK(refused(std::string(kMaxSettingNameBytes + 1, 'k')));
  CHECK(refused(""));
  CHECK(refused("a b"));
  CHECK_FALSE(refused("env_file"));
}

TEST_CASE("a section takes so many values and no more") {
  Home home;
  std::string text = R"({"values": {)";
  for (std::size_t i = 1; i < kMaxSettings; ++i)
    text += "\"k" + std::to_string(i) + "\": \"v\", ";
  home.put(text + R"("last": "v"}})");
  CHECK(home.read().values.size() == kMaxSettings);
  CHECK(home.change({}, "last", "w"));
  try {
    home.change({}, "one_more", "v");
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.code() == "too_many_settings");
  }
  home.put(text + R"("last": "v", "beyond": "v"}})");
  CHECK(home.fault_of_reading() == "bad_config");
}

TEST_CASE("there are so many profiles and no more") {
  Home home;
  std::string text = R"({"profiles": {)";
  for (std::size_t i = 1; i < kMaxProfiles; ++i)
    text += "\"p" + std::to_string(i) + "\": {}, ";
  home.put(text + R"("last": {}}})");
  CHECK(home.read().profiles.size() == kMaxProfiles);
  CHECK_FALSE(home.change("last", "env_file", ".env"));
  try {
    home.change("one_more", "env_file", ".env");
    FAIL("it was made");
  } catch (const Error& error) {
    CHECK(error.code() == "too_many_profiles");
  }
  CHECK(home.read().section("one_more") == nullptr);
}

TEST_CASE("a file has a limit, and a change does not go beyond it") {
  Home home;
  const auto padded = [](std::size_t bytes) {
    const std::string text = R"({"values": {}, "note": "")";
    return text.substr(0, text.size() - 1) + std::string(bytes - text.size() - 1, 'x') + "\"}";
  };
  home.put(padded(kMaxConfigBytes));
  CHECK(home.read().values.empty());
  try {
    home.change({}, "env_file", ".env");
    FAIL("it was written");
  } catch (const Error& error) {
    CHECK(error.code() == "too_large");
  }
  CHECK(read_file(home.path()) == padded(kMaxConfigBytes));
  home.put(padded(kMaxConfigBytes + 1));
  CHECK(home.fault_of_reading() == "too_large");
}

TEST_CASE("after any changes the file holds what a map would") {
  const std::uint64_t seed = agentnet::tests::test_seed();
  INFO("AGENTNET_SEED=" << seed);
  std::mt19937_64 random(seed);
  const auto pick = [&](std::uint64_t below) { return random() % below; };
  const std::vector<std::optional<std::string>> profiles = {std::nullopt, "a", "b"};
  const Home home;
  std::map<std::pair<std::string, std::string>, std::string> model;
  for (int step = 0; step < 200; ++step) {
    const auto& profile = profiles[pick(profiles.size())];
    const std::string key = "k" + std::to_string(pick(6));
    const std::pair<std::string, std::string> place{profile.value_or(""), key};
    const bool had = model.contains(place);
    if (pick(3) == 0) {
      CHECK(home.change(profile, key, std::nullopt) == had);
      model.erase(place);
    } else {
      const std::string value = "\"\\\u00e9 " + std::to_string(random());
      CHECK(home.change(profile, key, value) == had);
      model[place] = value;
    }
  }
  const PaybondConfig config = home.read();
  std::size_t found = 0;
  for (const auto& profile : profiles) {
    const PaybondValues* values = config.section(profile);
    if (values == nullptr) continue;
    for (const auto& [key, value] : *values) {
      CHECK(model[{profile.value_or(""), key}] == value);
      ++found;
    }
  }
  CHECK(found == model.size());
}

TEST_CASE("what the kit stored is shown masked when it is a secret") {
  CHECK(shown_setting("api_key", "paybond_sk_sandbox_0123456789abcdef") == "paybond_sk_...");
  CHECK(shown_setting("payee_seed", "00ff") == "***");
  CHECK(shown_setting("note", "x paybond_sk_live_1") == "***");
  CHECK(shown_setting("gateway", "https://a.example") == "https://a.example");
  CHECK(shown_setting("api_key", "").empty());
}

TEST_CASE("without a home folder there is no place for it") {
  const RealFilesystem files;
  CHECK_THROWS_AS((void)read_paybond_config(Environment(), files), Error);
}

}  // namespace
}  // namespace agentnet::network
