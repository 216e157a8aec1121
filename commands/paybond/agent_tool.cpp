// paybond agent tool
#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_evidence.hpp"
#include "commands/paybond/agent_reload.hpp"
#include "commands/paybond/answer.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCents = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kMaxOperationBytes = 256;

// What is asked for: the flag, what the tool's arguments estimate, or all that the run was bound for.
ToolRequest request_of(const Arguments& arguments, Context& context, const paybond::AgentRun& run) {
  ToolRequest request{.operation = required(arguments, "--operation")};
  if (request.operation.size() > kMaxOperationBytes) {
    throw Error(Category::usage, "bad_value",
                "an operation has at most " + std::to_string(kMaxOperationBytes) + " bytes");
  }
  const json::Document tool_arguments = object_option(arguments, context, "--arguments");
  const auto cents = arguments.number("--requested-spend-cents", 0, kMostCents);
  const auto estimate = cents_of(tool_arguments.root, "estimated_price_cents");
  if (!cents && !estimate && !run.requested_spend_cents && !run.is_free(request.operation)) {
    throw Error(Category::usage, "missing_option", "--requested-spend-cents is missing",
                "the run was bound without it");
  }
  request.requested_spend_cents = cents      ? *cents
                                  : estimate ? *estimate
                                             : run.requested_spend_cents.value_or(0);
  return request;
}

// --- validate

Exit run_validate(const Arguments& arguments, Context& context) {
  const AgentFiles files(context);
  const std::string run_id = required(arguments, "--run-id");
  const auto lock = files.lock(run_id);
  paybond::AgentRun run = files.load(run_id);
  follow_policy(context, files, run);
  ToolRequest request = request_of(arguments, context, run);
  constexpr std::int64_t kPerMillisecond = 1'000;
  request.tool_call_id =
      "validate-" + std::to_string(context.clock.now().time_since_epoch().count() / kPerMillisecond);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Authorization authorization = AgentCalls(connection, context, files, run).validate(request);
    json::Arena arena;
    const json::Value decided = authorization_value(authorization, request.operation, arena);
    show(connection, arguments, context,
         {.command = "agent tool validate",
          .data = json::ObjectBuilder(arena).add("authorization", decided).done(),
          .id = authorization.allow ? "allow" : "deny",
          .text = decision_text(authorization, request)});
    return authorization.allow ? Exit::done : Exit::policy;
  });
}

// --- execute

Exit run_execute(const Arguments& arguments, Context& context) {
  const AgentFiles files(context);
  const std::string run_id = required(arguments, "--run-id");
  const std::string tool_call_id = arguments.find("--tool-call-id").value_or(uuid4(context.random));
  paybond::require_tool_call_id(tool_call_id);
  const auto lock = files.lock(run_id);
  paybond::AgentRun run = files.load(run_id);
  follow_policy(context, files, run);
  const json::Document result = tool_result(arguments, context);
  ToolRequest request = request_of(arguments, context, run);
  request.tool_call_id = tool_call_id;
  const Signers signers = run.sandbox ? Signers{} : read_signers(arguments, context);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    if (!run.sandbox && connection.is_behind_gateway()) mutation_of(connection, context, signers.agent);
    const Report report = run.sandbox ? sandbox_report(connection, result.root)
                                      : payee_report(connection, context, signers, result.root);
    const Executed executed =
        AgentCalls(connection, context, files, run).execute(request, result.root, report);
    json::Arena arena;
    show(connection, arguments, context,
         {.command = "agent tool execute",
          .data = executed_value(executed, result.root, arena),
          .id = executed.authorization.allow ? tool_call_id : "deny",
          .text = executed_text(executed, request)});
    return executed.authorization.allow ? Exit::done : Exit::policy;
  });
}

// --- tables

constexpr Option kOperationOption{.name = "--operation", .value = "NAME", .help = "what the tool does"};
constexpr Option kSpendOption{.name = "--requested-spend-cents",
                              .value = "N",
                              .help = "what it is to cost, in cents",
                              .fallback = "estimated_price_cents of --arguments, or all of the run"};
constexpr Option kArgumentsOption{
    .name = "--arguments", .value = "JSON", .help = "the tool's arguments", .completes = Completes::files};
constexpr Option kValidateOptions[] = {kRunIdOption, kOperationOption, kSpendOption, kArgumentsOption};
constexpr Option kExecuteOptions[] = {
    kRunIdOption,
    kOperationOption,
    {.name = "--tool-call-id", .value = "ID", .help = "the call's name", .fallback = "a new UUID"},
    kSpendOption,
    kArgumentsOption,
    kResultBodyOption,
    kResultFileOption,
    kPayeeSeedOption,
    kAgentKeyIdOption,
    kAgentSeedOption,
};
constexpr Example kValidateExamples[] = {
    {AGENTNET_BOUND_RUN
     "paybond agent tool validate --run-id demo --operation paid-tool --requested-spend-cents 100",
     "ask whether 1.00 may be spent"}};
constexpr Example kExecuteExamples[] = {
    {AGENTNET_BOUND_RUN "paybond agent tool execute --run-id demo --operation paid-tool --tool-call-id c1"
                        " --result-body '{\"status\": \"ok\", \"cost_cents\": 100}'",
     "spend, and report what was done"}};
constexpr std::string_view kSeeAlso[] = {"paybond agent run bind", "paybond agent run trace",
                                         "paybond spend authorize"};

constexpr Command kValidate{
    .name = "validate",
    .summary = "Ask whether a tool call would be allowed",
    .description =
        "The run's own terms are asked first, then the network; what that reserves is given back "
        "at once. A denial is an answer: it is printed, and the exit code is 10.",
    .options = kValidateOptions,
    .examples = kValidateExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_validate};
constexpr Command kExecute{
    .name = "execute",
    .summary = "Spend for a tool call, and submit its result as evidence",
    .description =
        "The tool itself is not run: its result is given. A call that is asked again under its id goes on "
        "where it was, so nothing is spent or reported twice; under the same id another operation, spend or "
        "result is a conflict. A denial is an answer: it is printed, and the exit code is 10.",
    .options = kExecuteOptions,
    .examples = kExecuteExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_execute};
constexpr const Command* kCommands[] = {&kValidate, &kExecute};

}  // namespace

constexpr Command kPaybondAgentTool{
    .name = "tool", .summary = "Guard the calls of an agent's tools", .children = kCommands};

}  // namespace agentnet::commands
