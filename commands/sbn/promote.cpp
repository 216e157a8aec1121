// sbn snapchore promote, reconcile
#include "commands/sbn/connection.hpp"
#include "commands/sbn/snapchore.hpp"
#include "core/sbn/client_snapchore.hpp"

namespace agentnet::commands {
namespace {

Exit run_promote(const Arguments& arguments, Context& context) {
  sbn::snapchore::PromoteOptions options;
  options.smartblock_record_id = arguments.text("--record");
  options.snapchore_hash = arguments.text("--hash");
  options.frontier_id = arguments.text("--frontier");
  options.target_project_id = arguments.text("--project");
  Connection connection(arguments, context);
  const json::Document answer = sbn::snapchore::promote(connection.client(), options);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"receipt_id", "snapchore_hash"}));
  return Exit::done;
}

Exit run_reconcile(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().reconcile();
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"status"}));
  return Exit::done;
}

constexpr Option kPromoteOptions[] = {
    {.name = "--record", .value = "ID", .help = "the sealed block's id"},
    {.name = "--hash", .value = "HASH", .help = "or its SnapChore hash"},
    {.name = "--project", .value = "ID", .help = "the project it goes to", .fallback = "the caller's own"},
    {.name = "--frontier", .value = "ID", .help = "the frontier it counts for"},
};
constexpr Example kPromoteExamples[] = {
    {R"(sbn snapchore promote --hash $(sbn snapchore seal '{"a": 1}' -f quiet))", "promote a sealed block"}};
constexpr Example kReconcileExamples[] = {{"sbn snapchore reconcile", "check that every seal is attested"}};
constexpr Exit kPromoteExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn snapchore seal", "sbn receipts get"};

}  // namespace

constexpr Command kSbnPromote{.name = "promote",
                              .summary = "Hand a sealed block on to a project, to be attested there",
                              .options = kPromoteOptions,
                              .examples = kPromoteExamples,
                              .exits = kPromoteExits,
                              .see_also = kSeeAlso,
                              .access = Access::writes,
                              .reach = Reach::network,
                              .run = run_promote};
constexpr Command kSbnReconcile{.name = "reconcile",
                                .summary = "Compare the ledger with what was attested",
                                .examples = kReconcileExamples,
                                .exits = kExits,
                                .see_also = kSeeAlso,
                                .access = Access::writes,
                                .reach = Reach::network,
                                .run = run_reconcile};

}  // namespace agentnet::commands
