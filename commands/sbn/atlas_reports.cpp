// sbn atlas couplings, calibrate, detect, instrumentation, interventions
#include "commands/sbn/atlas.hpp"
#include "commands/sbn/atlas_credentials.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMaxDays = 36'500;
constexpr std::int64_t kMaxRows = 1'000'000;
constexpr std::int64_t kShownDays = 14;
constexpr std::int64_t kShownRows = 10;
constexpr std::int64_t kCalibrationDays = 7;

Exit run_couplings(const Arguments& arguments, Context& context) {
  const double strength = decimal_option(arguments, "--min-strength").value_or(0.0);
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::list_couplings(
      connection.client(), arguments.text("--frontier-id"), arguments.text("--type"), strength);
  deliver_list(connection, context, answer.root, "couplings",
               {"frontier_a_id", "frontier_b_id", "coupling_type", "strength", "direction"},
               {"id", "coupling_id", "frontier_a_id"});
  return Exit::done;
}

Exit run_calibrate(const Arguments& arguments, Context& context) {
  const std::int64_t days = arguments.number("--window", 1, kMaxDays).value_or(kCalibrationDays);
  const bool force = arguments.has("--force");
  Connection connection(arguments, context);
  if (const auto frontier = arguments.find("--frontier")) {
    const json::Document answer = sbn::atlas::calibrate_frontier(connection.client(), *frontier, days, force);
    json::Arena arena;
    const json::Value brief = pick(answer.root,
                                   {"frontier", "previous_cmax", "c_max", "regime", "metallic_label",
                                    "lambda_score", "observations", "version_tag", "csk", "status"},
                                   arena);
    deliver(connection, context, answer.root, brief, first_text(answer.root, {"frontier", "frontier_id"}));
    return Exit::done;
  }
  const json::Document answer = sbn::atlas::calibrate_all(connection.client(), days, force);
  deliver_list(connection, context, answer.root, "results", {"frontier", "previous_cmax", "c_max", "regime"},
               {"frontier", "frontier_id"});
  return Exit::done;
}

Exit run_detect(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::detect_couplings(connection.client());
  const json::Value* detected = answer.root.find("detected");
  deliver(connection, context, answer.root, {}, detected == nullptr ? "" : plain_text(*detected));
  return Exit::done;
}

sbn::atlas::ReportOptions report_options(const Arguments& arguments) {
  sbn::atlas::ReportOptions options;
  options.family = arguments.text("--family");
  options.frontier_id = arguments.text("--frontier-id");
  options.event_type = arguments.text("--event-type");
  options.source_app = arguments.text("--source-app");
  options.window_days = arguments.number("--window-days", 1, kMaxDays);
  options.limit = arguments.number("--limit", 1, kMaxRows);
  return options;
}

Exit run_instrumentation(const Arguments& arguments, Context& context) {
  sbn::atlas::ReportOptions options = report_options(arguments);
  options.window_days = options.window_days.value_or(kShownDays);
  options.limit = options.limit.value_or(kShownRows);
  options.only_weak = !arguments.has("--all");
  const AtlasCredentials credentials = atlas_credentials(arguments, context);
  Connection connection(arguments, context);
  const json::Document token = exchange(connection, credentials);
  sbn::Client client = as_app(connection, token.root, credentials);
  const json::Document answer = sbn::atlas::get_instrumentation_report(client, options);
  const std::string weak = plain_text(inner(answer.root, "summary", "weak_events"));
  json::Arena arena;
  json::ObjectBuilder brief(arena);
  for (const std::string_view name : {"family", "frontier_id", "source_app", "event_type", "window_days"})
    if (const json::Value* member = answer.root.find(name)) brief.add(name, *member);
  for (const std::string_view name : {"total_events", "strong_events", "weak_events", "weak_rate",
                                      "status_counts", "missing_dimension_counts"})
    brief.add(name, inner(answer.root, "summary", name));
  if (const json::Value* segments = answer.root.find("weak_segments")) brief.add("weak_segments", *segments);
  deliver(connection, context, answer.root, brief.done(), weak);
  return Exit::done;
}

Exit run_interventions(const Arguments& arguments, Context& context) {
  const sbn::atlas::ReportOptions options = report_options(arguments);
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::get_intervention_report(connection.client(), options);
  const json::Value* count = answer.root.find("count");
  deliver(connection, context, answer.root, {}, count == nullptr ? "" : plain_text(*count));
  return Exit::done;
}

