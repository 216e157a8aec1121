#include "commands/sbn/workflow_specs.hpp"

#include <algorithm>

#include "commands/input.hpp"
#include "commands/sbn/atlas.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

// Of release 0.14: they go along when a spec has them.
constexpr std::string_view kFurther[] = {"app_name",
                                         "gec_domain",
                                         "constraint_tag",
                                         "phase",
                                         "x_mode",
                                         "x_override",
                                         "derives_from_frontiers",
                                         "accepted_pulse_types",
                                         "accepted_action_types",
                                         "accepted_interaction_types",
                                         "accepted_event_types",
                                         "action_weight_map",
                                         "interaction_weight_map",
                                         "event_polarity_weights",
                                         "weighting_strategy",
                                         "rollup_mode",
                                         "anchor_requirement",
                                         "fallback_policy"};

struct Spec {
  std::string workflow;
  std::string frontier_id;
  std::string pulse_type;
  std::vector<std::string> event_types;
  json::Value further;  // the object they come from
};

[[noreturn]] void bad_spec(const std::string& source, const std::string& what) {
  throw Error(Category::usage, "bad_spec", source + ": " + what,
              R"(a spec is {"workflow": …, "frontier_id": …, "pulse_type": …, "event_types": […]})");
}

struct Pair {
  std::string workflow;
  std::string value;
};

Pair read_pair(std::string_view option, const std::string& text) {
  const std::size_t sign = text.find('=');
  Pair pair;
  if (sign != text.npos) pair = {trimmed(text.substr(0, sign)), trimmed(text.substr(sign + 1))};
  if (!pair.workflow.empty() && !pair.value.empty()) return pair;
  throw Error(Category::usage, "bad_pair", std::string(option) + " takes WORKFLOW=VALUE, not '" + text + "'");
}

class Collection {
 public:
  Spec& at(const std::string& workflow) {
    const auto found = std::find_if(specs_.begin(), specs_.end(),
                                    [&](const Spec& spec) { return spec.workflow == workflow; });
    if (found != specs_.end()) return *found;
    specs_.push_back({workflow, {}, {}, {}, {}});
    return specs_.back();
  }

  // `source` names where the spec comes from in messages.
  void add(const json::Value& spec, const std::string& source) {
    const json::Value* workflow = spec.find("workflow");
    const std::string name = workflow == nullptr ? "" : trimmed(plain_text(*workflow));
    if (name.empty()) bad_spec(source, "a workflow spec must include a workflow");
    Spec& kept = at(name);
    for (const std::string_view member : {"frontier_id", "frontier"}) {
      const json::Value* frontier = spec.find(member);
      if (frontier == nullptr || !frontier->truthy()) continue;
      kept.frontier_id = text_of(*frontier, member, source);
      break;
    }
    if (const json::Value* pulse = spec.find("pulse_type"); pulse != nullptr && pulse->truthy())
      kept.pulse_type = text_of(*pulse, "pulse_type", source);
    if (const json::Value* events = spec.find("event_types"); events != nullptr && events->truthy())
      kept.event_types = comma_list(plain_text(*events));
    kept.further = spec;
  }

  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const Spec& spec : specs_)
      names.push_back(spec.workflow);
    return names;
  }

  json::Value as_list(json::Arena& arena) const {
    json::ArrayBuilder list(arena);
    for (const Spec& spec : specs_) {
      json::ArrayBuilder events(arena);
      for (const std::string& event : spec.event_types)
        events.add(std::string_view(event));
      json::ObjectBuilder built(arena);
      built.add("workflow", std::string_view(spec.workflow))
          .add_or_null("frontier_id", spec.frontier_id)
          .add_or_null("pulse_type", spec.pulse_type)
          .add("event_types", events.done());
      for (const std::string_view name : kFurther) {
        const json::Value* member = spec.further.find(name);
        if (member != nullptr && member->truthy()) built.add(name, *member);
      }
      list.add(built.done());
    }
    return list.done();
  }

 private:
  static std::string text_of(const json::Value& value, std::string_view member, const std::string& source) {
    if (!value.is_string()) bad_spec(source, std::string(member) + " must be a string");
    return trimmed(value.text());
  }

  std::vector<Spec> specs_;
};

// The documents that specs lie in; a copy of the specs would need them all the same.
void add_file(Collection& all, const std::string& file, const Context& context, json::Document& document) {
  const InputText input = read_input(file, context);
  document = parse_input(input);
  const json::Value* list = document.root.is_array() ? &document.root : document.root.find("workflow_specs");
  if (list == nullptr || !list->is_array())
    bad_spec(input.name, R"(the file must be a list of specs or {"workflow_specs": […]})");
  for (const json::Value& spec : list->items())
    all.add(spec, input.name);
}

void add_pulse(Collection& all, const std::string& text) {
  const Pair pair = read_pair("--pulse", text);
  if (std::find(std::begin(kPulses), std::end(kPulses), pair.value) == std::end(kPulses)) {
    throw Error(Category::usage, "unknown_value", "--pulse does not take '" + pair.value + "'",
                "one of: slot_stream, pgdag, batch");
  }
  all.at(pair.workflow).pulse_type = pair.value;
}

}  // namespace

WorkflowSpecs read_workflow_specs(const Arguments& arguments, const Context& context) {
  Collection all;
  std::vector<json::Document> documents;
  for (const std::string& name : comma_list(arguments.text("--workflows")))
    all.at(name);
  for (const std::string& name : arguments.all("--workflow")) {
    if (const std::string clean = trimmed(name); !clean.empty()) all.at(clean);
  }
  if (const auto file = arguments.find("--workflow-specs-file"))
    add_file(all, *file, context, documents.emplace_back());
  for (const std::string& text : arguments.all("--workflow-spec")) {
    json::Document& document = documents.emplace_back();
    document = naming("--workflow-spec", [&] { return json::parse(text); });
    all.add(document.root, "--workflow-spec");
  }
  for (const std::string& text : arguments.all("--bind")) {
    const Pair pair = read_pair("--bind", text);
    all.at(pair.workflow).frontier_id = pair.value;
  }
  for (const std::string& text : arguments.all("--pulse"))
    add_pulse(all, text);
  for (const std::string& text : arguments.all("--events")) {
    const Pair pair = read_pair("--events", text);
    all.at(pair.workflow).event_types = comma_list(pair.value);
  }
  WorkflowSpecs specs{all.names(), {}};
  if (specs.workflows.empty()) {
    throw Error(Category::usage, "no_workflows", "an app declares at least one workflow",
                "give --workflow NAME, --workflows A,B or a workflow spec");
  }
  // Parsed anew, so that the list stands without the documents that it is made of.
  json::Arena arena;
  specs.specs = json::parse(json::to_compact(all.as_list(arena)));
  return specs;
}

}  // namespace agentnet::commands
