#include "core/http/connection.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace agentnet::http {
namespace {

// g++ 12 makes wrong code of a co_await inside a condition or beside && and ||, so here each has a statement.

using Outcome = Io::Outcome;
using boost::system::error_code;

constexpr asio::use_awaitable_t<Executor> kAwait;
// A peer that sends without end must let the others of its thread have a turn.
constexpr unsigned kReadsInARow = 8;
// Memory that a connection keeps between two requests.
constexpr std::size_t kKeptBytes = 1024;

}  // namespace

Connection::Connection(Loop& loop, Socket socket, bool refused)
    : loop_(loop),
      common_(loop.common),
      socket_(std::move(socket)),
      stream_(socket_.native_handle(), common_.tls ? &*common_.tls : nullptr),
      reader_(common_.options.limits.header_bytes, common_.options.limits.body_bytes),
      over_limit_(refused) {}

void Connection::start() {
  place_ = loop_.connections.size();
  loop_.connections.push_back(shared_from_this());
  loop_.start_sweeping();
  asio::co_spawn(
      loop_.context.get_executor(), [self = shared_from_this()] { return self->run(); }, asio::detached);
}

void Connection::end() {
  release_body();
  error_code ignored;
  socket_.close(ignored);
  auto& all = loop_.connections;
  const std::shared_ptr<Connection> self = all[place_];
  all[place_] = all.back();
  all[place_]->place_ = place_;
  all.pop_back();
  common_.connections.fetch_sub(1);
}

