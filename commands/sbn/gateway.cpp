// sbn gateway attest, flags, receipt, proof-surface
#include "commands/sbn/gateway.hpp"

#include "commands/sbn/payload.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

Exit run_attest(const Arguments& arguments, Context& context) {
  const json::Document metadata = object_option(arguments, "--metadata", context);
  const json::Document metrics = object_option(arguments, "--metrics", context);
  sbn::gateway::Attestation attestation{.slot_id = arguments.text("SLOT"),
                                        .snap_hash = arguments.text("HASH"),
                                        .snap_version = arguments.find("--snap-version").value_or("1"),
                                        .frontier_id = arguments.text("--frontier"),
                                        .target_project_id = arguments.text("--project-id"),
                                        .type = arguments.text("--type"),
                                        .domain = arguments.text("--domain"),
                                        .metadata = metadata.root,
                                        .metrics = metrics.root};
  const json::Document fields = object_option(arguments, "--fields", context);
  attestation.submission_fields = fields.root;
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::request_attestation(connection.client(), attestation);
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"receipt_id", "id", "status", "slot_id", "snap_hash", "frontier_id"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"receipt_id", "id"}));
  return Exit::done;
}

Exit run_flags(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::list_flags(connection.client());
  std::string names;
  if (answer.root.is_object()) {
    for (const json::Member& flag : answer.root.members())
      if (flag.value.truthy()) names += (names.empty() ? "" : "\n") + std::string(flag.name.text());
  }
  deliver(connection, context, answer.root, {}, names);
  return Exit::done;
}

Exit run_receipt(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::gateway::fetch_receipt(connection.client(), arguments.text("RECEIPT"));
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"id", "status", "snapchore_hash", "subject_id", "domain", "created_at"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id", "receipt_id"}));
  return Exit::done;
}

Exit run_proof_surface(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::gateway::fetch_proof_surface(connection.client(), arguments.text("RECEIPT"));
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"receipt_id", "kind", "block_id", "slot_id", "receipt_hash", "status"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"receipt_id", "id"}));
  return Exit::done;
}

constexpr Argument kSlotAndHash[] = {
    {.name = "SLOT", .help = "the slot's id"},
    {.name = "HASH", .help = "what is attested: the slot's root, or a hash of something in it"}};
constexpr Argument kReceipt[] = {{.name = "RECEIPT", .help = "the receipt's id"}};
constexpr Option kAttestOptions[] = {
    {.name = "--snap-version", .value = "V", .help = "of the rule that HASH was made by", .fallback = "1"},
    {.name = "--frontier", .value = "ID", .help = "the frontier that it counts for"},
    {.name = "--type", .value = "NAME", .help = "the kind of work"},
    {.name = "--domain", .value = "NAME", .help = "the domain of the work"},
    {.name = "--project-id", .value = "ID", .help = "the project that it counts for"},
    {.name = "--metadata", .value = "JSON", .help = "further facts, an object"},
    {.name = "--metrics", .value = "JSON", .help = "measures, an object"},
    {.name = "--fields", .value = "JSON", .help = "further members of the request, an object"},
};
constexpr Example kAttestExamples[] = {
    {"sbn gateway slots create --worker w-1 --task t -f quiet > slot && sbn gateway slots close $(cat slot) "
     "--json > closed && sbn gateway attest $(cat slot) $(sed -n 's/.*\"snapchore_hash\": "
     "*\"\\([0-9a-f]*\\)\".*/\\1/p' closed)",
     "attest what a slot came to"}};
constexpr Example kFlagsExamples[] = {{"sbn gateway flags", "list what the network can do"}};
constexpr Example kReceiptExamples[] = {
    {"sbn gateway receipt $(sbn gateway slots close $(sbn gateway slots create --worker w-1 --task t -f "
     "quiet) "
     "-f quiet)",
     "print the receipt of a slot"}};
constexpr Example kSurfaceExamples[] = {
    {"sbn gateway proof-surface $(sbn gateway slots close $(sbn gateway slots create --worker w-1 --task t "
     "-f "
     "quiet) -f quiet)",
     "print a receipt with what it is about"}};
constexpr Exit kAttestExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::conflict,
                                 Exit::unreachable};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kFlagsExits[] = {Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kAttestSeeAlso[] = {"sbn gateway slots close", "sbn receipts verify"};
constexpr std::string_view kReceiptSeeAlso[] = {"sbn receipts get", "sbn receipts verify"};
constexpr std::string_view kSlotsSeeAlso[] = {"sbn gateway slots"};

constexpr Command kAttest{
    .name = "attest",
    .summary = "Have a hash of a closed slot attested",
    .description =
        "The local network says with the attestation whether the slot holds the hash: as "
        "its Merkle root, as the snap hash of a BitBlock, as the hash of a block. Asking "
        "again for the same hash answers the first attestation.",
    .arguments = kSlotAndHash,
    .options = kAttestOptions,
    .examples = kAttestExamples,
    .exits = kAttestExits,
    .see_also = kAttestSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_attest};
constexpr Command kFlags{.name = "flags",
                         .summary = "List which features the network has",
                         .examples = kFlagsExamples,
                         .exits = kFlagsExits,
                         .see_also = kSlotsSeeAlso,
                         .access = Access::reads,
                         .reach = Reach::network,
                         .run = run_flags};
constexpr Command kGatewayReceipt{.name = "receipt",
                                  .summary = "Print a receipt as the gateway has it",
                                  .arguments = kReceipt,
                                  .examples = kReceiptExamples,
                                  .exits = kReadExits,
                                  .see_also = kReceiptSeeAlso,
                                  .access = Access::reads,
                                  .reach = Reach::network,
                                  .run = run_receipt};
constexpr Command kProofSurface{.name = "proof-surface",
                                .summary = "Print a receipt with what it is about",
                                .arguments = kReceipt,
                                .examples = kSurfaceExamples,
                                .exits = kReadExits,
                                .see_also = kReceiptSeeAlso,
                                .access = Access::reads,
                                .reach = Reach::network,
                                .run = run_proof_surface};

constexpr const Command* kCommands[] = {&kSbnGatewaySlots, &kAttest,       &kFlags,
                                        &kGatewayReceipt,  &kProofSurface, &kSbnGatewayBlock,
                                        &kSbnGatewayPgdag};

}  // namespace

Rows::Rows(Context& context, std::initializer_list<std::string_view> columns,
           std::initializer_list<std::string_view> id_members)
    : context_(context), columns_(columns), ids_(id_members) {
  context_.sink.begin_rows();
}

std::int64_t Rows::add(const json::Value& answer, std::string_view member) {
  const json::Value* list = answer.is_array() ? &answer : answer.find(member);
  if (list == nullptr || !list->is_array()) return 0;
  for (const json::Value& item : list->items()) {
    json::Arena arena;
    context_.sink.row({item, {}, first_text(item, ids_), false, columns_of(item, columns_, arena)});
  }
  return static_cast<std::int64_t>(list->items().size());
}

void Rows::end() {
  context_.sink.end_rows();
}

constexpr Command kSbnGateway{.name = "gateway",
                              .summary = "Slots, attestations and what is proved about blocks",
                              .children = kCommands};

}  // namespace agentnet::commands
