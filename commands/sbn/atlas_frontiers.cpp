// sbn atlas frontiers, tree, frontier
#include <algorithm>
#include <map>

#include "commands/sbn/atlas.hpp"
#include "commands/sbn/connection.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMaxNumber = 1'000'000'000;

Exit run_frontiers(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::list_frontiers(
      connection.client(), arguments.text("--kind"), arguments.text("--family"), arguments.text("--regime"));
  deliver_list(connection, context, answer.root, "frontiers",
               {"canonical_path", "c_max", "regime", "metallic_label", "pulse_type"},
               {"canonical_path", "frontier_id"});
  return Exit::done;
}

// --- tree -----------------------------------------------------------------------------------------------

std::string path_of(const json::Value& frontier) {
  return first_text(frontier, {"canonical_path", "frontier_id"});
}

// "  b  scoring, c_max 1.0, gold": one segment of the path, indented by those before it.
std::string tree_line(const json::Value& frontier) {
  const std::string path = path_of(frontier);
  const auto depth = static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
  const auto text = [&](std::string_view name) {
    const json::Value* member = frontier.find(name);
    return member == nullptr ? std::string() : plain_text(*member);
  };
  std::string facts = text("frontier_kind");
  if (!text("c_max").empty()) facts += ", c_max " + text("c_max");
  if (!text("metallic_label").empty()) facts += ", " + text("metallic_label");
  const std::string name = path.substr(path.rfind('.') + 1);
  return std::string(2 * depth + 2, ' ') + printable(name) + "  " + printable(facts) + '\n';
}

Exit run_tree(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::list_frontiers(connection.client());
  const json::Value* list = answer.root.find("frontiers");
  std::map<std::string, std::map<std::string, const json::Value*>> families;
  if (list != nullptr && list->is_array()) {
    for (const json::Value& frontier : list->items())
      families[first_text(frontier, {"app_family", "family"})][path_of(frontier)] = &frontier;
  }
  std::string text;
  std::string paths;
  for (const auto& [family, frontiers] : families) {
    text += printable(family.empty() ? "(no family)" : family) + '\n';
    for (const auto& [path, frontier] : frontiers) {
      text += tree_line(*frontier);
      paths += (paths.empty() ? "" : "\n") + printable(path);
    }
  }
  if (text.empty()) text = "(no results)\n";
  context.sink.result({answer.root, text, paths});
  return Exit::done;
}

// --- frontier -------------------------------------------------------------------------------------------

std::optional<bool> flag(const Arguments& arguments, std::string_view name) {
  if (!arguments.has(name)) return std::nullopt;
  return true;
}

sbn::atlas::HistoryOptions history_options(const Arguments& arguments) {
  return {arguments.number("--window-hours", 1, kMaxNumber),
          arguments.number("--bucket-minutes", 1, kMaxNumber),
          flag(arguments, "--include-rollup"),
          flag(arguments, "--include-coupling"),
          flag(arguments, "--include-instrumentation"),
          flag(arguments, "--include-interventions")};
}

void deliver_frontier(Connection& connection, const Arguments& arguments, Context& context,
                      const json::Document& answer) {
  deliver(connection, context, answer.root, {}, arguments.text("FRONTIER"));
}

Exit run_snapshot(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  deliver_frontier(connection, arguments, context,
                   sbn::atlas::get_frontier_snapshot(connection.client(), arguments.text("FRONTIER")));
  return Exit::done;
}

Exit run_history(const Arguments& arguments, Context& context) {
  const sbn::atlas::HistoryOptions options = history_options(arguments);
  Connection connection(arguments, context);
  const std::string frontier = arguments.text("FRONTIER");
  const auto since = arguments.find("--since");
  deliver_frontier(
      connection, arguments, context,
      since ? sbn::atlas::get_frontier_history_delta(connection.client(), frontier, *since, options)
            : sbn::atlas::get_frontier_history(connection.client(), frontier, options));
  return Exit::done;
}

Exit run_validate(const Arguments& arguments, Context& context) {
  const auto tolerance = decimal_option(arguments, "--tolerance");
  Connection connection(arguments, context);
  deliver_frontier(
      connection, arguments, context,
      sbn::atlas::get_frontier_validation(connection.client(), arguments.text("FRONTIER"), tolerance));
  return Exit::done;
}

Exit run_couplings(const Arguments& arguments, Context& context) {
  const auto strength = decimal_option(arguments, "--min-strength");
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::atlas::get_frontier_couplings(connection.client(), arguments.text("FRONTIER"), strength);
  deliver_list(connection, context, answer.root, "couplings",
               {"frontier_a_id", "frontier_b_id", "coupling_type", "strength", "direction"},
               {"id", "coupling_id", "frontier_b_id"});
  return Exit::done;
}

