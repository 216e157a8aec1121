// One connection of the Server, and the thread it lives on. Only the server's own units include this.
#pragma once

#include <utility>  // Asio 1.74 uses std::exchange and does not include it

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/http/host_check.hpp"
#include "core/http/response_head.hpp"
#include "core/http/server.hpp"
#include "core/http/stream.hpp"

namespace agentnet::http {

namespace asio = boost::asio;

// The executor by its own type instead of Asio's polymorphic one, which costs an allocation here and there.
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using SteadyClock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;
template <typename T>
using Task = asio::awaitable<T, Executor>;

// What all connections of a server have in common.
struct Common {
  const Router& router;
  const ServerOptions& options;
  HostCheck host_check;
  std::optional<TlsContext> tls;
  std::atomic<bool> draining = false;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> body_bytes = 0;  // of requests that are not answered yet
};

class Connection;

// One thread and its share of the connections. Everything here belongs to that thread, but `context`, to
// which others may post.
struct Loop {
  explicit Loop(Common& shared) : common(shared), room(kReadBytes), sweep(context) {}

  // Begins to look after deadlines, and stops by itself when there are no connections left.
  void start_sweeping();
  std::string_view date();

  Common& common;
  asio::io_context context{1};
  std::vector<std::shared_ptr<Connection>> connections;  // shared with the coroutine of each
  std::vector<char> room;                                // what any of them reads lands here first
  Timer sweep;

 private:
  void look_after_deadlines();
  void look_for_gone_peers();

  bool sweeping_ = false;
  SteadyClock::time_point next_look_{};
  std::chrono::sys_seconds date_second_{};
  std::string date_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  // `refused`: one too many; its request will be answered 503.
  Connection(Loop& loop, Socket socket, bool refused);

  // The following run on the loop's thread.
  void start();
  // When the time for what it waits for is over.
  void expire();
  // Ends it unless a request is in flight.
  void drain();
  // Ends it at once.
  void abort();

  SteadyClock::time_point deadline() const { return deadline_; }
  int descriptor() { return socket_.native_handle(); }
  // An answer is to come from elsewhere; meanwhile only the sweep would notice that the peer has gone.
  bool waits_for_answer() const { return phase_ == Phase::answering; }

 private:
  enum class Phase : std::uint8_t { idle, reading, answering, writing };

  // Where the router's reply and the connection meet. Shared by both, for either may end first.
  struct Answer {
    std::mutex mutex;
    std::optional<Response> response;
    Connection* waiting = nullptr;  // to be woken; null when it does not wait, or no longer

    void deliver(Response arrived);
  };

  Task<void> run();
  Task<bool> serve_one();
  Task<bool> read_request();
  Task<std::size_t> receive();
  Task<bool> wait_until_ready(Io::Outcome wanted);
  Task<bool> shake_hands();
  Task<bool> answer_request();
  Task<bool> wait_for(std::shared_ptr<Answer> answer);
  Task<bool> write(Response response, Delivery delivery);
  Task<bool> write_all(std::string head, std::string body);
  Task<void> refuse(Refusal refusal);
  Task<void> linger();

  void take(std::string_view bytes);
  void check_head();
  bool account_for_body();
  void release_body();
  void set_phase(Phase phase, std::chrono::milliseconds time);
  void log(std::string_view method, std::string_view path, int status, std::size_t bytes,
           SteadyClock::time_point began) const;
  void end();

  Loop& loop_;
  Common& common_;
  Socket socket_;
  Stream stream_;
  RequestReader reader_;
  std::string ahead_;  // bytes that were read and not yet fed, from ahead_at_
  std::size_t ahead_at_ = 0;
  std::optional<Refusal> refusal_;  // of the request that is being read
  std::optional<Timer> wake_up_;    // made for the first answer that is waited for
  std::weak_ptr<Exchange> exchange_;
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  std::size_t accounted_ = 0;  // body bytes of this connection in Common::body_bytes
  std::size_t place_ = 0;      // in the loop's connections
  unsigned reads_in_a_row_ = 0;
  Phase phase_ = Phase::idle;
  bool over_limit_;
  bool head_checked_ = false;
  bool expired_ = false;
  bool aborted_ = false;
};

}  // namespace agentnet::http
