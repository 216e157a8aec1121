// snapchore hash, sbn snapchore hash
#include "commands/bulk.hpp"
#include "commands/input.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"
#include "core/sbn/rules_hash.hpp"

namespace agentnet::commands {
namespace {

struct HashFlags {
  bool canonical;
  sbn::HashOptions rules;
};

HashFlags read_flags(const Arguments& arguments) {
  return {.canonical = arguments.has("--canonical"),
          .rules = {.extra_volatile = arguments.all("--volatile"),
                    .refuse_duplicates = arguments.has("--strict")}};
}

json::Value hash_object(std::string_view hash, json::Arena& arena) {
  return json::ObjectBuilder(arena).add("hash", hash).add("canon_version", json::kCanonVersion).done();
}

Exit hash_lines(const HashFlags& flags, const Arguments& arguments, Context& context) {
  if (arguments.has("INPUT")) {
    throw Error(Category::usage, "bad_usage", "INPUT and --ndjson exclude each other");
  }
  const auto make_worker = [&flags](bool bare, BulkTally& tally) -> BulkWorker {
    auto hasher = std::make_shared<sbn::Hasher>(flags.rules);  // std::function wants to be copyable
    return [hasher, bare, &flags, &tally](std::string_view line, std::string& out) {
      if (flags.canonical) {
        out += hasher->canonical_text(line);
      } else if (bare) {
        hasher->hash_text(line, out);
      } else {
        out += R"({"hash":")";
        hasher->hash_text(line, out);
        out += R"(","canon_version":"SVP-1.0"})";
      }
      if (hasher->duplicate()) ++tally.duplicates;
    };
  };
  // Of canonical bytes, an error object in place of a failed line could not be told.
  const Format format = flags.canonical ? Format::quiet : Format::jsonl;
  return Bulk{arguments, context, make_worker, format}.run();
}

Exit run_hash(const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  const HashFlags flags = read_flags(arguments);
  if (arguments.has(kNdjsonOption.name)) return hash_lines(flags, arguments, context);
  if (!arguments.has("INPUT")) {
    throw Error(Category::usage, "bad_usage", "INPUT is missing",
                "give JSON, a file, - for standard input, or --ndjson FILE");
  }
  const InputText input = read_input(arguments.text("INPUT"), context);
  sbn::Hasher hasher(flags.rules);
  const std::string_view canonical = naming(input.name, [&] { return hasher.canonical_text(input.text); });
  if (hasher.duplicate()) warn_of_duplicate(*hasher.duplicate(), input.name, context);
  if (flags.canonical) {
    context.sink.bytes(canonical);
    return Exit::done;
  }
  json::Arena arena;
  const std::string hash = crypto::sha256_hex(canonical);
  context.sink.result({hash_object(hash, arena), hash + "\n", hash});
  return Exit::done;
}

constexpr Argument kArguments[] = {{.name = "INPUT",
                                    .help = "JSON text that begins with {, a file, or - for standard input",
                                    .completes = Completes::files,
                                    .optional = true}};

constexpr Option kOptions[] = {
    kNdjsonOption,
    kThreadsOption,
    {.name = "--canonical", .help = "print the canonical bytes that are hashed instead of the hash"},
    {.name = "--volatile",
     .value = "NAME",
     .help = "leave out this member too, at the top level and in metadata; may be repeated",
     .repeatable = true},
    {.name = "--strict", .help = "refuse documents in which a member appears twice"},
};

constexpr Example kExamples[] = {
    {R"(snapchore hash '{"model": "gpt-4", "tokens": 1500}')", "hash a document given as text"},
    {R"(echo '{"tokens": 1500}' | snapchore hash - --json)", "hash standard input, answer in JSON"},
    {R"(printf '{"n": 1}\n{"n": 2}\n' | sbn snapchore hash --ndjson - -o quiet)",
     "hash a document a line, on all cores"},
};

constexpr std::string_view kSeeAlso[] = {"snapchore verify", "snapchore seal"};

}  // namespace

constexpr Command kSnapchoreHash{
    .name = "hash",
    .summary = "Print the SnapChore hash of a JSON document",
    .description =
        "The hash is the SHA-256 of the document's canonical form, SVP-1.0: volatile members such as "
        "timestamp, "
        "nonce and signature are left out, names are sorted, decimals are rounded to 12 places, and "
        "canon_version is added. Nothing is stored and nothing is sent.\n\n"
        "With --ndjson each line is a document. Line N of the output answers line N of the input; a line "
        "that "
        "fails prints an error object in its place, or an empty line in quiet, and the exit code is 2.\n\n"
        "Refused are: anything but an object, integers of more than 4300 digits, decimals of magnitude 1e16 "
        "and "
        "more, NaN, halves of surrogate pairs, and documents nested more than 50 levels deep.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_hash,
};

}  // namespace agentnet::commands
