#include "core/paybond/access.hpp"

#include "tests/core/paybond/client_fixtures.hpp"

namespace agentnet::paybond {
namespace {

const Secret kKey(as_bytes(" paybond_sk_test_0123 "));

std::string access(const std::string& token, const std::string& lifetime) {
  return R"({"access_token": ")" + token + R"(", "expires_in": )" + lifetime + R"(, "tenant_id": "t"})";
}

struct Exchange {
  ScriptedTransport gateway;
  StoppedClock clock;
  AccessOptions options;

  Exchange() {
    options.now = [this] { return clock.now; };
  }
};

TEST_CASE("a token is kept until its life less the skew is over") {
  Exchange exchange;
  exchange.gateway.answer(200, access("a", "100"));
  exchange.gateway.answer(200, access("b", "100"));
  HarborAccess access(exchange.gateway, kKey, exchange.options);
  CHECK_FALSE(access.tenant_id());
  CHECK(access.bearer() == "a");
  CHECK(access.tenant_id() == "t");
  exchange.clock.now = Seconds(9.9);
  CHECK(access.bearer() == "a");
  exchange.clock.now = Seconds(10);
  CHECK(access.bearer() == "b");
  CHECK(exchange.gateway.sent[0].headers.get("authorization") == "Bearer paybond_sk_test_0123");
  CHECK(exchange.gateway.last() == "POST /v1/auth/harbor-access ");
}

TEST_CASE("a token lives a second at least, however large the skew is") {
  Exchange exchange;
  exchange.gateway.answer(200, access("a", "5"));
  exchange.gateway.answer(200, access("b", "5"));
  HarborAccess access(exchange.gateway, kKey, exchange.options);
  CHECK(access.bearer() == "a");
  exchange.clock.now = Seconds(0.9);
  CHECK(access.bearer() == "a");
  exchange.clock.now = Seconds(1);
  CHECK(access.bearer() == "b");
}

TEST_CASE("a negative skew adds no life, and a path gets its slash") {
  Exchange exchange;
  exchange.options.clock_skew = Seconds(-50);
  exchange.options.path = "other";
  exchange.gateway.answer(200, access("a", "5"));
  exchange.gateway.answer(200, access("b", "5"));
  HarborAccess access(exchange.gateway, kKey, exchange.options);
  access.bearer();
  exchange.clock.now = Seconds(5);
  CHECK(access.bearer() == "b");
  CHECK(exchange.gateway.last() == "POST /other ");
}

TEST_CASE("rotation exchanges anew, and a failed one leaves the token as it was") {
  Exchange exchange;
  exchange.gateway.answer(200, access("a", "1000"));
  exchange.gateway.answer(200, access("b", "1000"));
  exchange.gateway.answer(503, "{}");
  HarborAccess access(exchange.gateway, kKey, exchange.options);
  access.bearer();
  access.force_rotate();
  CHECK(access.bearer() == "b");
  CHECK(fault_of([&] { access.force_rotate(); }) == "unreachable/http_503");
  CHECK(exchange.gateway.sent.size() == 3);
  CHECK(access.bearer() == "b");
}

TEST_CASE("an answer that is no exchange is refused, and its body is not quoted") {
  for (const char* body :
       {"", "[1]", "no json", R"({"expires_in": 9, "tenant_id": "t"})", R"({"access_token": 5})",
        R"({"access_token": "canary", "expires_in": 0, "tenant_id": "t"})",
        R"({"access_token": "canary", "expires_in": "x", "tenant_id": "t"})",
        R"({"access_token": "canary", "expires_in": true, "tenant_id": "t"})",
        R"({"access_token": "canary", "expires_in": 9, "tenant_id": " "})"}) {
    CAPTURE(body);
    Exchange exchange;
    exchange.gateway.answer(200, body);
    HarborAccess access(exchange.gateway, kKey, exchange.options);
    try {
      access.bearer();
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.code() == "bad_access");
      CHECK(error.category() == Category::auth);
      CHECK(detail_of(error, "body_text") == "absent");
      CHECK(error.message().find("canary") == std::string::npos);
    }
  }
}

TEST_CASE("the principal says which tenant the key is of") {
  ScriptedTransport gateway;
  StoppedClock clock;
  gateway.answer(503, "");
  gateway.answer(200, R"({"tenant_id": "t", "environment": "sandbox"})");
  CHECK(read_principal(gateway, kKey, clock.attempts(), "sandbox").tenant_id == "t");
  CHECK(gateway.last() == "GET /v1/auth/principal ");
}

TEST_CASE("a principal without a tenant, or of another environment, is refused") {
  const auto fault = [](const std::string& body, const char* environment = "") {
    ScriptedTransport gateway;
    StoppedClock clock;
    gateway.answer(200, body);
    return fault_of([&] { read_principal(gateway, kKey, clock.attempts(), environment); });
  };
  CHECK(fault("{}") == "auth/bad_principal");
  CHECK(fault("[]") == "auth/bad_principal");
  CHECK(fault("<html>") == "unreachable/bad_response");
  CHECK(fault(R"({"tenant_id": "t"})", "live") == "auth/wrong_environment");
  CHECK(fault(R"({"tenant_id": "t", "environment": "sandbox"})", "live") == "auth/wrong_environment");
  CHECK(fault(R"({"tenant_id": "t"})", "dev") == "usage/bad_environment");
}

}  // namespace
}  // namespace agentnet::paybond
