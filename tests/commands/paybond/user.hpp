// A user of `paybond` with a home folder and configurations of both kinds, agentnet's and the kit's.
#pragma once

#include "commands/network_options.hpp"
#include "commands/paybond/connection.hpp"
#include "commands/paybond/kit_settings.hpp"
#include "core/network/paybond_config.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands::tests {

using Variables = std::map<std::string, std::string, std::less<>>;

struct User {
  explicit User(Variables more = {}) : run({}, environment(std::move(more))) {}

  Environment environment(Variables more) const {
    Variables all{
        {"HOME", home.path()}, {"XDG_CONFIG_HOME", home.file("c")}, {"XDG_STATE_HOME", home.file("s")}};
    all.merge(more);
    return Environment(all);
  }
  void kit(const std::optional<std::string>& profile, std::string_view key, const std::string& value) {
    network::change_setting(run.context.environment, run.context.files, profile, key, value);
  }
  void agentnet(const std::string& profile, std::string_view key, std::string_view value) {
    const network::ValueChange change[] = {{key, value}};
    network::change_values(run.context.files, home.file("c/agentnet/config.json"), profile, "paybond",
                           change);
  }
  KitSettings read(const Arguments& arguments = {}) {
    return kit_settings(arguments, given_from(arguments), run.context);
  }
  // "<gateway> <where the key is from>", "local" for neither.
  std::string place(const Arguments& arguments = {}) {
    const network::Settings settings = paybond_settings(arguments, run.context);
    if (settings.is_local()) return "local";
    return settings.base_url->value + " " + (settings.credential ? settings.credential->origin : "none");
  }

  TemporaryFolder home;
  CommandRun run;
};

}  // namespace agentnet::commands::tests
