#include "core/network/settings.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "core/base/error.hpp"
#include "core/crypto/ed25519.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace agentnet;
using namespace agentnet::network;
using agentnet::tests::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const RealFilesystem kFiles;
constexpr int kNoInput = -1;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// A home folder and a working folder, which this process stands in while the test runs.
struct World {
  TemporaryFolder folder;
  fs::path before = fs::current_path();
  std::map<std::string, std::string, std::less<>> variables = {{"HOME", folder.path()}};
  Given given;

  World() {
    fs::create_directory(folder.file("work"));
    fs::current_path(folder.file("work"));
  }
  ~World() { fs::current_path(before); }

  std::string config_file() const { return folder.file(".config/agentnet/config.json"); }
  void config(std::string_view text) const {
    fs::create_directories(folder.file(".config/agentnet"));
    put(".config/agentnet/config.json", text);
  }
  void project(std::string_view text) const { put("work/.agentnet.json", text); }
  // A file that only its owner may read.
  std::string put(const std::string& name, std::string_view text) const {
    const std::string path = folder.put(name, text);
    REQUIRE(::chmod(path.c_str(), 0600) == 0);
    return path;
  }
  Settings resolve(int input = kNoInput) const {
    return network::resolve(kSbn, given, Environment(variables), kFiles, input);
  }
  std::vector<ListedValue> list() const {
    return list_values({&kSbn, 1}, given, Environment(variables), kFiles);
  }
  // "code: message | hint" of the Error; never with a canary in it.
  std::string fault() const {
    try {
      (void)resolve();
    } catch (const Error& error) {
      const std::string text = error.code() + ": " + error.message() + " | " + error.hint();
      CHECK_FALSE(contains(text, "canary"));
      return text;
    }
    return {};
  }
};

Secret secret(std::string_view text) {
  return Secret(as_bytes(text));
}

std::string_view key_of(const Settings& settings) {
  REQUIRE(settings.credential);
  return as_text(settings.credential->secret.expose());
}

std::string signing_key_pem() {
  SystemRandom random;
  const Secret pem = crypto::SigningKey::generate(random).to_pem();
  return std::string(as_text(pem.expose()));
}

constexpr std::string_view kWorkProfile =
    R"({"profiles": {"default": {"sbn": {"base_url": "http://profile", "api_key": "canary-profile",
        "tenant_id": "t-profile"}}, "work": {"sbn": {"api_key": "canary-work"}}}})";

}  // namespace

TEST_CASE("nothing said means the local network") {
  World world;
  const Settings settings = world.resolve();
  CHECK(settings.is_local());
  CHECK_FALSE(settings.tenant);
  CHECK(settings.profile.value == "default");
  CHECK(settings.profile.origin == "default");
  CHECK(settings.timeout == kDefaultTimeout);
  CHECK(settings.timeout_origin == "default");
  CHECK(settings.retries == 2);
  CHECK(settings.config_path == world.config_file());
  CHECK(settings.warnings.empty());
}

