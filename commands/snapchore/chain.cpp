// snapchore chain create|append|show|verify|checkpoint
#include "commands/input.hpp"
#include "commands/snapchore/chain_file.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/base/bytes.hpp"
#include "core/sbn/rules_hash.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kV1 = "v1";
constexpr std::string_view kV2 = "v2";
constexpr std::size_t kMaxHashesBytes = std::size_t{1} << 30;  // of a list of hashes on standard input

constexpr Argument kFileArgument{.name = "FILE", .help = "the chain's file", .completes = Completes::files};

// --- create
// -----------------------------------------------------------------------------------------------------

Exit run_create(const Arguments& arguments, Context& context) {
  const std::string id = arguments.find("--id").value_or(uuid4(context.random));
  const bool strict = arguments.find("--ledger").value_or(std::string(kV1)) == kV2;
  std::optional<std::string> output = arguments.find("--output");
  if (!output && id.find('/') != std::string::npos) {
    throw Error(Category::usage, "bad_usage", "an id with '/' in it makes no file name", "add --output FILE");
  }
  if (!output) output = id + ".chain.json";
  AnyChain chain =
      strict ? AnyChain(sbn::ChainV2(id)) : AnyChain(sbn::Chain(id, iso_offset(context.clock.now())));
  const std::string text = ledger_text(chain);
  if (!context.dry_run && arguments.has("--force")) {
    context.files.replace(*output, text);
  } else if (!context.dry_run) {
    try {
      context.files.create(*output, text);
    } catch (const Error& error) {
      if (error.category() != Category::conflict) throw;
      throw Error(Category::conflict, "exists", *output + " exists already",
                  "add --force to replace it with an empty chain", {{"file", *output}});
    }
  }
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena).add("chain_id", id).add("file", *output).done();
  context.sink.result({value, "chain_id: " + printable(id) + "\nfile:     " + printable(*output) + "\n", id});
  return Exit::done;
}

constexpr std::string_view kLedgers[] = {kV1, kV2};
constexpr Option kCreateOptions[] = {
    {.name = "--id", .value = "ID", .help = "the chain's id", .fallback = "a new UUID"},
    {.name = "--output",
     .letter = 'o',
     .value = "FILE",
     .help = "the file to make",
     .fallback = "ID.chain.json",
     .completes = Completes::files},
    {.name = "--ledger",
     .value = "VERSION",
     .help = "the kind of ledger",
     .fallback = "v1",
     .choices = kLedgers},
    {.name = "--force", .help = "replace the file if it exists"},
};
constexpr Example kCreateExamples[] = {{"snapchore chain create --id audit", "make audit.chain.json"}};
constexpr Exit kCreateExits[] = {Exit::not_found, Exit::auth, Exit::conflict};

constexpr Command kCreate{.name = "create",
                          .summary = "Make an empty chain",
                          .description =
                              "Ledger v1 is what the network's own command writes. Ledger v2 is strict: "
                              "every field is hashed, ids and hashes may not repeat, and a checkpoint "
                              "pins its end.",
                          .options = kCreateOptions,
                          .examples = kCreateExamples,
                          .exits = kCreateExits,
                          .access = Access::writes,
                          .run = run_create};

// --- append
// -----------------------------------------------------------------------------------------------------

struct Addition {
  std::string hash;
  std::optional<std::string> block_id;
};

// One hash, or with "-" a hash a line, each with a block id behind it if there is one.
std::vector<Addition> read_additions(const Arguments& arguments, const Context& context) {
  const std::string hash = arguments.text("HASH");
  if (hash != "-") return {{hash, arguments.find("--block-id")}};
  if (arguments.has("--block-id")) {
    throw Error(Category::usage, "bad_usage", "--block-id goes with one HASH",
                "on standard input each line is a hash and, after a space, its block id");
  }
  const std::string text = read_descriptor(context.input, "standard input", kMaxHashesBytes);
  std::vector<Addition> additions;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t space = line.find(' ');
    Addition addition{std::string(line.substr(0, space)), std::nullopt};
    if (space != std::string_view::npos) addition.block_id = std::string(line.substr(space + 1));
    if (!is_hex(addition.hash, sbn::kHashDigits)) {
      throw Error(Category::usage, "bad_hash",
                  "standard input: line " + std::to_string(additions.size() + 1) + " is no hash of 64 digits",
                  {}, {{"line", static_cast<std::int64_t>(additions.size() + 1)}});
    }
    additions.push_back(std::move(addition));
  }
  return additions;
}

