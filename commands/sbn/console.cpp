// sbn console
#include "commands/sbn/console.hpp"

namespace agentnet::commands {

json::Value flag_option(const Arguments& arguments, std::string_view name) {
  const auto text = arguments.find(name);
  return text ? json::Value::boolean(*text == "true") : json::Value();
}

json::Value text_option(const Arguments& arguments, std::string_view name, json::Arena& arena) {
  const auto text = arguments.find(name);
  return text ? json::Value::string(arena, *text) : json::Value();
}

namespace {

constexpr const Command* kCommands[] = {&kSbnConsoleProjects, &kSbnConsoleSettings, &kSbnConsoleEvents,
                                        &kSbnConsoleKeys,     &kSbnConsoleUsage,    &kSbnConsoleBilling,
                                        &kSbnConsoleWebhooks, &kSbnConsoleAnalytics};

}  // namespace

constexpr Command kSbnConsole{
    .name = "console",
    .summary = "Projects, their keys, usage, billing and webhooks",
    .description =
        "A project is a tenant with keys of its own. A credential sees the project it belongs to "
        "and those that it made. Commands without a project are about the current one: the one "
        "that the credential has switched to, its own at first.",
    .children = kCommands,
};

}  // namespace agentnet::commands
