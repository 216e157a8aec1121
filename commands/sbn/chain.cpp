// sbn snapchore chain
#include "core/sbn/chain.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "commands/sbn/snapchore.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

Exit run_create(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().create_chain(arguments.text("CHAIN"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"chain_id"}));
  return Exit::done;
}

Exit run_append(const Arguments& arguments, Context& context) {
  sbn::AppendOptions options;
  options.event_type = arguments.find("--event-type").value_or(options.event_type);
  options.block_id = arguments.text("--block-id");
  const json::Document metadata = object_option(arguments, "--metadata-json", context);
  options.metadata = metadata.root;
  Connection connection(arguments, context);
  const json::Document answer =
      connection.client().append_to_chain(arguments.text("CHAIN"), arguments.text("HASH"), options);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"chain_hash"}));
  return Exit::done;
}

Exit run_get(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().get_chain(arguments.text("CHAIN"));
  json::Arena arena;
  const json::Value brief = pick(answer.root, {"chain_id", "created_at", "length", "head_hash"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"chain_id"}));
  return Exit::done;
}

Exit run_list(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().list_chains();
  deliver_list(connection, context, answer.root, "chains", {"chain_id", "length", "head_hash", "created_at"},
               {"chain_id"});
  return Exit::done;
}

Exit run_verify(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().verify_chain(arguments.text("CHAIN"));
  return deliver_verdict(connection, context, answer.root);
}

// The ledger of a chain as `snapchore chain` reads it.
Exit run_export(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = connection.client().get_chain(arguments.text("CHAIN"));
  const auto file = arguments.find("--output");
  if (!file || connection.is_dry_run()) {
    context.sink.default_to(Format::json);
    context.sink.result({answer.root, {}, first_text(answer.root, {"chain_id"})});
    return Exit::done;
  }
  if (!sbn::Chain::load(json::to_compact(answer.root)).verify()) {
    throw Error(Category::verification, "broken_chain", "the chain that the network answered with is broken");
  }
  context.files.replace(*file, json::to_indented(answer.root) + "\n");
  json::Arena arena;
  const json::Value written = json::with_member(pick(answer.root, {"chain_id", "length", "head_hash"}, arena),
                                                "file", json::Value::string(*file), arena);
  context.sink.result({written, {}, first_text(answer.root, {"chain_id"})});
  return Exit::done;
}

// Appends the entries of a chain's file to a chain of the network, which gives them new times and so new
// chain hashes.
Exit run_import(const Arguments& arguments, Context& context) {
  const InputText input = read_input(arguments.text("FILE"), context);
  const sbn::Chain chain = naming(input.name, [&] { return sbn::Chain::load(input.text); });
  if (!chain.verify()) {
    throw Error(Category::verification, "broken_chain", input.name + " is broken",
                "'snapchore chain verify' says where");
  }
  const std::string id = arguments.find("--chain").value_or(chain.chain_id());
  Connection connection(arguments, context);
  json::Document answer = connection.client().create_chain(id);
  for (const sbn::ChainEntry& entry : chain.entries()) {
    if (connection.is_dry_run()) break;
    sbn::AppendOptions options{entry.event_type, entry.block_id.value_or(""), entry.metadata};
    if (!options.metadata.truthy()) options.metadata = {};
    connection.client().append_to_chain(id, entry.block_hash, options);
  }
  if (!connection.is_dry_run()) answer = connection.client().get_chain(id);
  json::Arena arena;
  const json::Value brief = pick(answer.root, {"chain_id", "created_at", "length", "head_hash"}, arena);
  deliver(connection, context, connection.is_dry_run() ? answer.root : brief, {}, id);
  return Exit::done;
}

constexpr Argument kChain{.name = "CHAIN", .help = "the chain's id"};
constexpr Argument kChainArguments[] = {kChain};
constexpr Argument kNewChain[] = {
    {.name = "CHAIN", .help = "the id it gets; the network names it otherwise", .optional = true}};
constexpr Argument kChainAndHash[] = {kChain, {.name = "HASH", .help = "the hash of a block"}};
constexpr Argument kFile[] = {
    {.name = "FILE", .help = "a chain's file, or - for standard input", .completes = Completes::files}};

