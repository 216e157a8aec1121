// sbn snapchore seal
#include "commands/bulk.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "commands/sbn/seal_run.hpp"
#include "commands/sbn/snapchore.hpp"
#include "core/json/write.hpp"
#include "core/sbn/smart_block.hpp"

namespace agentnet::commands {
namespace {

// Requests in flight against a network that seals one at a time.
constexpr int kRequestsInFlight = 8;

sbn::SealOptions seal_options(const Arguments& arguments) {
  sbn::SealOptions options;
  options.domain = arguments.find("--domain").value_or(options.domain);
  options.block_type = arguments.find("--block-type").value_or(options.block_type);
  options.chain_id = arguments.text("--chain");
  return options;
}

// One request a line, some in flight at once.
Exit seal_one_by_one(const Arguments& arguments, Context& context, Connection& connection,
                     const sbn::SealOptions& options) {
  const auto make_worker = [&](bool bare, BulkTally&) -> BulkWorker {
    return [&connection, &options, bare](std::string_view line, std::string& out) {
      const json::Document payload = json::parse(line);
      const json::Document answer = connection.client().seal(payload.root, options);
      out += bare ? first_text(answer.root, {"snapchore_hash", "hash"})
                  : json::to_compact(answer.root, json::Text::ascii);
    };
  };
  Bulk bulk{arguments, context, make_worker};
  bulk.most_threads = options.chain_id.empty() ? kRequestsInFlight : 1;
  return bulk.run();
}

Exit seal_lines(const Arguments& arguments, Context& context) {
  if (arguments.has("INPUT")) throw Error(Category::usage, "bad_usage", "--ndjson excludes INPUT");
  for (const std::string_view name : {"--metadata-json", "--metrics-json"}) {
    if (arguments.has(name)) {
      throw Error(Category::usage, "bad_usage", "--ndjson excludes " + std::string(name));
    }
  }
  const sbn::SealOptions options = seal_options(arguments);
  Connection connection(arguments, context);
  const auto journal = arguments.find("--resume");
  if (connection.is_local() && !connection.is_dry_run())
    return SealRun(connection.client(), options, journal, arguments, context).run();
  if (journal) {
    throw Error(Category::usage, "bad_usage", "--resume works with the local network only",
                "leave out the base URL and the credential, or leave out --resume");
  }
  if (!options.chain_id.empty() && !connection.is_dry_run()) {
    throw Error(Category::usage, "bad_usage", "--chain works with the local network only",
                "seal first, then append each hash with 'sbn snapchore chain append'");
  }
  return seal_one_by_one(arguments, context, connection, options);
}

Exit run_seal(const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  if (arguments.has(kNdjsonOption.name)) return seal_lines(arguments, context);
  if (arguments.has("--resume")) throw Error(Category::usage, "bad_usage", "--resume goes with --ndjson");
  if (!arguments.has("INPUT")) {
    throw Error(Category::usage, "bad_usage", "INPUT is missing",
                "give JSON, a file, - for standard input, or --ndjson FILE");
  }
  const Payload payload(arguments.text("INPUT"), context);
  const json::Document metadata = object_option(arguments, "--metadata-json", context);
  const json::Document metrics = object_option(arguments, "--metrics-json", context);
  sbn::SealOptions options = seal_options(arguments);
  options.metadata = metadata.root;
  options.metrics = metrics.root;
  Connection connection(arguments, context);
  if (!options.chain_id.empty() && !connection.is_local()) {
    throw Error(Category::usage, "bad_usage", "--chain works with the local network only",
                "seal first, then append the hash with 'sbn snapchore chain append'");
  }
  const json::Document answer = connection.client().seal(payload.value, options);
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"snapchore_hash", "id", "domain", "type", "created_at", "receipt_id"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"snapchore_hash", "hash"}));
  return Exit::done;
}

constexpr Argument kArguments[] = {
    {.name = "INPUT",
     .help = "the payload: JSON that begins with {, a file, or - for standard input",
     .completes = Completes::files,
     .optional = true}};

constexpr Option kOptions[] = {
    {.name = "--domain", .value = "NAME", .help = "the block's domain", .fallback = "general"},
    {.name = "--block-type",
     .value = "TYPE",
     .help = "what the block is",
     .fallback = "event",
     .choices = sbn::block_types()},
    {.name = "--metadata-json", .value = "JSON", .help = "the block's metadata, an object"},
    {.name = "--metrics-json", .value = "JSON", .help = "the block's metrics, an object"},
    {.name = "--chain",
     .value = "ID",
     .help = "append the hash to this chain in the same step (local network)"},
    kNdjsonOption,
    kThreadsOption,
    {.name = "--resume",
     .value = "FILE",
     .help = "with --ndjson: note in FILE how far it came, and go on there when run again",
     .completes = Completes::files},
};

constexpr Example kExamples[] = {
    {R"(@@ '{"event": "signup"}')", "seal a payload; no account and no server are needed"},
    {R"(printf '{"n": 1}\n{"n": 2}\n' | sbn -f jsonl snapchore seal --ndjson -)", "seal one payload a line"},
    {R"(printf '{"n": 1}\n' | sbn -f quiet snapchore seal --ndjson - --resume journal.json)",
     "the same, to be taken up again after a cut"},
};

constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::conflict, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn receipts get", "sbn snapchore verify-block", "snapchore seal"};

}  // namespace

constexpr Command kSbnSeal{
    .name = "seal",
    .summary = "Seal a JSON payload into a block of the network",
    .description =
        "The network makes a SmartBlock of the payload, hashes it and keeps it; when the command ends with 0 "
        "the "
        "block is on disk and attested, and its receipt can be verified offline.\n\n"
        "With --ndjson each line is a payload and each line of the output a block or an error. The local "
        "network "
        "seals many lines with one commit.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_seal,
};

}  // namespace agentnet::commands
