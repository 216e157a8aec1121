// sbn gateway slots
#include "commands/sbn/gateway.hpp"
#include "commands/sbn/payload.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

Exit run_create(const Arguments& arguments, Context& context) {
  if (arguments.text("--worker").empty()) throw Error(Category::usage, "bad_usage", "--worker is needed");
  sbn::gateway::SlotOptions options;
  options.generation_interval = arguments.number("--interval", 0, kMostSeconds);
  std::optional<Payload> metadata;
  if (const auto given = arguments.find("--metadata")) metadata.emplace(*given, context);
  if (metadata) options.metadata = metadata->value;
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::gateway::create_slot(connection.client(), arguments.text("--worker"),
                                arguments.find("--task").value_or("workflow"), options);
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"id", "state", "worker_id", "task_type", "opened_at", "receipt_id"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id"}));
  return Exit::done;
}

void deliver_closed(Connection& connection, Context& context, const json::Value& answer) {
  json::Arena arena;
  const json::Value brief = pick(answer,
                                 {"slot_id", "receipt_id", "closed_at", "bitblock_count", "blocks_composed",
                                  "blocks_attested", "merkle_root"},
                                 arena);
  const json::Value* anchor = answer.find("anchor");
  std::string id = first_text(answer, {"receipt_id"});
  if (id.empty() && anchor != nullptr) id = first_text(*anchor, {"receipt_id"});
  deliver(connection, context, answer, brief, id);
}

Exit run_close(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  deliver_closed(connection, context,
                 sbn::gateway::close_slot(connection.client(), arguments.text("SLOT")).root);
  return Exit::done;
}

Exit run_seal(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  deliver_closed(connection, context,
                 sbn::gateway::seal_slot(connection.client(), arguments.text("SLOT")).root);
  return Exit::done;
}

Exit run_list(const Arguments& arguments, Context& context) {
  sbn::gateway::SlotFilter filter;
  filter.state = arguments.text("--state");
  filter.source = arguments.text("--source");
  filter.limit = arguments.number("--limit", 1, kMostSlotRows);
  filter.after = arguments.text("--after");
  const bool all = arguments.has("--all");
  if (all && !filter.limit) filter.limit = kMostSlotRows;
  Connection connection(arguments, context);
  json::Document page = sbn::gateway::list_slots(connection.client(), filter);
  if (connection.is_dry_run()) {
    deliver(connection, context, page.root, {}, {});
    return Exit::done;
  }
  Rows rows(context, {"id", "state", "worker_id", "task_type", "opened_at", "receipt_id"}, {"id"});
  rows.add(page.root, "items");
  // Page by page, so that a list of any length needs the memory of one.
  while (all && !(filter.after = first_text(page.root, {"next_after"})).empty()) {
    page = sbn::gateway::list_slots(connection.client(), filter);
    rows.add(page.root, "items");
  }
  rows.end();
  return Exit::done;
}

Exit run_blocks(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_slot_blocks(connection.client(), arguments.text("SLOT"),
                                                               arguments.number("--limit", 1, kMostSlotRows));
  deliver_list(connection, context, answer.root, "blocks",
               {"block_id", "domain", "type", "hash", "created_at"}, {"id", "block_id"});
  return Exit::done;
}

sbn::gateway::OrphanFilter orphans_of(const Arguments& arguments) {
  sbn::gateway::OrphanFilter filter;
  filter.min_age_seconds = arguments.number("--min-age", 0, kMostSeconds).value_or(filter.min_age_seconds);
  filter.idle_seconds = arguments.number("--idle", 0, kMostSeconds).value_or(filter.idle_seconds);
  filter.limit = arguments.number("--limit", 1, kMostSlotRows).value_or(filter.limit);
  filter.include_unmanaged = arguments.has("--include-unmanaged");
  return filter;
}

Exit run_orphans(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_orphan_slots(connection.client(), orphans_of(arguments));
  if (connection.is_dry_run()) {
    deliver(connection, context, answer.root, {}, {});
    return Exit::done;
  }
  Rows rows(context, {"id", "state", "worker_id", "task_type", "opened_at"}, {"id", "slot_id"});
  rows.add(answer.root, "items");
  rows.end();
  return Exit::done;
}

Exit run_reap(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::reap_orphan_slots(connection.client(), orphans_of(arguments));
  const json::Value* count = answer.root.find("count");
  const std::string number = count != nullptr && count->is_integer() ? std::string(count->text()) : "";
  json::Arena arena;
  deliver(connection, context, answer.root, pick(answer.root, {"count"}, arena), number);
  return Exit::done;
}

#define AGENTNET_NEW_SLOT "$(sbn gateway slots create --worker w-1 --task t -f quiet)"