// --- the commands ---------------------------------------------------------------------------------------

constexpr Argument kFrontier[] = {{.name = "FRONTIER", .help = "the frontier's path"}};
constexpr Option kListOptions[] = {
    {.name = "--family", .value = "FAMILY", .help = "only frontiers of this family"},
    {.name = "--regime", .value = "REGIME", .help = "only frontiers in this regime"},
    {.name = "--kind", .value = "KIND", .help = "only frontiers of this kind"},
};
constexpr Option kHistoryOptions[] = {
    {.name = "--window-hours", .value = "N", .help = "how far back"},
    {.name = "--bucket-minutes", .value = "N", .help = "how long each step is"},
    {.name = "--since", .value = "TIME", .help = "only what changed from then on"},
    {.name = "--include-rollup", .help = "with what is rolled up from frontiers below"},
    {.name = "--include-coupling", .help = "with couplings"},
    {.name = "--include-instrumentation", .help = "with instrumentation"},
    {.name = "--include-interventions", .help = "with interventions"},
};
constexpr Option kValidateOptions[] = {
    {.name = "--tolerance", .value = "X", .help = "how far values may be apart"}};
constexpr Option kCouplingOptions[] = {
    {.name = "--min-strength", .value = "X", .help = "only couplings at least as strong"}};

#define AGENTNET_BOUND "sbn atlas register --name f --family ops --workflow audit --bind audit=ops.audit && "
constexpr Example kListExamples[] = {
    {AGENTNET_BOUND "sbn atlas frontiers --family ops", "list the frontiers of a family"}};
constexpr Example kTreeExamples[] = {{AGENTNET_BOUND "sbn atlas tree", "draw the frontiers"}};
constexpr Example kSnapshotExamples[] = {
    {AGENTNET_BOUND "sbn atlas frontier snapshot ops.audit", "print what is known of a frontier"}};
constexpr Example kHistoryExamples[] = {{AGENTNET_BOUND
                                         "sbn atlas frontier history ops.audit --window-hours 24",
                                         "print what was measured in a day"}};
constexpr Example kValidateExamples[] = {
    {AGENTNET_BOUND "sbn atlas frontier validate ops.audit", "compare a frontier with its measurements"}};
constexpr Example kCouplingExamples[] = {
    {AGENTNET_BOUND "sbn atlas frontier couplings ops.audit -f json", "list what it is coupled with"}};
#undef AGENTNET_BOUND

constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn atlas frontiers", "sbn atlas resolve"};

constexpr Command reading(Command command) {
  command.exits = kExits;
  command.see_also = kSeeAlso;
  command.access = Access::reads;
  command.reach = Reach::network;
  return command;
}

constexpr Command kSnapshot = reading({.name = "snapshot",
                                       .summary = "Print what is known of a frontier now",
                                       .arguments = kFrontier,
                                       .examples = kSnapshotExamples,
                                       .run = run_snapshot});
constexpr Command kHistory = reading({.name = "history",
                                      .summary = "Print what was measured of a frontier",
                                      .arguments = kFrontier,
                                      .options = kHistoryOptions,
                                      .examples = kHistoryExamples,
                                      .run = run_history});
constexpr Command kValidate = reading({.name = "validate",
                                       .summary = "Compare what a frontier declares with what was measured",
                                       .arguments = kFrontier,
                                       .options = kValidateOptions,
                                       .examples = kValidateExamples,
                                       .run = run_validate});
constexpr Command kCouplings = reading({.name = "couplings",
                                        .summary = "List what a frontier is coupled with",
                                        .arguments = kFrontier,
                                        .options = kCouplingOptions,
                                        .examples = kCouplingExamples,
                                        .run = run_couplings});
constexpr const Command* kCommands[] = {&kSnapshot, &kHistory, &kValidate, &kCouplings};

}  // namespace

constexpr Command kAtlasFrontiers = reading({.name = "frontiers",
                                             .summary = "List the frontiers",
                                             .options = kListOptions,
                                             .examples = kListExamples,
                                             .run = run_frontiers});
constexpr Command kAtlasTree = reading({.name = "tree",
                                        .summary = "Draw the frontiers as trees, one for each family",
                                        .examples = kTreeExamples,
                                        .run = run_tree});
constexpr Command kAtlasFrontier{
    .name = "frontier", .summary = "One frontier, and what is known of it", .children = kCommands};

}  // namespace agentnet::commands
