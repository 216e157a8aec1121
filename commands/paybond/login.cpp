// paybond login: the API key goes into an env file.
#include <unistd.h>

#include "commands/hidden_line.hpp"
#include "commands/paybond/house.hpp"
#include "core/http/remote.hpp"
#include "core/network/config_file.hpp"
#include "core/network/local_network.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"
#include "core/paybond/gateway.hpp"
#include "core/paybond/redaction.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kVariable = network::kPaybond.api_key_variable;
constexpr std::string_view kAllowInsecure = "PAYBOND_ALLOW_INSECURE_GATEWAY";
constexpr std::string_view kKeyForm = "paybond_";

// --- the key
// -------------------------------------------------------------------------------------------------

// What is no key is not sent to anybody to find out.
Secret checked(Secret key) {
  const std::string_view text = as_text(key.expose());
  network::check_value(*network::find_config_key("api_key"), text);
  if (text.starts_with(kKeyForm)) return key;
  throw Error(Category::usage, "bad_key", "what was given is no key of Paybond",
              "a key begins with paybond_sk_sandbox_ or paybond_sk_live_");
}

Secret given_key(const Arguments& arguments, const Context& context) {
  const auto file = arguments.find(kApiKeyFileOption.name);
  if (!file && ::isatty(context.input) == 1) {
    if (!arguments.has("--no-input")) return checked(read_hidden_line(context.input, "API key: "));
    throw Error(Category::usage, "missing_api_key", "a key is missing", "--api-key-file FILE names its file");
  }
  if (file && *file != "-" && context.files.others_may_read(*file)) {
    context.diagnostics.warn("credential", *file + " holds a key and can be read by other users");
  }
  return checked(network::read_api_key(file.value_or("-"), context.files, context.input));
}

// --- where it goes
// -------------------------------------------------------------------------------------------

struct Account {
  Secret key = {};
  std::string gateway;
  std::string tenant_id = {};
  std::string environment = {};
};

// The key that this user's local network has; the network is made if need be.
Account local_account(Context& context) {
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  Account account{.gateway = "the embedded network",
                  .tenant_id = std::string(network::kLocalTenant),
                  .environment = "sandbox"};
  if (const auto server = network::find_server(folder, context.files)) {
    account.gateway = server->base_url;
    account.tenant_id = server->credentials.tenant_id;
  } else if (!context.dry_run) {
    const auto local =
        network::LocalNetwork::open({folder.path}, context.files, context.clock, context.random);
    account.tenant_id = local->credentials().tenant_id;
  }
  account.key = local_paybond_key(context);
  return account;
}

Account hosted_account(const Arguments& arguments, const std::string& gateway, const CallOptions& call,
                       Context& context) {
  Account account{.key = given_key(arguments, context), .gateway = gateway};
  if (context.dry_run) return account;
  const network::Given given = given_from(arguments);
  http::RemoteOptions remote;
  remote.connect_timeout = given.timeout.value_or(network::kDefaultTimeout);
  remote.timeout = remote.connect_timeout;
  http::RemoteTransport transport(gateway, remote);
  paybond::Attempts attempts;
  attempts.jitter = paybond::jitter_of(context.random);
  const paybond::Principal principal =
      paybond::read_principal(transport, account.key, attempts, arguments.text("--env"),
                              "the key that was given", call.request_id.value_or(""));
  account.tenant_id = principal.tenant_id;
  account.environment = text_among(principal.answer.root, {"environment"});
  return account;
}

// The gateway that a flag, a variable or the configuration names; none means the local network, unless a key
// is given.
std::optional<std::string> gateway_of(const Arguments& arguments, const KitSettings& kit, Context& context) {
  network::Given given = given_from(arguments);
  given.api_key_file.reset();  // read once, by given_key
  std::map<std::string, std::string, std::less<>> added{{std::string(kVariable), ""}};
  if (kit.hides_profile) hide_profile(given, added);
  const std::string_view url_variable = network::kPaybond.base_url_variable;
  if (context.environment.get_or_empty(url_variable).empty()) {
    added[std::string(url_variable)] = context.environment.get_or_empty("PAYBOND_GATEWAY_BASE_URL");
  }
  network::Settings settings = network::resolve(network::kPaybond, given, context.environment.with(added),
                                                context.files, context.input);
  if (settings.base_url && settings.base_url->origin == "default") settings.base_url.reset();
  settings.credential.reset();
  add_kit_settings(kit, settings);
  if (settings.base_url) {
    return paybond::normalise_gateway(settings.base_url->value, context.environment.is_true(kAllowInsecure));
  }
  if (!arguments.has(kApiKeyFileOption.name)) return std::nullopt;
  return std::string(network::kPaybond.hosted);
}

// --- the env file
// --------------------------------------------------------------------------------------------

