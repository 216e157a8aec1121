#include "core/sbn/moment_policy.hpp"

#include <doctest/doctest.h>

#include <array>

#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

constexpr std::array<std::uint8_t, 3> kThreeKeys = {1, 2, 3};

using Variables = std::map<std::string, std::string, std::less<>>;

MomentPolicy policy_of(Variables variables) {
  return MomentPolicy::from(Environment(std::move(variables)), RealFilesystem());
}

std::string private_pem(std::uint8_t key) {
  const Secret pem = signing_key(key).to_pem();
  return std::string(as_text(pem.expose()));
}

}  // namespace

TEST_CASE("an empty environment is dev, simulates, and remembers in memory") {
  const MomentPolicy policy = policy_of({});
  CHECK(policy.environment == "dev");
  CHECK(policy.simulate);
  CHECK_FALSE(policy.skip_auth);
  CHECK_FALSE(policy.allow_legacy);
  CHECK(policy.time_drift_seconds == 10);
  CHECK(policy.replay_database.empty());
  CHECK_FALSE(policy.signer.has_value());
  CHECK(policy.warnings.empty());
}

TEST_CASE("the environment's name is the first of three variables that is not empty") {
  CHECK(policy_of({{"ENVIRONMENT", ""}, {"SB_ENV", " QA "}, {"SNAPCHORE_ENV", "prod"}}).environment == "qa");
  CHECK(policy_of({{"ENVIRONMENT", "Prod"}, {"SB_ENV", "qa"}}).environment == "prod");
  CHECK(policy_of({{"SNAPCHORE_ENV", "x"}}).environment == "x");
  CHECK(policy_of({{"ENVIRONMENT", "  "}, {"SB_ENV", "prod"}}).environment == "dev");
}

TEST_CASE("captures are simulated unless the whole name is that of a secure environment") {
  for (const char* name : {"prod", "Production", "stage", "staging"})
    CHECK_FALSE(policy_of({{"SB_ENV", name}}).simulate);
  for (const char* name : {"production-eu", "prod-1", "dev", "qa"})
    CHECK(policy_of({{"SB_ENV", name}}).simulate);
}

TEST_CASE("the capture mode overrides what the environment would choose") {
  CHECK_FALSE(policy_of({{"SNAPCHORE_CAPTURE_MODE", " DEVICE "}}).simulate);
  CHECK(policy_of({{"SNAPCHORE_CAPTURE_MODE", "simulate"}, {"SB_ENV", "prod"}}).simulate);
  CHECK_FALSE(policy_of({{"SNAPCHORE_CAPTURE_MODE", "auto"}, {"SB_ENV", "prod"}}).simulate);
}

TEST_CASE("a capture mode that is not known is auto, with a warning") {
  const MomentPolicy policy = policy_of({{"SNAPCHORE_CAPTURE_MODE", "real"}, {"SB_ENV", "prod"}});
  CHECK_FALSE(policy.simulate);
  CHECK(policy.warnings.size() == 1);
  CHECK(policy_of({{"SNAPCHORE_CAPTURE_MODE", ""}}).warnings.empty());
}

TEST_CASE("the time drift is read as Python reads an integer") {
  const auto drift = [](const char* text) { return policy_of({{"SB_SNAPCHORE_TIME_DRIFT_SEC", text}}); };
  CHECK(drift("30").time_drift_seconds == 30);
  CHECK(drift(" +1_000 ").time_drift_seconds == 1000);
  CHECK(drift("-5").time_drift_seconds == -5);
  CHECK(drift("0").time_drift_seconds == 0);
  for (const char* text : {"", "ten", "1.5", "_1", "1_", "1__0", "- 1", "+-1", "0x10"}) {
    CAPTURE(text);
    const MomentPolicy policy = drift(text);
    CHECK(policy.time_drift_seconds == kDefaultTimeDriftSeconds);
    CHECK(policy.warnings.size() == 1);
  }
}

TEST_CASE("the largest time drift is taken and one second more is not") {
  const auto drift = [](std::int64_t seconds) {
    return policy_of({{"SB_SNAPCHORE_TIME_DRIFT_SEC", std::to_string(seconds)}}).time_drift_seconds;
  };
  CHECK(drift(kMaxTimeDriftSeconds) == kMaxTimeDriftSeconds);
  CHECK(drift(kMaxTimeDriftSeconds + 1) == kDefaultTimeDriftSeconds);
  CHECK(drift(-kMaxTimeDriftSeconds) == -kMaxTimeDriftSeconds);
  CHECK(drift(-kMaxTimeDriftSeconds - 1) == kDefaultTimeDriftSeconds);
}

TEST_CASE("flags are switched on by the words each of them knows") {
  CHECK(policy_of({{"SB_SNAPCHORE_SKIP_AUTH", "Yes"}}).skip_auth);
  CHECK_FALSE(policy_of({{"SB_SNAPCHORE_SKIP_AUTH", "on"}}).skip_auth);
  CHECK_FALSE(policy_of({{"SB_SNAPCHORE_SKIP_AUTH", " 1"}}).skip_auth);
  CHECK(policy_of({{"SNAPCHORE_ALLOW_LEGACY_MOMENT_V1", "ON"}}).allow_legacy);
  CHECK_FALSE(policy_of({{"SNAPCHORE_ALLOW_LEGACY_MOMENT_V1", "0"}}).allow_legacy);
}

