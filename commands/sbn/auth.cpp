// sbn auth status, sbn auth logout
#include <algorithm>

#include "commands/network_options.hpp"
#include "commands/sbn/sbn.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kAtlasId = "ATLAS_CLIENT_ID";
constexpr std::string_view kAtlasSecret = "ATLAS_CLIENT_SECRET";
constexpr std::size_t kLabelColumns = 21;  // of the labels of `status`

// --- status -------------------------------------------------------------------------------------------

std::string_view format_name(Format format) {
  switch (format) {
    case Format::table:
      return "table";
    case Format::json:
      return "json";
    case Format::jsonl:
      return "jsonl";
    case Format::quiet:
      return "quiet";
    case Format::yaml:
      return "yaml";
    case Format::dotenv:
      return "dotenv";
    case Format::tsv:
      return "tsv";
  }
  return {};
}

// One line of `status`: the member of the JSON, the label, the value and where it comes from.
struct StatusLine {
  std::string_view member;
  std::string_view label;
  std::optional<std::string> value;
  std::string origin;
};

std::vector<StatusLine> status_lines(const network::Settings& settings, const Context& context) {
  std::vector<StatusLine> lines;
  const auto add = [&](std::string_view member, std::string_view label, std::optional<std::string> value,
                       const std::string& origin) {
    const bool there = value.has_value();
    lines.push_back({member, label, std::move(value), there ? origin : std::string()});
  };
  const auto add_setting = [&](std::string_view member, std::string_view label,
                               const std::optional<network::Setting>& setting) {
    add(member, label, setting ? std::optional(setting->value) : std::nullopt,
        setting ? setting->origin : "");
  };
  const auto add_variable = [&](std::string_view member, std::string_view label, std::string_view variable) {
    const std::string value = context.environment.get_or_empty(variable);
    add(member, label, value.empty() ? std::nullopt : std::optional(masked(value)), std::string(variable));
  };
  const auto& credential = settings.credential;
  const bool signs = credential && credential->kind == network::CredentialKind::signing_key;
  const std::string origin = credential ? credential->origin : "";
  add_setting("base_url", "Base URL", settings.base_url);
  add("api_key", "API Key",
      credential && !signs ? std::optional(masked(as_text(credential->secret.expose()))) : std::nullopt,
      origin);
  add_variable("atlas_client_id", "Atlas Client ID", kAtlasId);
  add_variable("atlas_client_secret", "Atlas Client Secret", kAtlasSecret);
  add("output_format", "Output Format", std::string(format_name(context.sink.format())), "");
  add("signing_key_file", "Signing Key", signs ? std::optional(credential->signing_key_file) : std::nullopt,
      origin);
  add("issuer", "Issuer", signs ? std::optional(credential->issuer) : std::nullopt, origin);
  add("audience", "Audience", signs ? std::optional(credential->audience) : std::nullopt, origin);
  add_setting("tenant_id", "Tenant", settings.tenant);
  add("profile", "Profile", settings.profile.value, settings.profile.origin);
  return lines;
}

Exit run_status(const Arguments& arguments, Context& context) {
  const network::Settings settings = settings_from(network::kSbn, arguments, context);
  json::Arena arena;
  json::ObjectBuilder value(arena);
  json::ObjectBuilder origins(arena);
  std::string text = settings.credential ? "authenticated\n\n" : "no credential\n\n";
  for (const StatusLine& line : status_lines(settings, context)) {
    value.add_optional(line.member, line.value);
    if (!line.origin.empty()) origins.add(line.member, line.origin);
    // Of a signing key only what is there: most people have none.
    const bool rare =
        line.member == "signing_key_file" || line.member == "issuer" || line.member == "audience";
    if (rare && !line.value) continue;
    const std::string_view missing = line.member == "base_url" ? "(the local network)" : kNotSet;
    text += "  " + std::string(line.label) + std::string(kLabelColumns - line.label.size(), ' ') +
            printable(line.value.value_or(std::string(missing)));
    if (!line.origin.empty()) text += "  (" + printable(line.origin) + ")";
    text += '\n';
  }
  value.add_boolean("authenticated", settings.credential.has_value());
  value.add("origins", origins.done());
  context.sink.result({value.done(), text, settings.base_url ? settings.base_url->value : "local"});
  return Exit::done;
}

// --- logout -------------------------------------------------------------------------------------------

// The variables that go on giving a credential, or lead somewhere.
std::vector<std::string_view> variables_still_set(const Context& context) {
  std::vector<std::string_view> still;
  for (const std::string_view variable :
       {network::kSbn.api_key_variable, network::kSbn.base_url_variable, kAtlasId, kAtlasSecret}) {
    if (!context.environment.get_or_empty(variable).empty()) still.push_back(variable);
  }
  return still;
}

