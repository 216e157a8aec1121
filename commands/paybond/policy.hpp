// What the commands of `paybond policy` and `paybond init` share.
#pragma once

#include "commands/input.hpp"
#include "commands/paybond/answer.hpp"
#include "core/paybond/completion_catalog.hpp"
#include "core/paybond/policy_presets.hpp"
#include "core/paybond/predicate.hpp"

namespace agentnet::commands {

extern const Command kPaybondPolicyValidateEvidence;
extern const Command kPaybondPolicyTemplates;
extern const Command kPaybondPolicyPresets;
extern const Command kPaybondPolicyInit;
extern const Command kPaybondPolicyInitOrg;
extern const Command kPaybondPolicyExtend;
extern const Command kPaybondPolicyPublishOrg;
extern const Command kPaybondPolicyEffective;
extern const Command kPaybondPolicyValidateTools;
extern const Command kPaybondPolicyImportMcpReceipt;
extern const Command kPaybondPolicyImportX402Receipt;

inline constexpr Option kEnvelopeIdOption{
    .name = "--request-id", .value = "ID", .help = "the request id that the answer names"};

// Which policy a command line starts from: a preset, or a domain narrowed by guardrails.
struct PolicySource {
  std::string preset;
  std::string domain;
  std::string guardrails;
  std::optional<std::int64_t> max_usd;
};
// The options below, and the preset that an argument names (empty: there is none). Throws Error
// usage/bad_usage for what does not go together.
PolicySource policy_source(const Arguments& arguments, std::string_view argument);
// Throws what preset_policy and compose_policy throw.
paybond::Policy policy_of(const PolicySource& source);
// The members of an answer that say where a policy came from. `source` must outlive it.
void add_source(const PolicySource& source, json::ObjectBuilder& data);

inline constexpr Option kPolicyPresetOption{
    .name = "--preset", .value = "ID", .help = "a preset of policies", .choices = paybond::kPolicyPresetIds};
inline constexpr Option kMaxSpendOption{
    .name = "--max-spend", .value = "USD", .help = "the most that may be spent, in whole dollars"};
inline constexpr Option kDomainOption{
    .name = "--domain", .value = "ID", .help = "tools to start from", .choices = paybond::kPolicyDomainIds};
inline constexpr Option kGuardrailsOption{
    .name = "--guardrails", .value = "LIST", .help = "what narrows the domain, with commas between"};

// policy preview with --preset or --template.
Exit preview_template(const Arguments& arguments, Context& context);
// One line a clause, what it holds indented below it.
std::string trace_text(const paybond::PredicateTrace& trace);

// Says that a catalogue of one's own, which the kit would read, is not read.
void warn_of_catalogue(const Context& context);

// Writes a file of a command with kForceOption, whole or not at all; nothing on a dry run. Returns its path
// from the root. Throws Error conflict/exists without --force when there is one, and what Filesystem throws.
std::string write_new_file(const Arguments& arguments, Context& context, const std::string& path,
                           std::string_view content);
inline constexpr Option kForceOption{.name = "--force", .help = "replace a file that exists"};

// A list of a command that asks no network: rows where neither JSON, YAML nor a filter wants it whole.
struct LocalRow {
  std::string_view id;
  json::Value value;
};
void show_local_list(const Arguments& arguments, Context& context, const PaybondAnswer& answer,
                     const std::vector<LocalRow>& rows, std::initializer_list<std::string_view> columns);

}  // namespace agentnet::commands
