// sbn atlas keys mint, bind
#include "commands/sbn/atlas.hpp"
#include "commands/sbn/connection.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

json::Value brief_of(const json::Value& answer, json::Arena& arena) {
  json::ObjectBuilder brief(arena);
  if (const json::Value* key = answer.find("api_key")) brief.add("api_key", *key);
  brief.add("key_id", inner(answer, "record", "id"));
  for (const std::string_view name : {"prefix", "plan", "scopes"})
    brief.add(name, std::string_view(plain_text(inner(answer, "record", name))));
  for (const std::string_view name : {"attestation_ready", "effective_frontiers"}) {
    if (const json::Value* member = answer.find(name)) brief.add(name, *member);
  }
  return brief.done();
}

Exit run_mint(const Arguments& arguments, Context& context) {
  std::optional<std::vector<std::string>> scopes;
  if (arguments.has("--scope")) scopes = arguments.all("--scope");
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::mint_bound_key(connection.client(), arguments.text("APP"),
                                                           arguments.text("--label"), scopes);
  json::Arena arena;
  deliver(connection, context, answer.root, brief_of(answer.root, arena),
          first_text(answer.root, {"api_key"}));
  return Exit::done;
}

Exit run_bind(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::atlas::bind_existing_key(connection.client(), arguments.text("APP"), arguments.text("KEY"));
  json::Arena arena;
  deliver(connection, context, answer.root, brief_of(answer.root, arena), arguments.text("KEY"));
  return Exit::done;
}

constexpr Argument kApp{.name = "APP", .help = "the app's id"};
constexpr Argument kMintArguments[] = {kApp};
constexpr Argument kBindArguments[] = {kApp, {.name = "KEY", .help = "the id of an API key"}};
constexpr Option kMintOptions[] = {
    {.name = "--label", .letter = 'l', .value = "TEXT", .help = "what the key is for"},
    {.name = "--scope", .value = "SCOPE", .help = "a scope of the key", .repeatable = true},
};
constexpr Example kMintExamples[] = {
    {"sbn atlas keys mint $(sbn atlas register --name m --family ops --workflow audit --output-format quiet) "
     "--label worker",
     "make a key that is bound to an app"}};
constexpr Example kBindExamples[] = {
    {"sbn atlas keys bind $(sbn atlas register --name b --family ops --workflow audit --output-format quiet) "
     "$(sbn atlas keys mint $(sbn atlas register --name c --family ops --workflow audit --output-format "
     "quiet) -f dotenv | sed -n 's/^RECORD_ID=\"\\(.*\\)\"/\\1/p')",
     "bind the key of one app to another, too"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                           Exit::conflict,  Exit::unreachable, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"sbn atlas register", "sbn atlas apps"};

constexpr Command kMint{.name = "mint",
                        .summary = "Make an API key that is bound to an app",
                        .description = "The key is shown this once. It ends with the app.",
                        .arguments = kMintArguments,
                        .options = kMintOptions,
                        .examples = kMintExamples,
                        .exits = kExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_mint};
constexpr Command kBind{.name = "bind",
                        .summary = "Bind an API key to an app",
                        .arguments = kBindArguments,
                        .examples = kBindExamples,
                        .exits = kExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_bind};
constexpr const Command* kCommands[] = {&kMint, &kBind};

}  // namespace

constexpr Command kAtlasKeys{
    .name = "keys", .summary = "API keys that are bound to an app", .children = kCommands};

}  // namespace agentnet::commands
