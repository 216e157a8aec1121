// sbn agent slots open, blocks, close; sbn agent attest, receipt
//
// Here an answer is shown as the mirrored program shows it: the members that its client knows, in the
// client's order, times as ISO 8601 with an offset.
#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "commands/sbn/sbn.hpp"
#include "core/base/clock.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostRows = 1'000;                // of one answer
constexpr std::int64_t kLongestInterval = 366 * 86'400;  // seconds

// Builds the view of an answer member by member.
class View {
 public:
  View(const json::Value& answer, json::Arena& arena) : answer_(answer), arena_(arena), view_(arena) {}

  // The member as it is, or `otherwise` when it is absent or null.
  View& add(std::string_view name, json::Value otherwise = {}) {
    const json::Value* member = answer_.find(name);
    view_.add(name, member == nullptr || member->is_null() ? otherwise : *member);
    return *this;
  }
  View& add_time(std::string_view name) {
    const json::Value* member = answer_.find(name);
    const auto instant =
        member != nullptr && member->is_string() ? parse_iso(member->text()) : std::optional<Instant>();
    view_.add_optional(name, instant ? std::optional(iso_offset(*instant)) : std::nullopt);
    return *this;
  }
  json::Value done() const { return view_.done(); }

 private:
  const json::Value& answer_;
  json::Arena& arena_;
  json::ObjectBuilder view_;
};

void show(Connection& connection, Context& context, const json::Value& answer, const json::Value& view,
          std::initializer_list<std::string_view> id_members) {
  deliver(connection, context, connection.is_dry_run() ? answer : view, {}, first_text(view, id_members));
}

Exit run_open(const Arguments& arguments, Context& context) {
  const json::Document metadata = object_option(arguments, "--metadata-json", context);
  sbn::gateway::SlotOptions options;
  options.generation_interval = arguments.number("--generation-interval", 1, kLongestInterval);
  options.metadata = metadata.root;
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::create_slot(connection.client(), arguments.text("--worker-id"),
                                                          arguments.text("--task-type"), options);
  json::Arena arena;
  const json::Value view = View(answer.root, arena)
                               .add("id")
                               .add("worker_id")
                               .add("task_type")
                               .add("state", json::Value::string("unknown"))
                               .add_time("opened_at")
                               .add("receipt_id")
                               .add("metadata", json::ObjectBuilder(arena).done())
                               .done();
  show(connection, context, answer.root, view, {"id"});
  return Exit::done;
}

Exit run_blocks(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_slot_blocks(connection.client(), arguments.text("SLOT"),
                                                               arguments.number("--limit", 1, kMostRows));
  deliver_list(connection, context, answer.root, "blocks",
               {"id", "domain", "block_type", "snapchore_hash", "created_at"}, {"id", "block_id"});
  return Exit::done;
}

Exit run_close(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::close_slot(connection.client(), arguments.text("SLOT"));
  json::Arena arena;
  const json::Value none = json::Value::integer(arena, 0);
  const json::Value view = View(answer.root, arena)
                               .add("slot_id")
                               .add("receipt_id")
                               .add_time("closed_at")
                               .add("blocks_composed", none)
                               .add("blocks_attested", none)
                               .add("compose_receipts", json::ArrayBuilder(arena).done())
                               .done();
  show(connection, context, answer.root, view, {"receipt_id", "slot_id"});
  return Exit::done;
}

Exit run_attest(const Arguments& arguments, Context& context) {
  const json::Document metadata = object_option(arguments, "--metadata-json", context);
  const json::Document metrics = object_option(arguments, "--metrics-json", context);
  sbn::gateway::Attestation attestation{arguments.text("SLOT"), arguments.text("HASH")};
  attestation.frontier_id = arguments.text("--frontier");
  attestation.metadata = metadata.root;
  attestation.metrics = metrics.root;
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::request_attestation(connection.client(), attestation);
  json::Arena arena;
  deliver(connection, context, answer.root,
          pick(answer.root, {"receipt_id", "id", "status", "frontier_id"}, arena),
          first_text(answer.root, {"receipt_id", "id"}));
  return Exit::done;
}

Exit run_receipt(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::fetch_receipt(connection.client(), arguments.text("RECEIPT"));
  json::Arena arena;
  const json::Value view = View(answer.root, arena)
                               .add("id")
                               .add("tenant_id")
                               .add("subject_id")
                               .add("subject_type")
                               .add("signer_id")
                               .add("created_at")
                               .add("payload")
                               .add("metadata")
                               .add("snapchore_hash")
                               .done();
  show(connection, context, answer.root, view, {"id"});
  return Exit::done;
}

