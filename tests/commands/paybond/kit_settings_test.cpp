#include "commands/paybond/kit_settings.hpp"

#include <doctest/doctest.h>

#include "core/network/local_network.hpp"
#include "core/network/places.hpp"
#include "tests/commands/paybond/user.hpp"

namespace agentnet::commands {
namespace {

using tests::fault_of;
using tests::User;
using tests::Variables;
using tests::with;

const Arguments kWork = with({{"--profile", {"work"}}});

TEST_CASE("the env file is that of the flag, the variable, the profile, the values, or the default") {
  User user;
  CHECK(user.read().env_file == ".env.local");
  user.kit({}, "env_file", ".env.values");
  CHECK(user.read().env_file == ".env.values");
  user.kit("work", "env_file", ".env.work");
  CHECK(user.read(kWork).env_file == ".env.work");
  CHECK(user.read(with({{"--profile", {"work"}}, {"--env-file", {".env.flag"}}})).env_file == ".env.flag");
  User variable(Variables{{"PAYBOND_ENV_FILE", ".env.variable"}});
  variable.kit({}, "env_file", ".env.values");
  CHECK(variable.read().env_file == ".env.variable");
}

TEST_CASE("the gateway of the configuration counts where no other is named") {
  User user(Variables{{"PAYBOND_API_KEY", "key"}});
  CHECK(user.place() == "https://api.paybond.ai PAYBOND_API_KEY");
  user.kit({}, "gateway", "https://kit.example/");
  CHECK(user.place() == "https://kit.example PAYBOND_API_KEY");
  CHECK(user.place(with({{"--gateway", {"https://flag.example"}}})) ==
        "https://flag.example PAYBOND_API_KEY");
  user.agentnet("default", "base_url", "https://agentnet.example");
  CHECK(user.place() == "https://agentnet.example PAYBOND_API_KEY");
}

TEST_CASE("a key of an agentnet profile does not go to a gateway of the kit's file") {
  User user;
  user.agentnet("default", "api_key", "profile_key");
  user.kit({}, "gateway", "https://kit.example");
  CHECK(user.place() == "https://api.paybond.ai profile default");
  user.kit("work", "gateway", "https://work.example");
  CHECK(user.place(kWork) == "https://work.example none");
}

TEST_CASE("a profile may be in either file, and must be in one") {
  User user(Variables{{"PAYBOND_API_KEY", "key"}});
  CHECK(fault_of([&] { user.place(kWork); }) == "not_found/unknown_profile");
  user.kit("work", "env_file", ".env.work");
  CHECK(user.place(kWork) == "https://api.paybond.ai PAYBOND_API_KEY");
  user.agentnet("work", "base_url", "https://agentnet.example");
  CHECK(user.place(kWork) == "https://agentnet.example PAYBOND_API_KEY");
  CHECK_FALSE(user.read(kWork).hides_profile);
}

TEST_CASE("the profile of the environment is the same as that of the flag") {
  User user(Variables{{"AGENTNET_PROFILE", "work"}, {"PAYBOND_API_KEY", "key"}});
  user.kit("work", "gateway", "https://work.example");
  CHECK(user.place() == "https://work.example PAYBOND_API_KEY");
}

TEST_CASE("the local network's own key means the local network, unless a gateway is named") {
  User user;
  const std::string folder = network::state_folder(user.run.context.environment);
  CHECK(local_paybond_key(user.run.context).empty());
  const auto local = network::LocalNetwork::open({folder}, user.run.context.files, user.run.context.clock,
                                                 user.run.context.random);
  const std::string key(as_text(local->credentials().paybond_key.expose()));
  CHECK(as_text(local_paybond_key(user.run.context).expose()) == key);
  const std::string file = user.home.put("env", "PAYBOND_API_KEY=" + key + "\n");
  CHECK(user.place(with({{"--env-file", {file}}})) == "local");
  const std::string other = user.home.put("other", "PAYBOND_API_KEY=" + key + "0\n");
  CHECK(user.place(with({{"--env-file", {other}}})) == "https://api.paybond.ai " + other);
  CHECK(user.place(with({{"--env-file", {file}}, {"--gateway", {"https://a.example"}}})) ==
        "https://a.example " + file);
}

TEST_CASE("an env file has a limit") {
  User user;
  const auto place_of = [&](std::size_t bytes) {
    std::string text = "PAYBOND_API_KEY=key\n#";
    text.resize(bytes, 'x');
    return user.place(with({{"--env-file", {user.home.put("env", text)}}}));
  };
  CHECK(place_of(kMaxEnvFileBytes).starts_with("https://api.paybond.ai "));
  CHECK(fault_of([&] { place_of(kMaxEnvFileBytes + 1); }) == "usage/too_large");
}

TEST_CASE("a state folder that cannot be read stands in nobody's way") {
  User user(Variables{{"PAYBOND_API_KEY", "key"}});
  const std::string folder = network::state_folder(user.run.context.environment);
  user.run.context.files.make_folder(folder);
  user.run.context.files.replace(folder + "/credentials.json", "{");
  CHECK(user.place() == "https://api.paybond.ai PAYBOND_API_KEY");
}

}  // namespace
}  // namespace agentnet::commands