void append_v1(sbn::Chain& chain, const std::vector<Addition>& additions, const std::string& event,
               Instant now) {
  std::vector<sbn::ChainAppend> entries;
  for (const Addition& addition : additions)
    entries.push_back({.block_hash = addition.hash,
                       .event_type = event,
                       .block_id = addition.block_id,
                       .timestamp = iso_offset(now),
                       .metadata = {}});
  chain.append_many(entries);
}

void append_v2(sbn::ChainV2& chain, const std::vector<Addition>& additions, const std::string& event,
               const Context& context) {
  std::vector<sbn::ChainAppendV2> entries;
  for (const Addition& addition : additions)
    entries.push_back({.block_hash = addition.hash,
                       .block_id = addition.block_id.value_or(uuid4(context.random)),
                       .event_type = event,
                       .timestamp = iso_seconds(context.clock.now()),
                       .metadata = {}});
  chain.append_many(entries);
}

json::Value last_entry(const AnyChain& chain, json::Arena& arena) {
  return std::visit(
      [&](const auto& any) {
        if constexpr (std::is_same_v<std::decay_t<decltype(any)>, sbn::Chain>) {
          return sbn::to_json(any.entries().back(), arena);
        } else {
          return any.entries().back().to_json(arena);
        }
      },
      chain);
}

// Prints the new entry, or for a list what was added.
void print_appended(const AnyChain& chain, std::size_t added, bool list, Context& context) {
  json::Arena arena;
  const auto length = static_cast<std::int64_t>(length_of(chain));
  const std::string head = head_of(chain).value_or("");
  if (!list) {
    const std::string text = "appended: index=" + std::to_string(length - 1) + "  chain_hash=" + head + "\n";
    return context.sink.result({last_entry(chain, arena), text, head});
  }
  const json::Value value = json::ObjectBuilder(arena)
                                .add_integer("appended", static_cast<std::int64_t>(added))
                                .add_integer("length", length)
                                .add_optional("head_hash", head_of(chain))
                                .done();
  context.sink.result({value,
                       "appended: " + std::to_string(added) + (added == 1 ? " entry" : " entries") +
                           "  length=" + std::to_string(length) + "  head=" + (head.empty() ? "None" : head) +
                           "\n",
                       head});
}

Exit run_append(const Arguments& arguments, Context& context) {
  const std::string path = arguments.text("FILE");
  const std::string event = arguments.find("--event-type").value_or(std::string(sbn::kBlockSealedEvent));
  const std::vector<Addition> additions = read_additions(arguments, context);
  const bool list = arguments.text("HASH") == "-";
  const AnyChain changed = change_chain(path, context, [&](AnyChain& chain) {
    if (const std::string fault = wrong_end(chain); !fault.empty()) {
      throw Error(Category::verification, "chain_end_mismatch", fault,
                  "nothing was appended; see 'snapchore chain verify'");
    }
    if (auto* v1 = std::get_if<sbn::Chain>(&chain)) {
      if (!list && !is_hex(additions.front().hash, sbn::kHashDigits)) {
        context.diagnostics.warn("malformed_hash",
                                 "HASH is not 64 hexadecimal digits; it is chained as it is");
      }
      append_v1(*v1, additions, event, context.clock.now());
    } else {
      append_v2(std::get<sbn::ChainV2>(chain), additions, event, context);
    }
  });
  print_appended(changed, additions.size(), list, context);
  return Exit::done;
}

constexpr Argument kAppendArguments[] = {
    kFileArgument, {.name = "HASH", .help = "the block's hash, or - for one a line on standard input"}};
