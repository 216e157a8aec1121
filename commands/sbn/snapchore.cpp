// sbn snapchore capture, verify, verify-block, discover, recent, blocks, stats, usage
#include "commands/sbn/snapchore.hpp"

#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostRows = 200;  // of one answer

constexpr Argument kInput{.name = "INPUT",
                          .help = "JSON that begins with { or [, a file, or - for standard input",
                          .completes = Completes::files};
constexpr Argument kInputArguments[] = {kInput};

constexpr Option kVolatile{.name = "--volatile",
                           .value = "NAME",
                           .help = "a member that the hash leaves out, besides the usual ones",
                           .repeatable = true};

Exit run_capture(const Arguments& arguments, Context& context) {
  const Payload payload(arguments.text("INPUT"), context);
  Connection connection(arguments, context);
  const json::Document answer = connection.client().capture(payload.value, arguments.all("--volatile"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"hash", "snapchore_hash"}));
  return Exit::done;
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const Payload payload(arguments.text("INPUT"), context);
  Connection connection(arguments, context);
  const json::Document answer =
      connection.client().verify(arguments.text("HASH"), payload.value, arguments.all("--volatile"));
  return deliver_verdict(connection, context, answer.root);
}

Exit run_verify_block(const Arguments& arguments, Context& context) {
  const Payload block(arguments.text("INPUT"), context);
  Connection connection(arguments, context);
  return deliver_verdict(connection, context, connection.client().verify_block(block.value).root);
}

Exit run_discover(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().discover(arguments.text("HASH"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"snapchore_hash", "hash"}));
  return Exit::done;
}

Exit run_recent(const Arguments& arguments, Context& context) {
  sbn::DiscoverOptions options;
  options.limit = arguments.number("--limit", 1, kMostRows).value_or(options.limit);
  options.offset = arguments.number("--offset", 0, 1'000'000'000).value_or(0);
  options.since = arguments.text("--since");
  options.source = arguments.text("--source");
  options.domain = arguments.text("--domain");
  Connection connection(arguments, context);
  if (arguments.has(kAllOption.name)) {
    // Not by the hash, which may stand in several rows.
    const RowShape shape{"entries", {"snapchore_hash", "source", "domain", "created_at"}, {"block_id"}};
    const std::int64_t first = options.offset;
    options.limit = kRowsOfPage;
    deliver_all(connection, context, shape, [&](const PagePlace& place) {
      // From a cursor on there is nothing to pass over.
      options.offset = place.cursor && !place.cursor->empty() ? 0 : first + place.offset;
      options.cursor = place.cursor;
      return connection.client().discover_recent(options);
    });
    return Exit::done;
  }
  const json::Document answer = connection.client().discover_recent(options);
  deliver_list(connection, context, answer.root, "entries",
               {"snapchore_hash", "source", "domain", "created_at"}, {"snapchore_hash", "hash"});
  return Exit::done;
}

Exit run_blocks(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  if (const auto reference = arguments.find("BLOCK")) {
    const json::Document answer = connection.client().get_block(*reference);
    deliver(connection, context, answer.root, {}, first_text(answer.root, {"id"}));
    return Exit::done;
  }
  const json::Document answer =
      connection.client().list_blocks(arguments.number("--limit", 1, kMostRows).value_or(20));
  deliver_list(connection, context, answer.root, "blocks", {"id", "domain", "block_type", "created_at"},
               {"id"});
  return Exit::done;
}

// A number of an answer, which is what quiet prints of it.
std::string number_text(const json::Value& answer, std::string_view name) {
  const json::Value* member = answer.find(name);
  return member != nullptr && member->is_number() ? std::string(member->text()) : std::string();
}

Exit run_stats(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().stats();
  deliver(connection, context, answer.root, {}, number_text(answer.root, "seals"));
  return Exit::done;
}

Exit run_usage(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().usage();
  deliver(connection, context, answer.root, {}, number_text(answer.root, "snapchore_events"));
  return Exit::done;
}

constexpr Argument kHashAndInput[] = {{.name = "HASH", .help = "the expected hash, 64 hexadecimal digits"},
                                      kInput};
constexpr Argument kHash[] = {{.name = "HASH", .help = "a SnapChore hash, 64 hexadecimal digits"}};
constexpr Argument kBlock[] = {
    {.name = "BLOCK", .help = "a block's id or hash; without it all are listed", .optional = true}};
constexpr Option kVolatileOptions[] = {kVolatile};
constexpr Option kLimit{
    .name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "20"};
constexpr Option kLimitOptions[] = {kLimit};
constexpr Option kRecentOptions[] = {
    kLimit,
    {.name = "--offset", .value = "N", .help = "how many to pass over", .fallback = "0"},
    {.name = "--since", .value = "TIME", .help = "only what came at that ISO 8601 time or later"},
    {.name = "--source", .value = "NAME", .help = "only entries of this source: seal or capture"},
    {.name = "--domain", .value = "NAME", .help = "only this domain; NAME.* means all below it, too"},
    kAllOption,
};

constexpr Example kCaptureExamples[] = {
    {R"(@@ '{"event": "signup", "user": "u-42"}')", "note a payload's hash in the ledger"}};
constexpr Example kVerifyExamples[] = {
    {R"(@@ $(sbn -f quiet snapchore capture '{"a": 1}') '{"a": 1}')", "check a payload against its hash"}};
constexpr Example kVerifyBlockExamples[] = {
    {R"(sbn snapchore seal '{"a": 1}' -f json | sbn snapchore verify-block -)", "check a sealed block"}};
constexpr Example kDiscoverExamples[] = {
    {R"(@@ $(sbn -f quiet snapchore seal '{"a": 1}'))", "look a hash up in the ledger"}};
constexpr Example kRecentExamples[] = {
    {R"(sbn snapchore capture '{"a": 1}' && sbn snapchore recent --limit 5)",
     "list the newest entries of the ledger"}};
constexpr Example kBlocksExamples[] = {
    {R"(sbn snapchore seal '{"a": 1}' && sbn snapchore blocks)", "list the newest sealed blocks"}};
constexpr Example kStatsExamples[] = {{"sbn snapchore stats", "count captures, seals, receipts and chains"}};
constexpr Example kUsageExamples[] = {{"sbn snapchore usage -f json", "show what this month has used"}};

constexpr Exit kCallExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kVerdictExits[] = {Exit::auth, Exit::refused, Exit::unreachable, Exit::verification};
constexpr Exit kFindExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeSeal[] = {"sbn snapchore seal", "snapchore hash"};
constexpr std::string_view kSeeVerify[] = {"snapchore verify", "sbn snapchore verify-block"};
constexpr std::string_view kSeeDiscover[] = {"sbn snapchore discover", "sbn receipts list"};

}  // namespace

