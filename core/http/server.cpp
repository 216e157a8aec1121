#include "core/http/server.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>
#include <csignal>
#include <thread>

#include "core/base/error.hpp"
#include "core/http/connection.hpp"

namespace agentnet::http {
namespace {

using boost::system::error_code;
using Acceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using WorkGuard = asio::executor_work_guard<Executor>;

// Connections that the kernel holds while we are busy; it cuts this to net.core.somaxconn.
constexpr int kBacklog = 4096;
// Descriptors that are not connections: databases, modules, epoll, standard streams.
constexpr std::size_t kOtherDescriptors = 128;
// Before the next try to accept when descriptors or memory have run out.
constexpr std::chrono::milliseconds kAcceptPause{50};
constexpr std::chrono::milliseconds kDrainPoll{2};
constexpr std::chrono::milliseconds kAbortInterval{50};
constexpr unsigned kMaxThreads = 64;

asio::ip::address parse_address(const std::string& text) {
  error_code fault;
  const auto address = asio::ip::make_address(text == "localhost" ? "127.0.0.1" : text, fault);
  if (fault) throw Error(Category::usage, "bad_address", "\"" + text + "\" is no IP address to listen on");
  return address;
}

// Raises the soft limit of open files towards what `connections` need. Returns how many of them fit.
std::size_t make_room_for(std::size_t connections) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return connections;
  const rlim_t wanted = connections + kMaxRefusedConnections + kOtherDescriptors;
  if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
    files.rlim_cur = std::min(wanted, files.rlim_max);
    setrlimit(RLIMIT_NOFILE, &files);
    getrlimit(RLIMIT_NOFILE, &files);
  }
  if (files.rlim_cur >= wanted) return connections;
  const rlim_t spoken_for = kMaxRefusedConnections + kOtherDescriptors;
  return files.rlim_cur > spoken_for ? static_cast<std::size_t>(files.rlim_cur - spoken_for) : 1;
}

// Signals are for the main thread; and writing TLS to a closed socket would otherwise raise SIGPIPE here.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

