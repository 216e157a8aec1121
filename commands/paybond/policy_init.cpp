// paybond policy init, init-org, extend
#include "commands/paybond/policy.hpp"
#include "core/paybond/completion_catalog.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPolicyFile = "paybond.policy.yaml";
constexpr std::string_view kDefaultOperation = "travel.book_hotel";
constexpr std::string_view kDefaultEvidence = "cost_and_completion";
constexpr std::int64_t kMostCents = paybond::kMostPolicyUsd * 100;

std::string text_or(const Arguments& arguments, std::string_view option, std::string_view otherwise) {
  return arguments.find(option).value_or(std::string(otherwise));
}

// The tool that --operation and --evidence-preset describe.
paybond::PolicyTool tool_of(const std::string& operation, const std::string& evidence) {
  paybond::check_tool_name(operation);
  paybond::completion_preset(evidence);
  return {.name = operation, .side_effecting = true, .evidence_preset = evidence, .operation = operation};
}

// A policy of one tool, with the template that judges its evidence.
paybond::Policy policy_of_tool(int version, const std::string& name, const paybond::PolicyTool& tool) {
  const paybond::CompletionPreset& preset = paybond::completion_preset(tool.evidence_preset);
  return {.version = version,
          .name = name,
          .tools = {tool},
          .template_id = std::string(paybond::template_id(preset.harbor_template)),
          .allowed_tools = {tool.name}};
}

// "travel.book_hotel" as the name of a policy: "travel-book-hotel-v1", cut to what a name may have.
std::string name_of(const std::string& operation) {
  std::string name = operation.substr(0, 61);
  for (char& c : name)
    c = c == '.' || c == '_' ? '-' : c;
  return name + "-v1";
}

// Writes the file and says so; `data` holds what an answer begins with after `out`.
template <typename Add>
Exit write(const Arguments& arguments, Context& context, std::string_view command, const std::string& path,
           const paybond::Policy& policy, const Add& add) {
  const std::string text = paybond::policy_text(policy);
  const std::string whole = write_new_file(arguments, context, path, text);
  json::Arena arena;
  json::ObjectBuilder data(arena);
  data.add("out", std::string_view(whole));
  add(data);
  show_local(
      arguments, context,
      {.command = command,
       .data = data.done(),
       .id = whole,
       .text = printable((context.dry_run ? "would write " : "wrote ") + whole + ", policy " + policy.name) +
               "\n"});
  return Exit::done;
}

Exit run_init(const Arguments& arguments, Context& context) {
  const PolicySource source = policy_source(arguments, "");
  const bool composed = !source.preset.empty() || !source.domain.empty();
  if (composed && (arguments.has("--operation") || arguments.has("--evidence-preset"))) {
    throw Error(Category::usage, "bad_usage",
                "a preset or domain does not go with --operation or --evidence-preset");
  }
  if (!composed && source.max_usd)
    throw Error(Category::usage, "bad_usage", "--max-spend goes with --preset");
  const std::string operation = text_or(arguments, "--operation", kDefaultOperation);
  const std::string evidence = text_or(arguments, "--evidence-preset", kDefaultEvidence);
  const paybond::Policy policy =
      composed ? policy_of(source) : policy_of_tool(1, name_of(operation), tool_of(operation, evidence));
  const std::size_t bytes = paybond::policy_text(policy).size();
  return write(arguments, context, "policy init", text_or(arguments, "--out", kPolicyFile), policy,
               [&](json::ObjectBuilder& data) {
                 if (composed) add_source(source, data);
                 data.add("name", std::string_view(policy.name));
                 if (!composed) {
                   data.add("operation", std::string_view(operation));
                   data.add("evidence_preset", std::string_view(evidence));
                 }
                 data.add_integer("bytes_written", static_cast<std::int64_t>(bytes));
                 if (source.max_usd) data.add_integer("max_spend_usd", *source.max_usd);
               });
}

Exit run_init_org(const Arguments& arguments, Context& context) {
  const std::string id = required(arguments, "--policy-id");
  paybond::check_policy_name(id, "--policy-id");
  const std::string operation = text_or(arguments, "--operation", kDefaultOperation);
  const std::string evidence = text_or(arguments, "--evidence-preset", kDefaultEvidence);
  paybond::PolicyTool tool = tool_of(operation, evidence);
  tool.max_spend_cents = arguments.number("--max-spend-cents", 0, kMostCents);
  const paybond::Policy policy = policy_of_tool(2, id, tool);
  const std::size_t bytes = paybond::policy_text(policy).size();
  return write(arguments, context, "policy init-org", text_or(arguments, "--out", id + ".yaml"), policy,
               [&](json::ObjectBuilder& data) {
                 data.add("policy_id", std::string_view(id))
                     .add("operation", std::string_view(operation))
                     .add("evidence_preset", std::string_view(evidence))
                     .add_integer("bytes_written", static_cast<std::int64_t>(bytes));
               });
}

