#include "core/paybond/attempts.hpp"

#include "tests/core/paybond/client_fixtures.hpp"

namespace agentnet::paybond {
namespace {

const http::Request kAny{"POST", "/x", {{"idempotency-key", "k"}}, "{}"};

// The waits of a call whose answers all have this status and these headers and body.
std::vector<double> waits(int status, const http::Headers& headers, const std::string& body = "",
                          int most = 2) {
  ScriptedTransport transport;
  StoppedClock clock;
  for (int i = 0; i < most; ++i)
    transport.answer(status, body, headers);
  send(transport, kAny, clock.attempts(most));
  return clock.slept;
}

TEST_CASE("what is retried is sent again as it was") {
  for (const int status : {429, 500, 502, 503, 504}) {
    ScriptedTransport transport;
    StoppedClock clock;
    transport.answer(status, "");
    transport.answer(200, "ok");
    CHECK(send(transport, kAny, clock.attempts()).body == "ok");
    REQUIRE(transport.sent.size() == 2);
    CHECK(transport.sent[1].body == "{}");
    CHECK(transport.sent[1].headers.get("idempotency-key") == "k");
  }
}

TEST_CASE("every other answer comes back at once") {
  for (const int status : {200, 302, 400, 401, 402, 404, 409, 422, 501, 505}) {
    ScriptedTransport transport;
    StoppedClock clock;
    transport.answer(status, "");
    CHECK(send(transport, kAny, clock.attempts()).status == status);
    CHECK(transport.sent.size() == 1);
  }
}

TEST_CASE("the backoff doubles up to five seconds") {
  const std::vector<double> slept = waits(503, {}, "", 9);
  const std::vector<double> wanted = {0.25, 0.45, 0.85, 1.65, 3.25, 5, 5, 5};
  REQUIRE(slept.size() == wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    CHECK(slept[i] == doctest::Approx(wanted[i]));
}

TEST_CASE("a Retry-After in seconds counts, at most thirty of them") {
  CHECK(waits(429, {{"Retry-After", "2"}}) == std::vector{2.0});
  CHECK(waits(429, {{"retry-after", " 1.5 "}}) == std::vector{1.5});
  CHECK(waits(429, {{"Retry-After", "30"}}) == std::vector{30.0});
  CHECK(waits(429, {{"Retry-After", "31"}}) == std::vector{30.0});
  CHECK(waits(429, {{"Retry-After", "-3"}}) == std::vector{-3.0});
  for (const char* other : {"", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "nan"})
    CHECK(waits(429, {{"Retry-After", other}}) == std::vector{0.25});
}

TEST_CASE("a wait below zero may count for nothing") {
  ScriptedTransport transport;
  StoppedClock clock;
  transport.answer(429, "", {{"Retry-After", "-3"}});
  transport.answer(200, "");
  Attempts attempts = clock.attempts();
  attempts.negative_counts = false;
  send(transport, kAny, attempts);
  CHECK(clock.slept == std::vector{0.25});
  sleep_on_the_clock(Seconds(-1));  // returns
}

TEST_CASE("what the edge says is retried once, after what it says") {
  CHECK(waits(503, {}, R"({"cloudflare_error": true, "retry_after": 3})", 3) == std::vector{3.0});
  CHECK(waits(503, {}, R"({"cloudflare_error": true, "retry_after": 8})", 3) == std::vector{8.0});
  CHECK(waits(503, {}, R"({"cloudflare_error": true, "retry_after": 9})", 3) == std::vector{8.0});
  CHECK(waits(503, {}, R"({"cloudflare_error": true})", 3) == std::vector{0.25});
  CHECK(waits(503, {}, R"({"cloudflare_error": "true"})", 3).size() == 2);
  CHECK(waits(503, {}, "cloudflare_error", 3).size() == 2);
}

TEST_CASE("a call without an answer is made again, and fails when the last one has none") {
  ScriptedTransport transport;
  StoppedClock clock;
  transport.lose();
  transport.answer(200, "ok");
  CHECK(send(transport, kAny, clock.attempts()).body == "ok");
  ScriptedTransport dead;
  dead.lose();
  dead.lose();
  CHECK(fault_of([&] { send(dead, kAny, clock.attempts(2)); }) == "unreachable/unreachable");
  CHECK(dead.sent.size() == 2);
}

TEST_CASE("less than one attempt is one") {
  for (const int most : {1, 0, -1}) {
    ScriptedTransport transport;
    StoppedClock clock;
    transport.answer(503, "");
    CHECK(send(transport, kAny, clock.attempts(most)).status == 503);
    CHECK(clock.slept.empty());
  }
}

TEST_CASE("jitter is up to a tenth of a second") {
  SystemRandom random;
  const auto jitter = jitter_of(random);
  for (int i = 0; i < 100; ++i) {
    const Seconds time = jitter();
    CHECK(time >= Seconds(0));
    CHECK(time < kMaxJitter);
  }
}

}  // namespace
}  // namespace agentnet::paybond
