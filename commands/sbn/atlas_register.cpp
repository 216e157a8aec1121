// sbn atlas register
#include "commands/sbn/atlas.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/workflow_specs.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMaxSeconds = 1'000'000'000;

// "code -> ai.assistant, b -> c" of the answer's bindings.
std::string bindings_text(const json::Value& answer) {
  const json::Value* bindings = answer.find("bindings");
  std::string text;
  if (bindings == nullptr || !bindings->is_array()) return text;
  for (const json::Value& binding : bindings->items()) {
    text += (text.empty() ? "" : ", ") + first_text(binding, {"workflow"}) + " -> " +
            first_text(binding, {"frontier", "frontier_id"});
  }
  return text;
}

Exit run_register(const Arguments& arguments, Context& context) {
  sbn::atlas::AppRegistration app{required(arguments, "--name"), required(arguments, "--family"), {}};
  const WorkflowSpecs specs = read_workflow_specs(arguments, context);
  app.declared_workflows = specs.workflows;
  app.workflow_specs = specs.specs.root;
  app.token_ttl_seconds = arguments.number("--ttl", 0, kMaxSeconds).value_or(app.token_ttl_seconds);
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::register_app(connection.client(), app);
  json::Arena arena;
  json::ObjectBuilder brief(arena);
  for (const std::string_view name : {"app_id", "client_id", "client_secret"})
    brief.add(name, std::string_view(first_text(answer.root, {name})));
  brief.add("bindings", std::string_view(bindings_text(answer.root)));
  brief.add("note", "the client secret is not to be had again");
  deliver(connection, context, answer.root, brief.done(), first_text(answer.root, {"app_id", "client_id"}));
  return Exit::done;
}

constexpr Option kOptions[] = {
    {.name = "--name", .letter = 'n', .value = "NAME", .help = "what the app is called"},
    {.name = "--family",
     .letter = 'f',
     .value = "FAMILY",
     .help = "the family of frontiers that the app belongs to"},
    {.name = "--workflows", .letter = 'w', .value = "A,B", .help = "workflows that the app declares"},
    {.name = "--workflow", .value = "NAME", .help = "a workflow that the app declares", .repeatable = true},
    {.name = "--workflow-spec",
     .value = "JSON",
     .help = "a workflow with its frontier_id, pulse_type and event_types",
     .repeatable = true},
    {.name = "--workflow-specs-file",
     .value = "FILE",
     .help = R"(such specs as a list, or as {"workflow_specs": […]})",
     .completes = Completes::files},
    {.name = "--bind",
     .value = "WORKFLOW=FRONTIER",
     .help = "the frontier that a workflow is bound to",
     .repeatable = true},
    {.name = "--pulse",
     .value = "WORKFLOW=PULSE",
     .help = "how a workflow's work arrives: slot_stream, pgdag or batch",
     .repeatable = true},
    {.name = "--events",
     .value = "WORKFLOW=A,B",
     .help = "the types of events that a workflow has",
     .repeatable = true},
    {.name = "--ttl", .value = "SECONDS", .help = "how long a token of the app lasts", .fallback = "3600"},
};
constexpr Example kExamples[] = {
    {"sbn atlas register --name shop --family retail --workflow orders --bind orders=retail.orders --pulse "
     "orders=slot_stream",
     "register an app with one bound workflow"},
    {R"(sbn atlas register -n lab -f science -w assay,report --events assay=start,stop --json=app_id,client_id)",
     "and print only its ids"}};
constexpr Exit kExits[] = {Exit::auth, Exit::refused, Exit::conflict, Exit::unreachable, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"sbn atlas token", "sbn atlas env", "sbn atlas keys mint",
                                         "sbn atlas bindings set"};

}  // namespace

constexpr Command kAtlasRegister{
    .name = "register",
    .summary = "Register an app, with the workflows that it declares",
    .description =
        "A workflow that only --bind, --pulse or --events names is declared by that. One without a frontier "
        "gets one that the network provides. The client secret in the answer is shown this once.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_register,
};

}  // namespace agentnet::commands
