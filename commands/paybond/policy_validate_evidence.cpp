// paybond policy validate-evidence
#include "commands/paybond/policy.hpp"
#include "core/paybond/completion_evidence.hpp"

namespace agentnet::commands {
namespace {

// The evidence of a file; null when the option is not given.
json::Document evidence_of(const Arguments& arguments, const Context& context, std::string_view option) {
  const auto source = arguments.find(option);
  return source ? parse_input(read_input(*source, context)) : json::Document{};
}

std::string words(const std::vector<std::string_view>& list) {
  std::string out;
  for (const std::string_view word : list)
    out += " " + std::string(word);
  return out;
}

std::string text_of(const paybond::CompletionReport& report) {
  std::string text = report.ok() ? "VALID\n" : "INVALID\n";
  if (report.pack_stale) text += "  the evidence was made for another version of the pack\n";
  if (!report.vendor_schema_ok) text += "  the vendor's evidence is not as its schema says\n";
  if (!report.canonical_schema_ok) text += "  the canonical evidence is not as its schema says\n";
  if (!report.quality_missing.empty()) text += "  missing:" + words(report.quality_missing) + "\n";
  if (!report.forbidden.empty()) text += "  of a payment, so no evidence:" + words(report.forbidden) + "\n";
  if (!report.drift_kinds.empty()) text += "  drift:" + words(report.drift_kinds) + "\n";
  return text;
}

Exit run_validate(const Arguments& arguments, Context& context) {
  const paybond::CompletionPreset& preset = paybond::completion_preset(arguments.text("--preset"));
  warn_of_catalogue(context);
  if (!arguments.has("--vendor-file") && !arguments.has("--canonical-file")) {
    throw Error(Category::usage, "missing_evidence", "no evidence is given",
                "--vendor-file or --canonical-file names it");
  }
  if (arguments.text("--vendor-file") == "-" && arguments.text("--canonical-file") == "-")
    throw Error(Category::usage, "bad_usage", "only one of the inputs can be standard input");
  const json::Document vendor = evidence_of(arguments, context, "--vendor-file");
  const json::Document canonical = evidence_of(arguments, context, "--canonical-file");
  const std::string version = arguments.text("--frozen-api-version");
  const std::string vendor_digest = arguments.text("--frozen-vendor-schema-digest");
  const std::string canonical_digest = arguments.text("--frozen-canonical-schema-digest");
  if (!preset.superseded_by.empty()) {
    context.diagnostics.warn(
        "deprecated", std::string(preset.id) + " is deprecated; use " + std::string(preset.superseded_by));
  }
  json::Arena arena;
  const paybond::CompletionReport report = paybond::check_completion(
      preset, vendor.root, canonical.root, {version, vendor_digest, canonical_digest}, arena);
  const json::Value data =
      json::with_member(paybond::report_value(report, arena), "ok", json::Value::boolean(report.ok()), arena);
  show_local(arguments, context,
             {.command = "policy validate-evidence",
              .data = data,
              .id = report.ok() ? "valid" : "invalid",
              .text = text_of(report)});
  return report.ok() ? Exit::done : Exit::policy;
}

constexpr Option kOptions[] = {
    {.name = "--preset",
     .value = "ID",
     .help = "what the evidence is for",
     .choices = paybond::kCompletionPresetIds,
     .required = true},
    {.name = "--vendor-file",
     .value = "FILE",
     .help = "what the vendor sent: JSON that begins with {, a file, or -",
     .completes = Completes::files},
    {.name = "--canonical-file",
     .value = "FILE",
     .help = "the evidence as it would be submitted: JSON, a file, or -",
     .completes = Completes::files},
    {.name = "--frozen-api-version", .value = "VERSION", .help = "the vendor's API that was built for"},
    {.name = "--frozen-vendor-schema-digest", .value = "HEX", .help = "of the vendor's schema then"},
    {.name = "--frozen-canonical-schema-digest", .value = "HEX", .help = "of the canonical schema then"},
    kEnvelopeIdOption,
};

constexpr Example kExamples[] = {
    {R"(paybond policy validate-evidence --preset cost_and_completion --canonical-file '{"status":"completed","cost_cents":5}')",
     "is this what the preset asks for?"},
    {R"(paybond policy validate-evidence --preset stripe_charge --vendor-file '{"charge_id":"ch_1","http_status":200,"response_digest":"d"}' -f json)",
     "a vendor's evidence under the names that the network knows"},
};

constexpr Exit kExits[] = {Exit::policy};
constexpr std::string_view kSeeAlso[] = {"paybond policy templates", "paybond policy preview"};

}  // namespace

constexpr Command kPaybondPolicyValidateEvidence{
    .name = "validate-evidence",
    .summary = "Check evidence against a completion preset before it is submitted",
    .description =
        "A vendor pack has a schema for what the vendor sends and maps it to canonical names; both are "
        "checked, and that fields which prove quality are there and fields of the payment are not. An "
        "archetype has canonical evidence alone. With the frozen version or digests of when the integration "
        "was built, a pack that has changed since is stale.\n\n"
        "Exits with 10 when anything drifted. Whether the evidence releases the money is for the predicate: "
        "see policy preview.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_validate,
};

}  // namespace agentnet::commands
