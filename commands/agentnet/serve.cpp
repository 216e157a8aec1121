// agentnet serve
#include <csignal>
#include <filesystem>

#include <unistd.h>

#include "commands/agentnet/server.hpp"
#include "commands/agentnet/server_log.hpp"
#include "core/http/server.hpp"
#include "core/json/write.hpp"
#include "core/network/local_network.hpp"
#include "core/network/metrics.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kDefaultPort = 8090;

// SIGTERM and SIGINT are waited for instead of ending the process; made before any thread is.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGTERM);
    ::sigaddset(&set_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  int wait() const {
    int number = 0;
    while (::sigwait(&set_, &number) != 0) {
    }
    return number;
  }
  // From here on another Ctrl-C ends the process at once. Another SIGTERM does not: some send it to the
  // process and then to its group.
  static void let_interrupts_through() {
    sigset_t interrupt{};
    ::sigemptyset(&interrupt);
    ::sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
  }

 private:
  sigset_t set_{};
};

// Stops the server before what its requests use goes, however the command ends.
class StopsBefore {
 public:
  explicit StopsBefore(http::Server& server) : server_(server) {}
  ~StopsBefore() { server_.stop(std::chrono::milliseconds(0)); }
  StopsBefore(const StopsBefore&) = delete;
  StopsBefore& operator=(const StopsBefore&) = delete;

 private:
  http::Server& server_;
};

struct ServeFlags {
  http::ServerOptions server;
  bool in_memory = false;
  std::optional<std::string> ready_file;
};

