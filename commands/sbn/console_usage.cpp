// sbn console usage, billing, analytics
#include "commands/sbn/console.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/client_console.hpp"

namespace agentnet::commands {
namespace {

using sbn::Client;

Exit run_keys(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::get_usage(connection.client(), arguments.text("PROJECT"));
  deliver_list(connection, context, answer.root, "keys",
               {"id", "label", "attestations", "snapchore_events", "facts_reads"}, {"id"});
  return Exit::done;
}

// A command that asks one thing about a project. `brief` are the members that a table shows; quiet prints
// the first of `ids` that is there, else the project.
using ProjectCall = json::Document (*)(Client&, std::string_view);
Exit ask_about_project(ProjectCall call, const Arguments& arguments, Context& context,
                       std::initializer_list<std::string_view> brief,
                       std::initializer_list<std::string_view> ids) {
  const std::string project = arguments.text("PROJECT");
  Connection connection(arguments, context);
  const json::Document answer = call(connection.client(), project);
  if (connection.is_dry_run()) {
    context.sink.default_to(Format::json);
    context.sink.result({answer.root, {}, project});
    return Exit::done;
  }
  json::Arena arena;
  const std::string id = first_text(answer.root, ids);
  deliver(connection, context, answer.root, pick(answer.root, brief, arena), id.empty() ? project : id);
  return Exit::done;
}

Exit run_summary(const Arguments& arguments, Context& context) {
  return ask_about_project(sbn::console::get_usage_summary, arguments, context,
                           {"project_id", "month", "plan", "usage", "limits", "overage"}, {"project_id"});
}

// --- csv

// The fields of one line (RFC 4180), which is taken from the text.
std::vector<std::string> take_line(std::string_view& text) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (quoted && c == '"' && text.starts_with('"')) {
      fields.back() += c;
      text.remove_prefix(1);
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else if (c == '\n' && !quoted) {
      break;
    } else if (c != '\r' || quoted) {
      fields.back() += c;
    }
  }
  return fields;
}

// Each line as an object with the names of the first.
void deliver_csv(const std::string& csv, Context& context) {
  std::string_view rest = csv;
  const std::vector<std::string> names = take_line(rest);
  context.sink.begin_rows();
  while (!rest.empty()) {
    const std::vector<std::string> fields = take_line(rest);
    json::Arena arena;
    json::ObjectBuilder row(arena);
    for (std::size_t i = 0; i < names.size(); ++i)
      row.add(names[i], std::string_view(i < fields.size() ? fields[i] : std::string()));
    context.sink.row({row.done(), {}, fields.size() > 1 ? fields[1] : fields[0]});
  }
  context.sink.end_rows();
}

Exit run_csv(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const std::string csv = sbn::console::export_usage_csv(connection.client(), arguments.text("PROJECT"));
  json::Document document;
  try {
    document = json::parse(csv);
  } catch (const Error&) {
    // As it should be: a table of numbers is no JSON.
    if (context.sink.format() == Format::table) {
      context.sink.bytes(csv);
    } else {
      deliver_csv(csv, context);
    }
    return Exit::done;
  }
  deliver(connection, context, document.root, {}, arguments.text("PROJECT"));
  return Exit::done;
}

// --- billing and analytics

Exit run_status(const Arguments& arguments, Context& context) {
  return ask_about_project(
      sbn::console::get_billing_status, arguments, context,
      {"project_id", "plan", "price", "status", "month", "amount_due_cents", "simulated"}, {"plan"});
}

Exit run_checkout(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::console::create_checkout(connection.client(), arguments.text("PROJECT"), arguments.text("PLAN"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"url"}));
  return Exit::done;
}

Exit run_portal(const Arguments& arguments, Context& context) {
  return ask_about_project(sbn::console::get_portal_url, arguments, context,
                           {"project_id", "status", "plan", "url", "simulated"}, {"url"});
}

Exit run_pay(const Arguments& arguments, Context& context) {
  return ask_about_project(sbn::console::pay_overage, arguments, context,
                           {"project_id", "status", "amount_cents", "simulated"}, {"status"});
}

template <ProjectCall call>
Exit run_analytics(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = call(connection.client(), arguments.text("PROJECT"));
  const std::string project = arguments.text("PROJECT");
  if (connection.is_dry_run()) context.sink.default_to(Format::json);
  context.sink.result({answer.root, {}, project});
  return Exit::done;
}

constexpr Argument kMaybeProject[] = {
    {.name = "PROJECT", .help = "the project's id; without it the current one", .optional = true}};
constexpr Argument kProjectAndPlan[] = {kProjectArgument,
                                        {.name = "PLAN", .help = "the plan: sandbox, builder or network"}};

