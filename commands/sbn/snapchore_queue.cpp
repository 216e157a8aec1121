// queue-summary, process-queue, queue-health: below `sbn snapchore`, and below `sbn agent snap` as the
// mirrored program has them.
#include "commands/sbn/connection.hpp"
#include "commands/sbn/snapchore.hpp"
#include "core/sbn/client_snapchore.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostRows = 200;  // of one answer

using QueueCall = json::Document (*)(sbn::Client& client, std::int64_t limit);

Exit run_queue(const Arguments& arguments, Context& context, QueueCall call, std::int64_t usual_limit) {
  const std::int64_t limit = arguments.number("--limit", 1, kMostRows).value_or(usual_limit);
  Connection connection(arguments, context);
  const json::Document answer = call(connection.client(), limit);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"status"}));
  return Exit::done;
}

Exit run_summary(const Arguments& arguments, Context& context) {
  return run_queue(arguments, context, sbn::snapchore::queue_summary, 20);
}

Exit run_process(const Arguments& arguments, Context& context) {
  return run_queue(arguments, context, sbn::snapchore::process_queue, 25);
}

Exit run_health(const Arguments& arguments, Context& context) {
  return run_queue(arguments, context, sbn::snapchore::attestation_queue_health, 10);
}

constexpr std::string_view kLimitHelp = "how many entries at most, 1 to 200";
constexpr Option kSummaryOptions[] = {
    {.name = "--limit", .value = "N", .help = kLimitHelp, .fallback = "20"}};
constexpr Option kProcessOptions[] = {
    {.name = "--limit", .value = "N", .help = kLimitHelp, .fallback = "25"}};
constexpr Option kHealthOptions[] = {{.name = "--limit", .value = "N", .help = kLimitHelp, .fallback = "10"}};
constexpr Example kSummaryExamples[] = {{"@@", "count what waits to be attested"}};
constexpr Example kProcessExamples[] = {{"@@", "have up to 25 entries attested now"}};
constexpr Example kHealthExamples[] = {{"@@ -f json", "show whether the queue is worked off"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn snapchore seal", "sbn receipts list"};
constexpr std::string_view kLocalQueue =
    "In the local network nothing ever waits: a seal is attested by the commit that writes it.";

}  // namespace

constexpr Command kSbnQueueSummary{.name = "queue-summary",
                                   .summary = "Show what waits to be attested",
                                   .description = kLocalQueue,
                                   .options = kSummaryOptions,
                                   .examples = kSummaryExamples,
                                   .exits = kExits,
                                   .see_also = kSeeAlso,
                                   .access = Access::reads,
                                   .reach = Reach::network,
                                   .run = run_summary};
constexpr Command kSbnProcessQueue{.name = "process-queue",
                                   .summary = "Have entries of the attestation queue attested",
                                   .description = kLocalQueue,
                                   .options = kProcessOptions,
                                   .examples = kProcessExamples,
                                   .exits = kExits,
                                   .see_also = kSeeAlso,
                                   .access = Access::writes,
                                   .reach = Reach::network,
                                   .run = run_process};
constexpr Command kSbnQueueHealth{.name = "queue-health",
                                  .summary = "Show the state of the attestation queue",
                                  .description = kLocalQueue,
                                  .options = kHealthOptions,
                                  .examples = kHealthExamples,
                                  .exits = kExits,
                                  .see_also = kSeeAlso,
                                  .access = Access::reads,
                                  .reach = Reach::network,
                                  .run = run_health};

}  // namespace agentnet::commands
