// From a request to the handler of its method and path, and back, at once or later.
//
// Patterns are literal segments and "{name}" segments: "/internal/snapchore/chain/{chain_id}/append". A
// literal segment is preferred to a named one; a named one stands for one segment that is not empty. A known
// path with another method answers 405 with Allow; an unknown path 404; a path with a broken percent escape
// 400. A GET route answers HEAD too, without the body.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/error.hpp"
#include "core/http/message.hpp"

namespace agentnet::http {

using Reply = std::function<void(Response)>;
// Told of a request that ended in a fault of category failed.
using FaultLog = std::function<void(const Request& request, const Error& error)>;
// A fault as a response in the shape of some wire.
using ErrorWriter = Response (*)(const Error& error);

// The status that a fault's category calls for: usage 400 (413 for code too_large, 422 for code
// unprocessable), not_found 404, auth 401 (403 for code forbidden or insufficient_scope), refused 422,
// conflict 409, policy 403 (429 for code rate_limited or quota_exceeded), pending 202, unreachable 503,
// verification 422, failed 500 (501 for code not_implemented).
int status_of(const Error& error);
// {"error":{"code","message","details"}} with that status, and Retry-After for a 429 with the detail
// retry_after. A failed Error's message and details do not leave
// the process, for they may name files.
Response write_error(const Error& error);

// One request on its way. Shared by the router while the handler runs and by whoever answers it later.
// Exactly one of reply() and fail() counts, the first; dropped without either, it answers 500. Any thread may
// use it.
class Exchange {
 public:
  Exchange(Request request, Reply reply) : request_(std::move(request)), reply_(std::move(reply)) {}
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  const Request& request() const { return request_; }
  // The decoded segment that a "{name}" of the pattern stands for. Must be in the pattern.
  const std::string& path_value(std::string_view name) const;
  // The last value of a query parameter.
  std::optional<std::string> query(std::string_view name) const;
  // A query parameter as a whole number in a range, or the fallback when it is absent. Throws Error
  // usage/bad_parameter.
  std::int64_t query_number(std::string_view name, std::int64_t fallback, std::int64_t least,
                            std::int64_t most) const;

  void reply(Response response);
  void fail(const Error& error);
  // Has the answer looked at before it is given, whoever gives it. Set by the handler before it hands the
  // exchange on; it must not keep the exchange.
  void watch(std::function<void(const Response&)> watch) { watch_ = std::move(watch); }
  // The same, and it is then `hold` that gives the answer, when it likes.
  using Hold = std::function<void(Response response, const Reply& give)>;
  void hold(Hold hold) { hold_ = std::move(hold); }
  // Replies with what `work` returns, or fails with the Error it throws; for answers that come later.
  void answer(const std::function<Response()>& work);

  // True once whoever asked has gone: an answer would reach nobody, so whatever is to be handed out only once
  // should go to somebody else.
  bool abandoned() const { return abandoned_.load(std::memory_order_relaxed); }
  // Said by the side that took the request in.
  void abandon() { abandoned_.store(true, std::memory_order_relaxed); }

 private:
  friend class Router;

  void fail_with(const std::exception& fault);

  Request request_;
  Reply reply_;
  std::function<void(const Response&)> watch_;
  Hold hold_;
  ErrorWriter write_error_ = http::write_error;
  std::shared_ptr<const FaultLog> fault_log_;  // shared: an exchange may outlive its router
  std::vector<std::pair<std::string, std::string>> path_values_;
  bool head_only_ = false;
  std::atomic<bool> answered_ = false;
  std::atomic<bool> abandoned_ = false;
};

// Either replies before it returns or keeps the exchange and replies later, from any thread. An Error it
// throws is the answer; any other exception is answered as a fault of ours.
using Handler = std::function<void(const std::shared_ptr<Exchange>& exchange)>;

// Built by one thread; then any number may call handle().
class Router {
 public:
  Router();
  ~Router();
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  // Throws Error failed/route_taken when the method and an equal pattern are there already (the names do not
  // make a difference), failed/bad_pattern when the pattern is none. `errors` writes the faults of this
  // route.
  void add(std::string_view method, std::string_view pattern, Handler handler,
           ErrorWriter errors = write_error);

  // Called with every fault of category failed before it is answered, from any thread; its message is the
  // only trace, for the answer does not carry it. It must outlive the exchanges; set before the first
  // request.
  void set_fault_log(std::function<void(const Request&, const Error&)> log);

  // Hands the request to its handler; `reply` is called exactly once, possibly after this returns. The
  // exchange lives as long as somebody means to answer it.
  std::weak_ptr<Exchange> handle(Request request, Reply reply) const;

  // "GET /healthz" for every route, sorted; two networks must not claim the same.
  std::vector<std::string> routes() const;

 private:
  struct Route;
  struct Node;
  struct Search;

  static void walk(const Node& node, std::string_view rest, Search& search);

  std::unique_ptr<Node> root_;
  std::shared_ptr<const FaultLog> fault_log_;
};

}  // namespace agentnet::http
