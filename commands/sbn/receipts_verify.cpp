// sbn receipts verify
#include "commands/sbn/receipts_verify.hpp"

#include <algorithm>

#include "commands/agentnet/trust.hpp"
#include "commands/bulk.hpp"
#include "commands/input.hpp"
#include "core/base/bytes.hpp"
#include "core/json/write.hpp"
#include "core/sbn/rules_hash.hpp"
#include "core/sbn/rules_receipt.hpp"

namespace agentnet::commands {
namespace {

// Whose signatures count, and of which seal the receipt must be ("" for any).
struct Measure {
  std::vector<crypto::PublicKey> trusted;
  std::string hash;
};

struct Judged {
  json::Value value;  // lies in the arena that judge() was given
  std::string id;     // of the receipt; empty when it names none
  std::string text;   // a line for people
  bool valid;
};

// "Could not check" must not look like "does not hold", so having no keys is a fault of its own.
std::vector<crypto::PublicKey> trusted_keys(const Arguments& arguments, const Context& context) {
  std::vector<crypto::PublicKey> keys;
  if (const auto file = arguments.find("--trust")) {
    keys = network::keys_of(read_trust_input(*file, {}, context));
  } else {
    keys = network::keys_of(local_validators(context));
    for (const crypto::PublicKey& key : network::keys_of(pinned_validators(context)))
      keys.push_back(key);
  }
  if (!keys.empty()) return keys;
  throw Error(Category::not_found, "no_trusted_keys", "there is no trusted key, so no receipt can be checked",
              "give a trust file with --trust, or pin one: agentnet trust pin FILE");
}

std::string wanted_hash(const Arguments& arguments) {
  const std::string hash = arguments.text("--hash");
  const auto is_lower = [](char c) { return !(c >= 'A' && c <= 'F'); };
  const bool good = is_hex(hash, sbn::kHashDigits) && std::all_of(hash.begin(), hash.end(), is_lower);
  if (arguments.has("--hash") && !good) {
    throw Error(Category::usage, "bad_hash", "--hash takes 64 lower-case hexadecimal digits");
  }
  return hash;
}

json::Value text_or_null(const json::Value& receipt, std::string_view name) {
  const json::Value* member = receipt.find(name);
  return member != nullptr && member->is_string() ? *member : json::Value();
}

Judged judge(const json::Value& receipt, const Measure& measure, json::Arena& arena) {
  const sbn::ReceiptVerdict verdict = sbn::verify_receipt(receipt, measure.trusted, measure.hash);
  const json::Value id = text_or_null(receipt, "receipt_id");
  json::ObjectBuilder value(arena);
  value.add_boolean("valid", verdict.valid)
      .add("receipt_id", id)
      .add("snapchore_hash", text_or_null(receipt, "snapchore_hash"))
      .add_integer("trusted_signatures", static_cast<std::int64_t>(verdict.trusted_signatures))
      .add_integer("needed", static_cast<std::int64_t>(sbn::kQuorum))
      .add_optional("reason", verdict.valid ? std::nullopt : std::optional(verdict.reason));
  Judged judged{value.done(), id.is_null() ? std::string() : std::string(id.text()), {}, verdict.valid};
  judged.text = (judged.valid ? "VALID  receipt=" : "INVALID  receipt=") + printable(judged.id) +
                (judged.valid ? "  trusted_signatures=" + std::to_string(verdict.trusted_signatures)
                              : "  reason=" + verdict.reason) +
                "\n";
  return judged;
}

Exit run_bulk(const Arguments& arguments, const Measure& measure, Context& context) {
  const auto make_worker = [&](bool bare, BulkTally& tally) -> BulkWorker {
    return [&measure, &tally, bare](std::string_view line, std::string& out) {
      json::Arena arena;
      json::Parser parser;
      const Judged judged = judge(parser.parse(line, arena), measure, arena);
      if (!judged.valid) ++tally.unverified;
      if (bare) {
        out += printable(judged.id);
      } else {
        json::write_compact(judged.value, out, json::Text::ascii);
      }
    };
  };
  return Bulk{arguments, context, make_worker}.run();
}

// The receipts of what `sbn receipts list` prints as JSON, or of an array; null for a single receipt.
const json::Value* list_in(const json::Value& root, const std::string& name) {
  if (root.is_array()) return &root;
  const json::Value* list = root.find("receipts");
  if (list == nullptr || !list->is_array() || root.find("attestation") != nullptr) return nullptr;
  // Another reader of the same bytes may take the first of two lists.
  for (const json::Member& member : root.members()) {
    if (member.name.text() == "receipts" && member.value.offset() != list->offset())
      refuse_duplicate(member.name, name);
  }
  return list;
}

Exit judge_list(const json::Value& list, const Measure& measure, const std::string& name, Context& context) {
  if (list.items().empty()) {  // nothing was shown to hold
    throw Error(Category::not_found, "no_receipts", name + " holds no receipt");
  }
  bool valid = true;
  context.sink.begin_rows();
  for (const json::Value& receipt : list.items()) {
    json::Arena arena;
    const Judged judged = judge(receipt, measure, arena);
    valid = valid && judged.valid;
    context.sink.row({judged.value, {}, judged.id});
  }
  context.sink.end_rows();
  return valid ? Exit::done : Exit::verification;
}

Exit run_verify(const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  if (arguments.has("FILE") == arguments.has(kNdjsonOption.name))
    throw Error(Category::usage, "bad_usage", "give either FILE or --ndjson");
  const std::string file = arguments.text("FILE");
  const std::string hash = wanted_hash(arguments);
  if (file == "-" && arguments.text("--trust") == "-")
    throw Error(Category::usage, "bad_usage", "only one of FILE and --trust can be standard input");
  if (arguments.has(kNdjsonOption.name))
    return run_bulk(arguments, {trusted_keys(arguments, context), hash}, context);
  const InputText input = read_input(file, context);
  const json::Document document = parse_input(input);
  const Measure measure{trusted_keys(arguments, context), hash};
  if (const json::Value* list = list_in(document.root, input.name)) {
    return judge_list(*list, measure, input.name, context);
  }
  json::Arena arena;
  const Judged judged = judge(document.root, measure, arena);
  context.sink.result({judged.value, judged.text, judged.id});
  return judged.valid ? Exit::done : Exit::verification;
}

constexpr Argument kArguments[] = {
    {.name = "FILE",
     .help = "a receipt, or what 'sbn receipts list' prints as JSON; - for standard input",
     .completes = Completes::files,
     .optional = true}};
constexpr Option kOptions[] = {
    {.name = "--trust",
     .value = "FILE",
     .help = "a trust file, or public keys in PEM: only these keys count",
     .completes = Completes::files},
    {.name = "--hash", .value = "HASH", .help = "the SnapChore hash that the receipt must be of"},
    kNdjsonOption,
    kThreadsOption,
};
constexpr Example kExamples[] = {
    {R"(sbn snapchore seal '{"a": 1}' -o quiet >id && sbn -f json receipts list | sbn receipts verify -)",
     "check the receipts of the local network"},
    {R"(sbn snapchore seal '{"a": 1}' -o quiet >id && agentnet trust export >trust.json && )"
     R"(sbn receipts list --jq '.receipts[]' | sbn receipts verify --ndjson - --trust trust.json)",
     "check one receipt a line by the keys of a file"},
};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"agentnet trust", "sbn receipts get"};

}  // namespace

constexpr Command kSbnReceiptsVerify{
    .name = "verify",
    .summary = "Check receipts without asking the network",
    .description =
        "A receipt holds when two different trusted keys signed the batch that it is in. Trusted are the "
        "local network's validators and the keys that 'agentnet trust pin' added, or, with --trust, those of "
        "the file alone. Exits with 9 when one does not hold; the reason is then malformed, hash_mismatch "
        "(its content was changed, or it is of another seal than --hash), not_in_batch or no_quorum. Without "
        "any trusted key nothing is judged: that is an error of its own. agentnet-receipt(5) has the format "
        "and the rules.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify,
};

}  // namespace agentnet::commands
