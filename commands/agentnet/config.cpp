// agentnet config
#include "commands/agentnet/agentnet.hpp"
#include "commands/network_options.hpp"
#include "core/network/places.hpp"

namespace agentnet::commands {
namespace {

constexpr network::NetworkNames kNetworkNames[] = {network::kSbn, network::kPaybond};
constexpr std::string_view kProfileKey = "profile";
constexpr std::string_view kProfilePrefix = "profiles.";

// A key of the file split into what it names.
struct ConfigName {
  std::string network;
  const network::ConfigKey* key;
};

std::string known_names() {
  std::string list(kProfileKey);
  for (const network::NetworkNames& names : kNetworkNames) {
    for (const network::ConfigKey& key : network::config_keys())
      list += ", " + std::string(names.name) + "." + std::string(key.name);
  }
  return list;
}

// Throws Error usage/unknown_key.
ConfigName parse_name(const std::string& text) {
  const std::size_t dot = text.find('.');
  for (const network::NetworkNames& names : kNetworkNames) {
    if (dot == std::string::npos || names.name != text.substr(0, dot)) continue;
    const network::ConfigKey* key = network::find_config_key(text.substr(dot + 1));
    if (key != nullptr) return {text.substr(0, dot), key};
  }
  throw Error(Category::usage, "unknown_key", "there is no key '" + text + "'", "one of: " + known_names());
}

// --- list, get, path ----------------------------------------------------------------------------------

std::vector<network::ListedValue> listed(const Arguments& arguments, const Context& context) {
  return network::list_values(kNetworkNames, given_from(arguments), context.environment, context.files);
}

Exit run_list(const Arguments& arguments, Context& context) {
  context.sink.begin_rows();
  for (const network::ListedValue& value : listed(arguments, context)) {
    json::Arena arena;
    json::ObjectBuilder row(arena);
    row.add("key", value.key).add("value", value.value);
    if (arguments.has("--show-origin")) row.add("origin", value.origin);
    context.sink.row({row.done(), {}, value.key});
  }
  context.sink.end_rows();
  return Exit::done;
}

Exit run_get(const Arguments& arguments, Context& context) {
  const std::string name = arguments.text("KEY");
  if (name != kProfileKey) parse_name(name);
  for (const network::ListedValue& value : listed(arguments, context)) {
    if (value.key != name) continue;
    json::Arena arena;
    const json::Value result = json::ObjectBuilder(arena)
                                   .add("key", value.key)
                                   .add("value", value.value)
                                   .add("origin", value.origin)
                                   .done();
    context.sink.result({result, printable(value.value) + "\n", value.value});
    return Exit::done;
  }
  throw Error(Category::not_found, "not_set", name + " has no value",
              "'agentnet config list --show-origin' shows what has one");
}

Exit run_path(const Arguments& arguments, Context& context) {
  const std::string path = network::config_path(given_from(arguments), context.environment);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("config", path)
                                .add("project", network::kProjectFile)
                                .add("state", network::state_folder(context.environment))
                                .done();
  context.sink.result({value, printable(path) + "\n", path});
  return Exit::done;
}

// --- set, unset ---------------------------------------------------------------------------------------

void report(const std::string& name, const std::string& done, const std::string& profile,
            const ProfilePlace& place, bool changed, Context& context) {
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("key", name)
                                .add("profile", profile)
                                .add("file", place.file)
                                .add_boolean("changed", changed && !context.dry_run)
                                .done();
  context.sink.result({value, printable(done) + "\n", name});
}

// The value of a key that may be shown: from the command line or a file.
std::string read_value(const Arguments& arguments, const Context& context) {
  const std::optional<std::string> file = arguments.find("--value-file");
  if (!file) return arguments.text("VALUE");
  std::string text = *file == "-"
                         ? read_descriptor(context.input, "standard input", network::kMaxKeyFileBytes)
                         : context.files.read(*file, network::kMaxKeyFileBytes);
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  return text;
}

void set_key(const ConfigName& name, const Arguments& arguments, const ProfilePlace& place,
             Context& context) {
  Secret secret;
  std::string text;
  if (name.key->secret) {
    if (arguments.has("VALUE")) {
      throw Error(Category::usage, "secret_in_arguments",
                  "a key is not taken from the command line, where other users of this machine see it",
                  "give it with --value-file FILE, or --value-file - for standard input");
    }
    secret = network::read_api_key(arguments.text("--value-file"), context.files, context.input);
  } else {
    text = read_value(arguments, context);
    network::check_value(*name.key, text);
  }
  if (context.dry_run) return;
  const std::string_view value = name.key->secret ? as_text(secret.expose()) : std::string_view(text);
  const network::ValueChange change[] = {{name.key->name, value}};
  network::change_values(context.files, place.file, place.profile.value, name.network, change);
}

Exit run_set(const Arguments& arguments, Context& context) {
  const std::string name = arguments.text("KEY");
  if (arguments.has("VALUE") == arguments.has("--value-file")) {
    throw Error(Category::usage, "bad_usage", "give either VALUE or --value-file");
  }
  const std::string verb = context.dry_run ? "would set " : "set ";
  const ProfilePlace place = profile_place(given_from(arguments), context);
  if (name == kProfileKey) {
    const std::string chosen = read_value(arguments, context);
    if (!context.dry_run) network::choose_profile(context.files, place.file, chosen);
    report(name, verb + "profile to " + chosen, chosen, place, true, context);
    return Exit::done;
  }
  set_key(parse_name(name), arguments, place, context);
  report(name, verb + name + " in profile " + place.profile.value, place.profile.value, place, true, context);
  return Exit::done;
}

Exit unset_profile(const std::string& name, const ProfilePlace& place, Context& context) {
  const std::string profile = name.substr(kProfilePrefix.size());
  if (!context.dry_run) network::remove_profile(context.files, place.file, profile);
  report(name, (context.dry_run ? "would remove" : "removed") + (" profile " + profile), profile, place, true,
         context);
  return Exit::done;
}

Exit run_unset(const Arguments& arguments, Context& context) {
  const std::string name = arguments.text("KEY");
  const ProfilePlace place = profile_place(given_from(arguments), context);
  if (name.starts_with(kProfilePrefix)) return unset_profile(name, place, context);
  const std::string verb = context.dry_run ? "would unset " : "unset ";
  if (name == kProfileKey) {
    if (!context.dry_run) network::choose_profile(context.files, place.file, std::nullopt);
    report(name, verb + name, place.config.profile, place, !place.config.profile.empty(), context);
    return Exit::done;
  }
  const ConfigName parsed = parse_name(name);
  const network::NetworkValues* values =
      network::find_values(place.config, place.profile.value, parsed.network);
  const bool was_set = values != nullptr && values->has(parsed.key->name);
  if (was_set && !context.dry_run) {
    const network::ValueChange change[] = {{parsed.key->name, std::nullopt}};
    network::change_values(context.files, place.file, place.profile.value, parsed.network, change);
  }
  const std::string where = name + " in profile " + place.profile.value;
  report(name, was_set ? verb + where : where + " had no value", place.profile.value, place, was_set,
         context);
  return Exit::done;
}

// --- the commands -------------------------------------------------------------------------------------

constexpr std::string_view kKeysText =
    "A key is NETWORK.NAME, for instance sbn.base_url; the names are base_url, api_key, tenant_id, "
    "signing_key_file, issuer, audience, kid, subject and scopes. The key 'profile' says which profile "
    "counts "
    "when none is named.";

constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"sbn auth login", "sbn auth status"};
constexpr Argument kKeyArgument[] = {{.name = "KEY", .help = "which value, for instance sbn.base_url"}};

constexpr Option kListOptions[] = {
    {.name = "--show-origin", .help = "say of each value which place it comes from"}};
constexpr Example kListExamples[] = {{"agentnet config list --show-origin", "what counts, and why"},
                                     {"SBN_BASE_URL=http://127.0.0.1:8090 agentnet config list --show-origin",
                                      "a variable comes before files"}};
constexpr Command kList{
    .name = "list",
    .summary = "Show the values that count",
    .description =
        "A value comes from a flag, else the environment, else .agentnet.json in the working folder, else "
        "the "
        "profile. A key is shown as ***.",
    .options = kListOptions,
    .examples = kListExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_list,
};

constexpr Example kGetExamples[] = {{"agentnet config get profile", "which profile counts"}};
constexpr Command kGet{
    .name = "get",
    .summary = "Print one value that counts",
    .description = kKeysText,
    .arguments = kKeyArgument,
    .examples = kGetExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_get,
};

constexpr Argument kSetArguments[] = {
    {.name = "KEY", .help = "which value, for instance sbn.base_url"},
    {.name = "VALUE", .help = "the value; not for keys and passwords", .optional = true}};
constexpr Option kSetOptions[] = {{.name = "--value-file",
                                   .value = "FILE",
                                   .help = "the file that holds the value, or - for standard input",
                                   .completes = Completes::files}};
constexpr Example kSetExamples[] = {
    {"agentnet config set sbn.base_url http://127.0.0.1:8090", "where the default profile goes"},
    {"printf 'sbn_test_0123456789' | agentnet config set sbn.api_key --value-file - --profile work",
     "a key for another profile"}};
constexpr Command kSet{
    .name = "set",
    .summary = "Write a value into the profile",
    .description = kKeysText,
    .arguments = kSetArguments,
    .options = kSetOptions,
    .examples = kSetExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::configured,
    .run = run_set,
};

constexpr Argument kUnsetArguments[] = {
    {.name = "KEY", .help = "which value, or profiles.NAME for a whole profile"}};
constexpr Example kUnsetExamples[] = {
    {"agentnet config set sbn.kid k1 && agentnet config unset sbn.kid", "take a value away again"}};
constexpr Command kUnset{
    .name = "unset",
    .summary = "Take a value, or a whole profile, out of the file",
    .description = kKeysText,
    .arguments = kUnsetArguments,
    .examples = kUnsetExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::configured,
    .run = run_unset,
};

constexpr Example kPathExamples[] = {{"agentnet config path", "which file is used"}};
constexpr Command kPath{
    .name = "path",
    .summary = "Print where the configuration lies",
    .description = "JSON also has the project's file and the folder of the local network's state.",
    .examples = kPathExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_path,
};

constexpr const Command* kCommands[] = {&kList, &kGet, &kSet, &kUnset, &kPath};

}  // namespace

constexpr Command kAgentnetConfig{
    .name = "config",
    .summary = "Say where networks are and which profile counts",
    .description =
        "The configuration is one JSON file, $XDG_CONFIG_HOME/agentnet/config.json, with profiles; "
        "AGENTNET_PROFILE or --profile names the one that counts. A project may have a file of its own, "
        ".agentnet.json in the working folder. Only the owner may read the user's file.",
    .children = kCommands,
};

}  // namespace agentnet::commands