constexpr Option kFamily{.name = "--family", .value = "FAMILY", .help = "only of this family"};
constexpr Option kFrontierId{.name = "--frontier-id", .value = "FRONTIER", .help = "only of this frontier"};
constexpr Option kSourceApp{.name = "--source-app", .value = "APP", .help = "only from this app"};

constexpr Option kCouplingOptions[] = {
    kFrontierId,
    {.name = "--type", .value = "TYPE", .help = "only couplings of this type"},
    {.name = "--min-strength", .value = "X", .help = "only couplings at least as strong", .fallback = "0.0"},
};
constexpr Option kCalibrateOptions[] = {
    {.name = "--frontier", .letter = 'f', .value = "FRONTIER", .help = "one frontier instead of all"},
    {.name = "--window",
     .letter = 'w',
     .value = "DAYS",
     .help = "how far back observations count",
     .fallback = "7"},
    {.name = "--force", .help = "also what was calibrated lately"},
};
constexpr Option kInstrumentationOptions[] = {
    kFamily,
    kFrontierId,
    {.name = "--event-type", .value = "TYPE", .help = "only events of this type"},
    kSourceApp,
    {.name = "--window-days", .value = "N", .help = "how far back", .fallback = "14"},
    {.name = "--only-weak", .help = "only weak segments, which is the default"},
    {.name = "--all", .help = "all segments"},
    {.name = "--limit", .value = "N", .help = "how many segments at most", .fallback = "10"},
    kCredentialsFileOption,
};
constexpr Option kInterventionOptions[] = {
    kFamily,
    kFrontierId,
    kSourceApp,
    {.name = "--window-days", .value = "N", .help = "how far back"},
    {.name = "--limit", .value = "N", .help = "how many at most"},
};

constexpr Example kCouplingExamples[] = {
    {"sbn atlas couplings --min-strength 0.5 --output-format json", "list the strong couplings"}};
constexpr Example kCalibrateExamples[] = {
    {"sbn atlas register --name c --family ops --workflow audit && sbn atlas calibrate -f ops.audit",
     "calibrate a frontier"},
    {"sbn atlas calibrate --window 3 --output-format json", "calibrate all of them"}};
constexpr Example kDetectExamples[] = {{"sbn atlas detect", "look for couplings"}};
constexpr Example kInstrumentationExamples[] = {
    {"sbn atlas instrumentation --credentials-file <(sbn atlas register --name i --family ops --workflow "
     "audit --output-format json)",
     "print how well events are instrumented"}};
constexpr Example kInterventionExamples[] = {
    {"sbn atlas interventions --window-days 7", "print the interventions of a week"}};

constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn atlas frontiers", "sbn atlas frontier"};

constexpr Command reaching(Command command, Access access) {
  command.exits = kExits;
  command.see_also = kSeeAlso;
  command.access = access;
  command.reach = Reach::network;
  return command;
}

}  // namespace

constexpr Command kAtlasCouplings = reaching({.name = "couplings",
                                              .summary = "List the couplings between frontiers",
                                              .options = kCouplingOptions,
                                              .examples = kCouplingExamples,
                                              .run = run_couplings},
                                             Access::reads);
constexpr Command kAtlasCalibrate =
    reaching({.name = "calibrate",
              .summary = "Set what frontiers declare by what was measured",
              .description = "The local network measures nothing, so it leaves everything as it is.",
              .options = kCalibrateOptions,
              .examples = kCalibrateExamples,
              .run = run_calibrate},
             Access::writes);
constexpr Command kAtlasDetect = reaching({.name = "detect",
                                           .summary = "Look for couplings between frontiers",
                                           .examples = kDetectExamples,
                                           .run = run_detect},
                                          Access::writes);
constexpr Command kAtlasInstrumentation =
    reaching({.name = "instrumentation",
              .summary = "Print how well an app's events are instrumented",
              .description = "Called as an app: ATLAS_CLIENT_ID and ATLAS_CLIENT_SECRET, or "
                             "--credentials-file, are exchanged for a token first.",
              .options = kInstrumentationOptions,
              .examples = kInstrumentationExamples,
              .run = run_instrumentation},
             Access::reads);
constexpr Command kAtlasInterventions = reaching({.name = "interventions",
                                                  .summary = "Print the interventions on frontiers",
                                                  .options = kInterventionOptions,
                                                  .examples = kInterventionExamples,
                                                  .run = run_interventions},
                                                 Access::reads);

}  // namespace agentnet::commands
