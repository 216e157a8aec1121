// paybond verify, spend
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_spend.hpp"
#include "core/paybond/client_verify.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCents = std::numeric_limits<std::int64_t>::max();

Exit authorize(const Arguments& arguments, Context& context, std::string_view command) {
  const paybond::VerifyRequest request{
      .intent_id = paybond::intent_path_id(required(arguments, "--intent-id")),
      .token = token_of(arguments, context),
      .operation = required(arguments, "--operation"),
      .requested_spend_cents = arguments.number("--requested-spend-cents", 0, kMostCents).value_or(0),
      .vendor_id = arguments.text("--vendor-id"),
      .tool_call_id = arguments.text("--tool-call-id"),
      .tool_name = arguments.text("--tool-name"),
      .currency = arguments.text("--currency"),
      .agent_subject = arguments.text("--agent-subject"),
      .approval_token = {},
      .idempotency_key = arguments.text("--idempotency-key")};
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const paybond::VerifyResult result = paybond::verify_capability(connection.harbor(), request);
    show(connection, arguments, context,
         {.command = command,
          .data = result.answer.root,
          .brief = {"allow", "code", "message", "audit_id", "remaining_cents"},
          .id = result.allow ? "allow" : "deny"});
    return result.allow ? Exit::done : Exit::policy;
  });
}

Exit run_verify(const Arguments& arguments, Context& context) {
  return authorize(arguments, context, "verify");
}
Exit run_authorize(const Arguments& arguments, Context& context) {
  return authorize(arguments, context, "spend authorize");
}

// --- preflight

// The members of the answer, then what was asked.
Exit preflight(const Arguments& arguments, Context& context, std::string_view command,
               std::initializer_list<std::string_view> members) {
  const paybond::PreflightRequest request{
      .intent_id = required(arguments, "--intent-id"),
      .operation = required(arguments, "--operation"),
      .requested_spend_cents = arguments.number("--requested-spend-cents", 0, kMostCents).value_or(0),
      .vendor_id = arguments.text("--vendor-id"),
      .tool_name = arguments.text("--tool-name")};
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::preflight_spend(connection.unbound(), request);
    json::Arena arena;
    json::ObjectBuilder data(arena);
    for (const std::string_view name : members) {
      const json::Value* member = answer.root.find(name);
      data.add(name, member == nullptr ? json::Value() : *member);
    }
    data.add("intent_id", std::string_view(request.intent_id))
        .add("operation", std::string_view(request.operation))
        .add_integer("requested_spend_cents", request.requested_spend_cents);
    show(connection, arguments, context,
         {.command = command,
          .data = data.done(),
          .id = text_among(answer.root, {members.begin()[0], "remaining_cents"})});
    return Exit::done;
  });
}

Exit run_budget(const Arguments& arguments, Context& context) {
  return preflight(arguments, context, "spend budget-remaining",
                   {"remaining_cents", "spend_scope", "policy_version"});
}
Exit run_explain(const Arguments& arguments, Context& context) {
  return preflight(arguments, context, "spend explain-policy",
                   {"outcome", "reason_codes", "explanation", "remaining_cents"});
}

constexpr Option kIntentId{.name = "--intent-id", .value = "UUID", .help = "the intent that pays"};
constexpr Option kOperation{.name = "--operation", .value = "NAME", .help = "what is to be done"};
constexpr Option kCents{
    .name = "--requested-spend-cents", .value = "N", .help = "what it is to cost, in cents", .fallback = "0"};
constexpr Option kVendor{.name = "--vendor-id", .value = "ID", .help = "who is to be paid for it"};
constexpr Option kToolName{.name = "--tool-name", .value = "NAME", .help = "the tool that does it"};

constexpr Option kVerifyOptions[] = {
    kIntentId,
    {.name = "--token-file",
     .value = "FILE",
     .help = "the file that holds the capability token, or - for standard input",
     .completes = Completes::files},
    {.name = "--token",
     .value = "TOKEN",
     .help = "the token itself, which other users of this machine can then see"},
    kOperation,
    kCents,
    kVendor,
    kToolName,
    {.name = "--tool-call-id", .value = "ID", .help = "the call of the tool"},
    {.name = "--currency", .value = "CODE", .help = "of the cost"},
    {.name = "--agent-subject", .value = "TEXT", .help = "the agent that asks"},
};
constexpr Option kPreflightOptions[] = {kIntentId, kOperation, kCents, kVendor, kToolName};

constexpr Example kVerifyExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond verify --intent-id $id --token-file cap.token --operation travel.book"
                           " --requested-spend-cents 500",
     "ask whether 5.00 may be spent on a booking"}};
constexpr Example kAuthorizeExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond spend authorize --intent-id $id --token-file cap.token --operation"
                           " travel.book --requested-spend-cents 500",
     "ask whether 5.00 may be spent on a booking"}};
constexpr Example kBudgetExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond spend budget-remaining --intent-id $id --operation travel.book",
     "ask what is left"}};
constexpr Example kExplainExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond spend explain-policy --intent-id $id --operation travel.book",
     "ask what would be decided, and why"}};
constexpr std::string_view kSeeAlso[] = {"paybond intents create", "paybond guardrails bootstrap"};
constexpr std::string_view kVerifyText =
    "A denial is an answer: it is printed, and the exit code is 10. The answer must name the tenant and the "
    "intent, otherwise the exit code is 9; an allow that is not the JSON value true allows nothing.";

constexpr Command kAuthorize{.name = "authorize",
                             .summary = "Ask whether a capability allows a spend",
                             .description = kVerifyText,
                             .options = kVerifyOptions,
                             .examples = kAuthorizeExamples,
                             .exits = kCallExits,
                             .see_also = kSeeAlso,
                             .access = Access::writes,
                             .reach = Reach::gateway,
                             .run = run_authorize};
constexpr Command kBudget{.name = "budget-remaining",
                          .summary = "Ask what is left to spend, without spending it",
                          .options = kPreflightOptions,
                          .examples = kBudgetExamples,
                          .exits = kCallExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::gateway,
                          .run = run_budget};
constexpr Command kExplain{.name = "explain-policy",
                           .summary = "Ask what would be decided about a spend, and why",
                           .options = kPreflightOptions,
                           .examples = kExplainExamples,
                           .exits = kCallExits,
                           .see_also = kSeeAlso,
                           .access = Access::reads,
                           .reach = Reach::gateway,
                           .run = run_explain};
constexpr const Command* kSpendCommands[] = {&kAuthorize, &kBudget, &kExplain};

}  // namespace

constexpr Command kPaybondVerify{.name = "verify",
                                 .summary = "Ask whether a capability allows an operation and a spend",
                                 .description = kVerifyText,
                                 .options = kVerifyOptions,
                                 .examples = kVerifyExamples,
                                 .exits = kCallExits,
                                 .see_also = kSeeAlso,
                                 .access = Access::writes,
                                 .reach = Reach::gateway,
                                 .run = run_verify};

constexpr Command kPaybondSpend{
    .name = "spend",
    .summary = "Ask what a capability may spend",
    .children = kSpendCommands,
};

}  // namespace agentnet::commands
