// paybond doctor: looks, asks the network once who the key belongs to, and makes nothing.
#include <algorithm>
#include <iterator>

#include "commands/paybond/house.hpp"
#include "commands/paybond/mcp.hpp"
#include "core/network/local_state.hpp"
#include "core/network/places.hpp"
#include "core/paybond/gateway.hpp"

namespace agentnet::commands {
namespace {

bool holds_key(const std::string& env_file, const Context& context) {
  std::string text = context.files.read(env_file, kMaxEnvFileBytes);
  std::string key = paybond::env_file_value(text, network::kPaybond.api_key_variable).value_or(std::string());
  wipe(text);
  const bool found = !key.empty();
  wipe(key);
  return found;
}

Check env_file_check(const Place& place, const Context& context) {
  Check check{.name = "env_file", .message = place.env_file};
  if (place.env_file_exists) {
    check.ok = !holds_key(place.env_file, context) || !context.files.others_may_read(place.env_file);
    if (check.ok) return check;
    check.message += " holds a key and can be read by other users";
    check.hint = "chmod 600 " + place.env_file;
    return check;
  }
  check.message = "env file not found: " + place.env_file;
  check.ok = place.source != "none";
  if (check.ok) check.message += "; the key comes from elsewhere";
  if (!check.ok) check.hint = "paybond login makes it";
  return check;
}

Check key_check(const Place& place) {
  Check check{.name = "key_shape", .message = place.key_masked};
  if (place.source == "none") {
    check.ok = false;
    check.message = "there is no key for " + place.gateway;
    check.hint = "paybond login gets one; PAYBOND_API_KEY gives one";
  } else if (place.key_masked.empty()) {
    check.message = "the local network makes its own key when it is first used";
  } else if (!place.well_formed) {
    check.ok = false;
    check.message += " has not the form of a key";
    check.hint = "a key begins with paybond_sk_ and has 32 and 64 digits; paybond login --force replaces it";
  }
  return check;
}

// Who the key belongs to; asking must not make a local network.
Check principal_check(const Place& place, const Arguments& arguments, Context& context) {
  Check check{.name = "principal", .message = "not asked: there is no key"};
  if (place.source == "none") return check;
  const auto folder = network::StateFolder::at(network::state_folder(context.environment));
  if (place.local && !network::exists(folder.database())) {
    check.message = "not asked: the local network is made when it is first used";
    return check;
  }
  try {
    Arguments once = arguments;
    once.set("--retries", {"0"});
    PaybondConnection connection(once, context);
    check.message = "the key is of tenant " + connection.principal().tenant_id;
  } catch (const Error& error) {
    check.ok = false;
    check.message = error.message();
    check.hint = error.hint().empty() ? "paybond whoami -vv shows the exchange" : error.hint();
  }
  return check;
}

Exit run_doctor(const Arguments& given, Context& context) {
  // The host's configuration stands where other commands name their own.
  const Arguments arguments = given.without("--config");
  const Place place = place_of(arguments, context);
  std::vector<Check> checks = look_around(place, arguments, context);
  const auto add = [&checks](std::vector<Check>&& more) {
    std::ranges::move(more, std::back_inserter(checks));
  };
  if (arguments.has("--mcp") || arguments.has("--agent")) add(look_at_mcp(place, given, context));
  if (arguments.has("--agent")) add(look_at_agent(arguments, context));
  const bool good = all_ok(checks);
  const std::string summary = good ? "ok" : "fail";
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("checks", checks_value(checks, arena))
                               .add("summary", std::string_view(summary))
                               .done();
  show_local(arguments, context,
             {.command = "doctor", .data = data, .id = summary, .text = checks_text(checks)});
  return good ? Exit::done : Exit::failed;
}

constexpr Option kOptions[] = {
    kGatewayOption,
    kEnvFileOption,
    kRequestIdOption,
    {.name = "--mcp", .help = "look also at what a host of models would start"},
    {.name = "--agent", .help = "the same, and make one guarded call with pretended money"},
    {.name = "--host", .value = "HOST", .help = "of the models, for --mcp", .choices = kMcpHosts},
    {.name = "--config",
     .value = "FILE",
     .help = "the host's configuration, for --mcp; else the one that mcp install writes",
     .completes = Completes::files},
    {.name = "--timeout", .value = "SECONDS", .help = "how long to wait for the gateway", .fallback = "10"}};
constexpr Example kExamples[] = {
    {"paybond doctor", "look at everything"},
    {"paybond doctor --mcp", "would a host of models get tools?"},
    {"paybond doctor --jq '.checks[] | select(.ok | not)'", "only what is wrong"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"paybond status", "paybond diagnose", "agentnet doctor"};

}  // namespace

std::vector<Check> look_around(const Place& place, const Arguments& arguments, Context& context) {
  return {{.name = "runtime", .message = "native"},
          {.name = "package", .message = "agentnet " AGENTNET_VERSION},
          {.name = "gateway", .message = place.gateway},
          env_file_check(place, context),
          key_check(place),
          principal_check(place, arguments, context)};
}

constexpr Command kPaybondDoctor{
    .name = "doctor",
    .summary = "Check whether a command would reach Paybond, and as whom",
    .description =
        "Each check is ok or fails with a hint. The gateway is asked once who the key belongs to; only "
        "--agent "
        "makes something, an intent in the sandbox. Exits with 1 when a check failed.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_doctor,
};

}  // namespace agentnet::commands
