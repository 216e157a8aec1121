// paybond agent run
#include <algorithm>
#include <filesystem>

#include "commands/network_options.hpp"
#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_bind.hpp"
#include "commands/paybond/agent_reload.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/house.hpp"
#include "commands/paybond/kit_settings.hpp"
#include "commands/paybond/mutation.hpp"
#include "core/base/secret.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_intents.hpp"
#include "core/paybond/gateway.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kDashboard = "http://localhost:9477";

bool is_env_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\'' && c != '\\'; });
}

// --- bind

// The env file, in a folder that is there: better to hear that it is not before an intent is made.
std::string env_file_of(const Arguments& arguments, Context& context) {
  const std::string path = kit_settings(arguments, given_from(arguments), context).env_file;
  const std::string folder = std::filesystem::path(absolute_path(path)).parent_path().string();
  if (network::exists(folder)) return path;
  throw Error(Category::not_found, "no_such_file", folder + " does not exist");
}

// What --write-env keeps beside the API key: whoever reads the env file can spend from the intent.
std::string keep_in_env_file(const std::string& path, Context& context, const paybond::AgentRun& run) {
  const std::pair<std::string_view, const std::string&> lines[] = {
      {"PAYBOND_INTENT_ID", run.intent_id},
      {"PAYBOND_CAPABILITY_TOKEN", run.capability_token},
      {"PAYBOND_RUN_ID", run.run_id}};
  std::unique_ptr<FileLock> lock;
  std::string text;
  if (network::exists(path)) {
    lock = context.files.lock(path);
    text = context.files.read(path, kMaxEnvFileBytes);
  }
  for (const auto& [name, value] : lines) {
    // It came from the network: a line of its own in it would set another variable.
    if (!is_env_value(value)) {
      throw Error(Category::refused, "bad_env_value",
                  std::string(name) + " cannot be kept in an env file as the network gave it");
    }
    text = paybond::with_env_file_value(text, name, value);
  }
  if (!context.dry_run) context.files.replace_private(path, text);
  wipe(text);
  return absolute_path(path);
}

Exit run_bind(const Arguments& arguments, Context& context) {
  const AgentFiles files(context);
  paybond::AgentRun run = prepare_run(arguments, context, files);
  const std::string env_file = arguments.has("--write-env") ? env_file_of(arguments, context) : "";
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    bind_run(connection, run, files);
    json::Arena arena;
    json::Value data = bound_value(run, arena);
    if (!env_file.empty()) {
      const std::string path = keep_in_env_file(env_file, context, run);
      data = json::with_member(data, "env_file", json::Value::string(arena, path), arena);
    }
    show(connection, arguments, context,
         {.command = "agent run bind",
          .data = data,
          .brief = {"run_id", "tenant_id", "intent_id", "operation", "sandbox_lifecycle_status"},
          .id = run.run_id});
    return Exit::done;
  });
}

// --- status, trace

// The sandbox intent's state as the network has it now. What cannot be asked leaves what was last known.
Exit ask_lifecycle(const Arguments& arguments, Context& context, paybond::AgentRun& run) {
  for (const paybond::ToolCall& call : run.tool_calls) {
    if (call.lifecycle) run.lifecycle = call.lifecycle;
  }
  try {
    return call_paybond(arguments, context, [&](PaybondConnection& connection) {
      const std::string state =
          text_among(paybond::get_intent(connection.gateway(), run.intent_id).root, {"state"});
      if (!state.empty()) run.lifecycle = state;
      return Exit::done;
    });
  } catch (const Error& fault) {
    if (fault.category() == Category::usage) throw;
    context.diagnostics.warn(
        "status_not_asked",
        "the network does not say how the intent is, this is what was last known: " + fault.message());
    return Exit::done;
  }
}

Exit run_status(const Arguments& arguments, Context& context) {
  paybond::AgentRun run = AgentFiles(context).load(required(arguments, "--run-id"));
  if (run.sandbox) {
    const Exit asked = ask_lifecycle(arguments, context, run);
    if (context.dry_run) return asked;
  }
  json::Arena arena;
  json::ObjectBuilder out(arena);
  out.add("run_id", std::string_view(run.run_id))
      .add("tenant_id", std::string_view(run.tenant_id))
      .add("intent_id", std::string_view(run.intent_id))
      .add("operation", std::string_view(run.operation))
      .add("allowed_tools", texts_value(run.allowed_tools, arena))
      .add_boolean("sandbox", run.sandbox)
      .add_optional("sandbox_lifecycle_status", run.lifecycle)
      .add_optional("registry_file", run.registry_file);
  add_policy(out, run);
  if (run.policy_digest) out.add("reload", reload_value(run, true, arena));
  show_local(arguments, context,
             {.command = "agent run status",
              .data = out.done(),
              .brief = {"run_id", "tenant_id", "intent_id", "operation", "allowed_tools", "sandbox",
                        "sandbox_lifecycle_status"},
              .id = run.run_id});
  return Exit::done;
}

