// paybond agent run
#include <algorithm>

#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_files.hpp"
#include "commands/paybond/agent_registry.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/seed_file.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_intents.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCents = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kTokenVariable = "PAYBOND_CAPABILITY_TOKEN";
constexpr std::size_t kMaxTokenBytes = 64 * 1024;
constexpr std::string_view kDashboard = "http://localhost:9477";

json::Value texts(const std::vector<std::string>& items, json::Arena& arena) {
  json::ArrayBuilder out(arena);
  for (const std::string& item : items)
    out.add(std::string_view(item));
  return out.done();
}

// --- bind

paybond::AgentRun new_run(const Arguments& arguments, Context& context) {
  paybond::AgentRun run;
  run.run_id = arguments.find("--run-id").value_or(uuid4(context.random));
  run.operation = arguments.text("--operation");
  run.requested_spend_cents = arguments.number("--requested-spend-cents", 1, kMostCents);
  if (const auto preset = arguments.find("--completion-preset")) run.completion_preset = *preset;
  run.created_at = iso_offset(context.clock.now());
  return run;
}

// The registry's terms, and its tools without side effects beside the operation.
void read_tools(const Arguments& arguments, Context& context, paybond::AgentRun& run) {
  const auto path = arguments.find("--registry-file");
  if (!path) return;
  const json::Document document = registry_document(*path, context);
  paybond::ToolRegistry registry = paybond::require_registry(document.root);
  run.registry_file = *path;
  run.default_deny = registry.default_deny;
  run.tools = std::move(registry.tools);
}

void add_free_tools(paybond::AgentRun& run) {
  auto& allowed = run.allowed_tools;
  for (const paybond::GuardedTool& tool : run.tools) {
    const bool is_there = std::find(allowed.begin(), allowed.end(), tool.operation) != allowed.end();
    if (!tool.side_effecting && !is_there) allowed.push_back(tool.operation);
  }
}

void bind_sandbox(PaybondConnection& connection, paybond::AgentRun& run) {
  const json::Document answer = paybond::bootstrap_sandbox(
      connection.gateway(), {.operation = run.operation,
                             .requested_spend_cents = *run.requested_spend_cents,
                             .completion_preset = run.completion_preset.value_or(""),
                             .idempotency_key = connection.idempotency_key()});
  run.tenant_id = connection.gateway().tenant_id();
  run.intent_id = text_among(answer.root, {"intent_id"});
  run.capability_token = text_among(answer.root, {"capability_token"});
  run.lifecycle = text_among(answer.root, {"sandbox_lifecycle_status"});
  run.allowed_tools = {run.operation};
}

std::string attached_token(const Arguments& arguments, Context& context) {
  std::string text = context.environment.get_or_empty(kTokenVariable);
  if (const auto path = arguments.find("--capability-token-file")) {
    try {
      text = *path == "-" ? read_descriptor(context.input, "standard input", kMaxTokenBytes)
                          : context.files.read(*path, kMaxTokenBytes);
    } catch (const Error& fault) {
      throw Error(Category::usage, "bad_input", fault.message(), {}, {{"file", *path}});
    }
  }
  const std::string token(paybond::strip(text));
  if (!token.empty()) return token;
  throw Error(Category::usage, "missing_token", "a capability token is missing",
              "--capability-token-file FILE names the file that holds it");
}

// The intent's own terms count: what it does not allow, the run does not either.
void attach(PaybondConnection& connection, paybond::AgentRun& run) {
  const json::Document answer = paybond::get_intent(connection.gateway(), run.intent_id);
  run.tenant_id = connection.gateway().tenant_id();
  const json::Value* tools = answer.root.find("allowed_tools");
  if (tools != nullptr && tools->is_array()) {
    for (const json::Value& tool : tools->items()) {
      if (tool.is_string()) run.allowed_tools.emplace_back(tool.text());
    }
  }
  if (run.operation.empty()) {
    if (!run.allowed_tools.empty()) run.operation = run.allowed_tools.front();
    return;
  }
  if (std::find(run.allowed_tools.begin(), run.allowed_tools.end(), run.operation) ==
      run.allowed_tools.end()) {
    throw Error(Category::policy, "operation_not_allowed",
                "the intent " + run.intent_id + " does not allow the operation " + run.operation);
  }
  run.allowed_tools = {run.operation};
}

