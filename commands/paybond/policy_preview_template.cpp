// paybond policy preview --preset, --template
#include "commands/paybond/policy.hpp"
#include "core/paybond/completion_template.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCents = std::numeric_limits<std::int64_t>::max();

// The preset that is named, or the archetype of the template.
const paybond::CompletionPreset& preset_of(const Arguments& arguments) {
  if (arguments.has("--preset") && arguments.has("--template"))
    throw Error(Category::usage, "bad_usage", "give either --preset or --template");
  if (arguments.has("--preset")) return paybond::completion_preset(arguments.text("--preset"));
  const std::string id = arguments.text("--template");
  const paybond::CompletionPreset* archetype = paybond::find_template(id);
  if (archetype == nullptr) throw Error(Category::usage, "unknown_template", "unknown template: " + id);
  return *archetype;
}

// The document that an option names, or what stands in for it.
template <typename Otherwise>
json::Value document_of(const Arguments& arguments, const Context& context, std::string_view option,
                        json::Document& keeper, const Otherwise& otherwise) {
  const auto source = arguments.find(option);
  if (!source) return otherwise();
  keeper = parse_input(read_input(*source, context));
  return keeper.root;
}

}  // namespace

Exit preview_template(const Arguments& arguments, Context& context) {
  for (const std::string_view option : {"--predicate", "--evidence", "--budget", "--schema", "--artifacts"}) {
    if (arguments.has(option)) {
      throw Error(Category::usage, "bad_usage",
                  std::string(option) + " does not go with a preset or template",
                  "--evidence-file, --schema-file and --amount-cents do");
    }
  }
  warn_of_catalogue(context);
  const paybond::CompletionPreset& preset = preset_of(arguments);
  if (!arguments.has("--evidence-file"))
    throw Error(Category::usage, "bad_usage", "--evidence-file is missing");
  const json::Document evidence = parse_input(read_input(arguments.text("--evidence-file"), context));
  json::Arena arena;
  json::Document keeper_of_parameters;
  json::Document keeper_of_schema;
  const json::Value parameters = document_of(arguments, context, "--parameters-file", keeper_of_parameters,
                                             [&] { return template_parameters(preset, arena); });
  const json::Value rows = document_of(arguments, context, "--schema-file", keeper_of_schema, [&] {
    return evidence_schema(preset.canonical, preset.required, arena);
  });
  const json::Value predicate = template_predicate(preset.harbor_template, parameters, arena);
  const paybond::Schema schema(rows);
  const std::int64_t amount =
      arguments.number("--amount-cents", 0, kMostCents).value_or(preset.recommended_cents);
  paybond::Fuel fuel;
  const paybond::PredicateTrace trace = paybond::Predicate(predicate).evaluate(
      {.payload = evidence.root, .amount_cents = amount, .evidence_schema = &schema}, fuel);
  const json::Value evaluation = json::ObjectBuilder(arena)
                                     .add_boolean("passed", trace.passed)
                                     .add("trace", paybond::trace_value(trace, arena))
                                     .done();
  const json::Value id = arguments.has("--preset") ? json::Value::string(preset.id) : json::Value();
  const json::Value data = json::ObjectBuilder(arena)
                               .add("template_id", paybond::template_id(preset.harbor_template))
                               .add("preset_id", id)
                               .add("materialized_dsl", predicate)
                               .add("human_summary", std::string_view(completion_summary(preset)))
                               .add("predicate_evaluation", evaluation)
                               .add_boolean("pass", trace.passed)
                               .add_integer("amount_cents", amount)
                               .done();
  show_local(arguments, context,
             {.command = "policy preview",
              .data = data,
              .id = trace.passed ? "pass" : "fail",
              .text = trace_text(trace)});
  return trace.passed ? Exit::done : Exit::policy;
}

}  // namespace agentnet::commands
