// paybond policy check-schema
#include <atomic>

#include "commands/bulk.hpp"
#include "commands/input.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/json/write.hpp"
#include "core/paybond/schema.hpp"

namespace agentnet::commands {
namespace {

using Faults = std::vector<paybond::SchemaFault>;

std::string verdict_word(const Faults& faults) {
  return faults.empty() ? "valid" : "invalid";
}

json::Value verdict_value(const Faults& faults, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add_boolean("valid", faults.empty())
      .add("faults", paybond::faults_value(faults, arena))
      .done();
}

std::string verdict_text(const Faults& faults) {
  if (faults.empty()) return "VALID\n";
  std::string text = "INVALID\n";
  for (const paybond::SchemaFault& fault : faults) {
    text += "  " + printable(fault.path.empty() ? "(the value)" : fault.path) + " " + fault.keyword + ": " +
            printable(fault.message) + "\n";
  }
  if (faults.size() == paybond::kMaxSchemaFaults) text += "  (no more faults than these are looked for)\n";
  return text;
}

Exit check_lines(const Arguments& arguments, const paybond::Schema& schema, Context& context) {
  std::atomic<std::int64_t> invalid{0};
  const auto make_worker = [&](bool bare, BulkTally&) -> BulkWorker {
    return [&schema, &invalid, bare](std::string_view line, std::string& out) {
      json::Arena arena;
      json::Parser parser;
      paybond::Fuel fuel;
      const Faults faults = schema.validate(parser.parse(line, arena), fuel);
      if (!faults.empty()) ++invalid;
      if (bare) {
        out += verdict_word(faults);
      } else {
        json::write_compact(verdict_value(faults, arena), out, json::Text::ascii);
      }
    };
  };
  const Exit exit = Bulk{arguments, context, make_worker}.run();
  if (invalid > 0)
    context.diagnostics.warn("lines_invalid", std::to_string(invalid) + " lines do not follow the schema");
  return exit == Exit::done && invalid > 0 ? Exit::policy : exit;
}

Exit run_check(const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  const std::string source = arguments.text("SCHEMA");
  const bool lines = arguments.has(kNdjsonOption.name);
  if (lines && arguments.has("INSTANCE"))
    throw Error(Category::usage, "bad_usage", "give either INSTANCE or --ndjson");
  if (source == "-" && (arguments.text("INSTANCE") == "-" || arguments.text(kNdjsonOption.name) == "-"))
    throw Error(Category::usage, "bad_usage", "only one of the inputs can be standard input");
  const InputText text = read_input(source, context);
  const paybond::Schema schema =
      naming(text.name, [&] { return paybond::Schema(json::parse(text.text).root); });
  if (lines) return check_lines(arguments, schema, context);
  Faults faults;
  if (arguments.has("INSTANCE")) {
    const json::Document instance = parse_input(read_input(arguments.text("INSTANCE"), context));
    paybond::Fuel fuel;
    faults = schema.validate(instance.root, fuel);
  }
  json::Arena arena;
  context.sink.result({verdict_value(faults, arena), verdict_text(faults), verdict_word(faults)});
  return faults.empty() ? Exit::done : Exit::policy;
}

constexpr Argument kArguments[] = {
    {.name = "SCHEMA",
     .help = "a JSON Schema: text that begins with {, a file, or - for standard input",
     .completes = Completes::files},
    {.name = "INSTANCE",
     .help = "what is held against it: text that begins with { or [, a file, or -",
     .completes = Completes::files,
     .optional = true},
};

constexpr Option kOptions[] = {kNdjsonOption, kThreadsOption};

constexpr Example kExamples[] = {
    {R"(paybond policy check-schema '{"type": "object", "required": ["status"]}')",
     "can this be the schema of an intent's evidence?"},
    {R"(paybond policy check-schema '{"properties": {"status": {"enum": ["completed"]}}}' '{"status": "completed"}')",
     "does this evidence follow it?"},
    {R"(printf '{"n": 1}\n{"n": 2}\n' | paybond policy check-schema '{"required": ["n"]}' --ndjson - -o quiet)",
     "hold a document a line against it, on all cores"},
};

constexpr Exit kExits[] = {Exit::refused, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"paybond policy preview"};

}  // namespace

constexpr Command kPaybondPolicyCheckSchema{
    .name = "check-schema",
    .summary = "Check the schema of an intent's evidence, and evidence against it",
    .description =
        "The schema is JSON Schema 2020-12. A keyword that is not known is refused, for ignoring it would "
        "pass evidence that was meant to be refused; a $ref names a schema of the same document. Numbers are "
        "compared exactly, lengths count code points, and patterns are those that are matched in time that "
        "grows with the text.\n\n"
        "Exits with 2 when the schema is bad, and with 10 when INSTANCE, or a line with --ndjson, does not "
        "follow it: the evidence would be refused, while nothing is wrong with a signature. With 5 when "
        "validating takes more work or depth than the network allows.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_check,
};

}  // namespace agentnet::commands