Exit run_extend(const Arguments& arguments, Context& context) {
  paybond::PolicyBase base = paybond::read_extends(required(arguments, "--extends"));
  base.file = arguments.text("--base-policy");
  if (base.file.size() > paybond::kMaxPolicyPathBytes)
    throw Error(Category::usage, "bad_value", "--base-policy is too long");
  const std::string stem = base.org_policy_id.substr(0, 64 - std::string_view("-overlay-v1").size());
  paybond::Policy policy{
      .version = 2, .name = text_or(arguments, "--name", stem + "-overlay-v1"), .extends = base};
  paybond::check_policy_name(policy.name, "--name");
  if (arguments.has("--evidence-preset") && !arguments.has("--operation"))
    throw Error(Category::usage, "bad_usage", "--evidence-preset goes with --operation");
  const std::string operation = arguments.text("--operation");
  const std::string evidence = text_or(arguments, "--evidence-preset", kDefaultEvidence);
  if (arguments.has("--operation")) policy.tools.push_back(tool_of(operation, evidence));
  const std::size_t bytes = paybond::policy_text(policy).size();
  return write(
      arguments, context, "policy extend", text_or(arguments, "--out", kPolicyFile), policy,
      [&](json::ObjectBuilder& data) {
        data.add("name", std::string_view(policy.name))
            .add("org_id", std::string_view(base.org_id))
            .add("org_policy_id", std::string_view(base.org_policy_id))
            .add_integer("bytes_written", static_cast<std::int64_t>(bytes));
        if (policy.tools.empty()) return;
        data.add("operation", std::string_view(operation)).add("evidence_preset", std::string_view(evidence));
      });
}

constexpr Option kOutOption{
    .name = "--out", .value = "FILE", .help = "the file that is written", .completes = Completes::files};
constexpr Option kOperationOption{.name = "--operation", .value = "NAME", .help = "the tool that may spend"};
constexpr Option kEvidenceOption{.name = "--evidence-preset",
                                 .value = "ID",
                                 .help = "how its evidence is judged; see policy templates",
                                 .choices = paybond::kCompletionPresetIds};

constexpr Option kInitOptions[] = {kOutOption,        kPolicyPresetOption, kDomainOption,
                                   kGuardrailsOption, kMaxSpendOption,     kOperationOption,
                                   kEvidenceOption,   kForceOption,        kEnvelopeIdOption};
constexpr Option kInitOrgOptions[] = {
    {.name = "--policy-id", .value = "NAME", .help = "the policy's name"},
    kOutOption,
    kOperationOption,
    kEvidenceOption,
    {.name = "--max-spend-cents", .value = "N", .help = "the most that the tool may spend, in cents"},
    kForceOption,
    kEnvelopeIdOption};
constexpr Option kExtendOptions[] = {
    {.name = "--extends", .value = "ORG/POLICY", .help = "the organisation's base policy"},
    kOutOption,
    {.name = "--name", .value = "NAME", .help = "the overlay's name"},
    kOperationOption,
    kEvidenceOption,
    {.name = "--base-policy",
     .value = "FILE",
     .help = "where a copy of the base policy lies",
     .completes = Completes::files},
    kForceOption,
    kEnvelopeIdOption};

constexpr Example kInitExamples[] = {
    {"paybond policy init --preset travel", "a travel agent's policy"},
    {"paybond policy init --domain saas --guardrails strict,max-spend:20 --out saas.yaml",
     "a domain narrowed by guardrails"},
    {"paybond policy init --operation search.paid --evidence-preset api_response_ok --out search.yaml",
     "a policy of one tool"}};
constexpr Example kInitOrgExamples[] = {
    {"paybond policy init-org --policy-id acme-agent-spend-v1", "a base policy for all tenants"}};
constexpr Example kExtendExamples[] = {
    {"paybond policy extend --extends org_acme/acme-agent-spend-v1", "a tenant's overlay of it"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::conflict};
constexpr std::string_view kSeeAlso[] = {"paybond policy validate-tools", "paybond policy presets show"};

}  // namespace

constexpr Command kPaybondPolicyInit{
    .name = "init",
    .summary = "Write a policy file to start from",
    .description =
        "Writes paybond.policy.yaml: the policy of a preset, of a domain narrowed by guardrails, or "
        "of one tool. A file that is there stays as it is unless --force is given.",
    .options = kInitOptions,
    .examples = kInitExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_init};
constexpr Command kPaybondPolicyInitOrg{.name = "init-org",
                                        .summary = "Write an organisation's base policy to start from",
                                        .options = kInitOrgOptions,
                                        .examples = kInitOrgExamples,
                                        .exits = kExits,
                                        .see_also = kSeeAlso,
                                        .access = Access::writes,
                                        .run = run_init_org};
constexpr Command kPaybondPolicyExtend{.name = "extend",
                                       .summary = "Write a tenant's overlay of an organisation's base policy",
                                       .options = kExtendOptions,
                                       .examples = kExtendExamples,
                                       .exits = kExits,
                                       .see_also = kSeeAlso,
                                       .access = Access::writes,
                                       .run = run_extend};

}  // namespace agentnet::commands