TEST_CASE("each place comes before the next, and says which it is") {
  World world;
  world.config(kWorkProfile);
  Settings settings = world.resolve();
  CHECK(settings.base_url->value == "http://profile");
  CHECK(settings.base_url->origin == "profile default");
  CHECK(key_of(settings) == "canary-profile");
  CHECK(settings.credential->origin == "profile default");
  CHECK(settings.tenant->origin == "profile default");

  world.project(
      R"({"sbn": {"base_url": "http://project", "api_key": "canary-project", "tenant_id": "t-project"}})");
  settings = world.resolve();
  CHECK(settings.base_url->value == "http://project");
  CHECK(settings.base_url->origin == ".agentnet.json");
  CHECK(key_of(settings) == "canary-project");
  CHECK(settings.credential->origin == ".agentnet.json");
  CHECK(settings.tenant->value == "t-project");

  world.variables["SBN_BASE_URL"] = "http://variable";
  world.variables["SBN_API_KEY"] = "canary-variable";
  world.variables["SBN_TENANT_ID"] = "t-variable";
  settings = world.resolve();
  CHECK(settings.base_url->value == "http://variable");
  CHECK(settings.base_url->origin == "SBN_BASE_URL");
  CHECK(key_of(settings) == "canary-variable");
  CHECK(settings.credential->origin == "SBN_API_KEY");
  CHECK(settings.tenant->origin == "SBN_TENANT_ID");

  world.given.base_url = "http://flag";
  world.given.api_key = secret("canary-flag");
  world.given.tenant = "t-flag";
  settings = world.resolve();
  CHECK(settings.base_url->value == "http://flag");
  CHECK(settings.base_url->origin == "--base-url");
  CHECK(key_of(settings) == "canary-flag");
  CHECK(settings.credential->origin == "--api-key");
  CHECK(settings.tenant->value == "t-flag");
  CHECK(settings.tenant->origin == "--tenant");
}

TEST_CASE("empty variables do not count") {
  World world;
  for (const char* name : {"SBN_BASE_URL", "SBN_API_KEY", "SBN_TENANT_ID", "AGENTNET_PROFILE"})
    world.variables[name] = "";
  CHECK(world.resolve().is_local());
}

TEST_CASE("a credential without a base URL is for the hosted network, and a base URL alone needs none") {
  World world;
  world.variables["SBN_API_KEY"] = "canary";
  CHECK(world.resolve().base_url->value == "https://api.smartblocks.network");
  CHECK(world.resolve().base_url->origin == "default");
  world.variables = {{"HOME", world.folder.path()}, {"SBN_BASE_URL", "http://h"}};
  const Settings settings = world.resolve();
  CHECK_FALSE(settings.credential);
  CHECK_FALSE(settings.is_local());
}

TEST_CASE("the profile comes from a flag, a variable, the file, or is 'default'") {
  World world;
  world.config(R"({"profile": "c", "profiles": {"a": {}, "b": {}, "c": {}}})");
  CHECK(world.resolve().profile.value == "c");
  CHECK(world.resolve().profile.origin == world.config_file());
  world.variables["AGENTNET_PROFILE"] = "b";
  CHECK(world.resolve().profile.value == "b");
  CHECK(world.resolve().profile.origin == "AGENTNET_PROFILE");
  world.given.profile = "a";
  CHECK(world.resolve().profile.value == "a");
  CHECK(world.resolve().profile.origin == "--profile");
}

TEST_CASE("a profile that is named and not there is an error that says who named it") {
  World world;
  world.config(kWorkProfile);
  world.variables["AGENTNET_PROFILE"] = "wrok";
  CHECK(contains(world.fault(), "no profile 'wrok', which AGENTNET_PROFILE names | profiles: default, work"));
  world.given.profile = "a/b";
  CHECK(world.fault().starts_with("bad_profile"));
  world.given.profile.reset();
  world.variables.erase("AGENTNET_PROFILE");
  world.config(R"({"profile": "gone", "profiles": {}})");
  CHECK(contains(world.fault(), "no profile 'gone', which " + world.config_file() + " names"));
}

TEST_CASE("--config names another file, which must be there") {
  World world;
  world.config(kWorkProfile);
  world.given.config =
      world.put("other.json", R"({"profiles": {"default": {"sbn": {"base_url": "http://other"}}}})");
  CHECK(world.resolve().base_url->value == "http://other");
  CHECK(world.resolve().is_local() == false);
  world.given.config = world.folder.file("missing.json");
  CHECK(contains(world.fault(), "no_config: there is no file " + world.folder.file("missing.json")));
}

TEST_CASE("without a home folder everything else still counts") {
  World world;
  world.variables = {{"SBN_API_KEY", "canary"}};
  CHECK(key_of(world.resolve()) == "canary");
  CHECK(world.resolve().config_path.empty());
  world.given.profile = "work";
  CHECK(world.fault().starts_with("no_home"));
}

TEST_CASE("an API key comes from a file or standard input, without the space around it") {
  World world;
  world.given.api_key_file = world.put("key.txt", " canary-file\r\n\n");
  CHECK(key_of(world.resolve()) == "canary-file");
  CHECK(world.resolve().credential->origin == "--api-key-file " + world.folder.file("key.txt"));
  CHECK(world.resolve().warnings.empty());

  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "canary-pipe\n", 12) == 12);
  ::close(ends[1]);
  world.given.api_key_file = "-";
  CHECK(key_of(world.resolve(ends[0])) == "canary-pipe");
  ::close(ends[0]);
}

TEST_CASE("a key that cannot be one is refused without being shown") {
  World world;
  for (const std::string text :
       {"", "\n", "canary key", "canary\nsecond", "canary\x01", "-----BEGIN PRIVATE KEY-----"}) {
    world.given.api_key_file = world.put("key.txt", text);
    CAPTURE(text);
    CHECK(contains(world.fault(), "bad_value: " + world.folder.file("key.txt") + ": api_key "));
  }
  world.put("key.txt", std::string(kMaxValueBytes, 'x'));
  CHECK(key_of(world.resolve()).size() == kMaxValueBytes);
  world.put("key.txt", std::string(kMaxValueBytes + 1, 'x'));
  CHECK(world.fault().starts_with("bad_value"));
  world.put("key.txt", std::string(kMaxKeyFileBytes + 1, 'x'));
  CHECK(world.fault().starts_with("too_large"));
  world.given.api_key_file = "missing";
  CHECK(world.fault().starts_with("no_such_file"));
  world.given.api_key_file.reset();
  world.variables["SBN_API_KEY"] = "canary key";
  CHECK(world.fault().starts_with("bad_value: SBN_API_KEY: "));
  world.given.api_key = secret("canary key");
  CHECK(world.fault().starts_with("bad_value: --api-key: "));
}

