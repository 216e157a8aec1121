// paybond dev smoke
#include <array>

#include "commands/paybond/agent_bind.hpp"
#include "commands/paybond/agent_call.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/dev.hpp"
#include "core/json/write.hpp"
#include "core/paybond/dev_log.hpp"
#include "core/paybond/redaction.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kToolCallId = "smoke-1";
constexpr std::string_view kEvidencePreset = "cost_and_completion";

paybond::AgentRun trial_run(Context& context, const Trial& trial) {
  paybond::AgentRun run;
  run.run_id = uuid4(context.random);
  run.operation = trial.operation;
  run.requested_spend_cents = trial.cents;
  run.completion_preset = kEvidencePreset;
  run.currency = "usd";
  run.created_at = iso_offset(context.clock.now());
  return run;
}

json::Value tool_result(const Trial& trial, json::Arena& arena) {
  return json::ObjectBuilder(arena).add("status", "completed").add_integer("cost_cents", trial.cents).done();
}

json::Value bind_value(const paybond::AgentRun& run, json::Arena& arena) {
  json::Value out = bound_value(run, arena);
  // There is no policy file: what a trial may do stands in this program.
  for (const std::string_view name : {"policy_file", "policy_digest", "policy_version", "policy_loaded_at"})
    out = json::with_member(out, name, json::Value(), arena);
  return paybond::redact(out, arena);
}

std::vector<std::string> checklist(const Trial& trial, const Executed& executed,
                                   const std::string& trace_url) {
  const std::string money = paybond::money_text(trial.cents);
  std::vector<std::string> lines{"\u2713 Policy loaded (" + std::string(trial.preset) + ")",
                                 "\u2713 Sandbox intent created",
                                 "\u2713 Tool call: " + std::string(trial.operation)};
  if (!executed.call) {
    lines.push_back("\u2717 Spend denied: " + executed.authorization.message);
    lines.push_back("\u2713 Trace \u2192 " + trace_url);
    return lines;
  }
  const bool passed = executed.call->predicate_passed.value_or(false);
  lines.push_back("\u2713 Spend authorized up to " + money);
  lines.push_back("\u2713 Reported cost " + money);
  lines.push_back(std::string(passed ? "\u2713 Evidence accepted" : "\u2717 Evidence judged insufficient"));
  lines.push_back("\u2713 Settlement simulated (" + executed.call->lifecycle.value_or("unknown") + ")");
  lines.push_back("\u2713 Trace \u2192 " + trace_url);
  if (passed) lines.emplace_back("Success");
  return lines;
}

// Adds the line to a file that one process at a time changes.
void append(Context& context, std::string_view path, const json::Value& line) {
  const std::string file(path);
  try {
    context.files.create_private(file, "");
  } catch (const Error& fault) {
    if (fault.category() != Category::conflict) throw;
  }
  const auto lock = context.files.lock(file);
  context.files.replace_private(
      file, paybond::append_line(read_dev_file(context.files, path), json::to_compact(line)));
}

struct Tried {
  const Trial& trial;
  const paybond::AgentRun& run;
  const Executed& executed;
  json::Value bind;
  json::Value execute;
  json::Value result;
  bool offline;
};

void write_logs(Context& context, const AgentFiles& files, const Tried& tried, json::Arena& arena) {
  const std::string now = iso_zulu(context.clock.now());
  append(context, kDevAuditFile,
         json::ObjectBuilder(arena)
             .add("kind", "dev.smoke")
             .add("recorded_at", std::string_view(now))
             .add("preset", tried.trial.preset)
             .add("bind", tried.bind)
             .add("execute", tried.execute)
             .add_boolean("offline", tried.offline)
             .done());
  const json::Document trace = paybond::read_trace(files.trace(tried.run.run_id));
  append(context, kDevTraceFile,
         paybond::dev_event({.recorded_at = now,
                             .preset = tried.trial.preset,
                             .run = tried.run,
                             .call = tried.executed.call ? &*tried.executed.call : nullptr,
                             .result = tried.result,
                             .trace_events = *trace.root.find("trace_events")},
                            arena));
}

Exit try_out(PaybondConnection& connection, const Arguments& arguments, Context& context,
             const Trial& trial) {
  const AgentFiles files(context);
  paybond::AgentRun run = trial_run(context, trial);
  bind_run(connection, run, files);
  json::Arena arena;
  const json::Value result = tool_result(trial, arena);
  Executed executed;
  {
    const auto lock = files.lock(run.run_id);
    executed = AgentCalls(connection, context, files, run)
                   .execute({std::string(trial.operation), std::string(kToolCallId), trial.cents}, result,
                            sandbox_report(connection, result));
  }
  const Tried tried{trial,
                    run,
                    executed,
                    bind_value(run, arena),
                    executed_value(executed, result, arena),
                    result,
                    arguments.has("--offline")};
  write_logs(context, files, tried, arena);

  const std::string trace_url = dashboard_url(kDashboardPort) + "/runs/" + run.run_id;
  const std::vector<std::string> lines = checklist(trial, executed, trace_url);
  std::string text;
  for (const std::string& line : lines)
    text += printable(line) + "\n";
  show(connection, arguments, context,
       {.command = "dev smoke",
        .data = json::ObjectBuilder(arena)
                    .add("bind", tried.bind)
                    .add("execute", tried.execute)
                    .add("checklist_lines", texts_value(lines, arena))
                    .add("trace_url", std::string_view(trace_url))
                    .add("console_url", json::Value())
                    .add("agent_trace_url", json::Value())
                    .add_boolean("offline", tried.offline)
                    .add("audit_log", kDevAuditFile)
                    .done(),
        .id = run.run_id,
        .text = text});
  const bool passed = executed.call && executed.call->predicate_passed.value_or(false);
  return passed ? Exit::done : Exit::policy;
}

Exit run_smoke(const Arguments& arguments, Context& context) {
  const Trial& trial = trial_of(arguments.find("--preset").value_or(std::string(kTrialPresets[0])));
  refuse_live_key(arguments, context);
  const Reached reached = arguments.has("--offline") ? Reached::local : Reached::configured;
  return call_paybond(
      arguments, context,
      [&](PaybondConnection& connection) { return try_out(connection, arguments, context, trial); }, reached);
}

constexpr Option kOptions[] = {
    {.name = "--preset",
     .value = "NAME",
     .help = "what the agent buys",
     .fallback = "travel",
     .choices = kTrialPresets},
    {.name = "--offline", .help = "use the local network, whatever the settings name"},
};
constexpr Example kExamples[] = {{"paybond dev smoke", "book a hotel with pretended money"},
                                 {"paybond dev smoke --offline --preset shopping", "check out a basket"}};
constexpr std::string_view kSeeAlso[] = {"paybond dev trace", "paybond agent run bind"};

}  // namespace

constexpr Command kPaybondDevSmoke{
    .name = "smoke",
    .summary = "Make a payment of pretended money from beginning to end",
    .description =
        "Makes a sandbox intent, asks for the spend, spends, submits evidence and looks at how it settles. "
        "The run is kept as those of 'paybond agent run bind' are; .paybond/dev-audit.jsonl and "
        ".paybond/dev-trace.jsonl get a line each. A key for real money is refused. The exit code is 10 when "
        "the spend is denied or the evidence is not enough.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_smoke};

}  // namespace agentnet::commands
