#include "core/crypto/dsse.hpp"

#include <doctest/doctest.h>

namespace agentnet::crypto {
namespace {

using namespace std::string_literals;

TEST_CASE("the DSSE encoding is that of the protocol's own example") {
  CHECK_EQ(dsse_encoding("http://example.com/HelloWorld", "hello world"),
           "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST_CASE("empty type and body keep their lengths and spaces") {
  CHECK_EQ(dsse_encoding("", ""), "DSSEv1 0  0 ");
}

TEST_CASE("DSSE lengths count bytes, not characters") {
  CHECK_EQ(dsse_encoding("t\u00fc", "\u20ac"), "DSSEv1 3 t\u00fc 3 \u20ac");
}

TEST_CASE("bytes move between DSSE type and body only with another encoding") {
  CHECK_NE(dsse_encoding("a", "b 1 c"), dsse_encoding("a b", "1 c"));
  CHECK_EQ(dsse_encoding("a\0"s, "\0"s), "DSSEv1 2 a\0 1 \0"s);
}

}  // namespace
}  // namespace agentnet::crypto
