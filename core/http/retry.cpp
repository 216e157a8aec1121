#include "core/http/retry.hpp"

#include <algorithm>
#include <thread>

namespace agentnet::http {
namespace {

// The answer, or the fault when there was none.
struct Attempt {
  std::optional<Response> response;
  std::optional<Error> fault;

  bool is_retried() const { return fault || is_retried_status(response->status); }
};

Attempt attempt(Transport& transport, const std::function<Request()>& make) {
  const Request request = make();
  try {
    return {transport.send(request), std::nullopt};
  } catch (const Error& error) {
    if (error.category() != Category::unreachable) throw;
    return {std::nullopt, error};
  }
}

Error failed_to_reach(const Transport& transport, const Error& cause) {
  std::vector<Detail> details = cause.details();
  details.push_back({"cause", cause.code()});
  return Error(Category::unreachable, "unreachable",
               "Failed to reach " + transport.name() + ": " + cause.message(), cause.hint(),
               std::move(details));
}

}  // namespace

bool is_retried_status(int status) {
  return status == 500 || status == 502 || status == 503 || status == 504;
}

std::optional<std::chrono::milliseconds> backoff_after(int attempt, const RetryPolicy& policy) {
  if (attempt >= policy.attempts) return std::nullopt;
  std::chrono::milliseconds wait = policy.first_backoff;
  for (int i = 1; i < attempt && wait < kMaxBackoff; ++i)
    wait *= 2;
  return std::min(wait, kMaxBackoff);
}

void sleep_on_the_clock(std::chrono::milliseconds time) {
  std::this_thread::sleep_for(time);
}

Response send_with_retries(Transport& transport, const std::function<Request()>& make,
                           const RetryPolicy& policy, const Sleeper& sleep) {
  for (int count = 1;; ++count) {
    Attempt outcome = attempt(transport, make);
    const auto wait = outcome.is_retried() ? backoff_after(count, policy) : std::nullopt;
    if (wait) {
      sleep(*wait);
    } else if (outcome.fault) {
      throw failed_to_reach(transport, *outcome.fault);
    } else {
      return std::move(*outcome.response);
    }
  }
}

}  // namespace agentnet::http
