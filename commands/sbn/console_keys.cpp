// sbn console keys
#include "commands/sbn/console.hpp"
#include "core/sbn/client_console.hpp"

namespace agentnet::commands {
namespace {

Exit run_list(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::list_api_keys(connection.client(), arguments.text("PROJECT"));
  deliver_list(connection, context, answer.root, "keys", {"id", "label", "prefix", "plan", "revoked"},
               {"id"});
  return Exit::done;
}

// The key is the answer: it is not to be had again.
Exit deliver_key(Connection& connection, Context& context, const json::Document& answer) {
  json::Arena arena;
  json::ObjectBuilder brief(arena);
  if (const json::Value* key = answer.root.find("api_key")) brief.add("api_key", *key);
  if (const json::Value* record = answer.root.find("record")) {
    for (const std::string_view name : {"id", "label", "plan"})
      if (const json::Value* member = record->find(name)) brief.add(name, *member);
  }
  deliver(connection, context, answer.root, brief.done(), first_text(answer.root, {"api_key"}));
  return Exit::done;
}

Exit run_create(const Arguments& arguments, Context& context) {
  sbn::console::KeyOptions options;
  options.label = arguments.find("--label").value_or(options.label);
  options.plan = arguments.find("--plan").value_or(options.plan);
  options.scopes = arguments.all("--scope");
  options.default_frontier = arguments.text("--default-frontier");
  options.allowed_frontiers = arguments.all("--allowed-frontier");
  Connection connection(arguments, context);
  return deliver_key(connection, context,
                     sbn::console::create_api_key(connection.client(), arguments.text("PROJECT"), options));
}

Exit run_rotate(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_key(
      connection, context,
      sbn::console::rotate_api_key(connection.client(), arguments.text("PROJECT"), arguments.text("KEY")));
}

Exit run_revoke(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::console::revoke_api_key(connection.client(), arguments.text("PROJECT"), arguments.text("KEY"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"id"}));
  return Exit::done;
}

Exit run_events(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::console::get_key_events(connection.client(), arguments.text("PROJECT"), arguments.text("KEY"));
  deliver_list(connection, context, answer.root, "events", {"created_at", "type", "actor"}, {"type"});
  return Exit::done;
}

constexpr Argument kMaybeProject[] = {
    {.name = "PROJECT", .help = "the project's id; without it the current one", .optional = true}};
constexpr Argument kProjectAndKey[] = {kProjectArgument, {.name = "KEY", .help = "the key's id"}};
constexpr Option kCreateOptions[] = {
    {.name = "--label", .value = "TEXT", .help = "what the key is for", .fallback = "SDK key"},
    {.name = "--plan",
     .value = "PLAN",
     .help = "the plan of billing: sandbox, builder or network",
     .fallback = "sandbox"},
    {.name = "--scope",
     .value = "NAME",
     .help = "what the key may do, for instance attest.write; all when none is named",
     .repeatable = true},
    {.name = "--default-frontier", .value = "ID", .help = "the frontier of attestations that name none"},
    {.name = "--allowed-frontier",
     .value = "ID",
     .help = "a frontier that the key may attest to; any when none is named",
     .repeatable = true},
};

constexpr Example kListExamples[] = {
    {"sbn console keys list", "list the keys of the current project"},
    {"sbn console keys list local -f json", "print those of a project with their limits"}};
constexpr Example kCreateExamples[] = {
    {"sbn console keys create local --label ci --scope attest.write", "make a key that may only attest"}};
constexpr Example kRotateExamples[] = {
    {"sbn console keys create local && sbn console keys rotate local $(sbn console keys list -f quiet | "
     "tail -1)",
     "give a key a new secret"}};
constexpr Example kRevokeExamples[] = {
    {"sbn console keys create local && sbn console keys revoke local $(sbn console keys list -f quiet | "
     "tail -1)",
     "revoke the newest key"}};
constexpr Example kEventsExamples[] = {
    {"sbn console keys create local && sbn console keys events local $(sbn console keys list -f quiet | "
     "tail -1)",
     "show what became of a key"}};
constexpr std::string_view kSeeAlso[] = {"sbn console projects", "agentnet keys"};

constexpr Command kList{.name = "list",
                        .summary = "List the API keys of a project",
                        .arguments = kMaybeProject,
                        .examples = kListExamples,
                        .exits = kConsoleFindExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kCreate{.name = "create",
                          .summary = "Make an API key, which is shown this once",
                          .arguments = kOneProject,
                          .options = kCreateOptions,
                          .examples = kCreateExamples,
                          .exits = kConsoleWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_create};
constexpr Command kRotate{
    .name = "rotate",
    .summary = "Give an API key a new secret, which is shown this once",
    .description = "The key keeps its id, label and scopes; the old secret is refused from then on.",
    .arguments = kProjectAndKey,
    .examples = kRotateExamples,
    .exits = kConsoleWriteExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_rotate};
constexpr Command kRevoke{.name = "revoke",
                          .summary = "Revoke an API key for good",
                          .arguments = kProjectAndKey,
                          .examples = kRevokeExamples,
                          .exits = kConsoleWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_revoke};
constexpr Command kEvents{.name = "events",
                          .summary = "Show what became of an API key",
                          .arguments = kProjectAndKey,
                          .examples = kEventsExamples,
                          .exits = kConsoleFindExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_events};

constexpr const Command* kCommands[] = {&kList, &kCreate, &kRotate, &kRevoke, &kEvents};

}  // namespace

constexpr Command kSbnConsoleKeys{.name = "keys", .summary = "API keys of a project", .children = kCommands};

}  // namespace agentnet::commands
