// The device login as a client: against scripted answers, and by a clock that only the waits move.
#include "core/paybond/client_login.hpp"

#include "core/json/parse.hpp"
#include "tests/core/paybond/client_fixtures.hpp"

namespace agentnet::paybond {
namespace {

const std::string kStarted =
    R"({"device_code":"d1","user_code":"BCDF-GHJK","verification_uri":"https://g.example/device",)"
    R"("expires_in":20,"interval":5})";
const std::string kKey = "paybond_sk_sandbox_" + std::string(32, 'a') + "_" + std::string(64, 'b');

std::string granted(const std::string& key = kKey, const std::string& environment = "sandbox",
                    const std::string& role = "operator", const std::string& tenant = "t") {
  return R"({"access_token":")" + key + R"(","token_type":"Bearer","tenant_id":")" + tenant +
         R"(","tenant_uuid":"u","environment":")" + environment + R"(","service_account_role":")" + role +
         "\"}";
}

std::string error(const std::string& code, const std::string& more = "") {
  return R"({"error":")" + code + R"(","error_description":"why")" + more + "}";
}

struct Flow {
  ScriptedTransport gateway;
  StoppedClock clock;
  int stop_after = 1000;  // waits
  DeviceLogin login{.device_code = "d1",
                    .user_code = "BCDF-GHJK",
                    .verification_uri = "https://g.example/device",
                    .lifetime = Seconds(600),
                    .interval = Seconds(5)};

