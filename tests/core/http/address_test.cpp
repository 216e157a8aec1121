#include "core/http/address.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>

namespace agentnet::http {
namespace {

Bytes address(const std::string& text) {
  const bool is_ipv6 = text.find(':') != std::string::npos;
  Bytes bytes(is_ipv6 ? 16 : 4);
  REQUIRE(::inet_pton(is_ipv6 ? AF_INET6 : AF_INET, text.c_str(), bytes.data()) == 1);
  return bytes;
}

TEST_CASE("addresses of the open internet are public") {
  for (const char* text : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                           "126.255.255.255", "128.0.0.1", "169.253.0.1", "172.15.255.255", "172.32.0.0",
                           "192.167.1.1", "192.169.0.1", "198.17.0.1", "198.20.0.1", "223.255.255.255",
                           "2606:4700::1111", "2a00:1450::1", "3fff:ffff::1", "::ffff:1.1.1.1"}) {
    CAPTURE(text);
    CHECK(is_public_address(address(text)));
  }
}

TEST_CASE("addresses of this machine, of private networks and of no one host are not public") {
  for (const char* text :
       {"0.0.0.0",         "0.1.2.3",      "10.0.0.1",     "10.255.255.255",   "100.64.0.1",
        "100.127.255.255", "127.0.0.1",    "127.255.0.1",  "169.254.169.254",  "172.16.0.1",
        "172.31.255.255",  "192.0.0.1",    "192.0.2.1",    "192.168.0.1",      "198.18.0.1",
        "198.19.255.255",  "198.51.100.1", "203.0.113.1",  "224.0.0.1",        "240.0.0.1",
        "255.255.255.255", "::",           "::1",          "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1",  "fc00::1",      "fd12::1",      "fe80::1",          "ff02::1",
        "2001:db8::1",     "2001::1",      "2002:a00:1::", "::7f00:1",         "4000::1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_public_address(address(text)));
  }
}

TEST_CASE("loopback is 127.0.0.0/8 and ::1") {
  for (const char* text : {"127.0.0.1", "127.1.2.3", "::1"})
    CHECK(is_loopback_address(address(text)));
  for (const char* text : {"128.0.0.1", "10.0.0.1", "::", "::2", "1::1", "::ffff:127.0.0.1"})
    CHECK_FALSE(is_loopback_address(address(text)));
}

TEST_CASE("what is no address is neither") {
  for (const std::size_t size : {0U, 3U, 5U, 15U, 17U}) {
    CHECK_FALSE(is_public_address(Bytes(size, 1)));
    CHECK_FALSE(is_loopback_address(Bytes(size, 127)));
  }
}

}  // namespace
}  // namespace agentnet::http
