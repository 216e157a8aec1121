// sbn gateway block
#include "commands/sbn/gateway.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

Exit run_get(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::fetch_block(connection.client(), arguments.text("BLOCK"));
  json::Arena arena;
  const json::Value brief = pick(
      answer.root,
      {"id", "slot_id", "domain", "type", "snapchore_hash", "canonical_proof_hash", "created_at"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id"}));
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

void deliver_surfaces(Connection& connection, Context& context, const json::Value& answer,
                      std::string_view member) {
  deliver_list(connection, context, answer, member,
               {"receipt_id", "kind", "block_id", "slot_id", "created_at"}, {"receipt_id", "id"});
}

Exit run_surfaces(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_proof_surfaces(
      connection.client(), arguments.text("BLOCK"), arguments.text("--kind"),
      arguments.number("--limit", 1, kMostSlotRows));
  deliver_surfaces(connection, context, answer.root, "proof_surfaces");
  return Exit::done;
}

Exit run_fractal(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_fractal_receipts(
      connection.client(), arguments.text("BLOCK"), arguments.text("--kind"),
      arguments.number("--limit", 1, kMostSlotRows));
  deliver_surfaces(connection, context, answer.root, "fractal_receipts");
  return Exit::done;
}

Exit run_successors(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_successor_surfaces(
      connection.client(), arguments.text("BLOCK"), arguments.number("--limit", 1, kMostSlotRows));
  deliver_surfaces(connection, context, answer.root, "successors");
  return Exit::done;
}

#define AGENTNET_STREAMED \
  "echo '{\"event_type\": \"x\"}' | sbn gateway slots stream --worker w-1 --task t -f quiet | tail -n 1"

constexpr Argument kBlock[] = {
    {.name = "BLOCK", .help = "the block's id; the local network takes its hash or receipt, too"}};
constexpr Option kKindAndLimit[] = {
    {.name = "--kind", .value = "KIND", .help = "only those of this kind"},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 1000"},
};
constexpr Option kLimit[] = {{.name = "--limit", .value = "N", .help = "how many at most, 1 to 1000"}};
constexpr Example kGetExamples[] = {
    {R"(sbn gateway block get $(sbn blocks create '{"a": 1}' -f quiet))", "print a block"}};
constexpr Example kLedgerExamples[] = {
    {R"(sbn gateway block proof-ledger $(sbn blocks create '{"a": 1}' -f quiet))",
     "see when a block was sealed and attested"}};
constexpr Example kSurfacesExamples[] = {
    {R"(sbn gateway block proof-surfaces $(sbn blocks create '{"a": 1}' -f quiet))",
     "list the receipts of a block with what they are about"}};
constexpr Example kFractalExamples[] = {{"sbn gateway block fractal-receipts $(" AGENTNET_STREAMED ")",
                                         "list the receipts of what a closed slot is composed of"}};
constexpr Example kSuccessorsExamples[] = {
    {"sbn gateway block successors $(sbn gateway block fractal-receipts $(" AGENTNET_STREAMED ") -f quiet)",
     "see what a composed block became part of"}};
#undef AGENTNET_STREAMED
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn blocks get", "sbn receipts verify"};

constexpr Command kGet{.name = "get",
                       .summary = "Print a block with what is proved about it",
                       .arguments = kBlock,
                       .examples = kGetExamples,
                       .exits = kExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .reach = Reach::network,
                       .run = run_get};
constexpr Command kLedger{.name = "proof-ledger",
                          .summary = "List what happened to a block",
                          .arguments = kBlock,
                          .examples = kLedgerExamples,
                          .exits = kExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_proof_ledger};
constexpr Command kSurfaces{.name = "proof-surfaces",
                            .summary = "List the receipts of a block with what they are about",
                            .arguments = kBlock,
                            .options = kKindAndLimit,
                            .examples = kSurfacesExamples,
                            .exits = kExits,
                            .see_also = kSeeAlso,
                            .access = Access::reads,
                            .reach = Reach::network,
                            .run = run_surfaces};
constexpr Command kFractal{.name = "fractal-receipts",
                           .summary = "List the receipts of what a block is composed of",
                           .arguments = kBlock,
                           .options = kKindAndLimit,
                           .examples = kFractalExamples,
                           .exits = kExits,
                           .see_also = kSeeAlso,
                           .access = Access::reads,
                           .reach = Reach::network,
                           .run = run_fractal};
constexpr Command kSuccessors{.name = "successors",
                              .summary = "List what a block became part of",
                              .arguments = kBlock,
                              .options = kLimit,
                              .examples = kSuccessorsExamples,
                              .exits = kExits,
                              .see_also = kSeeAlso,
                              .access = Access::reads,
                              .reach = Reach::network,
                              .run = run_successors};

constexpr const Command* kCommands[] = {&kGet, &kLedger, &kSurfaces, &kFractal, &kSuccessors};

}  // namespace

constexpr Command kSbnGatewayBlock{
    .name = "block", .summary = "What is proved about a block", .children = kCommands};

}  // namespace agentnet::commands
