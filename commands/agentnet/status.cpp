// agentnet status, agentnet stop
#include <csignal>
#include <thread>

#include "commands/agentnet/server.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"

namespace agentnet::commands {
namespace {

constexpr std::chrono::milliseconds kStopPoll{10};
constexpr std::chrono::seconds kStopPatience{30};

network::StateFolder folder_of(const Arguments& arguments, const Context& context) {
  return network::StateFolder::at(network::state_folder(context.environment, arguments.find("--state")));
}

Exit run_status(const Arguments& arguments, Context& context) {
  const network::StateFolder folder = folder_of(arguments, context);
  const auto server = network::find_server(folder, context.files);
  json::Arena arena;
  json::ObjectBuilder status(arena);
  status.add("state_dir", std::string_view(folder.path));
  status.add("config_dir", std::string_view(network::config_folder(context.environment)));
  status.add("store", network::exists(folder.database()) ? "made" : "not made yet");
  status.add("server", server ? "running" : "not running");
  status.add_optional("base_url", server ? std::optional(server->base_url) : std::nullopt);
  status.add("pid", server ? json::Value::integer(arena, server->pid) : json::Value());
  status.add("commands_use", server ? "the server" : "the embedded network");
  context.sink.result({status.done(), {}, server ? server->base_url : folder.path});
  return Exit::done;
}

Exit run_stop(const Arguments& arguments, Context& context) {
  const network::StateFolder folder = folder_of(arguments, context);
  const auto server = network::find_server(folder, context.files);
  if (!server) {
    throw Error(Category::not_found, "no_server", "no server runs on " + folder.path,
                "start one with 'agentnet serve'");
  }
  if (::kill(server->pid, SIGTERM) != 0)
    throw system_error("cannot stop process " + std::to_string(server->pid), errno);
  const auto deadline = std::chrono::steady_clock::now() + kStopPatience;
  for (;;) {
    const auto now_running = network::find_server(folder, context.files);
    if (!now_running || now_running->pid != server->pid) break;
    if (std::chrono::steady_clock::now() > deadline) {
      throw Error(Category::pending, "still_stopping",
                  "process " + std::to_string(server->pid) + " is still answering requests");
    }
    std::this_thread::sleep_for(kStopPoll);
  }
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add_integer("pid", server->pid)
                                .add("base_url", std::string_view(server->base_url))
                                .add("status", "stopped")
                                .done();
  context.sink.result({value, "stopped " + server->base_url + "\n", std::to_string(server->pid)});
  return Exit::done;
}

constexpr Option kOptions[] = {{.name = "--state",
                                .value = "DIR",
                                .help = "where the data is kept",
                                .environment = "AGENTNET_STATE_DIR",
                                .completes = Completes::files}};
constexpr Example kStatusExamples[] = {
    {"agentnet status", "show where the data is and whether a server runs"}};
constexpr Example kStopExamples[] = {
    {"agentnet serve --port 0 -q & sleep 1; agentnet stop; wait", "stop the server of this user"}};
constexpr Exit kStopExits[] = {Exit::not_found, Exit::pending};
constexpr std::string_view kStatusSeeAlso[] = {"agentnet serve", "agentnet stop"};
constexpr std::string_view kStopSeeAlso[] = {"agentnet serve", "agentnet status"};

}  // namespace

constexpr Command kAgentnetStatus{
    .name = "status",
    .summary = "Show where the local network's data is and whether a server runs",
    .options = kOptions,
    .examples = kStatusExamples,
    .see_also = kStatusSeeAlso,
    .access = Access::reads,
    .run = run_status,
};

constexpr Command kAgentnetStop{
    .name = "stop",
    .summary = "Stop the server of this user",
    .description = "Asks the server to end and waits until it has answered what was in flight.",
    .options = kOptions,
    .examples = kStopExamples,
    .exits = kStopExits,
    .see_also = kStopSeeAlso,
    .access = Access::reads,
    .run = run_stop,
};

}  // namespace agentnet::commands
