// paybond policy templates
#include "commands/paybond/policy.hpp"
#include "core/paybond/completion_catalog.hpp"

namespace agentnet::commands {
namespace {

json::Value text_or_null(std::string_view text) {
  return text.empty() ? json::Value() : json::Value::string(text);
}

json::Value row_of(const paybond::CompletionPreset& preset, json::Arena& arena) {
  json::ArrayBuilder rails(arena);
  for (const std::string_view rail : preset.rails)
    rails.add(json::Value::string(rail));
  const bool always = preset.harbor_template == paybond::CompletionTemplate::always;
  return json::ObjectBuilder(arena)
      .add("preset_id", preset.id)
      .add("title", preset.title)
      .add("harbor_template_id", paybond::template_id(preset.harbor_template))
      .add("human_summary", std::string_view(paybond::completion_summary(preset)))
      .add_integer("recommended_amount_cents", preset.recommended_cents)
      .add("kind", preset.is_vendor_pack() ? "vendor_pack" : "archetype")
      .add("archetype_preset_id", text_or_null(preset.archetype))
      .add("scope", always ? "sandbox_smoke" : "tool_completion")
      .add("rail_hints", preset.rails.empty() ? json::Value() : rails.done())
      .add_boolean("deprecated", !preset.superseded_by.empty())
      .add("superseded_by", text_or_null(preset.superseded_by))
      .done();
}

Exit run_templates(const Arguments& arguments, Context& context) {
  warn_of_catalogue(context);
  json::Arena arena;
  json::ArrayBuilder list(arena);
  std::vector<LocalRow> rows;
  for (const paybond::CompletionPreset& preset : paybond::completion_presets()) {
    rows.push_back({preset.id, row_of(preset, arena)});
    list.add(rows.back().value);
  }
  const json::Value data = json::ObjectBuilder(arena)
                               .add_integer("catalog_version", paybond::kCompletionCatalogVersion)
                               .add("presets", list.done())
                               .done();
  show_local_list(arguments, context, {.command = "policy templates", .data = data}, rows,
                  {"preset_id", "kind", "harbor_template_id", "recommended_amount_cents", "human_summary"});
  return Exit::done;
}

constexpr Option kOptions[] = {kEnvelopeIdOption};
constexpr Example kExamples[] = {{"paybond policy templates", "the presets and when they release the money"},
                                 {"paybond policy templates -f quiet", "their ids"}};
constexpr std::string_view kSeeAlso[] = {"paybond policy preview", "paybond policy validate-evidence"};

}  // namespace

constexpr Command kPaybondPolicyTemplates{
    .name = "templates",
    .summary = "List the completion presets: archetypes and vendor packs",
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_templates,
};

}  // namespace agentnet::commands