constexpr Command kSbnCapture{.name = "capture",
                              .summary = "Note the hash of a payload in the network's ledger",
                              .arguments = kInputArguments,
                              .options = kVolatileOptions,
                              .examples = kCaptureExamples,
                              .exits = kCallExits,
                              .see_also = kSeeSeal,
                              .access = Access::writes,
                              .reach = Reach::network,
                              .run = run_capture};

constexpr Command kSbnVerify{.name = "verify",
                             .summary = "Ask the network whether a payload has a hash",
                             .arguments = kHashAndInput,
                             .options = kVolatileOptions,
                             .examples = kVerifyExamples,
                             .exits = kVerdictExits,
                             .see_also = kSeeVerify,
                             .access = Access::reads,
                             .reach = Reach::network,
                             .run = run_verify};

constexpr Command kSbnVerifyBlock{.name = "verify-block",
                                  .summary = "Ask the network whether a sealed block holds",
                                  .arguments = kInputArguments,
                                  .examples = kVerifyBlockExamples,
                                  .exits = kVerdictExits,
                                  .see_also = kSeeVerify,
                                  .access = Access::reads,
                                  .reach = Reach::network,
                                  .run = run_verify_block};

constexpr Command kSbnDiscover{.name = "discover",
                               .summary = "Look a hash up in the network's ledger",
                               .arguments = kHash,
                               .examples = kDiscoverExamples,
                               .exits = kFindExits,
                               .see_also = kSeeDiscover,
                               .access = Access::reads,
                               .reach = Reach::network,
                               .run = run_discover};

constexpr Command kSbnRecent{.name = "recent",
                             .summary = "List the newest entries of the network's ledger",
                             .options = kRecentOptions,
                             .examples = kRecentExamples,
                             .exits = kCallExits,
                             .see_also = kSeeDiscover,
                             .access = Access::reads,
                             .reach = Reach::network,
                             .run = run_recent};

constexpr Command kSbnBlocks{.name = "blocks",
                             .summary = "Show a sealed block, or list the newest",
                             .arguments = kBlock,
                             .options = kLimitOptions,
                             .examples = kBlocksExamples,
                             .exits = kFindExits,
                             .see_also = kSeeDiscover,
                             .access = Access::reads,
                             .reach = Reach::network,
                             .run = run_blocks};

constexpr Command kSbnStats{.name = "stats",
                            .summary = "Count what the ledger holds",
                            .examples = kStatsExamples,
                            .exits = kCallExits,
                            .access = Access::reads,
                            .reach = Reach::network,
                            .run = run_stats};

constexpr Command kSbnUsage{.name = "usage",
                            .summary = "Show what the tenant has used this month",
                            .examples = kUsageExamples,
                            .exits = kCallExits,
                            .access = Access::reads,
                            .reach = Reach::network,
                            .run = run_usage};

}  // namespace agentnet::commands
