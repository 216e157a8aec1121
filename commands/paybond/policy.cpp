// paybond policy
#include "commands/paybond/policy.hpp"

#include <filesystem>

#include "commands/paybond/paybond.hpp"
#include "commands/wire.hpp"

namespace agentnet::commands {
namespace {

constexpr const Command* kPolicyCommands[] = {&kPaybondPolicyInit,
                                              &kPaybondPolicyInitOrg,
                                              &kPaybondPolicyExtend,
                                              &kPaybondPolicyValidateTools,
                                              &kPaybondPolicyPresets,
                                              &kPaybondPolicyTemplates,
                                              &kPaybondPolicyPreview,
                                              &kPaybondPolicyValidateEvidence,
                                              &kPaybondPolicyCheckSchema,
                                              &kPaybondPolicyPublishOrg,
                                              &kPaybondPolicyEffective,
                                              &kPaybondPolicyImportMcpReceipt,
                                              &kPaybondPolicyImportX402Receipt};

}  // namespace

void warn_of_catalogue(const Context& context) {
  constexpr std::string_view kVariable = "PAYBOND_COMPLETION_CATALOG";
  if (context.environment.get_or_empty(std::string(kVariable)).empty()) return;
  context.diagnostics.warn("catalogue",
                           std::string(kVariable) + " is not read; the presets are those of release 0.12.17");
}

std::string write_new_file(const Arguments& arguments, Context& context, const std::string& path,
                           std::string_view content) {
  if (!context.dry_run && arguments.has(kForceOption.name)) {
    context.files.replace(path, content);
  } else if (!context.dry_run) {
    try {
      context.files.create(path, content);
    } catch (const Error& fault) {
      if (fault.code() != "exists") throw;
      throw Error(Category::conflict, "exists", path + " exists already", "--force replaces it");
    }
  }
  std::error_code fault;
  const std::filesystem::path whole = std::filesystem::absolute(path, fault);
  return fault ? path : whole.lexically_normal().string();
}

void show_local_list(const Arguments& arguments, Context& context, const PaybondAnswer& answer,
                     const std::vector<LocalRow>& rows, std::initializer_list<std::string_view> columns) {
  const Format format = context.sink.format();
  if (format == Format::json || format == Format::yaml || arguments.has("--jq") ||
      !arguments.text("--json").empty()) {
    return show_local(arguments, context, answer);
  }
  context.sink.begin_rows();
  for (const LocalRow& row : rows) {
    json::Arena arena;
    context.sink.row({row.value, {}, std::string(row.id), false, columns_of(row.value, columns, arena)});
  }
  context.sink.end_rows();
}

constexpr Command kPaybondPolicy{
    .name = "policy",
    .summary = "Try out what an intent asks of its evidence, and what an agent may do",
    .children = kPolicyCommands,
};

}  // namespace agentnet::commands
