// paybond policy presets list, show
#include "core/paybond/policy_presets.hpp"

#include "commands/paybond/policy.hpp"

namespace agentnet::commands {
namespace {

// The default guardrails of a preset, as its solution names them.
json::Value rails_of(const paybond::PolicyPreset& preset, json::Arena& arena) {
  return json::ArrayBuilder(arena)
      .add("default_deny")
      .add(std::string_view("max_spend_usd_" + std::to_string(preset.usd)))
      .done();
}

json::Value presets_data(json::Arena& arena) {
  json::ArrayBuilder domains(arena);
  json::ArrayBuilder rails(arena);
  json::ArrayBuilder solutions(arena);
  json::ArrayBuilder presets(arena);
  const auto named = [&](std::string_view id) {
    json::ObjectBuilder row(arena);
    row.add("id", id);
    return row;
  };
  for (const paybond::PolicyPreset& preset : paybond::policy_presets()) {
    if (!preset.domain.empty())
      domains.add(named(preset.id).add("title", preset.domain).add_boolean("layered", true).done());
    if (!preset.solution.empty()) {
      solutions.add(named(preset.id)
                        .add("title", preset.solution)
                        .add("domain", preset.id)
                        .add("guardrails", rails_of(preset, arena))
                        .add("primary_operation", preset.tool)
                        .done());
    }
    presets.add(named(preset.id)
                    .add("kind", preset.composed ? "composed" : "flat")
                    .add_boolean("layered", preset.composed)
                    .done());
  }
  for (const paybond::Guardrail& rail : paybond::guardrails()) {
    json::ObjectBuilder row = named(rail.id);
    row.add("title", rail.title).add("description", rail.description);
    if (rail.parameterized) row.add_boolean("parameterized", true);
    rails.add(row.done());
  }
  return json::ObjectBuilder(arena)
      .add("domains", domains.done())
      .add("guardrails", rails.done())
      .add("solutions", solutions.done())
      .add("presets", presets.done())
      .done();
}

Exit run_list(const Arguments& arguments, Context& context) {
  json::Arena arena;
  const json::Value data = presets_data(arena);
  std::vector<LocalRow> rows;
  for (const json::Member& list : data.members()) {
    const std::string_view plural = list.name.text();
    const json::Value sort = json::Value::string(plural.substr(0, plural.size() - 1));
    for (const json::Value& item : list.value.items()) {
      // Rows of one list have the same members, whatever sort of thing they tell of.
      json::ObjectBuilder row(arena);
      row.add("sort", sort);
      for (const std::string_view name : {"id", "title", "description", "domain", "primary_operation"}) {
        const json::Value* member = item.find(name);
        row.add(name, member == nullptr ? json::Value() : *member);
      }
      rows.push_back({item.find("id")->text(), row.done()});
    }
  }
  show_local_list(arguments, context, {.command = "policy presets list", .data = data}, rows,
                  {"sort", "id", "title", "description"});
  return Exit::done;
}

json::Value lines_of(std::string_view text, json::Arena& arena) {
  json::ArrayBuilder lines(arena);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.add(text.substr(at, end - at));
    at = end + 1;
  }
  return lines.done();
}

Exit run_show(const Arguments& arguments, Context& context) {
  const PolicySource source = policy_source(arguments, "PRESET");
  if (source.preset.empty() && source.domain.empty()) {
    throw Error(Category::usage, "missing_preset", "no preset is named",
                "a preset, or --domain with --guardrails");
  }
  const paybond::Policy policy = policy_of(source);
  const std::string text = paybond::policy_text(policy);
  json::Arena arena;
  json::ObjectBuilder data(arena);
  add_source(source, data);
  data.add("yaml", std::string_view(text)).add("yaml_lines", lines_of(text, arena));
  if (source.max_usd) data.add_integer("max_spend_usd", *source.max_usd);
  show_local(arguments, context,
             {.command = "policy presets show", .data = data.done(), .id = policy.name, .text = text});
  return Exit::done;
}

constexpr Argument kShowArguments[] = {{.name = "PRESET", .help = "its id", .optional = true}};
constexpr Option kListOptions[] = {kEnvelopeIdOption};
constexpr Option kShowOptions[] = {kPolicyPresetOption, kMaxSpendOption, kDomainOption, kGuardrailsOption,
                                   kEnvelopeIdOption};
constexpr Example kListExamples[] = {{"paybond policy presets list", "what a policy can start from"}};
constexpr Example kShowExamples[] = {
    {"paybond policy presets show travel", "the policy of a travel agent"},
    {"paybond policy presets show saas --max-spend 20", "the same with less to spend"},
    {"paybond policy presets show --domain aws --guardrails strict,max-spend:5",
     "a domain narrowed by guardrails"}};
constexpr std::string_view kSeeAlso[] = {"paybond policy templates"};

constexpr Command kList{.name = "list",
                        .summary = "List domains, guardrails, solutions and presets of policies",
                        .options = kListOptions,
                        .examples = kListExamples,
                        .see_also = kSeeAlso,
                        .access = Access::pure,
                        .run = run_list};
constexpr Command kShow{.name = "show",
                        .summary = "Print the policy of a preset, or of a domain and guardrails",
                        .description =
                            "Guardrails only ever take away: of several limits the least counts. "
                            "max-spend:USD limits the intent and each tool, max-spend-usd:USD the "
                            "intent, max-spend-cents:CENTS each tool with side effects.",
                        .arguments = kShowArguments,
                        .options = kShowOptions,
                        .examples = kShowExamples,
                        .see_also = kSeeAlso,
                        .access = Access::pure,
                        .run = run_show};
constexpr const Command* kCommands[] = {&kList, &kShow};

}  // namespace

PolicySource policy_source(const Arguments& arguments, std::string_view argument) {
  PolicySource source{.preset = arguments.text("--preset"),
                      .domain = arguments.text("--domain"),
                      .guardrails = arguments.text("--guardrails"),
                      .max_usd = arguments.number("--max-spend", 0, paybond::kMostPolicyUsd)};
  if (!argument.empty() && arguments.has(argument)) {
    if (!source.preset.empty()) throw Error(Category::usage, "bad_usage", "the preset is named twice");
    source.preset = arguments.text(argument);
  }
  if (!source.domain.empty() && (!source.preset.empty() || source.max_usd)) {
    throw Error(Category::usage, "bad_usage", "--domain goes with --guardrails alone",
                "the guardrail max-spend:USD limits what may be spent");
  }
  if (source.domain.empty() != source.guardrails.empty())
    throw Error(Category::usage, "bad_usage", "--domain and --guardrails belong together");
  return source;
}

paybond::Policy policy_of(const PolicySource& source) {
  return source.domain.empty() ? paybond::preset_policy(source.preset, source.max_usd)
                               : paybond::compose_policy(source.domain, source.guardrails);
}

void add_source(const PolicySource& source, json::ObjectBuilder& data) {
  if (source.domain.empty()) {
    data.add("preset", std::string_view(source.preset));
  } else {
    data.add("domain", std::string_view(source.domain))
        .add("guardrails", std::string_view(source.guardrails));
  }
}

constexpr Command kPaybondPolicyPresets{
    .name = "presets", .summary = "Policies for agents to start from", .children = kCommands};

}  // namespace agentnet::commands
