// paybond digest
#include "core/paybond/digest.hpp"
#include "commands/bulk.hpp"
#include "commands/input.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/base/bytes.hpp"

namespace agentnet::commands {
namespace {

struct Flags {
  bool canonical;
  bool strict;
};

// Digests one document a line.
Exit digest_lines(const Flags& flags, const Arguments& arguments, Context& context) {
  const auto make_worker = [&flags](bool bare, BulkTally& tally) -> BulkWorker {
    auto digester = std::make_shared<paybond::Digester>();  // std::function wants to be copyable
    return [digester, bare, &flags, &tally](std::string_view line, std::string& out) {
      const std::string_view canonical = digester->canonical(line);
      if (digester->duplicate()) {
        if (flags.strict) refuse_duplicate(*digester->duplicate(), {});
        ++tally.duplicates;
      }
      if (flags.canonical) {
        out += canonical;
        return;
      }
      const std::string hex = hex_lower(crypto::blake3(as_bytes(canonical)));
      if (bare) {
        out += hex;
      } else {
        out += R"({"blake3_hex":")" + hex + R"("})";
      }
    };
  };
  // Of canonical bytes, an error object in place of a failed line could not be told.
  const Format format = flags.canonical ? Format::quiet : Format::jsonl;
  return Bulk{arguments, context, make_worker, format}.run();
}

Exit run_digest(const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  const Flags flags{arguments.has("--canonical"), arguments.has("--strict")};
  if (arguments.has("INPUT") == arguments.has(kNdjsonOption.name)) {
    throw Error(Category::usage, "bad_usage", "give either INPUT or --ndjson",
                "INPUT is JSON, a file, or - for standard input");
  }
  if (arguments.has(kNdjsonOption.name)) return digest_lines(flags, arguments, context);
  const InputText input = read_input(arguments.text("INPUT"), context);
  paybond::Digester digester;
  const std::string_view canonical = naming(input.name, [&] { return digester.canonical(input.text); });
  if (digester.duplicate()) {
    if (flags.strict) refuse_duplicate(*digester.duplicate(), input.name);
    warn_of_duplicate(*digester.duplicate(), input.name, context);
  }
  if (flags.canonical) {
    context.sink.bytes(canonical);
    return Exit::done;
  }
  json::Arena arena;
  const std::string hex = hex_lower(crypto::blake3(as_bytes(canonical)));
  const json::Value value = json::ObjectBuilder(arena).add("blake3_hex", hex).done();
  context.sink.result({value, hex + "\n", hex});
  return Exit::done;
}

constexpr Argument kArguments[] = {
    {.name = "INPUT",
     .help = "JSON text that begins with { or [, a file, or - for standard input",
     .completes = Completes::files,
     .optional = true}};

constexpr Option kOptions[] = {
    kNdjsonOption,
    kThreadsOption,
    {.name = "--canonical", .help = "print the canonical bytes instead of their digest"},
    {.name = "--strict", .help = "refuse documents in which a member appears twice"},
};

constexpr Example kExamples[] = {
    {R"(paybond digest '{"max_spend_usd": 200, "currency": "usd"}')", "the digest of a budget"},
    {R"(echo '{"b": 1.50, "a": 1}' | paybond digest --canonical -)", "the bytes that are digested"},
    {R"(printf '{"n": 1}\n{"n": 2}\n' | paybond digest --ndjson - -o quiet)",
     "digest a document a line, on all cores"},
};

constexpr std::string_view kSeeAlso[] = {"paybond sign intent", "snapchore hash"};

}  // namespace

constexpr Command kPaybondDigest{
    .name = "digest",
    .summary = "Print the digest of a JSON document that Paybond's signatures cover",
    .description =
        "The digest is BLAKE3-256 of the document's canonical form: names sorted, no white space, integers "
        "of 64 bits as they stand, every other number as the double that Paybond's own reader makes of it. "
        "That reader is not correctly rounded, so the digest of a decimal can differ from that of the "
        "nearest double.\n\n"
        "With --ndjson each line is a document. Line N of the output answers line N of the input; a line "
        "that fails prints an error object in its place, or an empty line in quiet, and the exit code is "
        "2.\n\n"
        "Refused are: text that is not JSON, numbers larger than a double, documents nested more than 127 "
        "levels deep, and with --strict a member that appears twice. Without it the last one counts.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_digest,
};

}  // namespace agentnet::commands
