#include "commands/paybond/house.hpp"

#include <doctest/doctest.h>

#include "core/json/write.hpp"
#include "core/network/local_network.hpp"
#include "core/network/places.hpp"
#include "tests/commands/paybond/user.hpp"

namespace agentnet::commands {
namespace {

using tests::User;
using tests::Variables;
using tests::with;

const std::string kKey = "paybond_sk_sandbox_" + std::string(32, 'a') + "_" + std::string(64, 'c');
constexpr std::string_view kMasked = "paybond_sk_sandbox_aaaaaaaa...aaaa";

std::string line_of(const Check& check) {
  return check.name + (check.ok ? " ok" : " FAIL") + (check.hint.empty() ? "" : " with a hint");
}
std::string lines_of(const std::vector<Check>& checks) {
  std::string lines;
  for (const Check& check : checks)
    lines += line_of(check) + "\n";
  return lines;
}

TEST_CASE("without key and gateway the place is the local network") {
  User user;
  const Place place = place_of({}, user.run.context);
  CHECK(place.local);
  CHECK(place.gateway == "the embedded network");
  CHECK(place.source == "local_network");
  CHECK(place.key_masked.empty());
  CHECK_FALSE(network::exists(network::state_folder(user.run.context.environment)));
}

TEST_CASE("a local network that is made has a key, which is shown masked") {
  User user;
  const std::string folder = network::state_folder(user.run.context.environment);
  network::LocalNetwork::open({folder}, user.run.context.files, user.run.context.clock,
                              user.run.context.random);
  const Place place = place_of({}, user.run.context);
  CHECK(place.key_masked.starts_with("paybond_sk_sandbox_"));
  CHECK(place.key_masked.size() == kMasked.size());
  CHECK(place.well_formed);
}

TEST_CASE("where the key comes from is said, the key is not") {
  const auto source = [](User& user, const Arguments& arguments) {
    const Place place = place_of(arguments, user.run.context);
    CHECK_FALSE(place.local);
    CHECK(place.key_masked == (place.source == "none" ? "" : kMasked));
    return place.source;
  };
  User user;
  const std::string file = user.home.put("env", "PAYBOND_API_KEY=" + kKey + "\n");
  const std::string bare = user.home.put("bare", kKey);
  const Arguments hosted = with({{"--gateway", {"https://a.example"}}});
  CHECK(source(user, hosted) == "none");
  CHECK(source(user, with({{"--env-file", {file}}})) == "env_file");
  CHECK(source(user, with({{"--api-key-file", {bare}}})) == "flag");
  user.agentnet("default", "api_key", kKey);
  CHECK(source(user, hosted) == "profile");
  User variable(Variables{{"PAYBOND_API_KEY", kKey}});
  CHECK(source(variable, with({{"--env-file", {file}}})) == "process_env");
}

TEST_CASE("a key that has not the form of one is told apart") {
  for (const std::string& key : {kKey.substr(0, kKey.size() - 1), std::string("short"), kKey + "0"}) {
    User user(Variables{{"PAYBOND_API_KEY", key}});
    const Place place = place_of({}, user.run.context);
    CHECK_FALSE(place.well_formed);
    CHECK(place.key_masked.find("cccc") == std::string::npos);
  }
}

TEST_CASE("the source of the credential has the kit's words") {
  json::Arena arena;
  CHECK(json::to_compact(credential_source({.source = "none", .env_file = "/e"}, arena)) ==
        R"({"source":"missing","env_file":"/e","profile":null})");
  CHECK(json::to_compact(credential_source(
            {.source = "env_file", .key_masked = "m", .env_file = "/e", .profile = "work"}, arena)) ==
        R"({"source":"env_file","env_file":"/e","profile":"work","key_masked":"m"})");
}

TEST_CASE("diagnostics name every place, and no key") {
  User user(Variables{{"PAYBOND_API_KEY", kKey}});
  json::Arena arena;
  const Place place = place_of({}, user.run.context);
  const std::string text = json::to_compact(diagnostics_of(place, "R", user.run.context, arena));
  for (const std::string& part :
       {user.home.file("c/paybond/config.json"), user.home.file("s/agentnet"), std::string("process_env"),
        std::string(R"("request_id":"R")"), std::string(kMasked)}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find(kKey) == std::string::npos);
}

TEST_CASE("every check that fails has a hint") {
  User user;
  const auto look = [](User& who, const Arguments& arguments) {
    return look_around(place_of(arguments, who.run.context), arguments, who.run.context);
  };
  CHECK(lines_of(look(user, {})) ==
        "runtime ok\npackage ok\ngateway ok\nenv_file ok\nkey_shape ok\nprincipal ok\n");
  const auto keyless = look(user, with({{"--gateway", {"https://a.example"}}}));
  CHECK(lines_of(keyless) ==
        "runtime ok\npackage ok\ngateway ok\nenv_file FAIL with a hint\nkey_shape FAIL with a "
        "hint\nprincipal ok\n");
  CHECK_FALSE(all_ok(keyless));
  User wrong(Variables{{"PAYBOND_API_KEY", "short"}});
  // Nobody listens there.
  const auto refused = look(wrong, with({{"--gateway", {"http://127.0.0.1:1"}}}));
  CHECK(line_of(refused[4]) == "key_shape FAIL with a hint");
  CHECK(line_of(refused[5]) == "principal FAIL with a hint");
}

TEST_CASE("an env file that others can read is a fault when a key is in it") {
  User user;
  const auto look = [&](const std::string& content) {
    const std::string file = user.home.put("env", content);
    const Arguments arguments = with({{"--env-file", {file}}, {"--gateway", {"http://127.0.0.1:1"}}});
    return line_of(look_around(place_of(arguments, user.run.context), arguments, user.run.context)[3]);
  };
  CHECK(look("A=1\n") == "env_file ok");
  CHECK(look("PAYBOND_API_KEY=" + kKey) == "env_file FAIL with a hint");
}

TEST_CASE("a check is a line, and a value with what there is of it") {
  const std::vector<Check> checks = {
      {.name = "one", .message = "fine\x1b[31m"},
      {.name = "two", .ok = false, .message = "bad", .hint = "h", .command = "c"}};
  json::Arena arena;
  CHECK(checks_text(checks) == "ok    one: fine\\x1b[31m\nFAIL  two: bad\n        h\n");
  CHECK(json::to_compact(checks_value({checks[1]}, arena)) ==
        R"([{"name":"two","ok":false,"message":"bad","hint":"h","command":"c"}])");
  CHECK_FALSE(all_ok(checks));
}

}  // namespace
}  // namespace agentnet::commands
