// paybond policy preview
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/policy.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/predicate.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostArtifacts = 1'000'000;

std::string needed(const Arguments& arguments, std::string_view option) {
  if (!arguments.has(option)) throw Error(Category::usage, "bad_usage", std::string(option) + " is missing");
  return arguments.text(option);
}

void refuse_shared_input(const Arguments& arguments) {
  int count = 0;
  for (const std::string_view option : {"--predicate", "--evidence", "--budget", "--schema",
                                        "--evidence-file", "--schema-file", "--parameters-file"})
    count += arguments.text(option) == "-" ? 1 : 0;
  if (count > 1) throw Error(Category::usage, "bad_usage", "only one of the inputs can be standard input");
}

// What the intent pays, from --budget or --amount-cents.
std::optional<std::int64_t> read_amount(const Arguments& arguments, const Context& context) {
  if (arguments.has("--budget") && arguments.has("--amount-cents"))
    throw Error(Category::usage, "bad_usage", "give either --budget or --amount-cents");
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  if (!arguments.has("--budget")) return arguments.number("--amount-cents", 0, kMost);
  const InputText input = read_input(arguments.text("--budget"), context);
  return naming(input.name, [&] {
    const json::Document document = json::parse(input.text);
    const json::Value* amount = document.root.find("amount_cents");
    if (amount == nullptr) paybond::bad_field("missing_field", "amount_cents", "is missing");
    if (!amount->is_integer() || amount->text().starts_with('-'))
      paybond::bad_field("bad_amount", "amount_cents", "must be a whole number of cents from 0");
    const auto cents = amount->as_int64();
    if (!cents) paybond::bad_field("amount_overflow", "amount_cents", "does not fit 64 bits");
    return cents;
  });
}

std::optional<paybond::Schema> read_schema(const Arguments& arguments, const Context& context) {
  if (!arguments.has("--schema")) return std::nullopt;
  const InputText input = read_input(arguments.text("--schema"), context);
  return naming(input.name, [&] { return paybond::Schema(json::parse(input.text).root); });
}

// One line a clause, what it holds indented below it.
void draw(const paybond::PredicateTrace& trace, unsigned depth, std::string& out) {
  std::string path;
  for (const std::string& key : trace.path.value_or(std::vector<std::string>()))
    path += (path.empty() ? "" : " > ") + printable(key);
  const std::string indent(std::size_t{2} * depth, ' ');
  out += indent + (trace.passed ? "pass  " : "FAIL  ") + std::string(trace.op);
  if (!path.empty()) out += " " + path;
  if (!trace.detail.empty()) out += ": " + printable(trace.detail);
  out += '\n';
  for (const paybond::SchemaFault& fault : trace.faults) {
    out += indent + "        " + printable(fault.path.empty() ? "(the value)" : fault.path) + " " +
           fault.keyword + ": " + printable(fault.message) + "\n";
  }
  for (const paybond::PredicateTrace& child : trace.children)
    draw(child, depth + 1, out);
}

Exit run_preview(const Arguments& arguments, Context& context) {
  refuse_shared_input(arguments);
  if (arguments.has("--preset") || arguments.has("--template")) return preview_template(arguments, context);
  for (const std::string_view option : {"--evidence-file", "--schema-file", "--parameters-file"}) {
    if (arguments.has(option)) {
      throw Error(Category::usage, "bad_usage", std::string(option) + " goes with --preset or --template",
                  "--predicate goes with --evidence and --schema");
    }
  }
  const InputText rule = read_input(needed(arguments, "--predicate"), context);
  const InputText evidence = read_input(needed(arguments, "--evidence"), context);
  const paybond::Predicate predicate =
      naming(rule.name, [&] { return paybond::Predicate(json::parse(rule.text).root); });
  const json::Document payload = parse_input(evidence);
  const auto schema = read_schema(arguments, context);
  const auto artifacts = arguments.number("--artifacts", 0, kMostArtifacts).value_or(0);
  const paybond::PredicateFacts facts{payload.root, read_amount(arguments, context),
                                      schema ? &*schema : nullptr, static_cast<std::size_t>(artifacts)};
  paybond::Fuel fuel;
  const paybond::PredicateTrace trace = predicate.evaluate(facts, fuel);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add_boolean("passed", trace.passed)
                                .add("trace", paybond::trace_value(trace, arena))
                                .done();
  context.sink.result({value, trace_text(trace), trace.passed ? "pass" : "fail"});
  return trace.passed ? Exit::done : Exit::policy;
}

