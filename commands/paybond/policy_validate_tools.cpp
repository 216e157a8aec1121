// paybond policy validate-tools
#include "commands/paybond/policy.hpp"
#include "core/paybond/policy_check.hpp"
#include "core/paybond/policy_yaml.hpp"

namespace agentnet::commands {
namespace {

json::Value local_data(const paybond::PolicyVerdict& verdict, json::Arena& arena) {
  const json::Value tools =
      json::ObjectBuilder(arena)
          .add_integer("side_effecting", static_cast<std::int64_t>(verdict.side_effecting))
          .add_integer("read_only", static_cast<std::int64_t>(verdict.read_only))
          .done();
  return json::ObjectBuilder(arena)
      .add_boolean("valid", verdict.is_valid())
      .add_or_null("policy_name", verdict.name)
      .add("tools", tools)
      .add("errors", policy_faults_value(verdict.faults, arena))
      .done();
}

// The lines of a list of {path, message} in an answer.
std::string lines_of(const json::Value& data, std::string_view list) {
  std::string text;
  const json::Value* faults = data.find(list);
  if (faults == nullptr || !faults->is_array()) return text;
  for (const json::Value& fault : faults->items())
    text += "  " + printable(text_among(fault, {"path"}) + ": " + text_among(fault, {"message"})) + "\n";
  return text;
}

bool is_valid(const json::Value& data) {
  const json::Value* valid = data.find("valid");
  return valid != nullptr && valid->is_boolean() && valid->as_boolean();
}

// The verdict stands on standard output; a file that is no policy is an error all the same.
Exit verdict_of(const json::Value& data, const std::string& file) {
  if (is_valid(data)) return Exit::done;
  const json::Value* faults = data.find("errors");
  const std::size_t count = faults != nullptr && faults->is_array() ? faults->items().size() : 0;
  throw Error(Category::policy, "policy_invalid",
              file + " is no valid policy: " + std::to_string(count) + (count == 1 ? " fault" : " faults"));
}

PaybondAnswer answer_of(const json::Value& data) {
  return {.command = "policy validate-tools",
          .data = data,
          .id = is_valid(data) ? "valid" : "invalid",
          .text = (is_valid(data) ? "VALID " : "INVALID ") + printable(text_among(data, {"policy_name"})) +
                  "\n" + lines_of(data, "errors") + lines_of(data, "warnings")};
}

Exit run_remote(const Arguments& arguments, Context& context, const json::Value& policy,
                const std::string& file) {
  std::string query;
  if (arguments.has("--strict")) query = "?strict=1";
  if (arguments.has("--resolve-inheritance"))
    query += (query.empty() ? "?" : "&") + std::string("resolve_inheritance=1");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const paybond::Answer answer = connection.unbound().ask({.method = "POST",
                                                             .target = "/v1/policy/validate" + query,
                                                             .body = paybond::as_sent(policy),
                                                             .names_tenant = false});
    show(connection, arguments, context, answer_of(answer.root()));
    return verdict_of(answer.root(), file);
  });
}

Exit run_validate(const Arguments& arguments, Context& context) {
  if (!arguments.has("--file"))
    throw Error(Category::usage, "missing_option", "--file is missing", "paybond policy init writes one");
  const bool remote =
      arguments.has("--remote") || arguments.has("--check-gateway") || arguments.has("--resolve-inheritance");
  if (remote && arguments.has("--local-only")) {
    throw Error(Category::usage, "bad_usage",
                "--local-only does not go with --remote, --check-gateway or --resolve-inheritance");
  }
  const InputText input = read_input(arguments.text("--file"), context);
  const json::Document document = naming(input.name, [&] { return paybond::read_yaml(input.text); });
  const json::Value& policy = document.root;
  if (remote) {
    if (!policy.is_object())
      throw Error(Category::usage, "not_an_object", input.name + ": a policy must be a mapping");
    return run_remote(arguments, context, policy, input.name);
  }
  paybond::PolicyVerdict verdict = paybond::check_policy(policy);
  if (arguments.has("--strict")) {
    // Then what is only warned of is a fault.
    verdict.faults.insert(verdict.faults.end(), verdict.warnings.begin(), verdict.warnings.end());
  }
  for (const paybond::PolicyFault& warning : verdict.warnings)
    context.diagnostics.warn("policy", warning.path + ": " + warning.message);
  json::Arena arena;
  const json::Value data = local_data(verdict, arena);
  show_local(arguments, context, answer_of(data));
  return verdict_of(data, input.name);
}

constexpr Option kOptions[] = {
    {.name = "--file",
     .value = "FILE",
     .help = "the policy: YAML, JSON that begins with {, or -",
     .completes = Completes::files},
    {.name = "--local-only", .help = "ask nobody, which is the default"},
    {.name = "--remote", .help = "have the gateway check it, too"},
    {.name = "--check-gateway", .help = "the same"},
    {.name = "--strict", .help = "what is only warned of is a fault"},
    {.name = "--resolve-inheritance", .help = "have the gateway put an overlay on its base policy first"},
};

constexpr Example kExamples[] = {{"paybond policy init --preset travel -f quiet && paybond policy "
                                  "validate-tools --file paybond.policy.yaml",
                                  "is the file a policy?"},
                                 {"paybond policy init --preset saas --out saas.yaml -f quiet && paybond "
                                  "policy validate-tools --file saas.yaml "
                                  "--remote",
                                  "does the gateway think so, too?"}};
constexpr std::string_view kSeeAlso[] = {"paybond policy init", "paybond policy templates"};

}  // namespace

constexpr Command kPaybondPolicyValidateTools{
    .name = "validate-tools",
    .summary = "Check a policy file",
    .description =
        "Checks the file's fields, that tools with side effects name a preset for their evidence, and that "
        "the "
        "presets are in the catalogue. All faults are told, with the place of each; exits with 10 when there "
        "is one, with 2 when the file is no YAML or JSON.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .run = run_validate,
};

}  // namespace agentnet::commands
