#include "core/paybond/completion_template.hpp"

#include <algorithm>

#include "core/paybond/field.hpp"
#include "core/paybond/predicate.hpp"

namespace agentnet::paybond {
namespace {

using Template = CompletionTemplate;

// Which parameters a template takes.
struct Form {
  std::string_view subject;    // a path
  std::string_view expected;   // what must be there
  std::string_view cost = {};  // a path; empty for none
};

Form form_of(Template which) {
  switch (which) {
    case Template::api_response:
      return {"http_status_path", "expected_http_status"};
    case Template::webhook:
      return {"event_type_path", "expected_event_type"};
    case Template::artifact_hash:
      return {"operation_path", "expected_operation"};
    case Template::budget:
      return {"status_path", "expected_status", "cost_path"};
    case Template::always:
      break;
  }
  return {};
}

const json::Value& need(const json::Value& parameters, std::string_view name) {
  const json::Value* value = parameters.find(name);
  if (value == nullptr || value->is_null()) bad_field("missing_parameter", name, "is missing");
  return *value;
}

const json::Value& need_path(const json::Value& parameters, std::string_view name) {
  const json::Value& path = need(parameters, name);
  if (!path.is_array() || path.items().empty() || !std::ranges::all_of(path.items(), &json::Value::is_string))
    bad_field("bad_parameter", name, "must be an array of member names");
  if (path.items().size() > kMaxPathKeys) bad_field("bad_parameter", name, "is too long");
  return path;
}

json::Value clause(std::string_view op, const json::Value& path, json::Arena& arena) {
  return json::ObjectBuilder(arena).add("op", op).add("path", path).done();
}

json::Value document(const json::Value& root, json::Arena& arena) {
  return json::ObjectBuilder(arena).add_integer("version", kPredicateVersion).add("root", root).done();
}

}  // namespace

json::Value template_predicate(Template which, const json::Value& parameters, json::Arena& arena) {
  if (!parameters.is_object()) bad_field("bad_parameter", "parameters", "must be an object");
  const Form form = form_of(which);
  for (const json::Member& member : parameters.members()) {
    const std::string_view name = member.name.text();
    if (name.empty() || (name != form.subject && name != form.expected && name != form.cost))
      bad_field("unknown_parameter", name, "is not known to " + std::string(template_id(which)));
  }
  if (which == Template::always) return document(json::ObjectBuilder(arena).add("op", "true").done(), arena);

  const json::Value& expected = need(parameters, form.expected);
  if (which == Template::api_response ? !expected.is_number() : !expected.is_string())
    bad_field("bad_parameter", form.expected,
              which == Template::api_response ? "must be a number" : "must be a text");
  json::ArrayBuilder clauses(arena);
  clauses.add(
      json::with_member(clause("eq", need_path(parameters, form.subject), arena), "value", expected, arena));
  if (which == Template::artifact_hash) {
    const json::Value path = json::ArrayBuilder(arena).add(kArtifactField).done();
    clauses.add(clause("non_empty", path, arena));
  }
  if (which == Template::budget) {
    clauses.add(clause("amount_lte_budget", need_path(parameters, form.cost), arena));
  } else {
    clauses.add(json::ObjectBuilder(arena).add("op", "schema_valid").done());
  }
  return document(json::ObjectBuilder(arena).add("op", "all").add("clauses", clauses.done()).done(), arena);
}

}  // namespace agentnet::paybond
