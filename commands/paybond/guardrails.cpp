// paybond guardrails
#include "commands/paybond/answer.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_guardrails.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCents = std::numeric_limits<std::int64_t>::max();

Exit run_bootstrap(const Arguments& arguments, Context& context) {
  paybond::BootstrapOptions options{.operation = required(arguments, "--operation")};
  required(arguments, "--requested-spend-cents");
  options.requested_spend_cents = *arguments.number("--requested-spend-cents", 0, kMostCents);
  options.currency = arguments.text("--currency");
  options.completion_preset = arguments.text("--completion-preset");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    options.idempotency_key = connection.idempotency_key();
    const json::Document answer = paybond::bootstrap_sandbox(connection.unbound(), options);
    keep_token(arguments, context, answer.root);
    show(connection, arguments, context,
         {.command = "guardrails bootstrap",
          .data = answer.root,
          .brief = {"intent_id", "operation", "requested_spend_cents", "sandbox_lifecycle_status"},
          .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

Exit run_evidence(const Arguments& arguments, Context& context) {
  const std::string intent_id = required(arguments, "--intent-id");
  const json::Document body = body_of(arguments, context, "{}");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::submit_sandbox_body(connection.unbound(), intent_id, body.root,
                                                               connection.idempotency_key());
    show(connection, arguments, context,
         {.command = "guardrails evidence",
          .data = answer.root,
          .brief = {"intent_id", "operation", "predicate_passed", "sandbox_lifecycle_status"},
          .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

constexpr Option kBootstrapOptions[] = {
    {.name = "--operation", .value = "NAME", .help = "what is to be done"},
    {.name = "--requested-spend-cents", .value = "N", .help = "what it may cost, in cents"},
    {.name = "--currency", .value = "CODE", .help = "of the cost"},
    {.name = "--completion-preset", .value = "NAME", .help = "how evidence is judged"},
    kTokenFileOption,
};
constexpr Option kEvidenceOptions[] = {
    {.name = "--intent-id", .value = "UUID", .help = "the sandbox intent"}, kBodyOption, kStdinOption};
constexpr Example kBootstrapExamples[] = {
    {"paybond guardrails bootstrap --operation paid-tool --requested-spend-cents 100 --token-file cap.token",
     "try a tool that costs 1.00, with pretended money"}};
constexpr Example kEvidenceExamples[] = {
    {"id=$(paybond guardrails bootstrap --operation paid-tool --requested-spend-cents 100 -o quiet) && "
     "paybond guardrails evidence --intent-id $id --body '{\"payload\": {\"status\": \"ok\"}}'",
     "say what was done, which settles it"}};
constexpr std::string_view kSeeAlso[] = {"paybond spend authorize"};

constexpr Command kBootstrap{.name = "bootstrap",
                             .summary = "Make an intent of pretended money with its capability",
                             .options = kBootstrapOptions,
                             .examples = kBootstrapExamples,
                             .exits = kCallExits,
                             .see_also = kSeeAlso,
                             .access = Access::writes,
                             .reach = Reach::gateway,
                             .run = run_bootstrap};
constexpr Command kEvidence{.name = "evidence",
                            .summary = "Submit evidence for an intent of pretended money",
                            .options = kEvidenceOptions,
                            .examples = kEvidenceExamples,
                            .exits = kCallExits,
                            .see_also = kSeeAlso,
                            .access = Access::writes,
                            .reach = Reach::gateway,
                            .run = run_evidence};
constexpr const Command* kCommands[] = {&kBootstrap, &kEvidence};

}  // namespace

constexpr Command kPaybondGuardrails{
    .name = "guardrails", .summary = "Try a guarded tool in the sandbox", .children = kCommands};

}  // namespace agentnet::commands