constexpr Option kAppendOptions[] = {
    {.name = "--event-type", .value = "NAME", .help = "what happened", .fallback = "block_sealed"},
    {.name = "--block-id", .value = "ID", .help = "the block's id; version 2 ledgers make one up without it"},
};
constexpr Example kAppendExamples[] = {
    {R"(snapchore chain create --id log && snapchore hash '{"n": 1}' | xargs snapchore chain append log.chain.json)",
     "chain one hash"},
    {R"(snapchore chain create --id bulk && printf '{"n": 1}\n{"n": 2}\n' | snapchore hash --ndjson - -o quiet | snapchore chain append bulk.chain.json -)",
     "chain many at once"},
};
constexpr Exit kAppendExits[] = {Exit::not_found, Exit::auth, Exit::conflict, Exit::verification};

constexpr Command kAppend{.name = "append",
                          .summary = "Add a hash to a chain",
                          .description =
                              "The file is replaced whole: a crash at any moment leaves the old chain or "
                              "the new one, and two processes that append at once wait for each other.",
                          .arguments = kAppendArguments,
                          .options = kAppendOptions,
                          .examples = kAppendExamples,
                          .exits = kAppendExits,
                          .access = Access::writes,
                          .run = run_append};

// --- show, verify, checkpoint
// -------------------------------------------------------------------------------------

Exit run_show(const Arguments& arguments, Context& context) {
  const AnyChain chain = load_chain(arguments.text("FILE"), context.files);
  if (const std::string fault = wrong_end(chain); !fault.empty()) {
    context.diagnostics.warn("chain_end_mismatch", fault);
  }
  json::Arena arena;
  const json::Value ledger = ledger_value(chain, arena);
  if (context.sink.format() != Format::table) {
    context.sink.result({ledger, {}, head_of(chain).value_or("")});
    return Exit::done;
  }
  context.sink.begin_rows();
  for (const json::Value& entry : ledger.find("entries")->items()) {
    json::Arena row_arena;
    json::ObjectBuilder row(row_arena);
    for (const std::string_view name : {"index", "event_type", "block_hash", "block_id", "timestamp"})
      row.add(name, *entry.find(name));
    context.sink.row({row.done(), {}, {}});
  }
  context.sink.end_rows();
  return Exit::done;
}

// The entry at which an invalid chain breaks, where one can be named.
json::Value break_of(const AnyChain& chain, json::Arena& arena) {
  const auto* v1 = std::get_if<sbn::Chain>(&chain);
  const auto found = v1 == nullptr ? std::nullopt : v1->find_break();
  return found ? json::Value::integer(arena, static_cast<std::int64_t>(*found)) : json::Value();
}

// Version 2 ledgers are judged against a checkpoint that was kept elsewhere, when one is given.
bool holds(const AnyChain& chain, const std::optional<std::string>& checkpoint_path, const Context& context) {
  if (const auto* v1 = std::get_if<sbn::Chain>(&chain)) {
    if (checkpoint_path) {
      throw Error(Category::usage, "bad_usage",
                  "--checkpoint is for version 2 ledgers, and this one is version 1");
    }
    const std::string fault = wrong_end(chain);
    if (!fault.empty()) context.diagnostics.warn("chain_end_mismatch", fault);
    return v1->verify() && fault.empty();
  }
  if (!checkpoint_path) return std::get<sbn::ChainV2>(chain).verify().accepted();
  const sbn::CheckpointV2 checkpoint = naming(*checkpoint_path, [&] {
    return sbn::CheckpointV2::load(context.files.read(*checkpoint_path, kMaxLedgerBytes));
  });
  const sbn::ChainVerification verdict = std::get<sbn::ChainV2>(chain).verify(&checkpoint);
  if (!verdict.accepted()) {
    context.diagnostics.warn("checkpoint_mismatch",
                             "the chain does not agree with the checkpoint: " +
                                 std::string(sbn::disposition_name(verdict.disposition)));
  }
  return verdict.accepted();
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const AnyChain chain = load_chain(arguments.text("FILE"), context.files);
  const bool valid = holds(chain, arguments.find("--checkpoint"), context);
  const std::string length = std::to_string(length_of(chain));
  json::Arena arena;
  const json::Value break_at = valid ? json::Value() : break_of(chain, arena);
  const json::Value value = json::ObjectBuilder(arena)
                                .add_boolean("valid", valid)
                                .add_integer("length", static_cast<std::int64_t>(length_of(chain)))
                                .add("break_at", break_at)
                                .done();
  std::string text = "VALID  length=" + length + "  head=" + head_of(chain).value_or("None") + "\n";
  if (!valid) {
    text = "INVALID  break_at=" + std::string(break_at.is_null() ? "None" : break_at.text()) +
           "  length=" + length + "\n";
  }
  context.sink.result({value, text, head_of(chain).value_or("")});
  return valid ? Exit::done : Exit::verification;
}