// Who will sign what, with seeds that can be read now: better to hear it here than when money is spent.
void read_signers(const Arguments& arguments, Context& context, paybond::AgentRun& run) {
  const bool input_is_used = arguments.text("--capability-token-file") == "-";
  run.payee_did = arguments.find("--payee-did").value_or(context.environment.get_or_empty("APP_PAYEE_DID"));
  run.agent_key_id = agent_key(arguments, context, input_is_used).key_id;
  (void)given_key(arguments, {kPayeeSeedOption.name, kPayeeSeedVariables}, input_is_used, context);
  if (run.payee_did.empty()) {
    throw Error(Category::usage, "production_evidence_incomplete",
                "a run outside the sandbox needs to know who signs its evidence",
                "--payee-did or APP_PAYEE_DID names the payee");
  }
}

void require_one_kind(const Arguments& arguments) {
  const bool attaches = arguments.has("--attach-intent-id");
  if (attaches && arguments.has("--sandbox")) {
    throw Error(Category::usage, "bad_usage", "--sandbox and --attach-intent-id exclude each other");
  }
  if (!attaches && arguments.has("--production")) {
    throw Error(Category::usage, "bad_usage", "--production needs an intent",
                "--attach-intent-id and --capability-token-file name it");
  }
  if (attaches) return;
  required(arguments, "--operation");
  required(arguments, "--requested-spend-cents");
}

json::Value bound_value(const paybond::AgentRun& run, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("run_id", std::string_view(run.run_id))
      .add("tenant_id", std::string_view(run.tenant_id))
      .add("intent_id", std::string_view(run.intent_id))
      .add("capability_token", std::string_view(run.capability_token))
      .add("operation", std::string_view(run.operation))
      .add("sandbox_lifecycle_status", std::string_view(run.lifecycle.value_or("")))
      .add("allowed_tools", texts(run.allowed_tools, arena))
      .done();
}

Exit run_bind(const Arguments& arguments, Context& context) {
  require_one_kind(arguments);
  const AgentFiles files(context);
  paybond::AgentRun run = new_run(arguments, context);
  files.require_new(run.run_id);
  read_tools(arguments, context, run);
  if (const auto intent_id = arguments.find("--attach-intent-id")) {
    run.sandbox = false;
    run.intent_id = paybond::intent_path_id(*intent_id);
    read_signers(arguments, context, run);
    run.capability_token = attached_token(arguments, context);
  }
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    if (run.sandbox) {
      bind_sandbox(connection, run);
    } else {
      attach(connection, run);
    }
    add_free_tools(run);
    files.create(run);
    json::Arena arena;
    show(connection, arguments, context,
         {.command = "agent run bind",
          .data = bound_value(run, arena),
          .brief = {"run_id", "tenant_id", "intent_id", "operation", "sandbox_lifecycle_status"},
          .id = run.run_id});
    return Exit::done;
  });
}

// --- status, trace

Exit run_status(const Arguments& arguments, Context& context) {
  const paybond::AgentRun run = AgentFiles(context).load(required(arguments, "--run-id"));
  json::Arena arena;
  json::ObjectBuilder out(arena);
  out.add("run_id", std::string_view(run.run_id))
      .add("tenant_id", std::string_view(run.tenant_id))
      .add("intent_id", std::string_view(run.intent_id))
      .add("operation", std::string_view(run.operation))
      .add("allowed_tools", texts(run.allowed_tools, arena))
      .add_boolean("sandbox", run.sandbox)
      .add_optional("sandbox_lifecycle_status", run.lifecycle)
      .add_optional("registry_file", run.registry_file)
      .add("policy_digest", json::Value())
      .add("policy_version", json::Value())
      .add("policy_loaded_at", json::Value());
  show_local(arguments, context,
             {.command = "agent run status",
              .data = out.done(),
              .brief = {"run_id", "tenant_id", "intent_id", "operation", "allowed_tools", "sandbox",
                        "sandbox_lifecycle_status"},
              .id = run.run_id});
  return Exit::done;
}