// A server between start() and the end of stop().
class Server::Running {
 public:
  Running(const Router& router, const ServerOptions& options)
      : common_{router, options, HostCheck(hosts_of(options)), std::nullopt},
        connection_limit_(make_room_for(options.limits.connections)) {
    if (!options.tls_certificate_file.empty()) {
      common_.tls.emplace(options.tls_certificate_file, options.tls_key_file);
    }
    for (unsigned i = 0; i < std::clamp(options.threads, 1U, kMaxThreads); ++i)
      loops_.push_back(std::make_unique<Loop>(common_));
    acceptor_.emplace(loops_.front()->context);
    pause_.emplace(loops_.front()->context);
  }
  ~Running() { stop(std::chrono::milliseconds(0)); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  std::uint16_t listen();
  void stop(std::chrono::milliseconds patience);
  std::size_t connections() const { return common_.connections; }

 private:
  static std::vector<std::string> hosts_of(const ServerOptions& options);
  static void run(asio::io_context& context);
  void accept_next();
  void take_in(Loop& loop, Socket socket, std::size_t count);
  template <typename Action>
  void tell_all(Action action);
  bool wait_for_end(SteadyClock::time_point deadline) const;

  Common common_;
  std::size_t connection_limit_;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::optional<Acceptor> acceptor_;
  std::optional<Timer> pause_;
  std::vector<WorkGuard> guards_;
  std::vector<std::thread> threads_;
  std::size_t next_loop_ = 0;
};

// A page can make its own name resolve to this address, but it cannot make the browser send the address as
// Host.
std::vector<std::string> Server::Running::hosts_of(const ServerOptions& options) {
  std::vector<std::string> hosts = options.allowed_hosts;
  const asio::ip::address address = parse_address(options.address);
  const std::string text = address.to_string();
  if (!address.is_unspecified()) hosts.push_back(address.is_v6() ? "[" + text + "]" : text);
  return hosts;
}

std::uint16_t Server::Running::listen() {
  const std::string& where = common_.options.address;
  const asio::ip::tcp::endpoint endpoint(parse_address(where), common_.options.port);
  error_code fault;
  acceptor_->open(endpoint.protocol(), fault);
  if (!fault) acceptor_->set_option(Acceptor::reuse_address(true), fault);
  if (!fault && endpoint.address().is_v6()) acceptor_->set_option(asio::ip::v6_only(true), fault);
  if (!fault) acceptor_->bind(endpoint, fault);
  if (!fault) acceptor_->listen(kBacklog, fault);
  if (fault) {
    const std::string what = "cannot listen on " + where + " port " + std::to_string(endpoint.port());
    if (fault == asio::error::address_in_use) {
      throw Error(Category::conflict, "address_in_use", what + ": " + fault.message(),
                  "another server may be running; port 0 takes any that is free");
    }
    throw Error(Category::failed, "cannot_listen", what + ": " + fault.message());
  }
  const std::uint16_t port = acceptor_->local_endpoint().port();
  accept_next();
  const SignalsBlocked blocked;
  for (const auto& loop : loops_) {
    guards_.emplace_back(loop->context.get_executor());
    threads_.emplace_back([&context = loop->context] { run(context); });
  }
  return port;
}

// What gets out of a handler is lack of memory, in the moment before a connection looks after itself.
void Server::Running::run(asio::io_context& context) {
  while (true) {
    try {
      context.run();
      return;
    } catch (const std::exception&) {
    }
  }
}

// In turn to each thread, so that they carry the same number.
void Server::Running::accept_next() {
  Loop& loop = *loops_[next_loop_];
  next_loop_ = (next_loop_ + 1) % loops_.size();
  acceptor_->async_accept(loop.context, [this, &loop](const error_code& fault, Socket socket) {
    if (common_.draining || fault == asio::error::operation_aborted) return;
    if (!fault) {
      accept_next();
      return take_in(loop, std::move(socket), common_.connections.fetch_add(1) + 1);
    }
    // A connection that was reset in the queue, or no descriptors: the latter would come again at once.
    pause_->expires_after(kAcceptPause);
    pause_->async_wait([this](const error_code& stopped) {
      if (!stopped && !common_.draining) accept_next();
    });
  });
}

void Server::Running::take_in(Loop& loop, Socket socket, std::size_t count) {
  const bool too_many = count > connection_limit_;
  if (count > connection_limit_ + kMaxRefusedConnections) {
    common_.connections.fetch_sub(1);
    return;
  }
  asio::post(loop.context, [this, &loop, too_many, socket = std::move(socket)]() mutable {
    try {
      socket.non_blocking(true);
      socket.set_option(asio::ip::tcp::no_delay(true));
      // shared: by its coroutine and the loop's list.
      std::make_shared<Connection>(loop, std::move(socket), too_many)->start();
    } catch (const std::exception&) {
      common_.connections.fetch_sub(1);  // the peer has gone already, or there is no memory
    }
  });
}

template <typename Action>
void Server::Running::tell_all(Action action) {
  for (const auto& loop : loops_) {
    asio::post(loop->context, [&loop = *loop, action] {
      // A copy, for a connection that ends leaves the list.
      const auto all = loop.connections;
      for (const auto& connection : all)
        action(*connection);
    });
  }
}

bool Server::Running::wait_for_end(SteadyClock::time_point deadline) const {
  while (common_.connections > 0 && SteadyClock::now() < deadline)
    std::this_thread::sleep_for(kDrainPoll);
  return common_.connections == 0;
}

void Server::Running::stop(std::chrono::milliseconds patience) {
  if (threads_.empty()) return;
  const SteadyClock::time_point deadline = SteadyClock::now() + patience;
  common_.draining = true;
  asio::post(loops_.front()->context, [this] {
    error_code ignored;
    acceptor_->close(ignored);
    pause_->cancel();
  });
  tell_all([](Connection& connection) { connection.drain(); });
  // Until none is left: one that was on its way to its thread may have missed the first call.
  while (!wait_for_end(deadline)) {
    tell_all([](Connection& connection) { connection.abort(); });
    wait_for_end(SteadyClock::now() + kAbortInterval);
  }
  guards_.clear();
  for (const auto& loop : loops_)
    asio::post(loop->context, [&loop = *loop] { loop.sweep.cancel(); });
  for (std::thread& thread : threads_)
    thread.join();
  threads_.clear();
}

// --- Server
// -------------------------------------------------------------------------------------------------

Server::Server(ServerOptions options) : options_(std::move(options)) {
  const asio::ip::address address = parse_address(options_.address);
  const bool has_tls = !options_.tls_certificate_file.empty() && !options_.tls_key_file.empty();
  if (options_.tls_certificate_file.empty() != options_.tls_key_file.empty()) {
    throw Error(Category::usage, "bad_certificate", "TLS needs both a certificate and its key");
  }
  if (!address.is_loopback() && !(options_.off_loopback && has_tls)) {
    throw Error(
        Category::usage, "not_loopback",
        options_.address + " can be reached from other machines; that must be asked for, and needs TLS",
        "listen on 127.0.0.1, or give a certificate and its key");
  }
}

Server::~Server() = default;

std::uint16_t Server::start(const Router& router) {
  running_ = std::make_unique<Running>(router, options_);
  return running_->listen();
}

void Server::stop(std::chrono::milliseconds patience) {
  if (running_) running_->stop(patience);
}

std::size_t Server::connections() const {
  return running_ ? running_->connections() : 0;
}

}  // namespace agentnet::http
