// paybond receipts get, mandates import, a2a
#include "commands/paybond/answer.hpp"
#include "commands/paybond/example_documents.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_protocol.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostContracts = 200;  // of one answer

Exit run_receipt(const Arguments& arguments, Context& context) {
  const std::string id = arguments.text("RECEIPT");
  const std::string intent = arguments.text("--intent-id"), tool_call = arguments.text("--tool-call-id");
  const bool is_agent = arguments.find("--kind").value_or("settlement") == "agent";
  const bool by_call = !intent.empty() || !tool_call.empty();
  if (by_call && (!is_agent || intent.empty() || tool_call.empty() || !id.empty())) {
    throw Error(Category::usage, "bad_usage",
                "--intent-id and --tool-call-id go together, with --kind agent and without RECEIPT");
  }
  if (!by_call && id.empty()) throw Error(Category::usage, "missing_argument", "RECEIPT is missing");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    paybond::Client& client = connection.unbound();
    const json::Document answer = by_call    ? paybond::find_agent_receipt(client, intent, tool_call)
                                  : is_agent ? paybond::get_agent_receipt(client, id)
                                             : paybond::get_protocol_receipt(client, id);
    show(connection, arguments, context,
         {.command = "receipts get", .data = answer.root, .id = text_among(answer.root, {"receipt_id"})});
    return Exit::done;
  });
}

Exit run_import(const Arguments& arguments, Context& context) {
  const json::Document body = body_of(arguments, context);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::import_mandate_body(connection.unbound(), body.root);
    show(connection, arguments, context,
         {.command = "mandates import", .data = answer.root, .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

Exit run_card(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::get_agent_card(connection.unbound());
    show(connection, arguments, context,
         {.command = "a2a card", .data = answer.root, .id = text_among(answer.root, {"name"})});
    return Exit::done;
  });
}

Exit run_contracts(const Arguments& arguments, Context& context) {
  const auto contract = arguments.find("--contract-id");
  const std::int64_t limit = arguments.number("--limit", 1, kMostContracts).value_or(20);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    if (contract) {
      const json::Document answer = paybond::get_task_contract(connection.unbound(), *contract);
      show(connection, arguments, context,
           {.command = "a2a contracts", .data = answer.root, .id = *contract});
      return Exit::done;
    }
    const json::Document answer =
        paybond::get_task_contracts(connection.unbound(), limit, arguments.text("--cursor"));
    show_list(connection, arguments, context,
              {.command = "a2a contracts",
               .data = answer.root,
               .list = "contracts",
               .columns = {"contract_id", "name", "version"},
               .id_members = {"contract_id", "id"}});
    return Exit::done;
  });
}

constexpr std::string_view kKinds[] = {"settlement", "agent"};
constexpr Argument kReceiptArgument[] = {{.name = "RECEIPT", .help = "the receipt's id", .optional = true}};
constexpr Option kReceiptOptions[] = {
    {.name = "--kind",
     .value = "KIND",
     .help = "of a settlement, or of an agent's action",
     .fallback = "settlement",
     .choices = kKinds},
    {.name = "--intent-id", .value = "UUID", .help = "the intent of an action, in place of RECEIPT"},
    {.name = "--tool-call-id", .value = "ID", .help = "the call of the tool, with --intent-id"},
};
constexpr Option kImportOptions[] = {kBodyOption, kStdinOption};
constexpr Option kContractOptions[] = {
    {.name = "--contract-id", .value = "ID", .help = "only this one"},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "20"},
    {.name = "--cursor", .value = "TEXT", .help = "the next_cursor of the page before"},
};
constexpr Example kReceiptExamples[] = {
    {AGENTNET_INTENT_IN_ID AGENTNET_BOUND_MANDATE
     " && " AGENTNET_EVIDENCE
     " -o quiet && paybond intents settlement-confirm $id -o quiet && paybond receipts get $id",
     "the signed receipt of a settlement that a mandate paid for"}};
constexpr Example kImportExamples[] = {
    {AGENTNET_INTENT_IN_ID AGENTNET_BOUND_MANDATE, "sign a mandate and bind it to an intent"}};
constexpr Example kCardExamples[] = {{"paybond a2a card", "what the network says of itself"}};
constexpr Example kContractExamples[] = {{"paybond a2a contracts", "what may be contracted for"}};
constexpr std::string_view kSeeAlso[] = {"paybond receipts verify", "paybond mandates verify"};

constexpr Command kCard{.name = "card",
                        .summary = "Show what the gateway tells other agents of itself",
                        .examples = kCardExamples,
                        .exits = kCallExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::gateway,
                        .run = run_card};
constexpr Command kContracts{.name = "contracts",
                             .summary = "List the tasks that agents may contract for",
                             .options = kContractOptions,
                             .examples = kContractExamples,
                             .exits = kCallExits,
                             .see_also = kSeeAlso,
                             .access = Access::reads,
                             .reach = Reach::gateway,
                             .run = run_contracts};
constexpr const Command* kA2ACommands[] = {&kCard, &kContracts};

}  // namespace

constexpr Command kPaybondReceiptsGet{.name = "get",
                                      .summary = "Fetch a receipt from the network",
                                      .arguments = kReceiptArgument,
                                      .options = kReceiptOptions,
                                      .examples = kReceiptExamples,
                                      .exits = kCallExits,
                                      .see_also = kSeeAlso,
                                      .access = Access::reads,
                                      .reach = Reach::gateway,
                                      .run = run_receipt};
constexpr Command kPaybondMandatesImport{.name = "import",
                                         .summary = "Bind a signed mandate to an intent",
                                         .options = kImportOptions,
                                         .examples = kImportExamples,
                                         .exits = kCallExits,
                                         .see_also = kSeeAlso,
                                         .access = Access::writes,
                                         .reach = Reach::gateway,
                                         .run = run_import};
constexpr Command kPaybondA2A{
    .name = "a2a", .summary = "Look at how agents meet each other", .children = kA2ACommands};

}  // namespace agentnet::commands