Exit run_trace(const Arguments& arguments, Context& context) {
  const AgentFiles files(context);
  const paybond::AgentRun run = files.load(required(arguments, "--run-id"));
  const std::string text = files.trace(run.run_id);
  if (text.empty()) {
    throw Error(Category::not_found, "no_trace", "nothing has happened in the run '" + run.run_id + "' yet",
                "paybond agent tool execute makes a call");
  }
  json::Document trace = paybond::read_trace(text);
  const json::Value& events = *trace.root.find("trace_events");
  const json::Value steps = paybond::trace_steps(events, trace.arena);
  std::vector<std::string> lines{"run_id: " + run.run_id, "intent_id: " + run.intent_id};
  for (const json::Value& step : steps.items())
    lines.push_back("\u2713 " + std::string(step.find("label")->text()));
  std::string shown;
  for (const std::string& line : lines)
    shown += printable(line) + "\n";
  const json::Value data =
      json::ObjectBuilder(trace.arena)
          .add("run_id", std::string_view(run.run_id))
          .add("intent_id", std::string_view(run.intent_id))
          .add("trace_events", events)
          .add("steps", steps)
          .add("trace_lines", texts(lines, trace.arena))
          .add("trace_url", std::string_view(std::string(kDashboard) + "/runs/" + run.run_id))
          .add("trace_file", std::string_view(AgentFiles::trace_path(run.run_id)))
          .add("updated_at", std::string_view(text_among(trace.root, {"updated_at"})))
          .done();
  show_local(arguments, context,
             {.command = "agent run trace", .data = data, .id = run.run_id, .text = shown});
  return Exit::done;
}

// --- tables

constexpr Option kBindOptions[] = {
    {.name = "--sandbox", .help = "make an intent of pretended money, as without --attach-intent-id"},
    {.name = "--production", .help = "insist on an intent that is there already"},
    {.name = "--operation", .value = "NAME", .help = "the tool's operation"},
    {.name = "--requested-spend-cents", .value = "N", .help = "what the run may cost, in cents"},
    {.name = "--completion-preset", .value = "NAME", .help = "how the gateway judges evidence"},
    {.name = "--registry-file",
     .value = "FILE",
     .help = "what each tool may cost, as 'agent registry validate' reads it",
     .completes = Completes::files},
    {.name = "--run-id", .value = "RUN", .help = "the run's name", .fallback = "a new UUID"},
    {.name = "--attach-intent-id", .value = "UUID", .help = "bind this intent"},
    {.name = "--capability-token-file",
     .value = "FILE",
     .help = "its token, - for standard input; also in PAYBOND_CAPABILITY_TOKEN",
     .completes = Completes::files},
    {.name = "--payee-did", .value = "DID", .help = "who signs evidence", .environment = "APP_PAYEE_DID"},
    kPayeeSeedOption,
    kAgentKeyIdOption,
    kAgentSeedOption,
};
constexpr Option kLocalOptions[] = {kRunIdOption, kEchoedRequestIdOption};

constexpr Example kBindExamples[] = {
    {"paybond agent run bind --sandbox --operation paid-tool --requested-spend-cents 500 --run-id demo",
     "let a tool spend 5.00 of pretended money"},
    {AGENTNET_INTENT_IN_ID "paybond agent run bind --attach-intent-id $id --capability-token-file cap.token"
                           " --payee-did did:web:v.example",
     "bind an intent that is there"}};
constexpr Example kStatusExamples[] = {
    {AGENTNET_BOUND_RUN "paybond agent run status --run-id demo", "see what a run may do"}};
constexpr Example kTraceExamples[] = {
    {AGENTNET_BOUND_RUN "paybond agent tool validate --run-id demo --operation paid-tool -o quiet && paybond"
                        " agent run trace --run-id demo",
     "see what happened in a run"}};
constexpr std::string_view kSeeAlso[] = {"paybond agent tool execute", "paybond guardrails bootstrap",
                                         "paybond intents create"};

constexpr Command kBind{
    .name = "bind",
    .summary = "Bind a run of an agent to an intent and its capability",
    .description =
        "The run is the file .paybond/runs/RUN.json, readable by you alone; it holds the capability token, "
        "which is not printed. Signing seeds are read to see that they are good, and are not kept.",
    .options = kBindOptions,
    .examples = kBindExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_bind};
constexpr Exit kLocalExits[] = {Exit::not_found};
constexpr Command kStatus{.name = "status",
                          .summary = "Show what a run is bound to",
                          .options = kLocalOptions,
                          .examples = kStatusExamples,
                          .exits = kLocalExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .run = run_status};
constexpr Command kTrace{.name = "trace",
                         .summary = "Show what happened in a run",
                         .options = kLocalOptions,
                         .examples = kTraceExamples,
                         .exits = kLocalExits,
                         .see_also = kSeeAlso,
                         .access = Access::reads,
                         .run = run_trace};
constexpr const Command* kCommands[] = {&kBind, &kStatus, &kTrace};

}  // namespace

constexpr Command kPaybondAgentRun{
    .name = "run", .summary = "Bind agents to intents, and look at their runs", .children = kCommands};

}  // namespace agentnet::commands