  LoginPatience patience() {
    return {.wait =
                [this](Seconds time) {
                  clock.slept.push_back(time.count());
                  clock.now += time;
                  return static_cast<int>(clock.slept.size()) <= stop_after;
                },
            .now = [this] { return clock.now; }};
  }
  std::optional<DeviceKey> await() { return await_device_key(gateway, login, "sandbox", patience()); }
  std::string fault() {
    return fault_of([&] { (void)await(); });
  }
};

DeviceLogin start(const std::string& body, int status = 200) {
  Flow flow;
  flow.gateway.answer(status, body);
  return start_device_login(flow.gateway, flow.clock.attempts(1), "sandbox");
}
std::string start_fault(const std::string& body, int status = 200) {
  return fault_of([&] { (void)start(body, status); });
}

// The scripted start with one member in place of another.
std::string with(const std::string& from, const std::string& to) {
  std::string text = kStarted;
  const std::size_t at = text.find(from);
  REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("the first request is the kit's, and its answer is read") {
  Flow flow;
  flow.gateway.answer(200, kStarted);
  const DeviceLogin login = start_device_login(flow.gateway, flow.clock.attempts(), "sandbox", "r1");
  CHECK(flow.gateway.last() ==
        R"(POST /v1/public/auth/device/start {"client_id":"paybond-kit-cli","client_name":"agentnet",)"
        R"("requested_environment":"sandbox","service_account_role":"operator"})");
  CHECK(flow.gateway.sent[0].headers.get("content-type") == "application/json");
  CHECK(flow.gateway.sent[0].headers.get("x-request-id") == "r1");
  CHECK_FALSE(flow.gateway.sent[0].headers.find("authorization"));
  CHECK(login.device_code == "d1");
  CHECK(login.user_code == "BCDF-GHJK");
  CHECK(login.verification_uri == "https://g.example/device");
  CHECK(login.lifetime.count() == 20);
  CHECK(login.interval.count() == 5);
}

TEST_CASE("an address with the code in it is preferred, and times have defaults and limits") {
  CHECK(
      start(with(R"("expires_in")", R"("verification_uri_complete":"https://g.example/d?c=1","expires_in")"))
          .verification_uri == "https://g.example/d?c=1");
  CHECK(start(with(R"(,"expires_in":20,"interval":5)", "")).lifetime.count() == kDefaultLoginLife);
  CHECK(start(with(R"(,"interval":5)", "")).interval.count() == kDefaultPollSeconds);
  CHECK(start(with("\"interval\":5", "\"interval\":0")).interval.count() == kLeastPollSeconds);
  CHECK(start(with("\"interval\":5", "\"interval\":-7")).interval.count() == kLeastPollSeconds);
  CHECK(start(with("\"interval\":5", "\"interval\":301")).interval.count() == kMostPollSeconds);
  CHECK(start(with("\"expires_in\":20", "\"expires_in\":3601")).lifetime.count() == kMostLoginLife);
  CHECK(start(with("\"expires_in\":20", "\"expires_in\":99999999999999999999")).lifetime.count() ==
        kDefaultLoginLife);
  CHECK(start(with("\"expires_in\":20", "\"expires_in\":\"x\"")).lifetime.count() == kDefaultLoginLife);
}

TEST_CASE("an answer without what a login needs is refused") {
  CHECK(start_fault("no JSON") == "unreachable/bad_response");
  CHECK(start_fault("[]") == "unreachable/bad_response");
  CHECK(start_fault(with("\"d1\"", "\" \"")) == "unreachable/bad_response");
  CHECK(start_fault(with("\"d1\"", "7")) == "unreachable/bad_response");
  CHECK(start_fault(with("d1", std::string(kMaxDeviceCode, 'd'))) == "");
  CHECK(start_fault(with("d1", std::string(kMaxDeviceCode + 1, 'd'))) == "unreachable/bad_response");
  CHECK(start_fault(with("BCDF-GHJK", "")) == "unreachable/bad_response");
  CHECK(start_fault(with("BCDF-GHJK", std::string(kMaxUserCode, 'c'))) == "");
  CHECK(start_fault(with("BCDF-GHJK", std::string(kMaxUserCode + 1, 'c'))) == "unreachable/bad_response");
  for (const char* address :
       {"", "file:///etc/passwd", "javascript:x", "-x", "https://g/a b", "https://g/\\u001b"})
    CHECK(start_fault(with("https://g.example/device", address)) == "unreachable/bad_response");
}

TEST_CASE("a gateway that refuses to start says why") {
  CHECK(start_fault(error("rate_limited"), 429) == "policy/rate_limited");
  CHECK(start_fault(error("invalid_client"), 400) == "refused/invalid_client");
  CHECK(start_fault("", 404) == "not_found/http_404");
}

TEST_CASE("it asks at the interval until the login is approved") {
  Flow flow;
  flow.gateway.answer(400, error("authorization_pending"));
  flow.gateway.answer(400, error("authorization_pending", R"(,"interval":7)"));
  flow.gateway.answer(200, granted());
  const auto key = flow.await();
  REQUIRE(key);
  CHECK(as_text(key->key.expose()) == kKey);
  CHECK(key->tenant_id == "t");
  CHECK(flow.clock.slept == std::vector<double>{5, 5, 7});
  CHECK(flow.gateway.last() ==
        R"(POST /v1/public/auth/device/token {"grant_type":"urn:ietf:params:oauth:grant-type:device_code",)"
        R"("device_code":"d1","client_id":"paybond-kit-cli"})");
}

TEST_CASE("it slows down by a second, or by what the gateway says, and stays so") {
  Flow flow;
  flow.gateway.answer(400, error("slow_down"));
  flow.gateway.answer(400, error("slow_down", R"(,"interval":3)"));
  flow.gateway.answer(400, error("slow_down", R"(,"interval":30)"));
  flow.gateway.answer(429, "{}");
  flow.gateway.answer(400, error("authorization_pending", R"(,"interval":1)"));
  flow.gateway.answer(200, granted());
  CHECK(flow.await());
  CHECK(flow.clock.slept == std::vector<double>{5, 6, 7, 30, 31, 31});
}

TEST_CASE("an interval stays within its limit") {
  Flow flow;
  flow.login.interval = Seconds(kMostPollSeconds);
  flow.login.lifetime = Seconds(kMostLoginLife);
  flow.gateway.answer(400, error("slow_down", R"(,"interval":9999)"));
  flow.gateway.answer(200, granted());
  CHECK(flow.await());
  CHECK(flow.clock.slept == std::vector<double>{300, 300});
}

TEST_CASE("a refusal, an end and a stranger's answer end the wait by name") {
  const struct {
    int status;
    std::string body;
    const char* fault;
  } cases[] = {{400, error("access_denied"), "auth/access_denied"},
               {400, error("expired_token"), "pending/expired_token"},
               {400, error("invalid_grant"), "refused/invalid_grant"},
               {401, error("invalid_client"), "auth/invalid_client"},
               {404, "nothing", "not_found/http_404"},
               {200, "no JSON", "auth/bad_login"},
               {200, "{}", "auth/bad_login"},
               {200, granted("paybond_sk_sandbox_"), "auth/bad_login"},
               {200, granted("paybond_sk_live_x"), "auth/bad_login"},
               {200, granted("other"), "auth/bad_login"},
               {200, granted(kKey, "live"), "auth/bad_login"},
               {200, granted(kKey, "sandbox", "admin"), "auth/bad_login"},
               {200, granted(kKey, "sandbox", "operator", ""), "auth/bad_login"}};
  for (const auto& each : cases) {
    CAPTURE(each.body);
    Flow flow;
    flow.gateway.answer(each.status, each.body);
    CHECK(flow.fault() == each.fault);
    CHECK(flow.gateway.sent.size() == 1);
  }
}

TEST_CASE("it gives up when the login's time is over, without one more question") {
  Flow flow;
  flow.login.lifetime = Seconds(12);
  for (int i = 0; i < 9; ++i)
    flow.gateway.answer(400, error("authorization_pending"));
  CHECK(flow.fault() == "pending/expired_token");
  CHECK(flow.clock.slept == std::vector<double>{5, 5});
}

TEST_CASE("who stops waiting gets no key and asks nothing more") {
  Flow flow;
  flow.stop_after = 1;
  flow.gateway.answer(400, error("authorization_pending"));
  flow.gateway.answer(200, granted());
  CHECK_FALSE(flow.await());
  CHECK(flow.gateway.sent.size() == 1);
}

TEST_CASE("a poll that is lost is followed by slower ones, and so many in a row end it") {
  Flow flow;
  flow.gateway.lose();
  flow.gateway.answer(503, "{}");
  flow.gateway.answer(200, granted());
  CHECK(flow.await());
  CHECK(flow.clock.slept == std::vector<double>{5, 10, 20});
  Flow broken;
  for (int i = 0; i < kMaxLostPolls; ++i)
    broken.gateway.lose();
  CHECK(broken.fault() == "unreachable/connection_lost");
  CHECK(broken.gateway.sent.size() == static_cast<std::size_t>(kMaxLostPolls));
}

TEST_CASE("neither the codes nor a key stand in what is said of a bad answer") {
  Flow flow;
  flow.gateway.answer(200, granted(kKey, "live"));
  try {
    (void)flow.await();
    FAIL("it was taken");
  } catch (const Error& fault) {
    CHECK(fault.message().find("bbbb") == std::string::npos);
    CHECK(detail_of(fault, "body_text") == "absent");
  }
  try {
    (void)start(with("BCDF-GHJK", ""));
    FAIL("it was taken");
  } catch (const Error& fault) {
    CHECK(detail_of(fault, "body_text") == "");
  }
}

}  // namespace
}  // namespace agentnet::paybond
