// paybond config get, set, unset, list
#include "commands/paybond/house.hpp"
#include "core/network/paybond_config.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kAllowInsecure = "PAYBOND_ALLOW_INSECURE_GATEWAY";

std::optional<std::string> profile_of(const Arguments& arguments) {
  const auto profile = arguments.find(kProfileOption.name);
  if (profile) network::check_profile_name(*profile);
  return profile;
}

// The values of --profile, or those outside of profiles. Throws Error not_found/unknown_profile.
network::PaybondValues values_of(const Arguments& arguments, const Context& context) {
  const auto profile = profile_of(arguments);
  const network::PaybondConfig config = network::read_paybond_config(context.environment, context.files);
  if (const network::PaybondValues* values = config.section(profile)) return *values;
  throw Error(Category::not_found, "unknown_profile",
              config.path + " has no profile '" + profile.value_or("") + "'",
              "'paybond config set KEY VALUE --profile NAME' makes one");
}

Exit run_get(const Arguments& arguments, Context& context) {
  const std::string key = arguments.text("KEY");
  const auto value = network::find_setting(values_of(arguments, context), key);
  if (!value) {
    throw Error(Category::not_found, "not_set", "config key not found: " + key,
                "'paybond config list' shows what there is");
  }
  const std::string shown = network::shown_setting(key, *value);
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena).add("key", key).add("value", shown).done();
  show_local(arguments, context,
             {.command = "config get", .data = data, .id = shown, .text = printable(shown) + "\n"});
  return Exit::done;
}

// {"key", `done`: true or false}
void report(const Arguments& arguments, Context& context, std::string_view command, std::string_view done,
            bool so, const std::string& text) {
  const std::string key = arguments.text("KEY");
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena).add("key", key).add_boolean(done, so).done();
  show_local(arguments, context,
             {.command = command, .data = data, .id = key, .text = printable(text) + "\n"});
}

Exit run_set(const Arguments& arguments, Context& context) {
  const std::string key = arguments.text("KEY");
  const std::string value = arguments.text("VALUE");
  const auto profile = profile_of(arguments);
  network::check_setting_name(key);
  network::check_setting(key, value, context.environment.is_true(kAllowInsecure));
  if (key != network::kGatewaySetting && key != network::kEnvFileSetting) {
    context.diagnostics.warn("unread_setting", "no command here reads '" + key + "'; those that count are " +
                                                   "gateway and env_file");
  }
  if (!context.dry_run) network::change_setting(context.environment, context.files, profile, key, value);
  report(arguments, context, "config set", "set", !context.dry_run,
         (context.dry_run ? "would set " : "set ") + key + (profile ? " in profile " + *profile : ""));
  return Exit::done;
}

Exit run_unset(const Arguments& arguments, Context& context) {
  const std::string key = arguments.text("KEY");
  const auto profile = profile_of(arguments);
  if (context.dry_run) {
    report(arguments, context, "config unset", "removed", false, "would unset " + key);
    return Exit::done;
  }
  const bool had = network::change_setting(context.environment, context.files, profile, key, std::nullopt);
  report(arguments, context, "config unset", "removed", had, had ? "unset " + key : key + " had no value");
  return Exit::done;
}

Exit run_list(const Arguments& arguments, Context& context) {
  const network::PaybondValues values = values_of(arguments, context);
  json::Arena arena;
  json::ObjectBuilder entries(arena);
  std::string text;
  std::string names;
  for (const auto& [key, value] : values) {
    const std::string shown = network::shown_setting(key, value);
    entries.add(arena.copy(key), std::string_view(shown));
    text += printable(key + ": " + shown) + "\n";
    names += (names.empty() ? "" : "\n") + key;
  }
  if (text.empty()) text = "no values\n";
  const json::Value data = json::ObjectBuilder(arena).add("entries", entries.done()).done();
  show_local(arguments, context, {.command = "config list", .data = data, .id = names, .text = text});
  return Exit::done;
}

constexpr std::string_view kText =
    "Two keys count: gateway, where Paybond is, and env_file, the file that holds the API key. Flags and "
    "variables come before them. An API key is no value: paybond login keeps it in an env file.";
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"paybond status", "paybond login", "agentnet config list"};
constexpr Option kProfile{
    .name = "--profile", .value = "NAME", .help = "a profile of that file; none means outside of profiles"};
constexpr Option kOptions[] = {kProfile, kRequestIdOption};
constexpr Argument kKey[] = {{.name = "KEY", .help = "which value"}};
constexpr Argument kKeyAndValue[] = {{.name = "KEY", .help = "which value"},
                                     {.name = "VALUE", .help = "the value; no secret"}};
constexpr Example kGetExamples[] = {
    {"paybond config set gateway https://gw.example.com -f quiet && paybond config get gateway",
     "where Paybond is"}};
constexpr Example kSetExamples[] = {
    {"paybond config set gateway https://gw.example.com", "where Paybond is"},
    {"paybond config set env_file .env.work --profile work", "a key of its own for a profile"}};
constexpr Example kUnsetExamples[] = {
    {"paybond config set env_file .env.work -f quiet && paybond config unset env_file",
     "take a value away again"}};
constexpr Example kListExamples[] = {
    {"paybond config set gateway https://gw.example.com -f quiet && paybond config list",
     "what is set; secrets are masked"}};

constexpr Command kGet{.name = "get",
                       .summary = "Print one value",
                       .description = kText,
                       .arguments = kKey,
                       .options = kOptions,
                       .examples = kGetExamples,
                       .exits = kExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .run = run_get};
constexpr Command kSet{.name = "set",
                       .summary = "Write a value",
                       .description = kText,
                       .arguments = kKeyAndValue,
                       .options = kOptions,
                       .examples = kSetExamples,
                       .exits = kExits,
                       .see_also = kSeeAlso,
                       .access = Access::writes,
                       .run = run_set};
constexpr Command kUnset{.name = "unset",
                         .summary = "Take a value away",
                         .description = kText,
                         .arguments = kKey,
                         .options = kOptions,
                         .examples = kUnsetExamples,
                         .exits = kExits,
                         .see_also = kSeeAlso,
                         .access = Access::writes,
                         .run = run_unset};
constexpr Command kList{.name = "list",
                        .summary = "List the values",
                        .description = kText,
                        .options = kOptions,
                        .examples = kListExamples,
                        .exits = kExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .run = run_list};

constexpr const Command* kCommands[] = {&kGet, &kSet, &kUnset, &kList};

}  // namespace

constexpr Command kPaybondConfig{
    .name = "config",
    .summary = "Say where Paybond is and where its key lies",
    .description =
        "The file is that of the kit's own command line, $XDG_CONFIG_HOME/paybond/config.json; only its "
        "owner "
        "may read it.",
    .children = kCommands,
};

}  // namespace agentnet::commands
