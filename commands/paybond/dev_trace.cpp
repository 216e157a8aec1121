// paybond dev trace
#include "commands/paybond/agent.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/dev.hpp"
#include "commands/signal_wait.hpp"
#include "core/http/server.hpp"
#include "core/json/write.hpp"
#include "core/paybond/dev_dashboard.hpp"
#include "core/paybond/dev_log.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kWatchSeconds = 1;  // between two looks at the file

std::int64_t port_of(const Arguments& arguments) {
  return arguments.number("--port", 0, 65'535).value_or(kDashboardPort);
}

// --- once

Exit show_once(const Arguments& arguments, Context& context) {
  json::Arena arena;
  const std::string text = read_dev_file(context.files, kDevTraceFile);
  const json::Value events = paybond::read_dev_events(text, arena);
  const std::int64_t port = port_of(arguments);
  std::string lines;
  for (const json::Value& event : events.items())
    lines += printable(paybond::dev_event_line(event)) + "\n";
  if (lines.empty()) lines = "no trial was made in this folder\n";
  const json::Value data = json::ObjectBuilder(arena)
                               .add("mode", "snapshot")
                               .add("trace_url", std::string_view(dashboard_url(port)))
                               .add("port", std::string_view(std::to_string(port)))
                               .add("events", events)
                               .add_integer("event_count", static_cast<std::int64_t>(events.items().size()))
                               .done();
  const std::string last =
      events.items().empty() ? std::string("none") : text_among(events.items().back(), {"run_id", "id"});
  show_local(arguments, context, {.command = "dev trace", .data = data, .id = last, .text = lines});
  return Exit::done;
}

// --- watch

// A row for each event that was not there before, or has changed.
Exit watch(Context& context) {
  const SignalWait signals;
  context.sink.default_to(Format::jsonl);
  context.sink.begin_rows();
  std::map<std::string, std::string> seen;
  for (;;) {
    json::Arena arena;
    const std::string text = read_dev_file(context.files, kDevTraceFile);
    const json::Value events = paybond::read_dev_events(text, arena);
    std::map<std::string, std::string> now;
    for (const json::Value& event : events.items()) {
      const std::string id = text_among(event, {"id"});
      now[id] = json::to_compact(event);
      if (seen[id] != now[id]) context.sink.row({event, {}, id});
    }
    seen = std::move(now);
    context.sink.flush();
    if (const auto stopped = signals.wait_for(kWatchSeconds)) {
      context.sink.end_rows();
      return *stopped;
    }
  }
}

// --- serve

Exit serve(const Arguments& arguments, Context& context) {
  const SignalWait signals;
  http::Router router;
  const bool has_credentials = !context.environment.get_or_empty("PAYBOND_API_KEY").empty();
  paybond::add_dashboard_routes(
      router, [&files = context.files] { return read_dev_file(files, kDevTraceFile); }, has_credentials);
  http::Server server({.port = static_cast<std::uint16_t>(port_of(arguments)), .threads = 1});
  const std::uint16_t port = server.start(router);
  const std::string url = dashboard_url(port);
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("mode", "dashboard")
                               .add("trace_url", std::string_view(url))
                               .add("port", std::string_view(std::to_string(port)))
                               .done();
  show_local(arguments, context,
             {.command = "dev trace",
              .data = data,
              .id = url,
              .text = "trial runs are shown at " + url + "\nCtrl-C ends this\n"});
  context.sink.flush();
  const Exit exit = signals.wait();
  server.stop();
  return exit;
}

Exit run_trace(const Arguments& arguments, Context& context) {
  if (arguments.has("--once") && arguments.has("--watch")) {
    throw Error(Category::usage, "bad_usage", "--once and --watch exclude each other");
  }
  if (arguments.has("--once")) return show_once(arguments, context);
  return arguments.has("--watch") ? watch(context) : serve(arguments, context);
}

constexpr Option kOptions[] = {
    {.name = "--port",
     .value = "PORT",
     .help = "the page's port; 0 for any that is free",
     .fallback = "9477"},
    {.name = "--watch", .help = "print each trial as it is made, instead of a page"},
    {.name = "--once", .help = "print the trials so far and end"},
    kEchoedRequestIdOption,
};
constexpr Example kExamples[] = {
    {"paybond dev smoke -o quiet && paybond dev trace --once", "see the trials made in this folder"}};
constexpr Exit kExits[] = {Exit::conflict, Exit::interrupted};
constexpr std::string_view kSeeAlso[] = {"paybond dev smoke", "paybond agent run trace"};

}  // namespace

constexpr Command kPaybondDevTrace{
    .name = "trace",
    .summary = "Show the trials that were made in this folder",
    .description =
        "Serves a page on this machine that follows the trials, at / and at /runs/RUN, and their events as "
        "JSON at /api/events. Requests for other hosts, from other sites, and with other methods than GET "
        "and HEAD are refused. Ctrl-C ends it with exit code 130, SIGTERM with 0.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_trace,
    .lasting = true};

}  // namespace agentnet::commands