constexpr Example kKeysExamples[] = {
    {R"(sbn snapchore seal '{"a": 1}' && sbn console usage keys)", "show what each key has used"}};
constexpr Example kSummaryExamples[] = {
    {"sbn console usage summary local -f json", "compare a month's use with the plan"}};
constexpr Example kCsvExamples[] = {{"sbn console usage csv local", "print a month's use as a table"}};
constexpr Example kStatusExamples[] = {{"sbn console billing status local", "show plan and bill"}};
constexpr Example kCheckoutExamples[] = {
    {"sbn console billing checkout local builder", "change to another plan"}};
constexpr Example kPortalExamples[] = {{"sbn console billing portal local", "ask where bills are paid"}};
constexpr Example kPayExamples[] = {
    {"sbn console billing pay-overage local", "pay for what was used beyond the plan"}};
constexpr Example kTrendExamples[] = {
    {"sbn console analytics gec-trend local --dry-run", "show the request without sending it"}};
constexpr Example kCskExamples[] = {
    {"sbn console analytics csk-breakdown local --dry-run", "show the request without sending it"}};
constexpr Example kFrontierExamples[] = {
    {"sbn console analytics frontier-breakdown local --dry-run", "show the request without sending it"}};

constexpr Command ask(std::string_view name, std::string_view summary, std::span<const Argument> of,
                      std::span<const Example> examples, Run run, Access access = Access::reads) {
  return {.name = name,
          .summary = summary,
          .arguments = of,
          .examples = examples,
          .exits = kConsoleFindExits,
          .access = access,
          .reach = Reach::network,
          .run = run};
}
// Of what the local network does not serve: for the sake of --dry-run, which commands that write have.
constexpr Access kWithDryRun = Access::writes;

constexpr Command kKeys = ask("keys", "Show what each key of a project has used this month", kMaybeProject,
                              kKeysExamples, run_keys);
constexpr Command kSummary =
    ask("summary", "Show what a project has used this month", kOneProject, kSummaryExamples, run_summary);
constexpr Command kCsv =
    ask("csv", "Print what each key has used this month as CSV", kOneProject, kCsvExamples, run_csv);
constexpr Command kStatus =
    ask("status", "Show a project's plan and bill", kOneProject, kStatusExamples, run_status);
constexpr Command kCheckout{.name = "checkout",
                            .summary = "Change a project to another plan",
                            .arguments = kProjectAndPlan,
                            .examples = kCheckoutExamples,
                            .exits = kConsoleWriteExits,
                            .access = Access::writes,
                            .reach = Reach::network,
                            .run = run_checkout};
constexpr Command kPortal =
    ask("portal", "Ask where a project's bills are paid", kOneProject, kPortalExamples, run_portal);
constexpr Command kPay{.name = "pay-overage",
                       .summary = "Pay for what a project used beyond its plan",
                       .arguments = kOneProject,
                       .examples = kPayExamples,
                       .exits = kConsoleWriteExits,
                       .access = Access::writes,
                       .reach = Reach::network,
                       .run = run_pay};
constexpr Command kTrend = ask("gec-trend", "Show how a project's efficiency developed", kOneProject,
                               kTrendExamples, run_analytics<sbn::console::get_gec_trend>, kWithDryRun);
constexpr Command kCsk = ask("csk-breakdown", "Show a project's efficiency by its parts", kOneProject,
                             kCskExamples, run_analytics<sbn::console::get_csk_breakdown>, kWithDryRun);
constexpr Command kFrontier =
    ask("frontier-breakdown", "Show a project's efficiency by frontier", kOneProject, kFrontierExamples,
        run_analytics<sbn::console::get_frontier_breakdown>, kWithDryRun);

constexpr const Command* kUsageCommands[] = {&kKeys, &kSummary, &kCsv};
constexpr const Command* kBillingCommands[] = {&kStatus, &kCheckout, &kPortal, &kPay};
constexpr const Command* kAnalyticsCommands[] = {&kTrend, &kCsk, &kFrontier};

}  // namespace

constexpr Command kSbnConsoleUsage{
    .name = "usage", .summary = "What a project has used", .children = kUsageCommands};
constexpr Command kSbnConsoleBilling{
    .name = "billing",
    .summary = "A project's plan and bills",
    .description = "The local network charges nothing: its answers say \"simulated\" and lead nowhere.",
    .children = kBillingCommands};
constexpr Command kSbnConsoleAnalytics{
    .name = "analytics",
    .summary = "How efficient a project's work is",
    .description = "The local network does not serve these yet and says so.",
    .children = kAnalyticsCommands};

}  // namespace agentnet::commands
