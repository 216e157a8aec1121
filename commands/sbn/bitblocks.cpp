// sbn bitblocks
#include "core/sbn/client_bitblocks.hpp"

#include "commands/network_options.hpp"
#include "commands/sbn/gateway.hpp"
#include "commands/sbn/payload.hpp"

namespace agentnet::commands {
namespace {

Exit run_submit(const Arguments& arguments, Context& context) {
  const Payload payload(arguments.text("PAYLOAD"), context);
  std::optional<Payload> metadata;
  if (const auto given = arguments.find("--metadata")) metadata.emplace(*given, context);
  sbn::bitblocks::BitBlock bitblock;
  bitblock.slot_id = arguments.text("SLOT");
  bitblock.block_type = arguments.find("--type").value_or("Action");
  bitblock.domain = arguments.find("--domain").value_or("default");
  bitblock.payload = payload.value;
  if (metadata) bitblock.metadata = metadata->value;
  bitblock.operation_id = arguments.text("--operation-id");
  bitblock.idempotency_key = arguments.text(kIdempotencyOption.name);
  Connection connection(arguments, context);
  const json::Document answer = sbn::bitblocks::submit(connection.client(), bitblock);
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"id", "block_type", "generation", "domain", "snap_hash", "created_at"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id"}));
  return Exit::done;
}

void deliver_all(Connection& connection, Context& context, const std::string& slot,
                 std::optional<std::int64_t> generation, std::int64_t page) {
  Rows rows(context, {"id", "block_type", "generation", "domain", "snap_hash", "created_at"}, {"id"});
  std::int64_t offset = 0;
  std::int64_t count = page;
  while (count == page) {
    const json::Document answer = sbn::bitblocks::list(connection.client(), slot, generation, page, offset);
    count = rows.add(answer.root, "bitblocks");
    offset += count;
  }
  rows.end();
}

Exit run_list(const Arguments& arguments, Context& context) {
  const auto generation = arguments.number("--generation", 0, std::int64_t{1} << 53);
  const auto limit = arguments.number("--limit", 1, kMostSlotRows);
  const auto offset = arguments.number("--offset", 0, std::int64_t{1} << 53);
  const bool all = arguments.has("--all");
  if (all && offset) throw Error(Category::usage, "bad_usage", "--offset does not go with --all");
  Connection connection(arguments, context);
  const std::string slot = arguments.text("SLOT");
  if (all && !connection.is_dry_run()) {
    deliver_all(connection, context, slot, generation, limit.value_or(kMostSlotRows));
    return Exit::done;
  }
  const json::Document answer = sbn::bitblocks::list(connection.client(), slot, generation, limit, offset);
  deliver_list(connection, context, answer.root, "bitblocks",
               {"id", "block_type", "generation", "domain", "snap_hash", "created_at"}, {"id"});
  return Exit::done;
}

constexpr Argument kSlotAndPayload[] = {{.name = "SLOT", .help = "the slot's id"},
                                        {.name = "PAYLOAD",
                                         .help = "a JSON object, a file, or - for standard input",
                                         .completes = Completes::files}};
constexpr Argument kSlot[] = {{.name = "SLOT", .help = "the slot's id"}};
constexpr Option kSubmitOptions[] = {
    {.name = "--type", .value = "NAME", .help = "the type of the BitBlock", .fallback = "Action"},
    {.name = "--domain", .value = "NAME", .help = "the domain it is of", .fallback = "default"},
    {.name = "--metadata", .value = "JSON", .help = "further facts, an object; no hash covers them"},
    {.name = "--operation-id",
     .value = "ID",
     .help = "of what was done: submitted again, it is the same BitBlock"},
};
constexpr Option kListOptions[] = {
    {.name = "--generation", .value = "N", .help = "only those of this generation"},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 1000"},
    {.name = "--offset", .value = "N", .help = "how many to pass over; not every network knows it"},
    {.name = "--all", .help = "all pages, however many there are"},
};
constexpr Example kSubmitExamples[] = {
    {R"(sbn bitblocks submit $(sbn gateway slots create --worker w-1 -f quiet) '{"action": "pick"}')",
     "submit what happened"}};
constexpr Example kListExamples[] = {
    {R"(sbn bitblocks list $(sbn bitblocks submit $(sbn gateway slots create --worker w-1 -f quiet) '{"a": 1}' -f quiet | cut -d_ -f2,3))",
     "list what was submitted to a slot"}};
constexpr Exit kSubmitExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                                 Exit::conflict,  Exit::unreachable, Exit::policy};
constexpr Exit kListExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn gateway slots stream", "sbn gateway slots close"};

constexpr Command kSubmit{.name = "submit",
                          .summary = "Submit a BitBlock to an open slot",
                          .arguments = kSlotAndPayload,
                          .options = kSubmitOptions,
                          .examples = kSubmitExamples,
                          .exits = kSubmitExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_submit};
constexpr Command kList{.name = "list",
                        .summary = "List the BitBlocks of a slot in order",
                        .arguments = kSlot,
                        .options = kListOptions,
                        .examples = kListExamples,
                        .exits = kListExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};

constexpr const Command* kCommands[] = {&kSubmit, &kList};

}  // namespace

constexpr Command kSbnBitblocks{
    .name = "bitblocks", .summary = "What happens in a slot, one by one", .children = kCommands};

}  // namespace agentnet::commands
