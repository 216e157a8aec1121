// sbn snapchore keys create, list, revoke
#include "commands/sbn/connection.hpp"
#include "commands/sbn/snapchore.hpp"

namespace agentnet::commands {
namespace {

Exit run_create(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      connection.client().create_api_key(arguments.find("--name").value_or("SnapChore key"),
                                         arguments.find("--mode").value_or("live"), arguments.text("--plan"));
  json::Arena arena;
  deliver(connection, context, answer.root, pick(answer.root, {"api_key", "prefix"}, arena),
          first_text(answer.root, {"api_key"}));
  return Exit::done;
}

Exit run_list(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().list_api_keys();
  deliver_list(connection, context, answer.root, "keys",
               {"id", "name", "mode", "last4", "scopes", "created_at", "revoked"}, {"id"});
  return Exit::done;
}

Exit run_revoke(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().revoke_api_key(arguments.text("KEY"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"id"}));
  return Exit::done;
}

constexpr Argument kKey[] = {{.name = "KEY", .help = "the key's id, not the key itself"}};
constexpr std::string_view kModes[] = {"live", "test"};
constexpr Option kCreateOptions[] = {
    {.name = "--name", .value = "TEXT", .help = "what the key is for", .fallback = "SnapChore key"},
    {.name = "--mode",
     .value = "MODE",
     .help = "what the key begins with",
     .fallback = "live",
     .choices = kModes},
    {.name = "--plan", .value = "PLAN", .help = "the plan that the key is billed under"},
};
constexpr Example kCreateExamples[] = {
    {"sbn snapchore keys create --name ci --mode test", "make a key and print it, once"}};
constexpr Example kListExamples[] = {{"sbn snapchore keys list", "list the keys"}};
constexpr Example kRevokeExamples[] = {
    {"sbn snapchore keys revoke $(sbn snapchore keys create -f json --jq .record.id)", "end a key"}};
constexpr Exit kExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kCreateExits[] = {Exit::auth, Exit::refused, Exit::unreachable, Exit::policy};
constexpr Exit kRevokeExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"agentnet keys", "sbn auth login"};

constexpr Command kCreate{.name = "create",
                          .summary = "Make an API key and print it, the only time",
                          .options = kCreateOptions,
                          .examples = kCreateExamples,
                          .exits = kCreateExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_create};
constexpr Command kList{.name = "list",
                        .summary = "List the tenant's API keys",
                        .examples = kListExamples,
                        .exits = kExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kRevoke{.name = "revoke",
                          .summary = "End an API key, from the next request on",
                          .arguments = kKey,
                          .examples = kRevokeExamples,
                          .exits = kRevokeExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_revoke};

constexpr const Command* kCommands[] = {&kCreate, &kList, &kRevoke};

}  // namespace

constexpr Command kSbnKeys{
    .name = "keys", .summary = "API keys of the tenant that calls", .children = kCommands};

}  // namespace agentnet::commands