TEST_CASE("a base URL that is none is refused with its source") {
  World world;
  world.variables["SBN_BASE_URL"] = "http://user:canary@h";
  CHECK(world.fault().starts_with("bad_value: SBN_BASE_URL: base_url holds a user name"));
  world.given.base_url = "h:80";
  CHECK(world.fault().starts_with("bad_value: --base-url: base_url does not begin with http://"));
  world.given.base_url = "";
  CHECK(world.fault().starts_with("bad_value: --base-url: base_url is empty"));
}

TEST_CASE("two credentials in one place are refused, in two places the first counts") {
  World world;
  world.given.api_key = secret("canary");
  world.given.api_key_file = world.put("key.txt", "canary");
  CHECK(contains(world.fault(), "two_credentials: --api-key and --api-key-file exclude each other"));
  world.given.api_key = Secret();
  world.config(R"({"profiles": {"default": {"sbn": {"api_key": "canary", "signing_key_file": "k.pem"}}}})");
  CHECK(key_of(world.resolve()) == "canary");
  world.given.api_key_file.reset();
  CHECK(contains(world.fault(), "two_credentials: profile default names api_key and signing_key_file"));
}

TEST_CASE(
    "a signing key is read with what its tokens say, its path being relative to the file that names it") {
  World world;
  const std::string pem = signing_key_pem();
  world.config(
      R"({"profiles": {"default": {"sbn": {"signing_key_file": "k.pem", "issuer": "i", "audience": "a",
      "kid": "k", "subject": "s", "scopes": " attest.write  receipts.read "}}}})");
  CHECK(contains(world.fault(), "no_such_file"));
  const std::string path = world.put(".config/agentnet/k.pem", pem);
  const Settings settings = world.resolve();
  REQUIRE(settings.credential);
  const Credential& credential = *settings.credential;
  CHECK(credential.kind == CredentialKind::signing_key);
  CHECK(key_of(settings) == pem);
  CHECK(credential.signing_key_file == path);
  CHECK(credential.issuer == "i");
  CHECK(credential.audience == "a");
  CHECK(credential.kid == "k");
  CHECK(credential.subject == "s");
  CHECK(credential.scopes == std::vector<std::string>{"attest.write", "receipts.read"});
  CHECK(settings.base_url->origin == "default");
  world.put(".config/agentnet/k.pem", "canary");
  CHECK(world.fault().starts_with("bad_pem: " + path + ": "));
}

TEST_CASE("a signing key needs issuer and audience from the place that names it") {
  World world;
  world.put(".config-key.pem", signing_key_pem());
  world.config(R"({"profiles": {"default": {"sbn": {"signing_key_file": "/nowhere", "audience": "a"}}}})");
  CHECK(contains(world.fault(), "incomplete_key: profile default names a signing_key_file but no issuer"));
  CHECK(contains(world.fault(), "agentnet config set sbn.issuer TEXT"));
  // The project's key does not borrow from the profile.
  world.config(R"({"profiles": {"default": {"sbn": {"issuer": "i", "audience": "a"}}}})");
  world.put("work/k.pem", signing_key_pem());
  world.project(R"({"sbn": {"signing_key_file": "k.pem", "issuer": "i"}})");
  CHECK(contains(world.fault(), "incomplete_key: .agentnet.json names a signing_key_file but no audience"));
}

