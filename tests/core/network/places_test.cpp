#include "core/network/places.hpp"

#include <doctest/doctest.h>

#include "core/base/error.hpp"

using namespace agentnet;
using namespace agentnet::network;

namespace {

Environment with(std::map<std::string, std::string, std::less<>> variables) {
  return Environment(std::move(variables));
}

// "category/code" of the Error, or "" when there was none.
template <typename Work>
std::string fault_of(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    CHECK_FALSE(error.hint().empty());
    return std::string(category_name(error.category())) + "/" + error.code();
  }
  return {};
}

}  // namespace

TEST_CASE("without XDG variables configuration and state lie in the home folder") {
  const Environment environment = with({{"HOME", "/home/ada"}});
  CHECK(config_folder(environment) == "/home/ada/.config/agentnet");
  CHECK(state_folder(environment) == "/home/ada/.local/state/agentnet");
}

TEST_CASE("the kit's configuration lies beside our own") {
  CHECK(paybond_config_folder(with({{"HOME", "/home/ada"}})) == "/home/ada/.config/paybond");
  CHECK(paybond_config_folder(with({{"XDG_CONFIG_HOME", "/c/"}})) == "/c/paybond");
  CHECK(paybond_config_folder(with({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "relative"}})) ==
        "/h/.config/paybond");
  CHECK(fault_of([] { paybond_config_folder(with({})); }) == "failed/no_home");
}

TEST_CASE("XDG variables move them, each its own") {
  const Environment environment =
      with({{"HOME", "/home/ada"}, {"XDG_CONFIG_HOME", "/c"}, {"XDG_STATE_HOME", "/s/deep"}});
  CHECK(config_folder(environment) == "/c/agentnet");
  CHECK(state_folder(environment) == "/s/deep/agentnet");
  CHECK(config_folder(with({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}})) == "/h/.config/agentnet");
}

TEST_CASE("relative and empty XDG values do not count") {
  for (const char* value : {"", "relative", "./relative", "../up", "~/x", " /space"}) {
    const Environment environment =
        with({{"HOME", "/home/ada"}, {"XDG_CONFIG_HOME", value}, {"XDG_STATE_HOME", value}});
    CAPTURE(value);
    CHECK(config_folder(environment) == "/home/ada/.config/agentnet");
    CHECK(state_folder(environment) == "/home/ada/.local/state/agentnet");
  }
}

TEST_CASE("AGENTNET_STATE_DIR names the folder itself, and a flag comes before it") {
  const Environment environment =
      with({{"HOME", "/h"}, {"XDG_STATE_HOME", "/s"}, {"AGENTNET_STATE_DIR", "/own"}});
  CHECK(state_folder(environment) == "/own");
  CHECK(state_folder(environment, "/flag") == "/flag");
  CHECK(state_folder(environment, "relative") == "relative");
  CHECK(state_folder(environment, "") == "/own");
  CHECK(state_folder(with({{"HOME", "/h"}, {"AGENTNET_STATE_DIR", ""}})) == "/h/.local/state/agentnet");
  CHECK(config_folder(environment) == "/h/.config/agentnet");
}

TEST_CASE("final slashes make no difference") {
  CHECK(config_folder(with({{"HOME", "/h//"}})) == "/h/.config/agentnet");
  CHECK(config_folder(with({{"XDG_CONFIG_HOME", "/c/"}})) == "/c/agentnet");
  CHECK(state_folder(with({{"AGENTNET_STATE_DIR", "/own/"}})) == "/own");
  CHECK(state_folder(with({{"AGENTNET_STATE_DIR", "/"}})) == "/");
}

TEST_CASE("without a home folder there is an error, unless it is not needed") {
  for (const auto& variables : {std::map<std::string, std::string, std::less<>>{},
                                {{"HOME", ""}},
                                {{"HOME", "relative"}},
                                {{"HOME", ""}, {"XDG_CONFIG_HOME", "relative"}, {"XDG_STATE_HOME", ""}}}) {
    CHECK(fault_of([&] { (void)config_folder(with(variables)); }) == "failed/no_home");
    CHECK(fault_of([&] { (void)state_folder(with(variables)); }) == "failed/no_home");
    CHECK(state_folder(with(variables), "/flag") == "/flag");
  }
  CHECK(config_folder(with({{"XDG_CONFIG_HOME", "/c"}})) == "/c/agentnet");
  CHECK(state_folder(with({{"AGENTNET_STATE_DIR", "own"}})) == "own");
}