Exit run_checkpoint(const Arguments& arguments, Context& context) {
  const AnyChain chain = load_chain(arguments.text("FILE"), context.files);
  const auto* v2 = std::get_if<sbn::ChainV2>(&chain);
  if (v2 == nullptr) {
    throw Error(Category::usage, "bad_usage", "only version 2 ledgers have checkpoints",
                "make one with: snapchore chain create --ledger v2");
  }
  json::Arena arena;
  const sbn::CheckpointV2 checkpoint = v2->checkpoint();
  context.sink.result({checkpoint.to_json(arena), {}, checkpoint.head_hash.value_or("")});
  return Exit::done;
}

constexpr Argument kFileOnly[] = {kFileArgument};
constexpr Option kVerifyOptions[] = {{.name = "--checkpoint",
                                      .value = "FILE",
                                      .help = "judge a version 2 ledger by this checkpoint",
                                      .completes = Completes::files}};
constexpr Example kShowExamples[] = {
    {"snapchore chain create --id shown && snapchore chain show shown.chain.json", "print a chain"}};
constexpr Example kVerifyExamples[] = {
    {"snapchore chain create --id checked && snapchore chain verify checked.chain.json", "verify a chain"}};
constexpr Example kCheckpointExamples[] = {
    {"snapchore chain create --id strict --ledger v2 && snapchore chain checkpoint strict.chain.json > "
     "strict.checkpoint.json",
     "keep a checkpoint beside the chain"}};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::verification};

constexpr Command kShow{.name = "show",
                        .summary = "Print a chain",
                        .arguments = kFileOnly,
                        .examples = kShowExamples,
                        .exits = kReadExits,
                        .access = Access::reads,
                        .format = Format::json,
                        .run = run_show};
constexpr Command kVerify{.name = "verify",
                          .summary = "Verify a chain",
                          .description =
                              "Every entry must stand at its index, link to the one before and have the "
                              "hash it should, and what the ledger says of its own length and end must "
                              "be true. Exits with 9 when the chain does not hold.",
                          .arguments = kFileOnly,
                          .options = kVerifyOptions,
                          .examples = kVerifyExamples,
                          .exits = kReadExits,
                          .access = Access::reads,
                          .run = run_verify};
constexpr Command kCheckpoint{.name = "checkpoint",
                              .summary = "Print the checkpoint of a version 2 chain, to be kept elsewhere",
                              .arguments = kFileOnly,
                              .examples = kCheckpointExamples,
                              .exits = kReadExits,
                              .access = Access::reads,
                              .format = Format::json,
                              .run = run_checkpoint};

constexpr const Command* kChildren[] = {&kCreate, &kAppend, &kShow, &kVerify, &kCheckpoint};

}  // namespace

constexpr Command kSnapchoreChain{
    .name = "chain",
    .summary = "Put hashes in an order that cannot be changed unnoticed",
    .description =
        "A chain is one JSON file. Each entry's hash covers the entry before it, so that nothing can be "
        "changed, swapped or taken out in the middle without the hashes telling.",
    .children = kChildren,
};

}  // namespace agentnet::commands