std::vector<std::string> take_credential(const ProfilePlace& place, const Context& context) {
  std::vector<network::ValueChange> changes = {{"base_url", std::nullopt}};
  for (const network::ConfigKey& key : network::config_keys()) {
    if (key.of_credential) changes.push_back({key.name, std::nullopt});
  }
  const std::string& profile = place.profile.value;
  if (!context.dry_run) {
    return network::change_values(context.files, place.file, profile, network::kSbn.name, changes);
  }
  const network::NetworkValues* values = network::find_values(place.config, profile, network::kSbn.name);
  std::vector<std::string> there;
  for (const network::ValueChange& change : changes) {
    if (values != nullptr && values->has(change.key)) there.emplace_back(change.key);
  }
  return there;
}

Exit run_logout(const Arguments& arguments, Context& context) {
  const ProfilePlace place = profile_place(given_from(arguments), context);
  if (place.profile.origin != "default" && !place.config.profiles.contains(place.profile.value)) {
    throw network::unknown_profile(place.config, place.profile.value, place.profile.origin);
  }
  const std::vector<std::string> removed = take_credential(place, context);
  json::Arena arena;
  json::ArrayBuilder removed_list(arena);
  std::string names;
  for (const std::string& key : removed) {
    removed_list.add(key);
    names += (names.empty() ? "" : ", ") + key;
  }
  std::string text = names.empty() ? "profile " + place.profile.value + " holds no credential\n"
                                   : (context.dry_run ? "would remove " : "removed ") + names +
                                         " from profile " + place.profile.value + "\n";
  json::ArrayBuilder still_list(arena);
  std::string lines;
  for (const std::string_view variable : variables_still_set(context)) {
    still_list.add(variable);
    if (lines.empty()) text += "\nStill set in this shell; these lines clear it:\n\n";
    text += "  unset " + std::string(variable) + "\n";
    lines += (lines.empty() ? "" : "\n") + ("unset " + std::string(variable));
  }
  const json::Value value = json::ObjectBuilder(arena)
                                .add("profile", place.profile.value)
                                .add("removed", removed_list.done())
                                .add("still_set", still_list.done())
                                .done();
  context.sink.result({value, text, lines.empty() ? place.profile.value : lines});
  return Exit::done;
}

// --- the commands -------------------------------------------------------------------------------------

constexpr Exit kExits[] = {Exit::not_found, Exit::auth};

constexpr Option kStatusOptions[] = {kBaseUrlOption, kApiKeyFileOption, kApiKeyOption, kTenantOption};
constexpr Example kStatusExamples[] = {
    {"sbn auth status", "where commands go from here, and as whom"},
    {"SBN_API_KEY=sbn_test_0123456789abcdef sbn auth status --json", "the same for a program"}};
constexpr std::string_view kStatusSeeAlso[] = {"sbn auth login", "agentnet config list"};
constexpr Command kStatus{
    .name = "status",
    .summary = "Show where the network is, which credential counts, and why",
    .description = "Nothing is sent. Of a key only the ends are shown.",
    .options = kStatusOptions,
    .examples = kStatusExamples,
    .exits = kExits,
    .see_also = kStatusSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_status,
};

constexpr Example kLogoutExamples[] = {
    {"sbn auth logout", "forget the credential of the default profile"},
    {"sbn auth logout --json=still_set", "and ask which variables still give one"}};
constexpr std::string_view kLogoutSeeAlso[] = {"sbn auth login", "agentnet config unset"};
constexpr Command kLogout{
    .name = "logout",
    .summary = "Remove the credential from the profile",
    .description =
        "With it goes the base URL. Variables of the shell cannot be cleared from here: those that are still "
        "set are named.",
    .examples = kLogoutExamples,
    .exits = kExits,
    .see_also = kLogoutSeeAlso,
    .access = Access::writes,
    .reach = Reach::configured,
    .run = run_logout,
};

constexpr const Command* kCommands[] = {&kSbnLogin, &kStatus, &kLogout, &kSbnSigningKey};

}  // namespace

// As the mirrored program does it, which however shows all of a key of 11 or 12 characters.
std::string masked(std::string_view key) {
  constexpr std::size_t kFew = 4;
  constexpr std::size_t kHead = 8;
  if (key.empty()) return {};
  if (key.size() < kHead + 2 * kFew)
    return std::string(key.substr(0, std::min(kFew, key.size() / 2))) + "...";
  return std::string(key.substr(0, kHead)) + "..." + std::string(key.substr(key.size() - kFew));
}

constexpr Command kSbnAuth{
    .name = "auth",
    .summary = "Say as whom the network is called",
    .children = kCommands,
};

}  // namespace agentnet::commands