TEST_CASE("the replay database's home folder is that of the environment") {
  CHECK(policy_of({{"SNAPCHORE_MOMENT_REPLAY_DB", " /a/b.db "}}).replay_database == "/a/b.db");
  CHECK(policy_of({{"SNAPCHORE_MOMENT_REPLAY_DB", "~/b.db"}, {"HOME", "/h"}}).replay_database == "/h/b.db");
  CHECK(error_of([] { policy_of({{"SNAPCHORE_MOMENT_REPLAY_DB", "~/b.db"}}); }).code() == "bad_environment");
  CHECK(error_of([] {
          policy_of({{"SNAPCHORE_MOMENT_REPLAY_DB", "~x/b.db"}, {"HOME", "/h"}});
        }).code() == "bad_environment");
}

TEST_CASE("the signing key is read from the file that is named") {
  const TemporaryFolder folder;
  const std::string path = folder.put("k.pem", private_pem(7));
  const MomentPolicy policy =
      policy_of({{"SNAPCHORE_MOMENT_PRIVATE_KEY", " " + path + " "}, {"SNAPCHORE_MOMENT_KEY_ID", " id "}});
  REQUIRE(policy.signer.has_value());
  CHECK(policy.signer->key.public_key() == signing_key(7).public_key());
  CHECK(policy.signer->key_id == "id");
}

TEST_CASE("a signing key that cannot be read or used is a fault that names the variable") {
  const TemporaryFolder folder;
  const std::string too_large = private_pem(7) + std::string(kMaxKeyFileBytes, '\n');
  for (const std::string& path :
       {folder.file("missing"), folder.put("public.pem", signing_key(7).public_key().to_pem()),
        folder.put("noise", "noise"), folder.put("large", too_large)}) {
    CAPTURE(path);
    const Error error = error_of([&] { policy_of({{"SNAPCHORE_MOMENT_PRIVATE_KEY", path}}); });
    CHECK(error.code() != "none");
    CHECK(error.hint() == "SNAPCHORE_MOMENT_PRIVATE_KEY names the file " + path);
  }
}

TEST_CASE("a key file may be as large as the limit") {
  const TemporaryFolder folder;
  const std::string pem = private_pem(7);
  const std::string path = folder.put("k.pem", pem + std::string(kMaxKeyFileBytes - pem.size(), '\n'));
  CHECK(policy_of({{"SNAPCHORE_MOMENT_PRIVATE_KEY", path}}).signer.has_value());
}

TEST_CASE("a seal without proof reads no signing key") {
  const MomentPolicy policy =
      policy_of({{"SNAPCHORE_MOMENT_PRIVATE_KEY", "/missing"}, {"SB_SNAPCHORE_SKIP_AUTH", "1"}});
  CHECK_FALSE(policy.signer.has_value());
}

TEST_CASE("trusted keys come from both variables, empty places in the list are skipped") {
  const TemporaryFolder folder;
  std::vector<std::string> paths;
  for (const std::uint8_t key : kThreeKeys)
    paths.push_back(folder.put(std::to_string(key) + ".pem", signing_key(key).public_key().to_pem()));
  const Environment environment(
      Variables{{"SNAPCHORE_MOMENT_PUBLIC_KEY", paths[0]},
                {"SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS", ":" + paths[1] + ": " + paths[2] + " :"}});
  const TrustedKeys trusted = trusted_keys_from(environment, RealFilesystem());
  for (const std::uint8_t key : kThreeKeys)
    CHECK(trusted.holds(signing_key(key).public_key()));
  CHECK_FALSE(trusted.holds(signing_key(4).public_key()));
}

TEST_CASE("a trusted key that cannot be read is a fault only for who needs the answer") {
  const TemporaryFolder folder;
  const std::string path = folder.put("1.pem", signing_key(1).public_key().to_pem());
  const MomentPolicy policy = policy_of({{"SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS", "/missing:" + path}});
  CHECK(policy.trusted.holds(signing_key(1).public_key()));
  const Error error = error_of([&] { policy.trusted.holds(signing_key(2).public_key()); });
  CHECK(error.code() == "no_such_file");
  CHECK(error.hint() == "SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS names the file /missing");
}

TEST_CASE("names that are not UTF-8 cannot stand in a claim and are refused") {
  CHECK(error_of([] { policy_of({{"SB_ENV", "prod\xff"}}); }).code() == "bad_environment");
  const TemporaryFolder folder;
  const std::string path = folder.put("k.pem", private_pem(7));
  const Error error = error_of([&] {
    policy_of({{"SNAPCHORE_MOMENT_PRIVATE_KEY", path}, {"SNAPCHORE_MOMENT_KEY_ID", "\xc3"}});
  });
  CHECK(error.code() == "bad_environment");
}