constexpr Option kAppendOptions[] = {
    {.name = "--event-type", .value = "NAME", .help = "what happened", .fallback = "block_sealed"},
    {.name = "--block-id", .value = "ID", .help = "the id of the block"},
    {.name = "--metadata-json", .value = "JSON", .help = "further facts, an object; no hash covers them"},
};
constexpr Option kExportOptions[] = {{.name = "--output",
                                      .letter = 'o',
                                      .value = "FILE",
                                      .help = "write the ledger to FILE, whole or not at all",
                                      .completes = Completes::files}};
constexpr Option kImportOptions[] = {
    {.name = "--chain", .value = "ID", .help = "the id of the new chain", .fallback = "the file's"}};

constexpr Example kCreateExamples[] = {{"sbn snapchore chain create orders", "make a chain"}};
constexpr Example kAppendExamples[] = {
    {R"(sbn snapchore chain create c1 && sbn snapchore chain append c1 $(sbn -f quiet snapchore seal '{"a": 1}'))",
     "append a sealed block"}};
constexpr Example kGetExamples[] = {
    {"sbn snapchore chain create c2 && sbn snapchore chain get c2 -f json", "print a chain's ledger"}};
constexpr Example kListExamples[] = {
    {"sbn snapchore chain create c6 && sbn snapchore chain list", "list the chains"}};
constexpr Example kVerifyExamples[] = {
    {"sbn snapchore chain create c3 && sbn snapchore chain verify c3", "let the network check a chain"}};
constexpr Example kExportExamples[] = {
    {"sbn snapchore chain create c4 && sbn snapchore chain export c4 -o c4.json && snapchore chain verify "
     "c4.json",
     "take a chain along and check it offline"}};
constexpr Example kImportExamples[] = {
    {"snapchore chain create --id c5 -o c5.json && sbn snapchore chain import c5.json",
     "bring a chain's file in"}};

constexpr Exit kWriteExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::conflict,
                                Exit::unreachable};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr Exit kVerifyExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable,
                                 Exit::verification};
constexpr Exit kImportExits[] = {Exit::auth, Exit::refused, Exit::conflict, Exit::unreachable,
                                 Exit::verification};
constexpr std::string_view kSeeAlso[] = {"snapchore chain", "sbn snapchore seal"};

constexpr Command kCreate{.name = "create",
                          .summary = "Make a chain",
                          .arguments = kNewChain,
                          .examples = kCreateExamples,
                          .exits = kWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_create};
constexpr Command kAppend{.name = "append",
                          .summary = "Append the hash of a block to a chain",
                          .arguments = kChainAndHash,
                          .options = kAppendOptions,
                          .examples = kAppendExamples,
                          .exits = kWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_append};
constexpr Command kGet{.name = "get",
                       .summary = "Print a chain",
                       .arguments = kChainArguments,
                       .examples = kGetExamples,
                       .exits = kReadExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .reach = Reach::network,
                       .run = run_get};
constexpr Command kList{.name = "list",
                        .summary = "List the chains",
                        .examples = kListExamples,
                        .exits = kReadExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kVerify{.name = "verify",
                          .summary = "Let the network check a chain",
                          .arguments = kChainArguments,
                          .examples = kVerifyExamples,
                          .exits = kVerifyExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_verify};
constexpr Command kExport{.name = "export",
                          .summary = "Take a chain along as a file that 'snapchore chain' reads",
                          .arguments = kChainArguments,
                          .options = kExportOptions,
                          .examples = kExportExamples,
                          .exits = kVerifyExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::network,
                          .run = run_export};
constexpr Command kImport{
    .name = "import",
    .summary = "Append what is in a chain's file to a new chain of the network",
    .description =
        "The network gives each entry a new time, so the chain hashes differ from those in "
        "the file; block hashes, events and metadata stay.",
    .arguments = kFile,
    .options = kImportOptions,
    .examples = kImportExamples,
    .exits = kImportExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_import};

constexpr const Command* kCommands[] = {&kCreate, &kAppend, &kGet, &kList, &kVerify, &kExport, &kImport};

}  // namespace

constexpr Command kSbnChain{
    .name = "chain", .summary = "Chains of block hashes in the network", .children = kCommands};

}  // namespace agentnet::commands
