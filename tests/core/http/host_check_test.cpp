#include "core/http/host_check.hpp"

#include <doctest/doctest.h>

using namespace agentnet::http;

namespace {

std::string check(const Headers& headers, const std::vector<std::string>& extra = {}) {
  const auto refusal = HostCheck(extra).check(headers);
  return refusal ? std::to_string(refusal->status) + " " + refusal->code : "";
}

std::string check_host(const std::string& host) {
  return check({{"Host", host}});
}
std::string check_origin(const std::string& origin) {
  return check({{"Host", "localhost:8090"}, {"Origin", origin}});
}

}  // namespace

TEST_CASE("the hosts of this machine pass, with any port and in any case") {
  for (const char* host :
       {"localhost", "LocalHost:8090", "127.0.0.1", "127.0.0.1:1", "[::1]", "[::1]:8090", "localhost:"}) {
    CAPTURE(host);
    CHECK(check_host(host) == "");
  }
}

TEST_CASE("another host is misdirected") {
  for (const char* host : {"example.com", "localhost.example.com", "127.0.0.1.example.com", "127.0.0.2",
                           "localhost.", "0.0.0.0", "[::]", "xlocalhost", "::1"}) {
    CAPTURE(host);
    CHECK(check_host(host).starts_with("4"));
  }
  CHECK(check_host("example.com:8090") == "421 wrong_host");
}

TEST_CASE("a request names exactly one host") {
  CHECK(check({}) == "400 bad_host");
  CHECK(check({{"Host", "localhost"}, {"host", "localhost"}}) == "400 bad_host");
  for (const char* host : {"", ":80", "localhost:80a", "a@localhost", "localhost/", "[::1", "[::1]x",
                           "localhost, b", "local host", "localhost:80:90"}) {
    CAPTURE(host);
    CHECK(check_host(host) == "400 bad_host");
  }
}

TEST_CASE("the caller's hosts pass besides") {
  const std::vector<std::string> extra = {"agents.example.com", "[fd00::1]"};
  CHECK(check({{"Host", "Agents.Example.com:443"}}, extra) == "");
  CHECK(check({{"Host", "[fd00::1]"}}, extra) == "");
  CHECK(check({{"Host", "localhost"}, {"Origin", "https://agents.example.com"}}, extra) == "");
  CHECK(check({{"Host", "example.com"}}, extra) == "421 wrong_host");
}

TEST_CASE("a page of another origin is refused") {
  for (const char* origin :
       {"https://example.com", "null", "", "http://localhost.example.com", "http://127.0.0.2",
        "chrome-extension://localhosts", "localhost", "http://", "http://a@localhost",
        "http://localhost http://example.com", "http://localhost/path"}) {
    CAPTURE(origin);
    CHECK(check_origin(origin) == "403 cross_origin");
  }
}

TEST_CASE("a page of this machine passes") {
  for (const char* origin :
       {"http://localhost", "http://localhost:3000", "https://127.0.0.1:8090", "http://[::1]:1"}) {
    CAPTURE(origin);
    CHECK(check_origin(origin) == "");
  }
}

TEST_CASE("every Origin counts") {
  CHECK(check({{"Host", "localhost"}, {"Origin", "http://localhost"}, {"Origin", "http://evil.example"}}) ==
        "403 cross_origin");
}

TEST_CASE("what the browser calls cross-site is refused even without an Origin") {
  const auto site = [](const char* value) {
    return check({{"Host", "localhost"}, {"Sec-Fetch-Site", value}});
  };
  CHECK(site("cross-site") == "403 cross_site");
  CHECK(site("Cross-Site") == "403 cross_site");
  for (const char* value : {"same-origin", "same-site", "none"})
    CHECK(site(value) == "");
}
