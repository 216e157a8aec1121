// The options that every command takes.
#include <algorithm>

#include "cli/program.hpp"

namespace agentnet::cli {
namespace {

using commands::Option;

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
    {.name = "--dry-run", .help = "show what would be written or signed, and do neither"},
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

}  // namespace

std::span<const Option> global_options() {
  return kGlobals;
}

std::vector<Option> globals_for(const commands::Command& command) {
  std::vector<Option> free;
  for (Option global : kGlobals) {
    if (global.name == "--dry-run" && command.access != commands::Access::writes) continue;
    const auto taken_name = [&](const Option& local) { return local.name == global.name; };
    const auto taken_letter = [&](const Option& local) { return local.letter == global.letter; };
    if (std::any_of(command.options.begin(), command.options.end(), taken_name)) continue;
    if (global.letter != 0 && std::any_of(command.options.begin(), command.options.end(), taken_letter)) {
      global.letter = 0;
    }
    free.push_back(global);
  }
  return free;
}

}  // namespace agentnet::cli
