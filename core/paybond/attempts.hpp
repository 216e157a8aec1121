// When a call to Paybond is sent again, and after how long (wire reference paybond 6.2).
//
// Retried are answers of status 429, 500, 502, 503 and 504, and calls that got no answer; the same request
// goes out again, body, headers and idempotency key. The wait is what Retry-After says in seconds, at most
// kMaxRetryAfter; where it says nothing that is a number, 0.2 s doubled with each attempt plus up to 0.1 s of
// chance, at most kMaxBackoff. An answer whose JSON body has "cloudflare_error": true comes from the edge in
// front of Paybond: it is retried once in all, after what its "retry_after" says, at most kMaxEdgeWait.
#pragma once

#include <chrono>
#include <functional>

#include "core/base/random.hpp"
#include "core/http/transport.hpp"

namespace agentnet::paybond {

using Seconds = std::chrono::duration<double>;

inline constexpr int kDefaultAttempts = 3;
inline constexpr Seconds kFirstBackoff{0.2};
inline constexpr Seconds kMaxJitter{0.1};
inline constexpr Seconds kMaxBackoff{5.0};
inline constexpr Seconds kMaxRetryAfter{30.0};
inline constexpr Seconds kMaxEdgeWait{8.0};
inline constexpr int kMaxEdgeRetries = 1;

// Lets time pass; less than nothing is no time. Tests only note it.
using Sleeper = std::function<void(Seconds)>;
void sleep_on_the_clock(Seconds time);

struct Attempts {
  int most = kDefaultAttempts;  // tries in all; less than 1 counts as 1
  Sleeper sleep = sleep_on_the_clock;
  std::function<Seconds()> jitter = {};  // from 0 to kMaxJitter; empty: none
  // Whether a Retry-After below zero means no wait, or nothing. The Signal client of release 0.2.1 differs
  // here.
  bool negative_counts = true;
};

// Jitter from `random`, which must outlive the result.
std::function<Seconds()> jitter_of(Random& random);

// Sends the request until an answer is not retried or the attempts are used up; the last answer comes back,
// whatever its status. Throws Error unreachable/unreachable, the cause's code in the detail "cause", when the
// last attempt had no answer; every other Error of the transport at once.
http::Response send(http::Transport& transport, const http::Request& request, const Attempts& attempts);

}  // namespace agentnet::paybond