constexpr Argument kSlot{.name = "SLOT", .help = "the slot's id"};
constexpr Argument kSlotArguments[] = {kSlot};
constexpr Argument kSlotAndHash[] = {kSlot, {.name = "HASH", .help = "the hash to attest"}};
constexpr Argument kReceipt[] = {{.name = "RECEIPT", .help = "the receipt's id"}};
constexpr Option kMetadata{.name = "--metadata-json",
                           .value = "JSON",
                           .help = "an object, a file with one, or - for standard input"};
constexpr Option kOpenOptions[] = {
    {.name = "--worker-id", .value = "ID", .help = "who works in the slot", .required = true},
    {.name = "--task-type", .value = "TYPE", .help = "what is worked on", .required = true},
    {.name = "--generation-interval",
     .value = "SECONDS",
     .help = "how long a generation of blocks is collected"},
    kMetadata,
};
constexpr Option kLimitOptions[] = {
    {.name = "--limit", .value = "N", .help = "how many blocks at most, 1 to 1000"}};
constexpr Option kAttestOptions[] = {
    {.name = "--frontier", .value = "ID", .help = "the frontier that the attestation counts for"},
    kMetadata,
    {.name = "--metrics-json", .value = "JSON", .help = "what was measured, given as --metadata-json is"},
};

constexpr Example kOpenExamples[] = {{"@@ --worker-id w-1 --task-type classify", "open a slot for a worker"}};
constexpr Example kBlocksExamples[] = {{"@@ $(sbn gateway slots create --worker w --task t -f quiet) -f json",
                                        "list what a slot was composed to"}};
constexpr Example kCloseExamples[] = {
    {"@@ $(sbn gateway slots create --worker w --task t -f quiet)", "close a slot, which gives its receipt"}};
constexpr Example kAttestExamples[] = {
    {"slot=$(sbn gateway slots create --worker w --task t -f quiet) && sbn gateway slots close $slot "
     "&& @@ $slot $(sbn gateway slots close $slot -f json --jq .snapchore_hash)",
     "have a closed slot's hash attested"}};
constexpr Example kReceiptExamples[] = {
    {R"(@@ $(sbn snapchore seal '{"a": 1}' -f json --jq .receipt_id))", "print who signed what"}};
constexpr Exit kCallExits[] = {Exit::auth, Exit::refused, Exit::unreachable, Exit::policy};
constexpr Exit kFindExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kWriteExits[] = {Exit::not_found,   Exit::auth,     Exit::refused,
                                Exit::unreachable, Exit::conflict, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"sbn gateway slots stream", "sbn receipts verify"};

constexpr Command kOpen{.name = "open",
                        .summary = "Open a slot",
                        .options = kOpenOptions,
                        .examples = kOpenExamples,
                        .exits = kCallExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_open};
constexpr Command kBlocks{.name = "blocks",
                          .summary = "List the blocks of a slot",
                          .arguments = kSlotArguments,
                          .options = kLimitOptions,
                          .examples = kBlocksExamples,
                          .exits = kFindExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_blocks};
constexpr Command kClose{.name = "close",
                         .summary = "Close a slot",
                         .arguments = kSlotArguments,
                         .examples = kCloseExamples,
                         .exits = kWriteExits,
                         .see_also = kSeeAlso,
                         .access = Access::writes,
                         .reach = Reach::network,
                         .run = run_close};
constexpr const Command* kSlotCommands[] = {&kOpen, &kBlocks, &kClose};

}  // namespace

constexpr Command kSbnAgentSlots{
    .name = "slots", .summary = "Slots: what a worker does, block by block", .children = kSlotCommands};
constexpr Command kSbnAgentAttest{.name = "attest",
                                  .summary = "Ask the validators to attest a slot's hash",
                                  .arguments = kSlotAndHash,
                                  .options = kAttestOptions,
                                  .examples = kAttestExamples,
                                  .exits = kWriteExits,
                                  .see_also = kSeeAlso,
                                  .access = Access::writes,
                                  .reach = Reach::network,
                                  .run = run_attest};
constexpr Command kSbnAgentReceipt{.name = "receipt",
                                   .summary = "Print a receipt without its proof",
                                   .arguments = kReceipt,
                                   .examples = kReceiptExamples,
                                   .exits = kFindExits,
                                   .see_also = kSeeAlso,
                                   .access = Access::reads,
                                   .reach = Reach::network,
                                   .run = run_receipt};

}  // namespace agentnet::commands
