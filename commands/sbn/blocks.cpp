// sbn blocks
#include "commands/sbn/gateway.hpp"
#include "commands/sbn/payload.hpp"
#include "core/sbn/client_blocks.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostBlocks = 200;  // of one answer

// What a block is in an answer: under `data`, or all of it.
const json::Value& block_in(const json::Value& answer) {
  const json::Value* data = answer.find("data");
  return data != nullptr && data->is_object() ? *data : answer;
}

void deliver_block(Connection& connection, Context& context, const json::Value& answer) {
  json::Arena arena;
  const json::Value& block = block_in(answer);
  const json::Value brief =
      pick(block, {"id", "slot_id", "domain", "hash", "receipt_id", "created_at"}, arena);
  deliver(connection, context, answer, brief, first_text(block, {"id", "hash"}));
}

// The payload and the metadata of a new block.
struct NewBlock {
  Payload payload;
  std::optional<Payload> metadata = {};

  NewBlock(const Arguments& arguments, Context& context) : payload(arguments.text("PAYLOAD"), context) {
    if (const auto given = arguments.find("--metadata")) metadata.emplace(*given, context);
  }
  json::Value facts() const { return metadata ? metadata->value : json::Value(); }
};

std::string domain_of(const Arguments& arguments) {
  return arguments.find("--domain").value_or(std::string(sbn::blocks::kDomain));
}

Exit run_create(const Arguments& arguments, Context& context) {
  const NewBlock block(arguments, context);
  Connection connection(arguments, context);
  deliver_block(
      connection, context,
      sbn::blocks::create(connection.client(), block.payload.value, domain_of(arguments), block.facts())
          .root);
  return Exit::done;
}

Exit run_submit(const Arguments& arguments, Context& context) {
  const NewBlock block(arguments, context);
  Connection connection(arguments, context);
  deliver_block(connection, context,
                sbn::blocks::submit(connection.client(), arguments.text("SLOT"), block.payload.value,
                                    domain_of(arguments), block.facts())
                    .root);
  return Exit::done;
}

Exit run_get(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  deliver_block(connection, context, sbn::blocks::get(connection.client(), arguments.text("BLOCK")).root);
  return Exit::done;
}

Exit run_list(const Arguments& arguments, Context& context) {
  const std::int64_t limit = arguments.number("--limit", 1, kMostBlocks).value_or(50);
  Connection connection(arguments, context);
  const json::Document answer = sbn::blocks::list(connection.client(), arguments.text("--domain"), limit);
  if (connection.is_dry_run()) {
    deliver(connection, context, answer.root, {}, {});
    return Exit::done;
  }
  Rows rows(context, {"id", "domain", "type", "hash", "created_at"}, {"id", "hash"});
  rows.add(block_in(answer.root), "blocks");
  rows.end();
  return Exit::done;
}

Exit run_bitblocks(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::blocks::get_bitblocks(connection.client(), arguments.text("BLOCK"),
                                                           arguments.has("--include-stack"));
  deliver_list(connection, context, answer.root, "bitblocks",
               {"id", "block_type", "generation", "domain", "snap_hash", "created_at"}, {"id"});
  return Exit::done;
}

constexpr Argument kPayloadArgument{.name = "PAYLOAD",
                                    .help = "a JSON object, a file, or - for standard input",
                                    .completes = Completes::files};
constexpr Argument kPayload[] = {kPayloadArgument};
constexpr Argument kSlotAndPayload[] = {{.name = "SLOT", .help = "the slot's id"}, kPayloadArgument};
constexpr Argument kBlock[] = {
    {.name = "BLOCK", .help = "the block's id; the local network takes its hash or receipt, too"}};
constexpr Option kNewOptions[] = {
    {.name = "--domain", .value = "NAME", .help = "the domain it is of", .fallback = "default"},
    {.name = "--metadata", .value = "JSON", .help = "further facts, an object"},
};
constexpr Option kListOptions[] = {
    {.name = "--domain", .value = "NAME", .help = "only this domain; NAME.* means all below it, too"},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "50"},
};
constexpr Option kStackOption[] = {{.name = "--include-stack", .help = "also what stands above the block"}};
constexpr Example kCreateExamples[] = {{R"(sbn blocks create '{"a": 1}' --domain orders)", "seal a block"}};
constexpr Example kSubmitExamples[] = {
    {R"(sbn blocks submit $(sbn gateway slots create --worker w-1 -f quiet) '{"a": 1}')",
     "seal a block into a slot"}};
constexpr Example kListExamples[] = {
    {R"(sbn blocks create '{"a": 1}' && sbn blocks list --limit 5)", "list the newest blocks"}};
constexpr Example kGetExamples[] = {
    {R"(sbn blocks get $(sbn blocks create '{"a": 1}' -f quiet))", "print a block"}};
constexpr Example kBitblocksExamples[] = {
    {"sbn blocks bitblocks $(sbn gateway block fractal-receipts $(echo '{\"a\": 1}' | sbn gateway slots "
     "stream "
     "--worker w-1 --task t -f quiet | tail -n 1) -f quiet)",
     "list what a block was composed of"}};
constexpr Exit kWriteExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                                Exit::conflict,  Exit::unreachable, Exit::policy};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn snapchore seal", "sbn gateway block get"};

constexpr Command kCreate{.name = "create",
                          .summary = "Seal a SmartBlock",
                          .arguments = kPayload,
                          .options = kNewOptions,
                          .examples = kCreateExamples,
                          .exits = kWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_create};
constexpr Command kSubmit{.name = "submit",
                          .summary = "Seal a SmartBlock into an open slot",
                          .arguments = kSlotAndPayload,
                          .options = kNewOptions,
                          .examples = kSubmitExamples,
                          .exits = kWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_submit};
constexpr Command kList{.name = "list",
                        .summary = "List SmartBlocks, the newest first",
                        .options = kListOptions,
                        .examples = kListExamples,
                        .exits = kReadExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kGet{.name = "get",
                       .summary = "Print a SmartBlock",
                       .arguments = kBlock,
                       .examples = kGetExamples,
                       .exits = kReadExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .reach = Reach::network,
                       .run = run_get};
constexpr Command kBitblocks{.name = "bitblocks",
                             .summary = "List the BitBlocks that a SmartBlock is composed of",
                             .arguments = kBlock,
                             .options = kStackOption,
                             .examples = kBitblocksExamples,
                             .exits = kReadExits,
                             .see_also = kSeeAlso,
                             .access = Access::reads,
                             .reach = Reach::network,
                             .run = run_bitblocks};

constexpr const Command* kCommands[] = {&kCreate, &kSubmit, &kList, &kGet, &kBitblocks};

}  // namespace

constexpr Command kSbnBlocksGroup{.name = "blocks", .summary = "SmartBlocks", .children = kCommands};

}  // namespace agentnet::commands
