// sbn gateway pgdag: workflows that the network runs itself.
#include "commands/sbn/gateway.hpp"
#include "commands/sbn/payload.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kActor = "sbn.gateway.pgdag";

Exit run_pgdag(const Arguments& arguments, Context& context) {
  const json::Document dag = object_option(arguments, "--template", context);
  const json::Document inputs = object_option(arguments, "--inputs", context);
  const json::Document config = object_option(arguments, "--config-json", context);
  const sbn::gateway::PgdagRun run{.workflow_id = arguments.text("--workflow-id"),
                                   .dag = dag.root,
                                   .inputs = inputs.root,
                                   .actor = arguments.find("--actor").value_or(std::string(kActor)),
                                   .config = config.root,
                                   .run_id = arguments.text("--run-id")};
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::run_pgdag(connection.client(), run);
  json::Arena arena;
  const json::Value brief = pick(answer.root, {"run_id", "status", "merkle_root_hash"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"run_id", "id"}));
  return Exit::done;
}

Exit run_health(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::pgdag_health(connection.client());
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"status"}));
  return Exit::done;
}

constexpr Option kRunOptions[] = {
    {.name = "--template", .value = "JSON", .help = "the graph of steps, an object"},
    {.name = "--workflow-id",
     .value = "ID",
     .help = "a workflow that the network knows, in place of a template"},
    {.name = "--inputs", .value = "JSON", .help = "what the run starts from, an object"},
    {.name = "--actor", .value = "NAME", .help = "who runs it", .fallback = kActor},
    {.name = "--config-json", .value = "JSON", .help = "settings of the run, an object"},
    {.name = "--run-id", .value = "ID", .help = "the id of the run, instead of a new one"},
};
constexpr Example kRunExamples[] = {
    {R"(sbn gateway pgdag run --template '{"name": "t", "nodes": ["a", "b"]}' --inputs '{"n": 1}')",
     "let the network run two steps"}};
constexpr Example kHealthExamples[] = {{"sbn gateway pgdag health", "ask whether it runs workflows"}};
constexpr Exit kRunExits[] = {Exit::auth, Exit::refused, Exit::conflict, Exit::unreachable};
constexpr Exit kHealthExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn pgdag run", "sbn receipts get"};

constexpr Command kRun{.name = "run",
                       .summary = "Have the network run a workflow",
                       .description =
                           "Every step is sealed by the network. The local network has no programs for "
                           "steps: each hands on what "
                           "it gets. Steps that are programs of yours are run by sbn pgdag run.",
                       .options = kRunOptions,
                       .examples = kRunExamples,
                       .exits = kRunExits,
                       .see_also = kSeeAlso,
                       .access = Access::writes,
                       .reach = Reach::network,
                       .run = run_pgdag};
constexpr Command kHealth{.name = "health",
                          .summary = "Show whether the network runs workflows",
                          .examples = kHealthExamples,
                          .exits = kHealthExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_health};
constexpr const Command* kCommands[] = {&kRun, &kHealth};

}  // namespace

constexpr Command kSbnGatewayPgdag{
    .name = "pgdag", .summary = "Workflows that the network runs itself", .children = kCommands};

}  // namespace agentnet::commands
