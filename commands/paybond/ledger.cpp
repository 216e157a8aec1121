// paybond ledger
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_ledger.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostSeq = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMostSeconds = 24 * 60 * 60;

// --- tip, authority, merkle

Exit run_tip(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::get_ledger_tip(connection.harbor());
    show(connection, arguments, context,
         {.command = "ledger tip", .data = answer.root, .id = text_among(answer.root, {"seq"})});
    return Exit::done;
  });
}

Exit run_authority(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::get_ledger_authority(connection.harbor());
    show(connection, arguments, context,
         {.command = "ledger authority",
          .data = answer.root,
          .id = text_among(answer.root, {"ed25519_verifying_key_hex", "public_key_hex", "tenant_id"})});
    return Exit::done;
  });
}

Exit run_merkle(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::get_ledger_merkle_latest(connection.harbor());
    const json::Value* checkpoint = answer.root.find("checkpoint");
    const std::string root = checkpoint == nullptr
                                 ? std::string()
                                 : text_among(*checkpoint, {"root_hash_sha256_hex", "root_hash_hex"});
    show(connection, arguments, context,
         {.command = "ledger merkle", .data = answer.root, .id = root.empty() ? "none" : root});
    return Exit::done;
  });
}

// --- prove

json::Document checkpoint_of(paybond::Client& client, std::int64_t size) {
  return paybond::get_ledger_checkpoint(client, size);
}

const json::Value& head_in(const json::Document& answer) {
  const json::Value* checkpoint = answer.root.find("checkpoint");
  if (checkpoint == nullptr || !checkpoint->is_object())
    throw Error(Category::refused, "no_checkpoint", "the ledger has no checkpoint of that size");
  return *checkpoint;
}

std::int64_t size_in(const json::Value& proof, std::string_view name) {
  const json::Value* size = proof.find(name);
  return size == nullptr ? 0 : size->as_int64().value_or(0);
}

Exit run_prove(const Arguments& arguments, Context& context) {
  const auto seq = arguments.number("SEQ", 1, kMostSeq);
  const auto first = arguments.number("--first-size", 1, kMostSeq);
  const std::int64_t size = arguments.number("--tree-size", 1, kMostSeq).value_or(0);
  if (seq.has_value() == first.has_value())
    throw Error(Category::usage, "bad_usage", "give either SEQ or --first-size");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    paybond::Client& client = connection.harbor();
    json::Arena arena;
    json::ObjectBuilder data(arena);
    const json::Document proof = seq ? paybond::get_ledger_inclusion(client, *seq, size)
                                     : paybond::get_ledger_consistency(client, *first, size);
    data.add("proof", proof.root);
    const json::Document last = checkpoint_of(client, size_in(proof.root, seq ? "tree_size" : "second_size"));
    json::Document before;
    if (first) {
      before = checkpoint_of(client, *first);
      data.add("first", head_in(before)).add("second", head_in(last));
    } else {
      data.add("checkpoint", head_in(last));
    }
    show(connection, arguments, context,
         {.command = "ledger prove",
          .data = data.done(),
          .id = text_among(head_in(last), {"root_hash_sha256_hex"})});
    return Exit::done;
  });
}

// --- events

// A page as rows; the seq behind it.
std::int64_t print_page(const json::Value& page, std::int64_t after, Context& context) {
  const json::Value* entries = page.find("entries");
  if (entries == nullptr || !entries->is_array()) return after;
  for (const json::Value& entry : entries->items()) {
    const json::Value* seq = entry.find("seq");
    const json::Value* event = entry.find("event");
    json::Arena arena;
    json::ObjectBuilder brief(arena);
    brief.add("seq", seq == nullptr ? json::Value() : *seq);
    brief.add("kind", event == nullptr ? std::string() : text_among(*event, {"kind"}));
    brief.add("entry_commitment_hex", text_among(entry, {"entry_commitment_hex"}));
    context.sink.row({entry, {}, text_among(entry, {"seq"}), false, brief.done()});
    if (seq != nullptr) after = std::max(after, seq->as_int64().value_or(after));
  }
  context.sink.flush();
  return after;
}

bool is_last_page(const json::Value& page) {
  const json::Value* next = page.find("next_after_seq");
  return next == nullptr || next->is_null();
}

// Pages one after the other; behind the last one the ledger is asked again after a while.
Exit follow(PaybondConnection& connection, const Arguments& arguments, Context& context, std::int64_t after,
            std::int64_t limit) {
  const std::int64_t interval = arguments.number("--interval", 1, kMostSeconds).value_or(2);
  const auto most = arguments.number("--max-wait", 0, kMostSeconds);
  context.sink.begin_rows();
  for (std::int64_t waited = 0;;) {
    const json::Document page = paybond::get_ledger_events(connection.harbor(), after, limit);
    const std::int64_t seen = print_page(page.root, after, context);
    const bool is_more = !is_last_page(page.root) && seen > after;
    after = seen;
    if (is_more) continue;
    if (most && waited + interval > *most) break;
    paybond::sleep_on_the_clock(paybond::Seconds(static_cast<double>(interval)));
    waited += interval;
  }
  context.sink.end_rows();
  return Exit::done;
}