ServeFlags read_flags(const Arguments& arguments) {
  ServeFlags flags;
  flags.server.port =
      static_cast<std::uint16_t>(arguments.number("--port", 0, 65'535).value_or(kDefaultPort));
  flags.server.address = arguments.find("--listen").value_or(flags.server.address);
  flags.server.tls_certificate_file = arguments.text("--tls-certificate");
  flags.server.tls_key_file = arguments.text("--tls-key");
  // Every route but the health checks asks for a credential; the server itself insists on TLS.
  flags.server.off_loopback = arguments.has("--listen");
  flags.server.allowed_hosts = arguments.all("--allow-host");
  flags.in_memory = arguments.has("--in-memory");
  flags.ready_file = arguments.find("--ready-file");
  return flags;
}

std::string base_url(const http::ServerOptions& options, std::uint16_t port) {
  const bool is_ipv6 = options.address.find(':') != std::string::npos;
  return std::string(options.tls_certificate_file.empty() ? "http" : "https") + "://" +
         (is_ipv6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(port);
}

std::uint16_t start(http::Server& server, const http::Router& router, std::uint16_t port) {
  try {
    return server.start(router);
  } catch (const Error& error) {
    if (error.code() != "address_in_use") throw;
    const auto holder = network::holder_of_port(port);
    throw Error(error.category(), error.code(),
                "port " + std::to_string(port) + " is taken" + (holder ? " by " + *holder : ""),
                "choose another with --port, or --port 0 for any that is free", error.details());
  }
}

void log_access(ServerLog& log, const http::AccessRecord& record) {
  if (!log.writes(Level::debug)) return;
  const auto took = static_cast<long long>(record.duration.count());
  std::string fields = "\"method\":";
  json::write_string(http::to_utf8(record.method), fields);
  fields += ",\"path\":";
  json::write_string(http::to_utf8(record.path), fields);
  fields += ",\"status\":" + std::to_string(record.status) + ",\"bytes\":" + std::to_string(record.bytes) +
            ",\"microseconds\":" + std::to_string(took);
  log.write(Level::debug, "request",
            std::string(record.method) + " " + std::string(record.path) + " " +
                std::to_string(record.status) + " " + std::to_string(took) + "us",
            fields);
}

Level log_level(const Arguments& arguments) {
  const std::string name = arguments.text("--log-level");
  if (name == "error" || arguments.has("--quiet")) return Level::error;
  if (name == "warning") return Level::warning;
  if (name == "debug" || arguments.all("--verbose").size() > 1) return Level::debug;
  return Level::info;
}

// The ready file, with what a link to it leads to; a device or a pipe that was written to stays.
void remove_file(const std::string& path) {
  std::error_code fault;
  const std::filesystem::path file = std::filesystem::canonical(path, fault);
  if (!fault && std::filesystem::is_regular_file(file, fault)) std::filesystem::remove(file, fault);
}

// What the user is told on standard output once the server is ready.
void announce(const network::ServerRecord& record, Context& context) {
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("base_url", std::string_view(record.base_url))
                                .add_integer("pid", record.pid)
                                .add("state_dir", std::string_view(record.state_dir))
                                .add_boolean("in_memory", record.in_memory)
                                .add("tenant_id", std::string_view(record.credentials.tenant_id))
                                .done();
  const std::string data = record.in_memory ? "data   in memory, gone when the server stops\n"
                                            : "data   " + record.state_dir + "\n";
  context.sink.result({value, "serving " + record.base_url + "\n" + printable(data, true), record.base_url});
  context.sink.flush();
}

Exit run_serve(const Arguments& arguments, Context& context) {
  const ServeFlags flags = read_flags(arguments);
  const Signals signals;
  const std::string path = network::state_folder(context.environment, arguments.find("--state"));
  const auto folder = network::StateFolder::at(std::filesystem::absolute(path).string());
  ServerLog log(log_level(arguments), arguments.text("--log-format") == "json");
  network::Metrics metrics;
  http::ServerOptions options = flags.server;
  options.access_log = [&](const http::AccessRecord& record) {
    metrics.count(record);
    log_access(log, record);
  };
  http::Server server(options);  // says what is wrong with the flags before anything is made

  const auto lock = network::ServerLock::acquire(folder, context.files);
  const auto network = network::LocalNetwork::open({folder.path, flags.in_memory}, context.files,
                                                   context.clock, context.random);
  const StopsBefore stops(server);
  network->router().set_fault_log([&log](const http::Request& request, const Error& error) {
    if (error.code() == "not_implemented") return;  // answered as such, and no fault of this process
    log.write(Level::error, "fault",
              request.method + " " + std::string(http::path_of(request.target)) + ": " + error.message());
  });
  network->add_metrics([&] { return metrics.text(server.connections()); }, flags.server.off_loopback);
  const std::uint16_t port = start(server, network->router(), options.port);
  const network::ServerRecord record{base_url(options, port), ::getpid(), folder.path, flags.in_memory,
                                     network::copy_of(network->credentials())};
  network->start_background();
  lock->publish(record, context.files);
  if (flags.ready_file) {
    context.files.replace_private(*flags.ready_file, as_text(network::write_record(record).expose()));
  }
  announce(record, context);
  log.write(Level::info, "ready", "listening on " + record.base_url);
  const int signal = signals.wait();
  log.write(Level::info, "stopping", signal == SIGINT ? "interrupted" : "asked to stop");
  Signals::let_interrupts_through();
  server.stop();
  if (flags.ready_file) remove_file(*flags.ready_file);
  log.write(Level::info, "stopped", "stopped");
  return Exit::done;
}

constexpr Option kOptions[] = {
    {.name = "--port", .value = "PORT", .help = "the port; 0 for any that is free", .fallback = "8090"},
    {.name = "--state",
     .value = "DIR",
     .help = "where the data is kept",
     .environment = "AGENTNET_STATE_DIR",
     .completes = Completes::files},
    {.name = "--in-memory", .help = "keep the data in memory; it is gone when the server stops"},
    {.name = "--ready-file",
     .value = "FILE",
     .help = "write the address and the keys to FILE, readable by you alone, once the server is ready",
     .completes = Completes::files},
    {.name = "--listen",
     .value = "ADDRESS",
     .help = "the address to listen on; any but loopback needs TLS",
     .fallback = "127.0.0.1"},
    {.name = "--allow-host",
     .value = "NAME",
     .help = "a further host name that requests may be addressed to",
     .repeatable = true},
    {.name = "--tls-certificate",
     .value = "FILE",
     .help = "PEM certificate chain",
     .completes = Completes::files},
    {.name = "--tls-key",
     .value = "FILE",
     .help = "PEM key of the certificate",
     .completes = Completes::files},
};

constexpr Example kExamples[] = {
    {"agentnet serve --port 0 -q --ready-file ready.json & sleep 1; agentnet stop; wait",
     "serve on any free port, and stop"},
};
constexpr Exit kExits[] = {Exit::conflict};
constexpr std::string_view kSeeAlso[] = {"agentnet status", "agentnet stop"};

}  // namespace

constexpr Command kAgentnetServe{
    .name = "serve",
    .summary = "Serve the networks on this machine",
    .description =
        "One port serves the HTTP interfaces of all networks, for the official SDKs and for the commands of "
        "this user, which find the server by themselves. A sealed block is on disk before it is answered.\n\n"
        "The ready file is one JSON object with base_url, pid, state_dir, tenant_id and api_keys. SIGTERM "
        "and "
        "Ctrl-C end the server once the requests in flight are answered. Logs go to standard error; "
        "--log-level "
        "debug adds a line for each request.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_serve,
    .lasting = true,
};

}  // namespace agentnet::commands
