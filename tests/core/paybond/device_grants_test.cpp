// Logins that wait, by the clock: what a poll finds, who may decide, and what bounds both.
#include "core/paybond/device_grants.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/core/paybond/client_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct StillClock final : Clock {
  Instant at = Instant(std::chrono::microseconds(1'795'396'800'000'000));
  Instant now() const override { return at; }
};

struct Waiting {
  StillClock clock;
  SystemRandom random;
  DeviceGrants grants{clock, random};
  NewGrant made = grants.start({"a command", "operator"});

  Poll poll_after(milliseconds time) {
    clock.at += time;
    return grants.poll(made.device_code).what;
  }
  std::string decide(const std::string& code, bool approve = true, const std::string& tenant = "t") {
    return fault_of([&] { (void)grants.decide(code, tenant, approve); });
  }
};

std::string read(std::string_view text) {
  return read_user_code(text).value_or("none");
}

TEST_CASE("a user code is read as people type it, and nothing else is one") {
  CHECK(read("BCDF-GHJK") == "BCDF-GHJK");
  CHECK(read("bcdfghjk") == "BCDF-GHJK");
  CHECK(read("Bcdf-gHJK") == "BCDF-GHJK");
  for (const char* text : {"", "-", "BCDF", "BCDF-", "BCDF-GHJ", "BCDF-GHJKL", "BCDFGHJKL", "BCDF--GHJK",
                           "B-CDFGHJK", "BCDF-GHJA", "BCDF-GHJ0", "BCDF GHJK", "BCDF-GHJK ",
                           "\xc3\x84"
                           "CDFGHJK"}) {
    CAPTURE(text);
    CHECK(read(text) == "none");
  }
}

TEST_CASE("codes are long, of the letters they should be, and never the same") {
  Waiting waiting;
  CHECK(waiting.made.device_code.size() == 2 * kDeviceCodeBytes);
  CHECK(waiting.made.device_code.size() * 4 >= 128);
  std::set<std::string> users{waiting.made.user_code};
  std::set<std::string> devices{waiting.made.device_code};
  for (std::size_t i = 1; i < kMaxDeviceGrants; ++i) {
    const NewGrant made = waiting.grants.start({});
    CHECK(read(made.user_code) == made.user_code);
    users.insert(made.user_code);
    devices.insert(made.device_code);
  }
  CHECK(users.size() == kMaxDeviceGrants);
  CHECK(devices.size() == kMaxDeviceGrants);
}

TEST_CASE("a grant stays pending until somebody approves it, and is then taken once") {
  Waiting waiting;
  for (int i = 0; i < 20; ++i)
    CHECK(waiting.poll_after(kPollInterval) == Poll::pending);
  const DeviceGrant decided = waiting.grants.decide(waiting.made.user_code, "t", true);
  CHECK(decided.request.client_name == "a command");
  CHECK(decided.state == GrantState::approved);
  waiting.clock.at += kPollInterval;
  const Polled taken = waiting.grants.poll(waiting.made.device_code);
  REQUIRE(taken.what == Poll::approved);
  REQUIRE(taken.grant);
  CHECK(taken.grant->tenant_id == "t");
  CHECK(taken.grant->request.role == "operator");
  CHECK(waiting.poll_after(kPollInterval) == Poll::unknown);
  CHECK(waiting.decide(waiting.made.user_code) == "not_found/unknown_user_code");
}

TEST_CASE("the user code is no device code, and a made up one is unknown") {
  Waiting waiting;
  waiting.clock.at += kPollInterval;
  CHECK(waiting.grants.poll(waiting.made.user_code).what == Poll::unknown);
  CHECK(waiting.grants.poll("").what == Poll::unknown);
  CHECK(waiting.grants.poll(std::string(64, '0')).what == Poll::unknown);
  CHECK(waiting.decide(waiting.made.device_code) == "not_found/unknown_user_code");
}

TEST_CASE("who asks too soon is slowed down by a second each time, approved or not") {
  Waiting waiting;
  CHECK(waiting.poll_after(kPollInterval - kPollSlack) == Poll::pending);
  CHECK(waiting.poll_after(kPollInterval - kPollSlack - milliseconds(1)) == Poll::slow_down);
  CHECK(waiting.poll_after(kPollInterval) == Poll::slow_down);
  CHECK(waiting.grants.poll(waiting.made.device_code).interval == kPollInterval + 3 * kSlowerBy);
  CHECK(waiting.poll_after(seconds(4)) == Poll::pending);
  CHECK(waiting.decide(waiting.made.user_code) == "");
  CHECK(waiting.poll_after(seconds(1)) == Poll::slow_down);
  CHECK(waiting.poll_after(seconds(5)) == Poll::approved);
}

TEST_CASE("the interval does not grow without end") {
  Waiting waiting;
  seconds last{};
  for (int i = 0; i < 100; ++i)
    last = waiting.grants.poll(waiting.made.device_code).interval;
  CHECK(last == kMostPollInterval);
}

TEST_CASE("a denied grant says so, however often it is asked for") {
  Waiting waiting;
  CHECK(waiting.decide(waiting.made.user_code, false) == "");
  CHECK(waiting.poll_after(kPollInterval) == Poll::denied);
  CHECK(waiting.poll_after(milliseconds(0)) == Poll::denied);
  CHECK(waiting.decide(waiting.made.user_code, true) == "conflict/grant_decided");
  CHECK(waiting.poll_after(kPollInterval) == Poll::denied);
}

TEST_CASE("the same decision again changes nothing, and another one is refused") {
  Waiting waiting;
  CHECK(waiting.decide(waiting.made.user_code) == "");
  CHECK(waiting.decide(waiting.made.user_code) == "");
  CHECK(waiting.decide(waiting.made.user_code, false) == "conflict/grant_decided");
  CHECK(waiting.poll_after(kPollInterval) == Poll::approved);
}

TEST_CASE("what a tenant decided is to another one as if it were not there") {
  Waiting waiting;
  CHECK(waiting.decide(waiting.made.user_code) == "");
  CHECK(waiting.decide(waiting.made.user_code, true, "rival") == "not_found/unknown_user_code");
  CHECK(waiting.decide(waiting.made.user_code, false, "rival") == "not_found/unknown_user_code");
  CHECK(waiting.poll_after(kPollInterval) == Poll::approved);
}

TEST_CASE("a grant runs out at its time, approved or not, and its end is told for a while") {
  Waiting waiting;
  CHECK(waiting.poll_after(kGrantLife - milliseconds(1)) == Poll::pending);
  CHECK(waiting.poll_after(milliseconds(1)) == Poll::expired);
  CHECK(waiting.decide(waiting.made.user_code) == "not_found/unknown_user_code");
  CHECK(waiting.poll_after(kGrantGhost - milliseconds(1)) == Poll::expired);
  CHECK(waiting.poll_after(milliseconds(1)) == Poll::unknown);
  Waiting approved;
  CHECK(approved.decide(approved.made.user_code) == "");
  CHECK(approved.poll_after(kGrantLife) == Poll::expired);
}

TEST_CASE("so many grants are there at once, and room comes with the oldest one's end") {
  Waiting waiting;
  waiting.clock.at += seconds(1);
  for (std::size_t i = 1; i < kMaxDeviceGrants; ++i)
    (void)waiting.grants.start({});
  try {
    (void)waiting.grants.start({});
    FAIL("one too many");
  } catch (const Error& error) {
    CHECK(error.code() == "rate_limited");
    CHECK(detail_of(error, "retry_after") == std::to_string(kGrantLife.count() - 1));
  }
  waiting.clock.at += kGrantLife - seconds(1);
  CHECK(fault_of([&] { (void)waiting.grants.start({}); }) == "");
  CHECK(fault_of([&] { (void)waiting.grants.start({}); }) == "policy/rate_limited");
}

TEST_CASE("wrong codes are counted by tenant, and after so many none is looked at for a while") {
  Waiting waiting;
  const std::string wrong = waiting.made.user_code == "BBBB-BBBB" ? "CCCC-CCCC" : "BBBB-BBBB";
  for (std::size_t i = 1; i < kMaxWrongCodes; ++i)
    CHECK(waiting.decide(wrong) == "not_found/unknown_user_code");
  CHECK(waiting.decide("not a code") == "not_found/unknown_user_code");
  CHECK(waiting.decide(wrong) == "policy/rate_limited");
  CHECK(waiting.decide(waiting.made.user_code) == "policy/rate_limited");
  CHECK(waiting.decide(waiting.made.user_code, false, "other") == "");
  waiting.clock.at += kGrantLife - milliseconds(1);
  CHECK(waiting.decide(wrong) == "policy/rate_limited");
  waiting.clock.at += milliseconds(1);
  waiting.made = waiting.grants.start({});
  CHECK(waiting.decide(waiting.made.user_code) == "");
}

TEST_CASE("a right code in time is not stopped by fewer wrong ones") {
  Waiting waiting;
  const std::string wrong = waiting.made.user_code == "BBBB-BBBB" ? "CCCC-CCCC" : "BBBB-BBBB";
  for (std::size_t i = 1; i < kMaxWrongCodes; ++i)
    CHECK(waiting.decide(wrong) == "not_found/unknown_user_code");
  CHECK(waiting.decide(waiting.made.user_code) == "");
}

TEST_CASE("a grant that led to nothing is given back and can be taken again, until it runs out") {
  Waiting waiting;
  (void)waiting.grants.start({"a later one", "reader"});
  CHECK(waiting.decide(waiting.made.user_code) == "");
  waiting.clock.at += kPollInterval;
  Polled taken = waiting.grants.poll(waiting.made.device_code);
  REQUIRE(taken.grant);
  waiting.grants.give_back(waiting.made.device_code, *taken.grant);
  CHECK(waiting.poll_after(kPollInterval) == Poll::approved);
  waiting.grants.give_back(waiting.made.device_code, *taken.grant);
  CHECK(waiting.poll_after(kGrantLife) == Poll::expired);
}

}  // namespace
}  // namespace agentnet::paybond