constexpr Argument kSlot[] = {{.name = "SLOT", .help = "the slot's id"}};
constexpr Option kCreateOptions[] = {
    {.name = "--worker", .value = "ID", .help = "who works (needed)"},
    {.name = "--task", .value = "TYPE", .help = "what is worked on", .fallback = "workflow"},
    {.name = "--interval", .value = "SECONDS", .help = "how long a generation is"},
    {.name = "--metadata", .value = "JSON", .help = "further facts, an object"},
};
constexpr Option kListOptions[] = {
    {.name = "--state", .value = "STATE", .help = "only slots that are open, closing or closed"},
    {.name = "--source", .value = "NAME", .help = "only slots opened by this source"},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 1000"},
    {.name = "--after", .value = "SLOT", .help = "only slots opened before this one"},
    {.name = "--all", .help = "all pages, however many there are"},
};
constexpr Option kLimitOption[] = {{.name = "--limit", .value = "N", .help = "how many at most, 1 to 1000"}};
constexpr Option kOrphanOptions[] = {
    {.name = "--min-age", .value = "SECONDS", .help = "opened at least so long ago", .fallback = "1800"},
    {.name = "--idle", .value = "SECONDS", .help = "nothing submitted for so long", .fallback = "1800"},
    {.name = "--limit", .value = "N", .help = "how many at most", .fallback = "200"},
    {.name = "--include-unmanaged", .help = "also slots that no session or stream looks after"},
};

constexpr Example kCreateExamples[] = {
    {"sbn gateway slots create --worker w-1 --task classify --interval 60", "open a slot"}};
constexpr Example kCloseExamples[] = {
    {"sbn gateway slots close " AGENTNET_NEW_SLOT, "close a slot, and get its receipt"}};
constexpr Example kSealExamples[] = {
    {"sbn gateway slots seal " AGENTNET_NEW_SLOT " -f json", "close a slot and print its anchor"}};
constexpr Example kListExamples[] = {
    {"sbn gateway slots create --worker w-1 && sbn gateway slots list --state open", "list what is open"}};
constexpr Example kBlocksExamples[] = {
    {"sbn gateway slots blocks " AGENTNET_NEW_SLOT, "list the SmartBlocks of a slot"}};
constexpr Example kOrphansExamples[] = {
    {"sbn gateway slots create --worker w-1 && sbn gateway slots orphans --min-age 0 --idle 0 "
     "--include-unmanaged",
     "list open slots that nobody uses"}};
constexpr Example kReapExamples[] = {
    {"sbn gateway slots reap --min-age 86400 --idle 86400", "close what was forgotten a day ago"}};
#undef AGENTNET_NEW_SLOT

constexpr Exit kWriteExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                                Exit::conflict,  Exit::unreachable, Exit::policy};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn gateway slots stream", "sbn bitblocks submit"};
constexpr std::string_view kCloseSeeAlso[] = {"sbn gateway attest", "sbn receipts verify"};

constexpr Command kCreate{.name = "create",
                          .summary = "Open a slot",
                          .options = kCreateOptions,
                          .examples = kCreateExamples,
                          .exits = kWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_create};
constexpr Command kList{.name = "list",
                        .summary = "List slots, the newest first",
                        .options = kListOptions,
                        .examples = kListExamples,
                        .exits = kReadExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kClose{
    .name = "close",
    .summary = "Close a slot",
    .description =
        "What was submitted is composed into SmartBlocks, one for each generation, and the slot gets its "
        "receipt. Closing again answers the same.",
    .arguments = kSlot,
    .examples = kCloseExamples,
    .exits = kWriteExits,
    .see_also = kCloseSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_close};
constexpr Command kSeal{.name = "seal",
                        .summary = "Close a slot and print what anchors it",
                        .arguments = kSlot,
                        .examples = kSealExamples,
                        .exits = kWriteExits,
                        .see_also = kCloseSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_seal};
constexpr Command kBlocks{.name = "blocks",
                          .summary = "List the SmartBlocks of a slot",
                          .arguments = kSlot,
                          .options = kLimitOption,
                          .examples = kBlocksExamples,
                          .exits = kReadExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_blocks};
constexpr Command kOrphans{
    .name = "orphans",
    .summary = "List open slots to which nothing has come for a time",
    .description =
        "Only slots that a session or a stream opened, which would have closed them, unless "
        "--include-unmanaged is given.",
    .options = kOrphanOptions,
    .examples = kOrphansExamples,
    .exits = kReadExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::network,
    .run = run_orphans};
constexpr Command kReap{.name = "reap",
                        .summary = "Close the slots that 'orphans' lists",
                        .options = kOrphanOptions,
                        .examples = kReapExamples,
                        .exits = kWriteExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_reap};

constexpr const Command* kCommands[] = {&kCreate,           &kList,    &kClose, &kSeal, &kBlocks,
                                        &kSbnGatewayStream, &kOrphans, &kReap};

}  // namespace

constexpr Command kSbnGatewaySlots{
    .name = "slots", .summary = "Slots: who works on what, and what came of it", .children = kCommands};

}  // namespace agentnet::commands
