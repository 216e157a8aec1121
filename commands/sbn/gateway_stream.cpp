// sbn gateway slots stream
#include "commands/sbn/gateway.hpp"
#include "commands/sbn/payload.hpp"
#include "commands/sbn/slot_stream.hpp"
#include "core/sbn/client_gateway.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostInFlight = 64;

void refuse(const char* option, const char* why) {
  throw Error(Category::usage, "bad_usage", std::string(option) + " " + why);
}

StreamOptions options_of(const Arguments& arguments) {
  StreamOptions options;
  options.slot = arguments.text("--slot");
  options.worker = arguments.text("--worker");
  options.task = arguments.text("--task");
  if (options.slot.empty()) {
    if (options.worker.empty()) refuse("--worker", "is needed to open a slot");
    if (options.task.empty()) refuse("--task", "is needed to open a slot");
  } else {
    for (const char* option : {"--task", "--interval", "--metadata"})
      if (arguments.has(option)) refuse(option, "belongs to a new slot: it does not go with --slot");
  }
  options.domain = arguments.find("--domain").value_or("default");
  options.interval = arguments.number("--interval", 1, kMostSeconds).value_or(options.interval);
  options.in_flight = static_cast<int>(arguments.number("--in-flight", 1, kMostInFlight).value_or(1));
  options.attest = arguments.has("--attest");
  options.snap_hash = arguments.find("--snap-hash");
  options.frontier = arguments.text("--frontier");
  if (!options.attest)
    for (const char* option : {"--snap-hash", "--frontier"})
      if (arguments.has(option)) refuse(option, "goes with --attest");
  return options;
}

Exit run_stream(const Arguments& arguments, Context& context) {
  StreamOptions options = options_of(arguments);
  std::optional<Payload> metadata;
  if (const auto given = arguments.find("--metadata")) {
    if (*given == "-") refuse("--metadata", "cannot be standard input, where the events come from");
    metadata.emplace(*given, context);
  }
  if (metadata) options.metadata = metadata->value;
  if (context.dry_run) {
    Connection connection(arguments, context);
    const json::Document request = options.slot.empty()
                                       ? open_slot(connection.client(), options)
                                       : sbn::gateway::close_slot(connection.client(), options.slot);
    deliver(connection, context, request.root, {}, {});
    return Exit::done;
  }
  InterruptibleInput input(context.input);  // before the connection has threads
  Connection connection(arguments, context);
  return SlotStream(connection, std::move(options), arguments, context).run(input);
}

constexpr Option kOptions[] = {
    {.name = "--worker", .value = "ID", .help = "who works; needed for a new slot"},
    {.name = "--task", .value = "TYPE", .help = "what is worked on; needed for a new slot"},
    {.name = "--domain", .value = "NAME", .help = "the domain of the events", .fallback = "default"},
    {.name = "--interval", .value = "SECONDS", .help = "how long a generation is (60 unless given)"},
    {.name = "--metadata", .value = "JSON", .help = "further facts about a new slot, an object"},
    {.name = "--slot", .value = "SLOT", .help = "go on with this open slot instead of a new one"},
    {.name = "--attest", .help = "have what the slot came to attested in the end"},
    {.name = "--snap-hash", .value = "HASH", .help = "attest this hash instead of the slot's root"},
    {.name = "--frontier", .value = "ID", .help = "the frontier that the attestation counts for"},
    {.name = "--in-flight",
     .value = "N",
     .help = "requests at a time to a network that is not local; with more than 1 its order of events is not "
             "kept (1 unless given)"},
};
constexpr Example kExamples[] = {
    {R"(printf '{"event_type": "picked_up"}\n{"event_type": "delivered"}\n' | sbn gateway slots stream --worker w-1 --task grid.rentals --attest)",
     "stream two events, close the slot and have it attested"}};
constexpr Exit kExits[] = {Exit::not_found,   Exit::auth,   Exit::refused,     Exit::conflict,
                           Exit::unreachable, Exit::policy, Exit::interrupted, Exit::terminated};
constexpr std::string_view kSeeAlso[] = {"sbn gateway slots close", "sbn gateway attest",
                                         "sbn bitblocks list"};

}  // namespace

constexpr Command kSbnGatewayStream{
    .name = "stream",
    .summary = "Submit events from standard input to a slot, then close it",
    .description =
        "Reads one JSON object a line and submits each as an Action BitBlock, in order: its members, with "
        "action, score and reinforced where it has none of its own. Line N of the output answers line N of "
        "the "
        "input; the last one is what the slot came to, {\"close\": …, \"attestation\": …}, or its receipt's "
        "id "
        "in quiet; tsv and selected fields leave it out. A faulty line is answered in its place and stops "
        "none of the others.\n\n"
        "Ctrl-C and SIGTERM end the input: what was read is submitted, and the slot is closed. When the "
        "network "
        "fails in the middle, the slot stays open, the message says how many events are durable, and --slot "
        "goes on behind them.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .format = Format::jsonl,
    .run = run_stream};

}  // namespace agentnet::commands
