// paybond agent sandbox smoke, production attach smoke, harbor evidence smoke
#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_bind.hpp"
#include "commands/paybond/agent_evidence.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/dev.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kDone = "Success";

json::Value shown_lines(const std::vector<std::string>& lines, std::string& text, json::Arena& arena) {
  for (const std::string& line : lines)
    text += printable(line) + "\n";
  return texts_value(lines, arena);
}

// The result that the options give, or a finished task that cost what was asked for.
json::Document result_or(const Arguments& arguments, Context& context, std::int64_t cents) {
  if (has_tool_result(arguments)) return tool_result(arguments, context);
  json::Document result;
  result.root =
      json::ObjectBuilder(result.arena).add("status", "completed").add_integer("cost_cents", cents).done();
  return result;
}

// What a trial of a bound run says: the binding, the call, and lines for people.
Exit show_trial(PaybondConnection& connection, const Arguments& arguments, Context& context,
                std::string_view command, const paybond::AgentRun& run, const Executed& executed,
                const json::Value& result, std::vector<std::string> lines) {
  json::Arena arena;
  const bool paid = executed.call && executed.call->predicate_passed.value_or(false);
  lines.push_back("\u2713 Tool call: " + run.operation);
  if (executed.call) {
    lines.emplace_back("\u2713 Spend approved");
    lines.emplace_back(paid ? "\u2713 Evidence accepted" : "\u2717 Evidence judged insufficient");
  } else {
    lines.push_back("\u2717 Spend denied: " + executed.authorization.message);
  }
  if (paid) lines.emplace_back(kDone);
  std::string text;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("bind", bound_value(run, arena))
                               .add("execute", executed_value(executed, result, arena))
                               .add("checklist_lines", shown_lines(lines, text, arena))
                               .done();
  show(connection, arguments, context, {.command = command, .data = data, .id = run.run_id, .text = text});
  return paid ? Exit::done : Exit::policy;
}

ToolRequest whole_run(const paybond::AgentRun& run, const std::string& tool_call_id) {
  return {run.operation, tool_call_id, *run.requested_spend_cents};
}

// --- sandbox

// The options with what the preset stands for.
Arguments with_preset(const Arguments& arguments) {
  Arguments more = arguments;
  if (!arguments.has("--preset")) return more;
  const Trial& trial = trial_of(arguments.text("--preset"));
  if (!arguments.has("--operation")) more.set("--operation", {std::string(trial.operation)});
  if (!arguments.has("--requested-spend-cents"))
    more.set("--requested-spend-cents", {std::to_string(trial.cents)});
  return more;
}

Exit run_sandbox(const Arguments& given, Context& context) {
  const Arguments arguments = with_preset(given);
  refuse_live_key(arguments, context);
  const AgentFiles files(context);
  paybond::AgentRun run = prepare_run(arguments, context, files);
  const json::Document result = result_or(arguments, context, *run.requested_spend_cents);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    bind_run(connection, run, files);
    const auto lock = files.lock(run.run_id);
    const Executed executed =
        AgentCalls(connection, context, files, run)
            .execute(whole_run(run, "sandbox-smoke-1"), result.root, sandbox_report(connection, result.root));
    return show_trial(connection, arguments, context, "agent sandbox smoke", run, executed, result.root,
                      {"\u2713 Sandbox intent created"});
  });
}

// --- production

Exit run_production(const Arguments& arguments, Context& context) {
  required(arguments, "--attach-intent-id");
  required(arguments, "--requested-spend-cents");
  const AgentFiles files(context);
  paybond::AgentRun run = prepare_run(arguments, context, files);
  const Signers signers = read_signers(arguments, context);
  const json::Document result = result_or(arguments, context, *run.requested_spend_cents);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    // Says what is missing before anything is bound or spent.
    mutation_of(connection, context, signers.agent);
    bind_run(connection, run, files);
    const auto lock = files.lock(run.run_id);
    const Executed executed = AgentCalls(connection, context, files, run)
                                  .execute(whole_run(run, "attach-smoke-" + run.run_id), result.root,
                                           payee_report(connection, context, signers, result.root));
    return show_trial(connection, arguments, context, "agent production attach", run, executed, result.root,
                      {"\u2713 Production attach bound (" + run.intent_id + ")"});
  });
}

// --- evidence alone

Exit run_evidence(const Arguments& arguments, Context& context) {
  const std::string intent_id = paybond::intent_path_id(required(arguments, "--intent-id"));
  const std::string payee_did = required(arguments, "--payee-did");
  const json::Document result = tool_result(arguments, context);
  const Signers signers = read_signers(arguments, context);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Mutation mutation = mutation_of(connection, context, signers.agent);
    const SignedReport report{mutation.client.tenant_id(), intent_id, payee_did,
                              iso_seconds(context.clock.now())};
    const json::Document answer =
        paybond::submit_evidence(mutation.client, intent_id,
                                 signed_evidence(connection, signers, report, result.root), mutation.options);
    json::Arena arena;
    std::string text;
    const json::Value lines =
        shown_lines({"\u2713 Intent " + intent_id, "\u2713 Evidence taken", std::string(kDone)}, text, arena);
    const std::string path = mutation.client.harbor("/intents/" + intent_id + "/evidence");
    const json::Value data = json::ObjectBuilder(arena)
                                 .add("intent_id", std::string_view(intent_id))
                                 .add("harbor_path", std::string_view(path))
                                 .add("evidence", answer.root)
                                 .add("checklist_lines", lines)
                                 .done();
    show(connection, arguments, context,
         {.command = "agent harbor evidence", .data = data, .id = intent_id, .text = text});
    return Exit::done;
  });
}

