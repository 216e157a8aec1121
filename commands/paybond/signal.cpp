// paybond signal
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_signal.hpp"

namespace agentnet::commands {
namespace {

using OperatorRead = std::optional<json::Document> (*)(paybond::Client&, std::string_view, std::string_view);

Exit read_operator(const Arguments& arguments, Context& context, std::string_view command,
                   const OperatorRead read) {
  const std::string did = arguments.text("--did");
  if (did.empty())
    throw Error(Category::usage, "missing_did", "--did is missing", "--did DID names the operator");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const auto answer = read(connection.unbound(), did, arguments.text("--score-version"));
    if (!answer) {
      throw Error(Category::not_found, "unknown_operator", "Signal knows nothing of the operator " + did,
                  "an operator is known once an intent with it has been settled");
    }
    show(connection, arguments, context, {.command = command, .data = answer->root, .id = did});
    return Exit::done;
  });
}

Exit run_reputation(const Arguments& arguments, Context& context) {
  return read_operator(arguments, context, "signal reputation", paybond::get_reputation_receipt);
}
Exit run_explanation(const Arguments& arguments, Context& context) {
  return read_operator(arguments, context, "signal explanation", paybond::get_operator_explanation);
}
Exit run_review_status(const Arguments& arguments, Context& context) {
  return read_operator(arguments, context, "signal review-status", paybond::get_operator_review_status);
}
// As the kit's command: the review status of one operator.
Exit run_fraud(const Arguments& arguments, Context& context) {
  return read_operator(arguments, context, "signal fraud", paybond::get_operator_review_status);
}

Exit run_portfolio(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer =
        paybond::get_portfolio_summary(connection.unbound(), arguments.text("--score-version"));
    show(connection, arguments, context,
         {.command = "signal portfolio", .data = answer.root, .id = text_among(answer.root, {"tenant_id"})});
    return Exit::done;
  });
}

constexpr Option kScoreVersion{
    .name = "--score-version", .value = "TEXT", .help = "the version of the score, otherwise the newest"};
constexpr Option kOperatorOptions[] = {{.name = "--did", .value = "DID", .help = "the operator"},
                                       kScoreVersion};
constexpr Option kPortfolioOptions[] = {kScoreVersion};
constexpr Example kReputationExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond signal reputation --did did:web:v.example", "the score of a payee"}};
constexpr Example kExplanationExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond signal explanation --did did:web:v.example", "what a score is made of"}};
constexpr Example kReviewExamples[] = {{AGENTNET_INTENT_IN_ID
                                        "paybond signal review-status --did did:web:v.example",
                                        "whether somebody has to look"}};
constexpr Example kFraudExamples[] = {{AGENTNET_INTENT_IN_ID "paybond signal fraud --did did:web:v.example",
                                       "whether there are signs of fraud"}};
constexpr Example kPortfolioExamples[] = {{"paybond signal portfolio", "all operators of the tenant in sum"}};
constexpr std::string_view kSeeAlso[] = {"paybond ledger events"};

constexpr Command operator_command(std::string_view name, std::string_view summary,
                                   std::span<const Example> examples, Run run) {
  return {.name = name,
          .summary = summary,
          .options = kOperatorOptions,
          .examples = examples,
          .exits = kCallExits,
          .see_also = kSeeAlso,
          .access = Access::reads,
          .reach = Reach::gateway,
          .run = run};
}

constexpr Command kReputation =
    operator_command("reputation", "Show an operator's score", kReputationExamples, run_reputation);
constexpr Command kExplanation = operator_command("explanation", "Show why an operator's score is what it is",
                                                  kExplanationExamples, run_explanation);
constexpr Command kReviewStatus = operator_command(
    "review-status", "Show whether an operator is under review", kReviewExamples, run_review_status);
constexpr Command kFraud =
    operator_command("fraud", "Show signs of fraud at an operator", kFraudExamples, run_fraud);
constexpr Command kPortfolio{.name = "portfolio",
                             .summary = "Show the operators of the tenant in sum",
                             .options = kPortfolioOptions,
                             .examples = kPortfolioExamples,
                             .exits = kCallExits,
                             .see_also = kSeeAlso,
                             .access = Access::reads,
                             .reach = Reach::gateway,
                             .run = run_portfolio};
constexpr const Command* kCommands[] = {&kReputation, &kPortfolio, &kExplanation, &kReviewStatus, &kFraud};

}  // namespace

constexpr Command kPaybondSignal{
    .name = "signal",
    .summary = "Ask how operators have done so far",
    .children = kCommands,
};

}  // namespace agentnet::commands