Exit run_events(const Arguments& arguments, Context& context) {
  const std::int64_t after = arguments.number("--after-seq", 0, kMostSeq).value_or(0);
  const std::int64_t limit =
      arguments.number("--limit", 1, paybond::kMaxLedgerPage).value_or(paybond::kDefaultLedgerPage);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    if (arguments.has("--follow")) return follow(connection, arguments, context, after, limit);
    const json::Document page = paybond::get_ledger_events(connection.harbor(), after, limit);
    const Format format = context.sink.format();
    if (format == Format::json || format == Format::yaml || arguments.has("--jq")) {
      show(connection, arguments, context, {.command = "ledger events", .data = page.root});
      return Exit::done;
    }
    context.sink.begin_rows();
    print_page(page.root, after, context);
    context.sink.end_rows();
    return Exit::done;
  });
}

constexpr Option kEventOptions[] = {
    {.name = "--after-seq", .value = "N", .help = "only events behind this number", .fallback = "0"},
    {.name = "--limit", .value = "N", .help = "how many in one request, 1 to 256", .fallback = "64"},
    {.name = "--follow", .help = "go on with the next page, and wait for new events"},
    {.name = "--interval", .value = "SECONDS", .help = "how long between two looks", .fallback = "2"},
    {.name = "--max-wait", .value = "SECONDS", .help = "with --follow, when to stop; otherwise never"},
};
constexpr Example kTipExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond ledger tip", "the number and commitment of the newest event"}};
constexpr Example kAuthorityExamples[] = {{"paybond ledger authority", "the key that signs the ledger"}};
constexpr Example kMerkleExamples[] = {{"paybond ledger merkle", "the newest checkpoint"}};
constexpr Example kEventExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond ledger events", "what happened to the tenant's money"},
    {AGENTNET_INTENT_IN_ID "paybond ledger events --follow --max-wait 0 -o jsonl",
     "all pages, without waiting for more"}};
constexpr Argument kProveArguments[] = {{.name = "SEQ", .help = "the number of the entry", .optional = true}};
constexpr Option kProveOptions[] = {
    {.name = "--first-size",
     .value = "N",
     .help = "in place of SEQ: that the first N entries are still the same"},
    {.name = "--tree-size", .value = "N", .help = "in the tree of the first N entries, otherwise of all"},
};
constexpr Example kProveExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond ledger prove 1", "that the first entry is in the ledger"},
    {AGENTNET_INTENT_IN_ID "paybond ledger prove --first-size 1", "that the ledger only grew since then"}};
constexpr std::string_view kSeeAlso[] = {"paybond intents list", "paybond ledger verify"};
constexpr std::string_view kProveSeeAlso[] = {"paybond ledger merkle", "paybond ledger verify"};

constexpr Command kTip{.name = "tip",
                       .summary = "Show the newest event's number and commitment",
                       .examples = kTipExamples,
                       .exits = kCallExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .reach = Reach::gateway,
                       .run = run_tip};
constexpr Command kAuthority{.name = "authority",
                             .summary = "Show the key that signs the ledger",
                             .examples = kAuthorityExamples,
                             .exits = kCallExits,
                             .see_also = kSeeAlso,
                             .access = Access::reads,
                             .reach = Reach::gateway,
                             .run = run_authority};
constexpr Command kEvents{
    .name = "events",
    .summary = "List the ledger's events, the oldest first",
    .description = "With --follow all pages are read, then new events as they come, until it is stopped.",
    .options = kEventOptions,
    .examples = kEventExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .run = run_events};
constexpr Command kMerkle{.name = "merkle",
                          .summary = "Show the ledger's newest Merkle checkpoint",
                          .examples = kMerkleExamples,
                          .exits = kCallExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::gateway,
                          .run = run_merkle};
constexpr Command kProve{
    .name = "prove",
    .summary = "Fetch the proof that an entry is in the ledger, or that the ledger only grew",
    .description =
        "The answer holds the proof with the checkpoints that it leads to; ledger verify checks it.",
    .arguments = kProveArguments,
    .options = kProveOptions,
    .examples = kProveExamples,
    .exits = kCallExits,
    .see_also = kProveSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .run = run_prove};
constexpr const Command* kCommands[] = {&kTip,    &kAuthority, &kEvents,
                                        &kMerkle, &kProve,     &kPaybondLedgerVerify};

}  // namespace

constexpr Command kPaybondLedger{
    .name = "ledger",
    .summary = "Read the record of what happened to the money",
    .description = "Answers must name the key's tenant; otherwise the exit code is 9.",
    .children = kCommands,
};

}  // namespace agentnet::commands
