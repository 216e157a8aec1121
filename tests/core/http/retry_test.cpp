#include "core/http/retry.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace agentnet;
using namespace agentnet::http;
using std::chrono::milliseconds;

namespace {

// Answers with the statuses of a list in turn; 0 stands for no answer.
class Scripted final : public Transport {
 public:
  explicit Scripted(std::vector<int> statuses) : statuses_(std::move(statuses)) {}
  Response send(const Request& request) override {
    seen.push_back(request);
    const int status = statuses_.at(seen.size() - 1);
    if (status == 0) {
      throw Error(Category::unreachable, "connect_failed", "refused by h:1", "is it up?", {{"host", "h:1"}});
    }
    if (status < 0) throw Error(Category::failed, "interrupted", "stopped");
    return {status, {}, "attempt " + std::to_string(seen.size())};
  }
  std::string name() const override { return "http://h:1"; }

  std::vector<Request> seen;

 private:
  std::vector<int> statuses_;
};

// One request under a policy, in no time.
struct Run {
  Scripted transport;
  std::vector<milliseconds> waits = {};
  int made = 0;

  Response send(const RetryPolicy& policy) {
    const auto make = [this] {
      ++made;
      return Request{"POST", "/a", {{"X-Attempt", std::to_string(made)}}, "body"};
    };
    return send_with_retries(transport, make, policy, [this](milliseconds time) { waits.push_back(time); });
  }
};

std::vector<milliseconds> waits_of(std::initializer_list<int> times) {
  return std::vector<milliseconds>(times.begin(), times.end());
}

}  // namespace

TEST_CASE("the schedules are those of the mirrored releases") {
  const auto schedule = [](const RetryPolicy& policy) {
    std::vector<milliseconds> waits;
    for (int attempt = 1; const auto wait = backoff_after(attempt, policy); ++attempt)
      waits.push_back(*wait);
    return waits;
  };
  CHECK(schedule(kThreeAttempts) == waits_of({500, 1000}));
  CHECK(schedule(kFiveAttempts) == waits_of({750, 1500, 3000, 6000}));
  CHECK(schedule(kNoRetries).empty());
}

TEST_CASE("a wait is at most a minute, after any number of attempts") {
  const RetryPolicy policy{1'000'000, milliseconds(30'000)};
  CHECK(backoff_after(1, policy) == milliseconds(30'000));
  CHECK(backoff_after(2, policy) == kMaxBackoff);
  CHECK(backoff_after(3, policy) == kMaxBackoff);
  CHECK(backoff_after(999'999, policy) == kMaxBackoff);
  CHECK_FALSE(backoff_after(1'000'000, policy));
}

TEST_CASE("exactly 500, 502, 503 and 504 are retried") {
  std::vector<int> retried;
  for (int status = 100; status < 600; ++status)
    if (is_retried_status(status)) retried.push_back(status);
  CHECK(retried == std::vector<int>{500, 502, 503, 504});
}

TEST_CASE("the first answer that is not retried is the answer") {
  Run run{Scripted({503, 0, 201})};
  CHECK(run.send(kThreeAttempts).status == 201);
  CHECK(run.waits == waits_of({500, 1000}));
}

TEST_CASE("other failures are answers") {
  for (const int status : {400, 408, 409, 429, 501, 505}) {
    Run run{Scripted({status, 200})};
    CHECK(run.send(kThreeAttempts).status == status);
    CHECK(run.waits.empty());
  }
}

TEST_CASE("after the last attempt its answer is the answer") {
  Run run{Scripted({500, 502, 503, 504, 500})};
  const Response response = run.send(kFiveAttempts);
  CHECK(response.status == 500);
  CHECK(response.body == "attempt 5");
  CHECK(run.waits == waits_of({750, 1500, 3000, 6000}));
}

TEST_CASE("the request is made anew for each attempt") {
  Run run{Scripted({500, 0, 200})};
  run.send(kThreeAttempts);
  REQUIRE(run.transport.seen.size() == 3);
  CHECK(run.transport.seen[0].headers.get("X-Attempt") == "1");
  CHECK(run.transport.seen[2].headers.get("X-Attempt") == "3");
}

TEST_CASE("when nothing ever answers, the error says who could not be reached and why") {
  Run run{Scripted({0, 0, 0})};
  try {
    run.send(kThreeAttempts);
    FAIL("it answered");
  } catch (const Error& error) {
    CHECK(error.category() == Category::unreachable);
    CHECK(error.code() == "unreachable");
    CHECK(error.message() == "Failed to reach http://h:1: refused by h:1");
    CHECK(error.hint() == "is it up?");
    REQUIRE(error.details().size() == 2);
    CHECK(error.details()[1].name == "cause");
    CHECK(std::get<std::string>(error.details()[1].value) == "connect_failed");
  }
  CHECK(run.waits == waits_of({500, 1000}));
}

TEST_CASE("an interruption ends it at once") {
  Run run{Scripted({500, -1, 200})};
  try {
    run.send(kThreeAttempts);
    FAIL("it went on");
  } catch (const Error& error) {
    CHECK(error.code() == "interrupted");
  }
  CHECK(run.transport.seen.size() == 2);
}

TEST_CASE("a sleeper that throws ends it") {
  Scripted transport({500, 200});
  const auto make = [] { return Request{}; };
  const Sleeper stop = [](milliseconds) { throw Error(Category::failed, "interrupted", "stopped"); };
  CHECK_THROWS_AS(send_with_retries(transport, make, kThreeAttempts, stop), Error);
  CHECK(transport.seen.size() == 1);
}