constexpr std::string_view kTemplates[] = {"api_response_v1", "webhook_confirmation_v1", "artifact_hash_v1",
                                           "completion_budget_v1", "true_v1"};

constexpr Option kOptions[] = {
    {.name = "--predicate",
     .value = "JSON",
     .help = "the predicate: JSON that begins with {, a file, or -",
     .completes = Completes::files},
    {.name = "--evidence",
     .value = "JSON",
     .help = "the payload of the evidence: JSON, a file, or -",
     .completes = Completes::files},
    {.name = "--amount-cents", .value = "N", .help = "the intent's amount, for amount_lte_budget"},
    {.name = "--budget",
     .value = "JSON",
     .help = "an object whose amount_cents is that amount: JSON, a file, or -",
     .completes = Completes::files},
    {.name = "--schema",
     .value = "FILE",
     .help = "the intent's evidence schema, for schema_valid: JSON, a file, or -",
     .completes = Completes::files},
    {.name = "--artifacts", .value = "N", .help = "how many artifacts come with it", .fallback = "0"},
    {.name = "--preset",
     .value = "ID",
     .help = "the predicate of a completion preset, in place of --predicate",
     .choices = paybond::kCompletionPresetIds},
    {.name = "--template", .value = "ID", .help = "the same of a template", .choices = kTemplates},
    {.name = "--parameters-file",
     .value = "FILE",
     .help = "the template's parameters; without, those of the preset: JSON, a file, or -",
     .completes = Completes::files},
    {.name = "--evidence-file",
     .value = "FILE",
     .help = "the canonical evidence for it: JSON, a file, or -",
     .completes = Completes::files},
    {.name = "--schema-file",
     .value = "FILE",
     .help = "the schema of the evidence; without, the preset's: JSON, a file, or -",
     .completes = Completes::files},
    kEnvelopeIdOption,
};

constexpr Example kExamples[] = {
    {R"(paybond policy preview --predicate '{"version":1,"root":{"op":"exists","path":["ok"]}}' --evidence '{"ok":1}')",
     "would this evidence release the money?"},
    {R"(paybond policy preview --predicate '{"version":1,"root":{"op":"amount_lte_budget","path":["c"]}}' --evidence '{"c":450}' --amount-cents 500 -f json)",
     "the same with a budget, as JSON"},
    {R"(paybond policy preview --preset cost_and_completion --evidence-file '{"status":"completed","cost_cents":5}')",
     "the predicate of a completion preset"},
};

constexpr Exit kExits[] = {Exit::refused, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"paybond policy check-schema", "paybond policy templates",
                                         "paybond sign intent"};

}  // namespace

std::string trace_text(const paybond::PredicateTrace& trace) {
  std::string text;
  draw(trace, 0, text);
  return text;
}

constexpr Command kPaybondPolicyPreview{
    .name = "preview",
    .summary = "Evaluate a predicate on evidence, offline, and show how it came to its verdict",
    .description =
        "A predicate decides whether evidence releases the money of an intent. Its clauses are true, all, "
        "any, not, eq, ne, lt, lte, gt, gte, in, exists, non_empty, matches, amount_lte_budget, schema_valid "
        "and artifact_count_gte; paths are arrays of member names. Numbers are compared exactly, and nothing "
        "but what is given here counts. With --preset or --template the predicate is that of a completion "
        "template, the schema and the amount those of the preset unless they are given.\n\n"
        "Shown is the tree of the clauses that were needed, each with its verdict. Exits with 10 when the "
        "predicate did not pass, with 5 when the evidence lacks a member that the predicate needs or has one "
        "of another kind (the network answers 422), with 2 when the predicate itself is bad (400).",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_preview,
};

}  // namespace agentnet::commands
