// The options that commands share: those of every command, and those that a command's reach adds.
#include <algorithm>

#include "cli/program.hpp"
#include "commands/network_options.hpp"

namespace agentnet::cli {
namespace {

using commands::Option;
using commands::Reach;

constexpr std::string_view kDryRun = "--dry-run";

constexpr std::string_view kFormats[] = {"json", "jsonl", "table", "quiet", "yaml", "dotenv", "tsv"};
constexpr std::string_view kColors[] = {"auto", "always", "never"};
constexpr std::string_view kLevels[] = {"error", "warning", "info", "debug"};
constexpr std::string_view kLogFormats[] = {"text", "json"};

constexpr Option kGlobals[] = {
    {.name = "--output-format",
     .letter = 'o',
     .value = "FORMAT",
     .help = "how to print the result",
     .choices = kFormats},
    {.name = "--format",
     .letter = 'f',
     .value = "FORMAT",
     .help = "the same as --output-format",
     .choices = kFormats},
    {.name = "--json",
     .value = "FIELDS",
     .help = "print JSON; with =a,b only these fields",
     .optional_value = true},
    {.name = "--jq",
     .value = "FILTER",
     .help = "print what a jq filter makes of the JSON; integers over 17 digits lose digits in it"},
    {.name = kDryRun, .help = "show what would be written or signed, and do neither"},
    {.name = "--quiet", .letter = 'q', .help = "say nothing on standard error but errors"},
    {.name = "--verbose",
     .letter = 'v',
     .help = "say more on standard error; -vv says most",
     .repeatable = true},
    {.name = "--log-level",
     .value = "LEVEL",
     .help = "what is said on standard error",
     .fallback = "warning",
     .choices = kLevels},
    {.name = "--log-format",
     .value = "FORMAT",
     .help = "how standard error is written",
     .fallback = "text",
     .choices = kLogFormats},
    {.name = "--color",
     .value = "WHEN",
     .help = "color on standard error",
     .fallback = "auto",
     .choices = kColors},
    {.name = "--help", .letter = 'h', .help = "print this help"},
};

constexpr Option kWritingNetwork[] = {commands::kIdempotencyOption};

constexpr SharedOptions kShared[] = {
    {"Options for the settings", commands::kConfiguredOptions, Reach::configured},
    {"Options for the network", commands::kNetworkOptions, Reach::network},
    {"Options for the gateway", commands::kGatewayOptions, Reach::gateway},
    {"Options for requests that write", kWritingNetwork, Reach::network},
    {"Options for questions", commands::kAskingOptions, Reach::offline, true},
    {"Options of every command", kGlobals, Reach::offline},
};

// The options of a table that `command` leaves free.
std::vector<Option> free_ones(std::span<const Option> table, const commands::Command& command) {
  std::vector<Option> free;
  for (Option option : table) {
    const bool writes = command.access == commands::Access::writes;
    const bool is_gateway = command.reach == Reach::gateway;
    if (option.name == commands::kIdempotencyOption.name && !writes) continue;
    if (option.name == kDryRun && !writes && !is_gateway) continue;  // there it shows any request
    if (option.name == commands::kTenantOption.name && is_gateway) continue;
    const auto taken_name = [&](const Option& local) { return local.name == option.name; };
    const auto taken_letter = [&](const Option& local) { return local.letter == option.letter; };
    if (std::any_of(command.options.begin(), command.options.end(), taken_name)) continue;
    if (option.letter != 0 && std::any_of(command.options.begin(), command.options.end(), taken_letter)) {
      option.letter = 0;
    }
    free.push_back(option);
  }
  return free;
}

}  // namespace

std::span<const SharedOptions> shared_options() {
  return kShared;
}

bool takes(const commands::Command& command, const SharedOptions& shared) {
  return command.reach >= shared.reach && (command.asks || !shared.for_asking);
}

std::vector<Option> free_options(const SharedOptions& shared, const commands::Command& command) {
  if (!takes(command, shared)) return {};
  return free_ones(shared.options, command);
}

std::vector<Option> globals_for(const commands::Command& command) {
  std::vector<Option> all;
  for (const SharedOptions& shared : kShared) {
    const std::vector<Option> some = free_options(shared, command);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

}  // namespace agentnet::cli