// --- tables

constexpr Option kSpend{.name = "--requested-spend-cents", .value = "N", .help = "what it costs, in cents"};
constexpr Option kSandboxOptions[] = {
    {.name = "--preset", .value = "NAME", .help = "what the agent buys", .choices = kTrialPresets},
    kToolOperationOption,
    kSpend,
    {.name = "--evidence-preset", .value = "NAME", .help = "how the gateway judges evidence"},
    kResultBodyOption,
    kResultFileOption,
};
constexpr Option kProductionOptions[] = {
    {.name = "--attach-intent-id", .value = "UUID", .help = "the intent that pays"},
    kIntentTokenOption,
    kToolOperationOption,
    kSpend,
    kPayeeDidOption,
    kPayeeSeedOption,
    kAgentKeyIdOption,
    kAgentSeedOption,
    kResultBodyOption,
    kResultFileOption,
};
constexpr Option kEvidenceOptions[] = {
    {.name = "--intent-id", .value = "UUID", .help = "the intent that pays"},
    kPayeeDidOption,
    kPayeeSeedOption,
    kAgentKeyIdOption,
    kAgentSeedOption,
    kResultBodyOption,
    kResultFileOption,
};
constexpr Example kSandboxExamples[] = {
    {"paybond agent sandbox smoke --operation paid-tool --requested-spend-cents 100",
     "try a tool that costs 1.00"}};
constexpr Example kProductionExamples[] = {
    {AGENTNET_INTENT_IN_ID
     "paybond agent production attach smoke --attach-intent-id $id --capability-token-file cap.token"
     " --requested-spend-cents 500 --payee-did did:web:v.example --payee-signing-seed-file v.hex",
     "spend 5.00 of an intent and report it"}};
constexpr Example kEvidenceExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond agent harbor evidence smoke --intent-id $id --payee-did did:web:v.example"
                           " --payee-signing-seed-file v.hex --result-body '{\"status\": \"completed\"}'",
     "submit evidence as the payee"}};
constexpr std::string_view kSeeAlso[] = {"paybond agent run bind", "paybond agent tool execute",
                                         "paybond dev smoke"};

constexpr Command kSandboxSmoke{
    .name = "smoke",
    .summary = "Bind a run in the sandbox, spend and report, in one go",
    .description =
        "The exit code is 10 when the spend is denied or the evidence is not enough. A key for "
        "real money is refused.",
    .options = kSandboxOptions,
    .examples = kSandboxExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_sandbox};
constexpr Command kAttachSmoke{
    .name = "smoke",
    .summary = "Bind a run to an intent, spend and report, in one go",
    .description =
        "This spends what the intent holds. The exit code is 10 when the spend is denied or the "
        "evidence is not enough.",
    .options = kProductionOptions,
    .examples = kProductionExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_production};
constexpr Command kEvidenceSmoke{.name = "smoke",
                                 .summary = "Sign a tool's result as the payee, and submit it",
                                 .options = kEvidenceOptions,
                                 .examples = kEvidenceExamples,
                                 .exits = kCallExits,
                                 .see_also = kSeeAlso,
                                 .access = Access::writes,
                                 .reach = Reach::gateway,
                                 .run = run_evidence};

constexpr const Command* kSandboxCommands[] = {&kSandboxSmoke};
constexpr const Command* kAttachCommands[] = {&kAttachSmoke};
constexpr Command kAttach{
    .name = "attach", .summary = "Try a run on an intent that is there", .children = kAttachCommands};
constexpr const Command* kProductionCommands[] = {&kAttach};
constexpr const Command* kEvidenceCommands[] = {&kEvidenceSmoke};
constexpr Command kEvidence{
    .name = "evidence", .summary = "Try signed evidence", .children = kEvidenceCommands};
constexpr const Command* kHarborCommands[] = {&kEvidence};

}  // namespace

constexpr Command kPaybondAgentSandbox{
    .name = "sandbox", .summary = "Try a guarded tool with pretended money", .children = kSandboxCommands};
constexpr Command kPaybondAgentProduction{.name = "production",
                                          .summary = "Try a guarded tool with an intent's money",
                                          .children = kProductionCommands};
constexpr Command kPaybondAgentHarbor{
    .name = "harbor", .summary = "Try what goes to Harbor itself", .children = kHarborCommands};

}  // namespace agentnet::commands
