// paybond login: the API key goes into an env file.
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "commands/hidden_line.hpp"
#include "commands/paybond/login_device.hpp"
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
  const bool at_terminal = ::isatty(context.input) == 1;
  if (at_terminal && (!file || *file == "-")) {
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

Account hosted_account(const Arguments& arguments, const std::string& gateway, Secret key,
                       const CallOptions& call, Context& context) {
  Account account{.key = std::move(key), .gateway = gateway};
  if (context.dry_run) return account;
  http::RemoteTransport transport(gateway, login_options(arguments));
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

[[noreturn]] void refuse_to_replace(const std::string& path, std::string_view known) {
  throw Error(Category::conflict, "key_exists", path + " has another key, " + paybond::mask_api_key(known),
              "--force replaces it, --env-file FILE leaves it alone");
}

// Before somebody is asked for a new key: that it could be kept.
void check_room(const std::string& path, bool force, const Context& context) {
  const std::string folder = std::filesystem::path(absolute_path(path)).parent_path().string();
  if (!network::exists(folder)) throw Error(Category::not_found, "no_such_file", folder + " does not exist");
  std::string text = read_if_there(path, context);
  std::string known = paybond::env_file_value(text, kVariable).value_or("");
  wipe(text);
  if (!known.empty() && !force) refuse_to_replace(path, known);
  wipe(known);
}

// Whether the file was changed. Throws Error conflict/key_exists.
bool store_key(const std::string& path, const Secret& key, bool force, Context& context) {
  std::unique_ptr<FileLock> lock;
  if (network::exists(path)) lock = context.files.lock(path);
  std::string before = read_if_there(path, context);
  std::string known = paybond::env_file_value(before, kVariable).value_or("");
  const bool same = known == as_text(key.expose());
  if (!known.empty() && !same && !force) {
    wipe(before);
    refuse_to_replace(path, known);
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

Exit keep_account(const Arguments& arguments, const KitSettings& kit, const Account& account, bool elsewhere,
                  Context& context) {
  const bool changed = store_key(kit.env_file, account.key, arguments.has("--force"), context);
  if (!context.environment.get_or_empty(kVariable).empty()) {
    context.diagnostics.warn("shadowed", std::string(kVariable) + " is set and comes before the env file");
  }
  const std::string masked =
      account.key.empty() ? std::string() : paybond::mask_api_key(as_text(account.key.expose()));
  const std::string next = elsewhere ? "paybond config set gateway " + account.gateway : "paybond whoami";
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

Exit run_login(const Arguments& arguments, Context& context) {
  const CallOptions call = call_options_from(arguments);
  const KitSettings kit = kit_settings(arguments, given_from(arguments), context);
  const auto gateway = gateway_of(arguments, kit, context);
  if (!gateway && arguments.text("--env") == "live") {
    throw Error(Category::usage, "no_live_here", "the local network has no live keys",
                "--gateway URL names the gateway that the key is for");
  }
  if (!gateway) return keep_account(arguments, kit, local_account(context), false, context);
  Approval approval;
  const bool waits = waits_for_approval(arguments, context);
  if (waits) {
    check_room(kit.env_file, arguments.has("--force"), context);
    if (context.dry_run) return show_dry_login(*gateway, arguments, context);
    approval = approved_key(*gateway, arguments, context);
    // Nothing is kept yet, here; the login runs out at the gateway.
    if (approval.signal != 0) return approval.signal == SIGINT ? Exit::interrupted : Exit::terminated;
  }
  Secret key = waits ? std::move(approval.key) : given_key(arguments, context);
  const Account account = hosted_account(arguments, *gateway, std::move(key), call, context);
  const bool elsewhere = *gateway != network::kPaybond.hosted && !kit.gateway;
  return keep_account(arguments, kit, account, elsewhere, context);
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
    {.name = "--no-input", .help = "ask nothing on a terminal, and wait for nobody's approval"},
    {.name = "--timeout", .value = "SECONDS", .help = "how long to wait for the gateway", .fallback = "10"},
    kRequestIdOption};
constexpr Example kExamples[] = {
    {"paybond login", "keep the local network's key in .env.local, for programs that read it there"},
    {"paybond login --env-file ci.env -f quiet", "in another file"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth,   Exit::refused,     Exit::conflict,
                           Exit::pending,   Exit::policy, Exit::unreachable, Exit::interrupted};
constexpr std::string_view kSeeAlso[] = {"paybond keys devices approve", "paybond whoami", "paybond status",
                                         "paybond config set"};

}  // namespace

constexpr Command kPaybondLogin{
    .name = "login",
    .summary = "Keep an API key in an env file",
    .description =
        "Without a gateway it is the key of the local network. With --gateway, or one that is configured, "
        "the "
        "login waits until somebody approves it: it shows an address, which a terminal's desktop opens, and "
        "a "
        "code; for a server of agentnet `paybond keys devices approve CODE` does it. A key that is there "
        "already is read from standard input or --api-key-file instead, and typed without being shown for "
        "--api-key-file -. The gateway is asked whose the key is before it is kept. The file's other lines "
        "stay, and only its owner may read it afterwards.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::configured,
    .run = run_login,
};

}  // namespace agentnet::commands
