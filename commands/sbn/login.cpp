// sbn auth login
#include <algorithm>
#include <filesystem>

#include "commands/network_options.hpp"
#include "commands/sbn/sbn.hpp"

namespace agentnet::commands {
namespace {

struct Export {
  std::string_view variable;
  std::string value;
};

// `text` as one word of a shell line.
std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+=,";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text)
    word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

// What the mirrored options ask to have exported.
std::vector<Export> exports_of(const Arguments& arguments) {
  std::vector<Export> exports;
  const auto add = [&](std::string_view option, std::string_view variable) {
    const auto value = arguments.find(option);
    if (!value) return;
    const auto visible = [](char c) { return c > 0x1f && c < 0x7f; };
    if (value->empty() || !std::all_of(value->begin(), value->end(), visible)) {
      throw Error(Category::usage, "bad_value", std::string(option) + " takes visible ASCII characters");
    }
    exports.push_back({variable, *value});
  };
  add("--api-key", network::kSbn.api_key_variable);
  add("--atlas-client-id", "ATLAS_CLIENT_ID");
  add("--atlas-client-secret", "ATLAS_CLIENT_SECRET");
  return exports;
}

// As the mirrored program does it: nothing is stored, the shell is to keep it.
Exit print_exports(const std::vector<Export>& exports, const Arguments& arguments, Context& context) {
  for (const std::string_view option : {"--api-key", "--atlas-client-secret"}) {
    if (!arguments.has(option)) continue;
    const bool storable = option == "--api-key";
    context.diagnostics.warn("secret_in_arguments",
                             std::string(option) + " shows the secret to every user of this machine" +
                                 (storable ? "; --api-key-file keeps it in the profile instead" : ""));
  }
  json::Arena arena;
  json::ObjectBuilder value(arena);
  std::string text;
  std::string lines;
  for (const Export& entry : exports) {
    value.add(entry.variable, entry.value);
    const std::string line = "export " + std::string(entry.variable) + "=" + shell_word(entry.value);
    text += "  " + line + "\n";
    lines += (lines.empty() ? "" : "\n") + line;
  }
  context.sink.result({value.done(), text, lines});
  return Exit::done;
}

// Where the profile goes; without a base URL of its own to the hosted network.
std::string base_url_of(const ProfilePlace& place) {
  const network::NetworkValues* values =
      network::find_values(place.config, place.profile.value, network::kSbn.name);
  const bool has = values != nullptr && values->has("base_url");
  return has ? values->texts.at("base_url") : std::string(network::kSbn.hosted);
}

// The changes that take away the credential that the profile has.
std::vector<network::ValueChange> without_credential() {
  std::vector<network::ValueChange> changes;
  for (const network::ConfigKey& key : network::config_keys()) {
    if (key.of_credential) changes.push_back({key.name, std::nullopt});
  }
  return changes;
}

// Both ways to store end here: the changes go into the file at once, so that a profile never has half of a
// credential.
Exit store(std::vector<network::ValueChange> changes, std::string_view kind, const network::Given& given,
           Context& context) {
  const ProfilePlace place = profile_place(given, context);
  const std::string base_url = given.base_url.value_or(base_url_of(place));
  if (given.base_url) changes.push_back({"base_url", *given.base_url});
  if (given.tenant) changes.push_back({"tenant_id", *given.tenant});
  for (const network::ValueChange& change : changes) {
    if (change.value) network::check_value(*network::find_config_key(change.key), *change.value);
  }
  if (!context.dry_run) {
    network::change_values(context.files, place.file, place.profile.value, network::kSbn.name, changes);
  }
  const std::string_view variable = network::kSbn.api_key_variable;
  if (!context.environment.get_or_empty(variable).empty()) {
    context.diagnostics.warn("shadowed", std::string(variable) + " is set and comes before the profile");
  }
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("profile", place.profile.value)
                                .add("stored", kind)
                                .add("base_url", base_url)
                                .add("file", place.file)
                                .done();
  const std::string verb = context.dry_run ? "would store the " : "stored the ";
  const std::string what = kind == "api_key" ? "API key" : "signing key";
  const std::string text = verb + what + " for " + base_url + " in profile " + place.profile.value + " of " +
                           printable(place.file) + "\n";
  context.sink.result({value, text, place.profile.value});
  return Exit::done;
}

Exit store_api_key(const network::Given& given, Context& context) {
  const std::string& file = *given.api_key_file;
  const Secret key = network::read_api_key(file, context.files, context.input);
  if (file != "-" && context.files.others_may_read(file)) {
    context.diagnostics.warn("credential", file + " holds a credential and can be read by other users");
  }
  std::vector<network::ValueChange> changes = without_credential();
  changes.push_back({"api_key", as_text(key.expose())});
  return store(std::move(changes), "api_key", given, context);
}

Exit store_signing_key(const Arguments& arguments, const network::Given& given, Context& context) {
  const std::string file = arguments.text("--signing-key-file");
  for (const char* option : {"--issuer", "--audience"}) {
    if (arguments.has(option)) continue;
    throw Error(Category::usage, "bad_usage", "--signing-key-file needs --issuer and --audience",
                "they are what the network knows the key by");
  }
  if (file == "-") {
    throw Error(Category::usage, "bad_usage", "--signing-key-file takes a file, which stays where it is");
  }
  (void)network::read_signing_key(file, context.files, context.input);
  const std::string path = std::filesystem::absolute(file).lexically_normal().string();
  if (context.files.others_may_read(file)) {
    context.diagnostics.warn("credential", file + " holds a credential and can be read by other users");
  }
  const std::string issuer = arguments.text("--issuer");
  const std::string audience = arguments.text("--audience");
  const std::optional<std::string> kid = arguments.find("--kid");
  std::vector<network::ValueChange> changes = without_credential();
  changes.push_back({"signing_key_file", path});
  changes.push_back({"issuer", issuer});
  changes.push_back({"audience", audience});
  if (kid) changes.push_back({"kid", *kid});
  return store(std::move(changes), "signing_key_file", given, context);
}

Exit run_login(const Arguments& arguments, Context& context) {
  const std::vector<Export> exports = exports_of(arguments);
  const bool stores_key = arguments.has("--api-key-file");
  const bool stores_signing_key = arguments.has("--signing-key-file");
  const int ways = (exports.empty() ? 0 : 1) + (stores_key ? 1 : 0) + (stores_signing_key ? 1 : 0);
  if (ways != 1) {
    throw Error(
        Category::usage, "bad_usage",
        ways == 0 ? "no credential is given" : "these options exclude each other",
        "either --api-key-file FILE, or --signing-key-file FILE, or --api-key and the Atlas options for "
        "export lines");
  }
  for (const char* option : {"--issuer", "--audience", "--kid"}) {
    if (!arguments.has(option) || stores_signing_key) continue;
    throw Error(Category::usage, "bad_usage", std::string(option) + " goes with --signing-key-file");
  }
  if (!exports.empty()) {
    for (const char* option : {"--base-url", "--tenant", "--profile", "--config"}) {
      if (!arguments.has(option)) continue;
      throw Error(Category::usage, "bad_usage",
                  std::string(option) + " goes with a credential that is stored",
                  "give the key with --api-key-file");
    }
    return print_exports(exports, arguments, context);
  }
  const network::Given given = given_from(arguments);
  return stores_key ? store_api_key(given, context) : store_signing_key(arguments, given, context);
}

constexpr Exit kExits[] = {Exit::not_found, Exit::auth};

constexpr Option kLoginOptions[] = {
    kApiKeyFileOption,
    {.name = "--signing-key-file",
     .value = "FILE",
     .help = "the Ed25519 private key (PKCS#8 PEM) that makes tokens; only its path is stored",
     .completes = Completes::files},
    {.name = "--issuer", .value = "TEXT", .help = "who the tokens of the signing key are from"},
    {.name = "--audience", .value = "TEXT", .help = "who the tokens of the signing key are for"},
    {.name = "--kid",
     .value = "TEXT",
     .help = "the signing key's name in the tokens",
     .fallback = "sbn-ed25519"},
    kBaseUrlOption,
    kTenantOption,
    {.name = "--api-key", .value = "KEY", .help = "print the export line for this key; nothing is stored"},
    {.name = "--atlas-client-id", .value = "ID", .help = "print the export line of an Atlas client id"},
    {.name = "--atlas-client-secret", .value = "SECRET", .help = "print the export line of its secret"},
};
constexpr Example kLoginExamples[] = {
    {"printf 'sbn_test_0123456789' | sbn auth login --api-key-file -", "store a key in the default profile"},
    {"sbn auth signing-key generate key.pem && "
     "sbn auth login --signing-key-file key.pem --issuer me --audience sbn --profile agents",
     "call with tokens of a signing key"}};
constexpr std::string_view kLoginSeeAlso[] = {"sbn auth status", "agentnet config set"};

}  // namespace

constexpr Command kSbnLogin{
    .name = "login",
    .summary = "Store a credential, or print the lines that export one",
    .description =
        "With --api-key-file or --signing-key-file the credential goes into the profile, in place of the one "
        "there; without --base-url it is for the base URL of the profile, else for the hosted network. With "
        "--api-key or the Atlas options the lines that export them are printed, for a shell to read or for "
        "its start-up file, and nothing is stored.",
    .options = kLoginOptions,
    .examples = kLoginExamples,
    .exits = kExits,
    .see_also = kLoginSeeAlso,
    .access = Access::writes,
    .reach = Reach::configured,
    .run = run_login,
};

}  // namespace agentnet::commands
