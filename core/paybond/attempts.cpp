#include "core/paybond/attempts.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <thread>

#include "core/base/error.hpp"
#include "core/json/number.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/gateway.hpp"

namespace agentnet::paybond {
namespace {

constexpr int kMostDoublings = 16;  // kMaxBackoff is reached long before

bool is_retried_status(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

Seconds backoff(int attempt, const Attempts& attempts) {
  const Seconds doubled = kFirstBackoff * std::ldexp(1.0, std::min(attempt, kMostDoublings));
  return std::min(doubled + (attempts.jitter ? attempts.jitter() : Seconds(0)), kMaxBackoff);
}

// The wait that the header of an answer asks for, else the backoff. `attempt` counts from 0.
Seconds wait_after(const http::Response& response, int attempt, const Attempts& attempts) {
  const std::optional<double> asked = retry_after_seconds(response.headers.get("retry-after"));
  if (!asked || (*asked < 0 && !attempts.negative_counts)) return backoff(attempt, attempts);
  return std::min(Seconds(*asked), kMaxRetryAfter);
}

// What the edge in front of Paybond says in a body of its own.
struct EdgeFault {
  std::optional<Seconds> wait;
};
std::optional<EdgeFault> read_edge_fault(const http::Response& response) {
  if (response.body.find("cloudflare_error") == std::string::npos) return std::nullopt;
  try {
    const json::Document document = json::parse(response.body);
    const json::Value* mark = document.root.find("cloudflare_error");
    if (mark == nullptr || !mark->is_boolean() || !mark->as_boolean()) return std::nullopt;
    const json::Value* wait = document.root.find("retry_after");
    if (wait == nullptr || !wait->is_number()) return EdgeFault{};
    const double seconds = json::to_double(wait->text());
    if (!(seconds >= 0)) return EdgeFault{};
    return EdgeFault{std::min(Seconds(seconds), kMaxEdgeWait)};
  } catch (const Error&) {
    return std::nullopt;  // no JSON: no answer of that edge
  }
}

Error failed_to_reach(const http::Transport& transport, const Error& cause) {
  std::vector<Detail> details = cause.details();
  details.push_back({"cause", cause.code()});
  return {Category::unreachable, "unreachable",
          "failed to reach " + transport.name() + ": " + cause.message(), cause.hint(), std::move(details)};
}

}  // namespace

void sleep_on_the_clock(Seconds time) {
  if (time > Seconds(0)) std::this_thread::sleep_for(time);
}

std::function<Seconds()> jitter_of(Random& random) {
  return [&random] { return kMaxJitter * uniform(random); };
}

http::Response send(http::Transport& transport, const http::Request& request, const Attempts& attempts) {
  const int most = std::max(attempts.most, 1);
  int edge_retries = 0;
  for (int attempt = 0;; ++attempt) {
    const bool is_last = attempt + 1 >= most;
    try {
      http::Response response = transport.send(request);
      if (!is_retried_status(response.status) || is_last) return response;
      const auto edge = read_edge_fault(response);
      if (edge && edge_retries++ >= kMaxEdgeRetries) return response;
      attempts.sleep(edge && edge->wait ? *edge->wait : wait_after(response, attempt, attempts));
    } catch (const Error& error) {
      if (error.category() != Category::unreachable) throw;
      if (is_last) throw failed_to_reach(transport, error);
      attempts.sleep(backoff(attempt, attempts));
    }
  }
}

}  // namespace agentnet::paybond