std::string read_if_there(const std::string& path, const Context& context) {
  try {
    return context.files.read(path, kMaxEnvFileBytes);
  } catch (const Error& error) {
    if (error.category() == Category::not_found) return {};
    throw;
  }
}

// Whether the file was changed. Throws Error conflict/key_exists.
bool store_key(const std::string& path, const Secret& key, bool force, Context& context) {
  std::unique_ptr<FileLock> lock;
  if (network::exists(path)) lock = context.files.lock(path);
  std::string before = read_if_there(path, context);
  std::string known = paybond::env_file_value(before, kVariable).value_or("");
  const bool same = known == as_text(key.expose());
  if (!known.empty() && !same && !force) {
    const std::string shown = paybond::mask_api_key(known);
    wipe(known);
    wipe(before);
    throw Error(Category::conflict, "key_exists", path + " has another key, " + shown,
                "--force replaces it, --env-file FILE leaves it alone");
  }
  const bool private_already = same && !context.files.others_may_read(path);
  if (!context.dry_run && !private_already) {
    std::string after = paybond::with_env_file_value(before, kVariable, as_text(key.expose()));
    context.files.replace_private(path, after);
    wipe(after);
  }
  wipe(known);
  wipe(before);
  return !same;
}

Exit run_login(const Arguments& arguments, Context& context) {
  const CallOptions call = call_options_from(arguments);
  const KitSettings kit = kit_settings(arguments, given_from(arguments), context);
  const auto gateway = gateway_of(arguments, kit, context);
  if (!gateway && arguments.text("--env") == "live") {
    throw Error(Category::usage, "no_live_here", "the local network has no live keys",
                "--gateway URL names the gateway that the key is for");
  }
  const Account account =
      gateway ? hosted_account(arguments, *gateway, call, context) : local_account(context);
  const bool changed = store_key(kit.env_file, account.key, arguments.has("--force"), context);
  if (!context.environment.get_or_empty(kVariable).empty()) {
    context.diagnostics.warn("shadowed", std::string(kVariable) + " is set and comes before the env file");
  }
  const std::string masked =
      account.key.empty() ? std::string() : paybond::mask_api_key(as_text(account.key.expose()));
  const bool elsewhere = gateway && *gateway != network::kPaybond.hosted && !kit.gateway;
  const std::string next = elsewhere ? "paybond config set gateway " + *gateway : "paybond whoami";
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("env_file", absolute_path(kit.env_file))
                               .add("gateway", std::string_view(account.gateway))
                               .add("key_masked", std::string_view(masked))
                               .add("tenant_id", std::string_view(account.tenant_id))
                               .add("environment", std::string_view(account.environment))
                               .add_boolean("changed", changed && !context.dry_run)
                               .add("next", std::string_view(next))
                               .done();
  std::string text = context.dry_run ? "would keep" : changed ? "kept" : "already there:";
  text += " the key " + masked + " of " + account.gateway + " in " + kit.env_file + "\nnext: " + next + "\n";
  show_local(arguments, context,
             {.command = "login", .data = data, .id = kit.env_file, .text = printable(text, true)});
  return Exit::done;
}

constexpr std::string_view kEnvironments[] = {"sandbox", "live"};
constexpr Option kOptions[] = {
    {.name = "--env",
     .value = "NAME",
     .help = "the environment that the key must be of",
     .choices = kEnvironments},
    {.name = "--env-file",
     .value = "FILE",
     .help = "the file that the key goes into",
     .fallback = ".env.local",
     .completes = Completes::files},
    {.name = "--gateway", .value = "URL", .help = "the gateway that the key is for"},
    kApiKeyFileOption,
    {.name = "--force", .help = "replace another key in the file"},
    kNoOpenOption,
    {.name = "--no-input", .help = "ask nothing on a terminal"},
    {.name = "--timeout", .value = "SECONDS", .help = "how long to wait for the gateway", .fallback = "10"},
    kRequestIdOption};
constexpr Example kExamples[] = {
    {"paybond login", "keep the local network's key in .env.local, for programs that read it there"},
    {"paybond login --env-file ci.env -f quiet", "in another file"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth,   Exit::refused,
                           Exit::conflict,  Exit::policy, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"paybond whoami", "paybond status", "paybond config set"};

}  // namespace

constexpr Command kPaybondLogin{
    .name = "login",
    .summary = "Keep an API key in an env file",
    .description =
        "Without a gateway it is the key of the local network. For a gateway the key is typed without being "
        "shown, or read from standard input or --api-key-file; the gateway is asked whose it is before it is "
        "kept. The file's other lines stay, and only its owner may read it afterwards. No browser is opened.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::configured,
    .run = run_login,
};

}  // namespace agentnet::commands
