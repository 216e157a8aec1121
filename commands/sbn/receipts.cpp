// sbn receipts list, get, by-hash, proof-ledger
#include "commands/sbn/connection.hpp"
#include "commands/sbn/receipts_verify.hpp"
#include "commands/sbn/snapchore.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostRows = 200;  // of one answer

Exit run_list(const Arguments& arguments, Context& context) {
  sbn::ReceiptOptions options;
  options.limit = arguments.number("--limit", 1, kMostRows).value_or(options.limit);
  options.offset = arguments.number("--offset", 0, 1'000'000'000).value_or(0);
  options.project_id = arguments.text("--project-id");
  options.hash = arguments.text("--hash");
  options.domain = arguments.text("--domain");
  options.since = arguments.text("--since");
  Connection connection(arguments, context);
  if (arguments.has(kAllOption.name)) {
    const RowShape shape{
        "receipts", {"receipt_id", "domain", "project_id", "status", "created_at"}, {"receipt_id"}};
    const std::int64_t first = options.offset;
    options.limit = kRowsOfPage;
    deliver_all(connection, context, shape, [&](const PagePlace& place) {
      // From a cursor on there is nothing to pass over.
      options.offset = place.cursor && !place.cursor->empty() ? 0 : first + place.offset;
      options.cursor = place.cursor;
      return connection.client().list_receipts(options);
    });
    return Exit::done;
  }
  const json::Document answer = connection.client().list_receipts(options);
  deliver_list(connection, context, answer.root, "receipts",
               {"receipt_id", "domain", "project_id", "status", "created_at"}, {"receipt_id", "id", "hash"});
  return Exit::done;
}

Exit run_get(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().get_receipt(arguments.text("RECEIPT"));
  json::Arena arena;
  const json::Value brief = pick(
      answer.root,
      {"receipt_id", "status", "snapchore_hash", "subject_id", "domain", "project_id", "created_at"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"receipt_id", "id", "hash"}));
  return Exit::done;
}

Exit run_by_hash(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      connection.client().list_receipts_by_hash(arguments.text("HASH"), arguments.text("--project-id"));
  deliver_list(connection, context, answer.root, "receipts",
               {"receipt_id", "domain", "project_id", "status", "created_at"}, {"receipt_id", "id", "hash"});
  return Exit::done;
}

Exit run_proof_ledger(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::gateway::fetch_proof_ledger(connection.client(), arguments.text("BLOCK"));
  deliver_list(connection, context, answer.root, "proof_ledger", {"event", "receipt_id", "created_at"},
               {"event"});
  return Exit::done;
}

constexpr Argument kHash[] = {{.name = "HASH", .help = "the receipt's own hash, or that of its block"}};
constexpr Argument kBlock[] = {{.name = "BLOCK", .help = "the block's id"}};
constexpr Option kByHashOptions[] = {
    {.name = "--project-id", .value = "ID", .help = "only receipts of this project"}};
constexpr Example kByHashExamples[] = {
    {R"(sbn receipts by-hash $(sbn snapchore seal '{"a": 1}' -f quiet))", "find the receipt of a seal"}};
constexpr Example kLedgerExamples[] = {
    {R"(sbn receipts proof-ledger $(sbn blocks create '{"a": 1}' -f quiet))",
     "see when a block was sealed and attested"}};
constexpr Argument kReceipt[] = {{.name = "RECEIPT", .help = "the receipt's id"}};
constexpr Option kListOptions[] = {
    {.name = "--project-id", .value = "ID", .help = "only receipts of this project"},
    {.name = "--hash", .value = "HASH", .help = "only receipts of this SnapChore hash"},
    {.name = "--domain", .value = "NAME", .help = "only this domain; NAME.* means all below it, too"},
    {.name = "--since", .value = "TIME", .help = "only what came at that ISO 8601 time or later"},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "20"},
    {.name = "--offset", .value = "N", .help = "how many to pass over", .fallback = "0"},
    kAllOption,
};
constexpr Example kListExamples[] = {
    {R"(sbn snapchore seal '{"a": 1}' && @@ --limit 5)", "list the newest receipts"}};
constexpr Example kGetExamples[] = {
    {R"(sbn snapchore seal '{"a": 1}' && @@ $(sbn receipts list --limit 1 -f quiet) -f json)",
     "print a receipt with its proof"}};
constexpr Exit kListExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kGetExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn snapchore seal", "agentnet trust"};

}  // namespace

constexpr Command kSbnReceiptsList{.name = "list",
                                   .summary = "List receipts, the newest first",
                                   .options = kListOptions,
                                   .examples = kListExamples,
                                   .exits = kListExits,
                                   .see_also = kSeeAlso,
                                   .access = Access::reads,
                                   .reach = Reach::network,
                                   .run = run_list};
constexpr Command kSbnReceiptsGet{.name = "get",
                                  .summary = "Print a receipt",
                                  .arguments = kReceipt,
                                  .examples = kGetExamples,
                                  .exits = kGetExits,
                                  .see_also = kSeeAlso,
                                  .access = Access::reads,
                                  .reach = Reach::network,
                                  .run = run_get};
constexpr Command kSbnReceiptsByHash{.name = "by-hash",
                                     .summary = "Find receipts by a hash",
                                     .arguments = kHash,
                                     .options = kByHashOptions,
                                     .examples = kByHashExamples,
                                     .exits = kListExits,
                                     .see_also = kSeeAlso,
                                     .access = Access::reads,
                                     .reach = Reach::network,
                                     .run = run_by_hash};
constexpr Command kSbnReceiptsProofLedger{.name = "proof-ledger",
                                          .summary = "List what happened to a block",
                                          .arguments = kBlock,
                                          .examples = kLedgerExamples,
                                          .exits = kGetExits,
                                          .see_also = kSeeAlso,
                                          .access = Access::reads,
                                          .reach = Reach::network,
                                          .run = run_proof_ledger};

namespace {
constexpr const Command* kCommands[] = {&kSbnReceiptsList, &kSbnReceiptsGet, &kSbnReceiptsByHash,
                                        &kSbnReceiptsProofLedger, &kSbnReceiptsVerify};
}  // namespace

constexpr Command kSbnReceipts{.name = "receipts",
                               .summary = "What the network's validators signed about a seal",
                               .children = kCommands};

}  // namespace agentnet::commands
