// When a request is sent again, and after how long (wire reference sbn a).
//
// Every method is retried, POST too: after a 500, 502, 503 or 504, and when there was no answer at all. There
// is no jitter, and Retry-After is not read. Whoever must not do a thing twice needs an idempotency key.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "core/http/transport.hpp"

namespace agentnet::http {

struct RetryPolicy {
  int attempts = 1;                           // tries in all, at least 1
  std::chrono::milliseconds first_backoff{};  // before the second try; doubled before each one after it
};

inline constexpr RetryPolicy kNoRetries{1, std::chrono::milliseconds(0)};
inline constexpr RetryPolicy kThreeAttempts{3, std::chrono::milliseconds(500)};  // as sbn-sdk 0.12
inline constexpr RetryPolicy kFiveAttempts{5, std::chrono::milliseconds(750)};   // as sbn-sdk 0.14
inline constexpr std::chrono::milliseconds kMaxBackoff{60'000};

bool is_retried_status(int status);
// How long to wait after the given attempt (from 1) has failed; nullopt when it was the last. At most
// kMaxBackoff.
std::optional<std::chrono::milliseconds> backoff_after(int attempt, const RetryPolicy& policy);

// Lets time pass; tests only note it. May throw, which ends the retries.
using Sleeper = std::function<void(std::chrono::milliseconds)>;
void sleep_on_the_clock(std::chrono::milliseconds time);

// Sends what `make` makes, which is called anew for each attempt, so that tokens may be renewed. Returns the
// first answer whose status is not retried, or the last answer. When the last attempt had no answer: Error
// unreachable/unreachable "Failed to reach ..." with the cause in its message, its code in the detail
// "cause". Every other Error of the transport goes through at once.
Response send_with_retries(Transport& transport, const std::function<Request()>& make,
                           const RetryPolicy& policy, const Sleeper& sleep = sleep_on_the_clock);

}  // namespace agentnet::http
