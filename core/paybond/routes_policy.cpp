// Templates of predicates tried out, and policy files checked (completion_template.hpp, policy_check.hpp).
#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/paybond/completion_template.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/org_policies.hpp"
#include "core/paybond/policy_check.hpp"
#include "core/paybond/predicate.hpp"
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kTemplateVersion = 1;  // there is one of each template

const CompletionPreset& require_template(const std::string& id) {
  const CompletionPreset* archetype = find_template(id);
  if (archetype != nullptr) return *archetype;
  throw Error(Category::not_found, "unknown_template", "there is no such template", {},
              {{"field", "template_id"}});
}

// The template that a body names, with its parameters made into a predicate.
struct Materialised {
  const CompletionPreset& archetype;
  json::Value predicate;
};
Materialised materialise(const Call& call, json::Arena& arena) {
  const auto id = call.short_text("template_id");
  if (!id) bad_field("missing_field", "template_id", "is missing");
  const CompletionPreset& archetype = require_template(*id);
  const json::Value* given = call.body.root.find("parameters");
  const json::Value parameters =
      given == nullptr || given->is_null() ? template_parameters(archetype, arena) : *given;
  return {archetype, template_predicate(archetype.harbor_template, parameters, arena)};
}

// {template_id, version_seq, head_digest}: the digest is that of the predicate with the archetype's
// parameters.
json::Value version_of(const CompletionPreset& archetype, json::Arena& arena) {
  const json::Value predicate =
      template_predicate(archetype.harbor_template, template_parameters(archetype, arena), arena);
  const std::string digest = "sha256:" + hex_lower(crypto::sha256(as_bytes(json::to_compact(predicate))));
  return json::ObjectBuilder(arena)
      .add("template_id", template_id(archetype.harbor_template))
      .add_integer("version_seq", kTemplateVersion)
      .add("head_digest", std::string_view(digest))
      .done();
}

void versions(const Call& call) {
  const auto asked = call.exchange->query("template_id");
  json::Arena arena;
  json::ArrayBuilder list(arena);
  if (asked && !asked->empty()) {
    list.add(version_of(require_template(*asked), arena));
  } else {
    for (const CompletionPreset& preset : completion_presets()) {
      if (!preset.is_vendor_pack()) list.add(version_of(preset, arena));
    }
  }
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("versions", list.done())
                 .done());
}

void templates(const Call& call) {
  json::Arena arena;
  json::ArrayBuilder list(arena);
  for (const CompletionPreset& preset : completion_presets()) {
    if (preset.is_vendor_pack()) continue;
    list.add(json::ObjectBuilder(arena)
                 .add("template_id", template_id(preset.harbor_template))
                 .add_integer("version_seq", kTemplateVersion)
                 .add("human_summary", std::string_view(completion_summary(preset)))
                 .done());
  }
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("templates", list.done())
                 .done());
}

void preview(const Call& call) {
  json::Arena arena;
  const Materialised made = materialise(call, arena);
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("template_id", template_id(made.archetype.harbor_template))
                 .add_integer("version_seq", kTemplateVersion)
                 .add("materialized_dsl", made.predicate)
                 .add("human_summary", std::string_view(completion_summary(made.archetype)))
                 .done());
}

void test(const Call& call) {
  json::Arena arena;
  const Materialised made = materialise(call, arena);
  const json::Value* evidence = call.body.root.find("evidence");
  if (evidence == nullptr || evidence->is_null()) bad_field("missing_field", "evidence", "is missing");
  const json::Value* given = call.body.root.find("evidence_schema");
  const Schema schema = in_field("evidence_schema", [&] {
    const bool none = given == nullptr || given->is_null();
    return Schema(none ? evidence_schema(made.archetype.canonical, made.archetype.required, arena) : *given);
  });
  const bool has_amount = call.body.root.find("amount_cents") != nullptr;
  const std::int64_t amount = has_amount ? call.cents("amount_cents") : made.archetype.recommended_cents;
  Fuel fuel;
  const PredicateTrace trace =
      Predicate(made.predicate)
          .evaluate({.payload = *evidence, .amount_cents = amount, .evidence_schema = &schema}, fuel);
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("template_id", template_id(made.archetype.harbor_template))
                 .add("predicate_evaluation", json::ObjectBuilder(arena)
                                                  .add_boolean("passed", trace.passed)
                                                  .add("trace", trace_value(trace, arena))
                                                  .done())
                 .add_boolean("passed", trace.passed)
                 .add_integer("amount_cents", amount)
                 .done());
}

// What stands for the verdict on an overlay: that on what it makes of its base policy.
PolicyVerdict verdict_on(const ResolvedPolicy& resolved, const json::Value& overlay) {
  PolicyVerdict verdict{.faults = resolved.faults, .warnings = resolved.warnings};
  if (verdict.is_valid()) verdict.name = overlay.find("name")->text();
  return verdict;
}

void validate(const Routes& routes, const Call& call) {
  json::Arena arena;
  const json::Value document = json::without_duplicates(call.body.root, arena);
  std::optional<ResolvedPolicy> resolved;
  if (call.exchange->query("resolve_inheritance").value_or("") == "1" && is_overlay(document)) {
    routes.service.database.read([&](store::Connection& connection) {
      resolved = resolve_policy(connection, call.tenant(), document, arena);
    });
  }
  PolicyVerdict verdict = resolved ? verdict_on(*resolved, document) : check_policy(document);
  if (call.exchange->query("strict").value_or("") == "1") {
    verdict.faults.insert(verdict.faults.end(), verdict.warnings.begin(), verdict.warnings.end());
  }
  const bool valid = verdict.is_valid();
  json::ObjectBuilder answer(arena);
  answer.add_boolean("valid", valid)
      .add_boolean("local_valid", valid)
      .add_boolean("remote_valid", valid)
      .add("policy_name", valid ? json::Value::string(verdict.name) : json::Value())
      .add("tenant_id", std::string_view(call.tenant()))
      .add("errors", policy_faults_value(verdict.faults, arena))
      .add("warnings", policy_faults_value(verdict.warnings, arena))
      .add("checks", json::ArrayBuilder(arena).done());
  if (resolved && resolved->what == Resolution::done)
    answer.add("effective_policy_digest", std::string_view(resolved->digest));
  if (resolved && !resolved->report.is_null()) answer.add("merge_report", resolved->report);
  call.reply(answer.done());
}

}  // namespace

void add_policy_routes(const Routes& routes) {
  const auto add = [&](std::string_view method, std::string_view pattern, void (*handler)(const Call&)) {
    add_call(routes, method, pattern, auth::kScopePaybondRead,
             [handler](const std::shared_ptr<Call>& call) { handler(*call); });
  };
  add("GET", "/harbor/policy/v1/versions", versions);
  add("GET", "/harbor/policy/v1/templates", templates);
  add("POST", "/harbor/policy/v1/preview", preview);
  add("POST", "/harbor/policy/v1/test", test);
  add_call(routes, "POST", "/v1/policy/validate", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { validate(routes, *call); });
}

}  // namespace agentnet::paybond