void Connection::expire() {
  expired_ = true;
  deadline_ = SteadyClock::time_point::max();
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::drain() {
  if (phase_ == Phase::idle) abort();
}

void Connection::abort() {
  aborted_ = true;
  error_code ignored;
  socket_.cancel(ignored);
  if (wake_up_) wake_up_->cancel();
}

void Connection::set_phase(Phase phase, std::chrono::milliseconds time) {
  phase_ = phase;
  deadline_ = SteadyClock::now() + time;
}

// --- the life of a connection
// -------------------------------------------------------------------------------

Task<void> Connection::run() {
  try {
    bool open = co_await shake_hands();
    while (open)
      open = co_await serve_one();
  } catch (const std::exception&) {
    // No memory, or a socket that the system took away: this connection ends, the others go on.
  }
  end();
}

Task<bool> Connection::shake_hands() {
  set_phase(Phase::reading, common_.options.limits.header_time);
  while (true) {
    const Io io = stream_.shake_hands();
    if (io.outcome == Outcome::done) co_return true;
    if (io.outcome == Outcome::closed) co_return false;
    const bool ready = co_await wait_until_ready(io.outcome);
    if (!ready) co_return false;
  }
}

// One request and its answer; false when the connection is to be closed.
Task<bool> Connection::serve_one() {
  const bool arrived = co_await read_request();
  if (arrived) co_return co_await answer_request();
  if (refusal_ && !aborted_) co_await refuse(std::move(*refusal_));
  co_return false;
}

// --- reading
// ------------------------------------------------------------------------------------------------

// True when the reader has a whole request; otherwise refusal_ says what to answer, if anything.
Task<bool> Connection::read_request() {
  const Limits& limits = common_.options.limits;
  head_checked_ = false;
  if (ahead_.empty()) {
    // Most memory of a connection that waits would be here.
    if (ahead_.capacity() > kKeptBytes) std::string().swap(ahead_);
    if (common_.draining) co_return false;
    set_phase(Phase::idle, over_limit_ ? limits.linger_time : limits.idle_time);
    // Nothing is likely to be there yet, so the first thing is to wait; but OpenSSL may hold bytes already.
    if (!stream_.is_tls()) {
      const bool ready = co_await wait_until_ready(Outcome::wants_read);
      if (!ready) co_return false;
    }
  } else {
    set_phase(Phase::reading, limits.header_time);
  }
  while (true) {
    if (!ahead_.empty()) {
      take({});
    } else {
      const std::size_t bytes = co_await receive();
      if (bytes == 0) break;
      if (phase_ == Phase::idle) set_phase(Phase::reading, limits.header_time);
      take({loop_.room.data(), bytes});
    }
    if (refusal_) co_return false;
    if (reader_.state() == RequestReader::State::complete) co_return true;
    if (reader_.state() == RequestReader::State::body && !head_checked_) {
      head_checked_ = true;
      set_phase(Phase::reading, limits.body_time);
      if (reader_.expects_continue() && ahead_.empty()) {
        const bool written = co_await write_all("HTTP/1.1 100 Continue\r\n\r\n", {});
        if (!written) co_return false;
      }
    }
  }
  if (expired_ && reader_.begun()) {
    refusal_ = Refusal{408, "request_timeout", "the request did not arrive in time"};
  }
  co_return false;
}

// Feeds the reader with `bytes`, or with ahead_ when there are none, up to the next change of its state. What
// is left over is kept in ahead_, because the room that `bytes` lie in is everybody's.
void Connection::take(std::string_view bytes) {
  const bool from_ahead = bytes.empty();
  if (from_ahead) bytes = std::string_view(ahead_).substr(ahead_at_);
  const RequestReader::State before = reader_.state();
  const std::size_t taken = reader_.feed(bytes);
  if (before == RequestReader::State::head) check_head();
  if (reader_.state() == RequestReader::State::refused && !refusal_) refusal_ = reader_.refusal();
  if (!account_for_body() && !refusal_) {
    refusal_ = Refusal{503, "overloaded", "the server holds too many request bodies already"};
  }
  if (!from_ahead) {
    ahead_ = bytes.substr(taken);
    ahead_at_ = 0;
  } else if (taken == bytes.size()) {
    ahead_.clear();
    ahead_at_ = 0;
  } else {
    ahead_at_ += taken;
  }
}

// Refuses what can be refused before the body comes.
void Connection::check_head() {
  const RequestReader::State state = reader_.state();
  if (state != RequestReader::State::body && state != RequestReader::State::complete) return;
  if (over_limit_) {
    refusal_ = Refusal{503, "too_many_connections", "the server has all the connections it takes"};
  } else {
    refusal_ = common_.host_check.check(reader_.request().headers);
  }
}

// False when this body is one too many for the budget that all connections share.
bool Connection::account_for_body() {
  const std::size_t held = reader_.request().body.size();
  if (held <= accounted_) return true;
  const std::size_t more = held - accounted_;
  accounted_ = held;
  return common_.body_bytes.fetch_add(more) + more <= common_.options.limits.body_bytes_in_all;
}

void Connection::release_body() {
  common_.body_bytes -= accounted_;
  accounted_ = 0;
}

// Bytes that are in the loop's room now, until the next co_await; 0 when there will be no more.
Task<std::size_t> Connection::receive() {
  while (!aborted_ && !expired_) {
    if (++reads_in_a_row_ > kReadsInARow) {
      reads_in_a_row_ = 0;
      co_await asio::post(loop_.context.get_executor(), kAwait);
      continue;
    }
    const Io io = stream_.read(loop_.room);
    if (io.outcome == Outcome::done) co_return io.bytes;
    if (io.outcome == Outcome::closed) break;
    const bool ready = co_await wait_until_ready(io.outcome);
    if (!ready) break;
  }
  co_return 0;
}

// False when the time is over, the connection is to end, or the socket failed.
Task<bool> Connection::wait_until_ready(Outcome wanted) {
  if (aborted_ || expired_) co_return false;
  const auto kind = wanted == Outcome::wants_write ? Socket::wait_write : Socket::wait_read;
  error_code fault;
  co_await socket_.async_wait(kind, asio::redirect_error(kAwait, fault));
  reads_in_a_row_ = 0;
  co_return !fault && !aborted_ && !expired_;
}

// --- answering
// ----------------------------------------------------------------------------------------------

void Connection::Answer::deliver(Response arrived) {
  const std::lock_guard lock(mutex);
  response = std::move(arrived);
  if (waiting == nullptr) return;
  asio::post(waiting->loop_.context.get_executor(), [connection = waiting->shared_from_this()] {
    if (connection->wake_up_) connection->wake_up_->cancel();
  });
  waiting = nullptr;
}

Task<bool> Connection::answer_request() {
  const SteadyClock::time_point began = SteadyClock::now();
  Delivery delivery{reader_.keep_alive(), reader_.is_http_1_0(), reader_.request().method == "HEAD"};
  Request request = reader_.take();
  std::string method;
  std::string path;
  if (common_.options.access_log) {
    method = request.method;
    path = path_of(request.target);
  }
  const auto answer = std::make_shared<Answer>();
  deadline_ = SteadyClock::time_point::max();
  phase_ = Phase::writing;
  exchange_ = common_.router.handle(std::move(request),
                                    [answer](Response response) { answer->deliver(std::move(response)); });
  const bool answered = co_await wait_for(answer);
  if (!answered) co_return false;
  if (common_.draining) delivery.keep_alive = false;
  const int status = answer->response->status;
  const std::size_t bytes = answer->response->body.size();
  const bool written = co_await write(std::move(*answer->response), delivery);
  log(method, path, status, bytes, began);
  exchange_.reset();
  release_body();
  if (written && !delivery.keep_alive) co_await linger();
  co_return written&& delivery.keep_alive;
}

// False when the connection ends before the answer is there.
Task<bool> Connection::wait_for(std::shared_ptr<Answer> answer) {
  {
    const std::lock_guard lock(answer->mutex);
    if (answer->response) co_return true;
    answer->waiting = this;
  }
  phase_ = Phase::answering;
  if (!wake_up_) wake_up_.emplace(loop_.context);
  wake_up_->expires_at(SteadyClock::time_point::max());
  error_code always_cancelled;
  if (!aborted_) co_await wake_up_->async_wait(asio::redirect_error(kAwait, always_cancelled));
  const std::lock_guard lock(answer->mutex);
  answer->waiting = nullptr;
  if (answer->response && !aborted_) co_return true;
  if (const auto exchange = exchange_.lock()) exchange->abandon();
  co_return false;
}

Task<bool> Connection::write(Response response, Delivery delivery) {
  std::string head = response_head(response, delivery, loop_.date());
  if (delivery.head_only || !may_have_body(response.status)) response.body.clear();
  return write_all(std::move(head), std::move(response.body));
}

// The phase stays as it is but for its deadline, which the peer pushes away by taking bytes.
Task<bool> Connection::write_all(std::string head, std::string body) {
  std::string_view first = head;
  std::string_view second = body;
  if (phase_ == Phase::answering) phase_ = Phase::writing;
  while (!first.empty() || !second.empty()) {
    const Io io = stream_.write(first, second);
    if (io.outcome == Outcome::done) {
      const std::size_t of_first = std::min(io.bytes, first.size());
      first.remove_prefix(of_first);
      second.remove_prefix(io.bytes - of_first);
      continue;
    }
    if (io.outcome == Outcome::closed) co_return false;
    const SteadyClock::time_point before = deadline_;
    deadline_ = SteadyClock::now() + common_.options.limits.write_time;
    const bool ready = co_await wait_until_ready(io.outcome);
    if (!ready) co_return false;
    deadline_ = before;
  }
  co_return true;
}

Task<void> Connection::refuse(Refusal refusal) {
  expired_ = false;
  phase_ = Phase::writing;
  const bool known = reader_.has_request_line();
  const bool http_1_0 = reader_.is_http_1_0();
  Request request = reader_.take();
  std::string().swap(request.body);
  release_body();
  Response response = error_response(refusal.status, refusal.code, refusal.message);
  const std::size_t bytes = response.body.size();
  const Delivery delivery{false, http_1_0, known && request.method == "HEAD"};
  const bool written = co_await write(std::move(response), delivery);
  if (!written) co_return;
  log(known ? request.method : "-", known ? path_of(request.target) : "-", refusal.status, bytes,
      SteadyClock::now());
  co_await linger();
}

// Closing while the peer still sends would make the system reset the connection, and the peer might never see
// the answer. So the sending side is closed first and the peer is given some time to close its own.
Task<void> Connection::linger() {
  stream_.finish();
  set_phase(Phase::writing, common_.options.limits.linger_time);
  std::size_t bytes = 1;
  while (bytes > 0)
    bytes = co_await receive();
}

void Connection::log(std::string_view method, std::string_view path, int status, std::size_t bytes,
                     SteadyClock::time_point began) const {
  if (!common_.options.access_log) return;
  const auto duration = std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - began);
  common_.options.access_log({method, path, status, bytes, duration});
}

}  // namespace agentnet::http
