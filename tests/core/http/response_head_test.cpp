#include "core/http/response_head.hpp"

#include <doctest/doctest.h>

using namespace agentnet::http;

namespace {

constexpr std::string_view kDate = "Sun, 06 Nov 1994 08:49:37 GMT";

std::string head(const Response& response, const Delivery& delivery = {}) {
  return response_head(response, delivery, kDate);
}

}  // namespace

TEST_CASE("a response's head has its date and length, and nobody's name") {
  CHECK(head({200, {{"Content-Type", "text/plain"}, {"X-A", ""}}, "four"}) ==
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/plain\r\nX-A: \r\n"
        "Content-Length: 4\r\n\r\n");
}

TEST_CASE("what the connection does next is said where it is not taken for granted") {
  CHECK(head({}, {true, false, false}).find("Connection") == std::string::npos);
  CHECK(head({}, {false, false, false}).find("Connection: close\r\n") != std::string::npos);
  CHECK(head({}, {true, true, false}).find("Connection: keep-alive\r\n") != std::string::npos);
}

TEST_CASE("framing is the server's, whatever a handler says") {
  const Response response{200,
                          {{"content-length", "99"},
                           {"Transfer-Encoding", "chunked"},
                           {"connection", "upgrade"},
                           {"date", "today"},
                           {"Keep-Alive", "timeout=1"}},
                          "four"};
  CHECK(head(response) ==
        "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 4\r\n\r\n");
}

TEST_CASE("no handler can add a line") {
  const std::string text = head({200, {{"X-A", "a\r\nX-B: b"}, {"X-C\r\nX-D", "c"}}, ""});
  CHECK(text.find("X-A: a  X-B: b\r\n") != std::string::npos);
  CHECK(text.find("X-D") == std::string::npos);
}

TEST_CASE("responses without a body have no length") {
  for (const int status : {204, 304}) {
    CHECK_FALSE(may_have_body(status));
    CHECK(head({status, {}, ""}).find("Content-Length") == std::string::npos);
  }
  CHECK(head({205, {}, ""}).find("Content-Length: 0\r\n") != std::string::npos);
}

TEST_CASE("the answer to HEAD keeps the length of what GET would send") {
  CHECK(head({200, {{"Content-Length", "4"}}, ""}, {true, false, true}).find("Content-Length: 4\r\n") !=
        std::string::npos);
}

TEST_CASE("dates are spelled as HTTP wants them") {
  using std::chrono::seconds;
  using std::chrono::sys_seconds;
  CHECK(http_date(sys_seconds(seconds(784111777))) == kDate);
  CHECK(http_date(sys_seconds(seconds(0))) == "Thu, 01 Jan 1970 00:00:00 GMT");
  CHECK(http_date(sys_seconds(seconds(951782400))) == "Tue, 29 Feb 2000 00:00:00 GMT");
}