TEST_CASE("a project's base URL never gets a credential that stands elsewhere") {
  World world;
  world.project(R"({"sbn": {"base_url": "https://elsewhere.example"}})");
  CHECK(world.resolve().base_url->origin == ".agentnet.json");  // nothing can leak

  world.config(kWorkProfile);
  CHECK(contains(world.fault(),
                 "project_base_url: .agentnet.json sets the base URL https://elsewhere.example"));
  CHECK(contains(world.fault(), "the one from profile default"));
  world.config("{}");
  world.variables["SBN_API_KEY"] = "canary";
  CHECK(contains(world.fault(), "the one from SBN_API_KEY"));
  world.given.api_key_file = world.put("key.txt", "canary");
  CHECK(contains(world.fault(), "project_base_url: "));
  world.given.api_key_file.reset();
  world.given.api_key = secret("canary");
  CHECK(contains(world.fault(), "the one from --api-key"));

  // Who says the URL again has decided.
  world.given.base_url = "https://elsewhere.example";
  CHECK(world.resolve().base_url->origin == "--base-url");
  world.given.base_url.reset();
  world.variables["SBN_BASE_URL"] = "http://h";
  CHECK(world.resolve().base_url->origin == "SBN_BASE_URL");
}

TEST_CASE("a project's own credential may go to its own base URL, and to the user's") {
  World world;
  world.project(R"({"sbn": {"base_url": "http://project", "api_key": "canary-project"}})");
  CHECK(world.resolve().base_url->value == "http://project");
  world.project(R"({"sbn": {"api_key": "canary-project"}})");
  CHECK(world.resolve().base_url->origin == "default");
}

TEST_CASE("a project names a signing key inside its own folder only") {
  World world;
  world.put("key.pem", signing_key_pem());
  fs::create_directory(world.folder.file("work/keys"));
  const auto project = [&](const std::string& path) {
    world.project(R"({"sbn": {"issuer": "i", "audience": "a", "signing_key_file": ")" + path + "\"}}");
  };
  fs::create_symlink(world.folder.file("key.pem"), "link.pem");
  for (const std::string& path : {std::string("../key.pem"), std::string("keys/../../key.pem"),
                                  world.folder.file("key.pem"), std::string("link.pem")}) {
    project(path);
    CAPTURE(path);
    CHECK(world.fault().starts_with("project_key_file: .agentnet.json names the signing key"));
  }
  world.put("work/keys/key.pem", signing_key_pem());
  for (const std::string path : {"keys/key.pem", "./keys/key.pem", "keys/../keys/key.pem"}) {
    project(path);
    CHECK(world.resolve().credential->kind == CredentialKind::signing_key);
  }
}

TEST_CASE("files with credentials that others can read are warned of, by name") {
  World world;
  world.config(kWorkProfile);
  ::chmod(world.config_file().c_str(), 0640);
  CHECK(world.resolve().warnings.size() == 1);
  CHECK(contains(world.resolve().warnings.at(0), world.config_file()));
  ::chmod(world.config_file().c_str(), 0600);
  CHECK(world.resolve().warnings.empty());

  world.project(R"({"sbn": {"api_key": "canary"}})");
  ::chmod(".agentnet.json", 0644);
  CHECK(contains(world.resolve().warnings.at(0), ".agentnet.json"));
  ::chmod(".agentnet.json", 0600);

  world.given.api_key_file = world.put("key.txt", "canary");
  ::chmod(world.folder.file("key.txt").c_str(), 0604);
  CHECK(contains(world.resolve().warnings.at(0), "key.txt"));
  world.given.api_key_file.reset();

  world.project("{}");
  world.config(
      R"({"profiles": {"default": {"sbn": {"signing_key_file": "k", "issuer": "i", "audience": "a"}}}})");
  const std::string key = world.put(".config/agentnet/k", signing_key_pem());
  CHECK(world.resolve().warnings.empty());
  ::chmod(key.c_str(), 0644);
  CHECK(contains(world.resolve().warnings.at(0), key));
}

TEST_CASE("a key on the command line is warned of") {
  World world;
  world.given.api_key = secret("canary");
  const Settings settings = world.resolve();
  REQUIRE(settings.warnings.size() == 1);
  CHECK(contains(settings.warnings[0], "--api-key-file"));
  CHECK_FALSE(contains(settings.warnings[0], "canary"));
}

TEST_CASE("timeout and retries come from flags") {
  World world;
  world.given.timeout = std::chrono::milliseconds(1500);
  world.given.retries = 0;
  const Settings settings = world.resolve();
  CHECK(settings.timeout == std::chrono::milliseconds(1500));
  CHECK(settings.timeout_origin == "--timeout");
  CHECK(settings.retries == 0);
  CHECK(settings.retries_origin == "--retries");
}

TEST_CASE("the list shows the winner of each value with its origin, and no key") {
  World world;
  world.config(kWorkProfile);
  world.variables["SBN_BASE_URL"] = "http://variable";
  std::string all;
  for (const ListedValue& value : world.list())
    all += value.key + "=" + value.value + " (" + value.origin + ")\n";
  CHECK(all ==
        "profile=default (default)\n"
        "sbn.base_url=http://variable (SBN_BASE_URL)\n"
        "sbn.api_key=*** (profile default)\n"
        "sbn.tenant_id=t-profile (profile default)\n");
}

TEST_CASE("the list shows a signing key only where it is what counts, without reading it") {
  World world;
  world.config(R"({"profiles": {"default": {"sbn": {"signing_key_file": "/missing", "issuer": "i"}}}})");
  const auto has = [&](std::string_view key) {
    const std::vector<ListedValue> list = world.list();
    return std::any_of(list.begin(), list.end(), [&](const ListedValue& value) { return value.key == key; });
  };
  CHECK(has("sbn.signing_key_file"));
  CHECK(has("sbn.issuer"));
  CHECK_FALSE(has("sbn.api_key"));
  CHECK(has("sbn.base_url"));
  world.variables["SBN_API_KEY"] = "canary";
  CHECK(has("sbn.api_key"));
  CHECK_FALSE(has("sbn.signing_key_file"));
  CHECK_FALSE(has("sbn.issuer"));
}