// The steps of these events as lines for people, behind what run it is.
std::vector<std::string> trace_lines(const std::string& run_id, const std::string& intent_id,
                                     const json::Value& steps) {
  std::vector<std::string> lines{"run_id: " + run_id, "intent_id: " + intent_id};
  for (const json::Value& step : steps.items())
    lines.push_back("\u2713 " + std::string(step.find("label")->text()));
  return lines;
}

std::string shown(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += printable(line) + "\n";
  return text;
}

Exit show_reported(const Arguments& arguments, Context& context) {
  const std::string run_id = required(arguments, "--run-id");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    json::Document run = paybond::get_reported_run(connection.gateway(), run_id);
    const json::Value* events = run.root.find("trace_events");
    if (events == nullptr || !events->is_array()) {
      throw Error(Category::unreachable, "bad_response", "the answer lacks trace_events");
    }
    const json::Value steps = paybond::trace_steps(*events, run.arena);
    const json::Value data = json::with_member(run.root, "steps", steps, run.arena);
    show(connection, arguments, context,
         {.command = "agent run trace",
          .data = data,
          .id = run_id,
          .text = shown(trace_lines(run_id, text_among(run.root, {"intent_id"}), steps))});
    return Exit::done;
  });
}

Exit run_trace(const Arguments& arguments, Context& context) {
  if (arguments.has("--remote")) return show_reported(arguments, context);
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
  const std::vector<std::string> lines = trace_lines(run.run_id, run.intent_id, steps);
  const json::Value data =
      json::ObjectBuilder(trace.arena)
          .add("run_id", std::string_view(run.run_id))
          .add("intent_id", std::string_view(run.intent_id))
          .add("trace_events", events)
          .add("steps", steps)
          .add("trace_lines", texts_value(lines, trace.arena))
          .add("trace_url", std::string_view(std::string(kDashboard) + "/runs/" + run.run_id))
          .add("trace_file", std::string_view(files.trace_path(run.run_id)))
          .add("updated_at", std::string_view(text_among(trace.root, {"updated_at"})))
          .done();
  show_local(arguments, context,
             {.command = "agent run trace", .data = data, .id = run.run_id, .text = shown(lines)});
  return Exit::done;
}

// --- tables

constexpr Option kBindOptions[] = {
    {.name = "--sandbox", .help = "make an intent of pretended money, as without --attach-intent-id"},
    {.name = "--production", .help = "insist on an intent that is there already"},
    kToolOperationOption,
    {.name = "--requested-spend-cents", .value = "N", .help = "what the run may cost, in cents"},
    {.name = "--completion-preset", .value = "NAME", .help = "how the gateway judges evidence"},
    {.name = "--policy-file",
     .value = "FILE",
     .help = "a policy: its registry of tools, and operation, spend and judgement where no option says them",
     .completes = Completes::files},
    {.name = "--watch", .help = "have each guarded call look first whether the policy has changed"},
    {.name = "--registry-file",
     .value = "FILE",
     .help = "what each tool may cost, as 'agent registry validate' reads it",
     .completes = Completes::files},
    {.name = "--run-id", .value = "RUN", .help = "the run's name", .fallback = "a new UUID"},
    {.name = "--attach-intent-id", .value = "UUID", .help = "bind this intent"},
    kIntentTokenOption,
    kPayeeDidOption,
    kPayeeSeedOption,
    kAgentKeyIdOption,
    kAgentSeedOption,
    {.name = "--write-env", .help = "keep the run, its intent and its token in the env file, too"},
};
constexpr Option kStatusOptions[] = {kRunIdOption};
constexpr Option kTraceOptions[] = {
    kRunIdOption, {.name = "--remote", .help = "show what the run's middleware has reported to the network"}};

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
                          .summary = "Show what a run is bound to, and how its intent is now",
                          .description =
                              "Of a run in the sandbox the network is asked; where it cannot be, the state "
                              "that was last known is shown, with a warning.",
                          .options = kStatusOptions,
                          .examples = kStatusExamples,
                          .exits = kLocalExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::gateway,
                          .run = run_status};
constexpr Command kTrace{.name = "trace",
                         .summary = "Show what happened in a run",
                         .description =
                             "Calls that are made here leave a trace beside the run. The vendor's middleware "
                             "reports its calls to the network instead, where --remote looks.",
                         .options = kTraceOptions,
                         .examples = kTraceExamples,
                         .exits = kCallExits,
                         .see_also = kSeeAlso,
                         .access = Access::reads,
                         .reach = Reach::gateway,
                         .run = run_trace};
constexpr const Command* kCommands[] = {&kBind, &kStatus, &kTrace, &kPaybondAgentReloadPolicy};

}  // namespace

constexpr Command kPaybondAgentRun{
    .name = "run", .summary = "Bind agents to intents, and look at their runs", .children = kCommands};

}  // namespace agentnet::commands
