// paybond policy publish-org, effective
#include "commands/paybond/policy.hpp"
#include "core/http/message.hpp"
#include "core/paybond/policy_inheritance.hpp"
#include "core/paybond/policy_yaml.hpp"

namespace agentnet::commands {
namespace {

std::string need(const Arguments& arguments, std::string_view option) {
  const std::string value = arguments.text(option);
  if (value.empty()) throw Error(Category::usage, "missing_option", std::string(option) + " is missing");
  return value;
}

struct PolicyInput {
  std::string name;  // of the file
  json::Document document;
  json::Value policy = {};
};

PolicyInput read_policy(const Arguments& arguments, Context& context) {
  const InputText input = read_input(need(arguments, "--file"), context);
  PolicyInput read{input.name, naming(input.name, [&] { return paybond::read_yaml(input.text); })};
  read.policy = json::without_duplicates(read.document.root, read.document.arena);
  if (!read.policy.is_object())
    throw Error(Category::usage, "not_an_object", input.name + ": a policy must be a mapping");
  return read;
}

[[noreturn]] void bad_policy(const std::string& file, const paybond::PolicyFault& fault) {
  throw Error(Category::usage, "bad_policy", file + ": " + fault.path + " " + fault.message,
              "paybond policy validate-tools tells all faults");
}

Exit run_publish(const Arguments& arguments, Context& context) {
  const std::string org_id = need(arguments, "--org");
  if (!paybond::is_org_id(org_id)) {
    throw Error(Category::usage, "bad_org_id", "--org is no organisation: " + org_id,
                "org_ and a name in snake case");
  }
  const PolicyInput input = read_policy(arguments, context);
  const paybond::PolicyVerdict verdict = paybond::check_policy(input.policy);
  if (!verdict.is_valid()) bad_policy(input.name, verdict.faults.front());
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const paybond::Answer answer =
        connection.unbound().ask({.method = "PUT",
                                  .target = "/v1/admin/org-policies/" + verdict.name + "?org_id=" + org_id,
                                  .body = paybond::as_sent(input.policy),
                                  .idempotency_key = connection.idempotency_key(),
                                  .names_tenant = false});
    show(connection, arguments, context,
         {.command = "policy publish-org",
          .data = answer.root(),
          .brief = {"org_id", "policy_id", "version_seq", "content_digest"},
          .id = text_among(answer.root(), {"org_id"}) + "/" + text_among(answer.root(), {"policy_id"})});
    return Exit::done;
  });
}

// That an overlay widens its base is a verdict of policy, whatever the status that brings it.
template <typename Work>
auto as_verdict(const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.code() != "policy_widens") throw;
    throw Error(Category::policy, error.code(), error.message(), "an overlay may only narrow its base policy",
                error.details());
  }
}

Exit run_effective(const Arguments& arguments, Context& context) {
  const PolicyInput input = read_policy(arguments, context);
  if (!paybond::is_overlay(input.policy)) {
    throw Error(Category::usage, "no_overlay", input.name + " extends no base policy",
                "paybond policy extend writes an overlay");
  }
  const std::vector<paybond::PolicyFault> faults = paybond::overlay_faults(input.policy);
  if (!faults.empty()) bad_policy(input.name, faults.front());
  const std::string known = arguments.text("--digest");
  const std::string query = known.empty() ? "" : "?digest=" + http::percent_encode(known);
  const std::string id = paybond::overlay_base(input.policy).base.org_policy_id;
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const paybond::Answer answer = as_verdict([&] {
      return connection.unbound().ask({.method = "POST",
                                       .target = "/v1/org-policies/" + id + "/effective" + query,
                                       .body = paybond::as_sent(input.policy),
                                       .names_tenant = false});
    });
    show(connection, arguments, context,
         {.command = "policy effective",
          .data = answer.root(),
          .brief = {"effective_policy_version", "effective_policy_digest", "unchanged",
                    "org_base_version_seq"},
          .id = text_among(answer.root(), {"effective_policy_digest"})});
    return Exit::done;
  });
}

constexpr Option kFileOption{.name = "--file",
                             .value = "FILE",
                             .help = "the policy: YAML, JSON that begins with {, or -",
                             .completes = Completes::files};
constexpr Option kPublishOptions[] = {
    kFileOption, {.name = "--org", .value = "ID", .help = "whose policy it is: org_ and a name"}};
constexpr Option kEffectiveOptions[] = {
    kFileOption,
    {.name = "--digest", .value = "DIGEST", .help = "of the effective policy that you have already"}};
constexpr Example kPublishExamples[] = {
    {"paybond policy init-org --policy-id acme-v1 -f quiet && paybond policy publish-org --file acme-v1.yaml "
     "--org org_acme",
     "publish a base policy"}};
constexpr Example kEffectiveExamples[] = {
    {"paybond policy init-org --policy-id acme-v1 -f quiet && base=$(paybond policy publish-org --file "
     "acme-v1.yaml --org org_acme -f quiet) && paybond policy extend --extends $base -f quiet && paybond "
     "policy effective --file paybond.policy.yaml",
     "what a tenant's overlay makes of it"}};
constexpr std::string_view kSeeAlso[] = {"paybond policy init-org", "paybond policy extend",
                                         "paybond policy validate-tools"};

}  // namespace

constexpr Command kPaybondPolicyPublishOrg{
    .name = "publish-org",
    .summary = "Publish an organisation's base policy, for overlays to extend",
    .description =
        "Another text makes the next version of the policy; the same text changes nothing. In the local "
        "network a base policy belongs to the key's tenant.",
    .options = kPublishOptions,
    .examples = kPublishExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_publish};
constexpr Command kPaybondPolicyEffective{
    .name = "effective",
    .summary = "Show the policy that an overlay and its published base policy make together",
    .description =
        "The overlay may only narrow its base: a higher limit, a tool taken over or a flag taken back is "
        "refused, and every such place is told.",
    .options = kEffectiveOptions,
    .examples = kEffectiveExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .run = run_effective};

}  // namespace agentnet::commands
