#include "core/sbn/legacy_moment.hpp"

#include <doctest/doctest.h>

#include "core/crypto/sha256.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

TEST_CASE("a version 1 moment is hashed as Python writes its context") {
  json::Arena arena;
  const json::Value context = parse_in(
      arena, "{\"z\":[1,-0,1e3,true,null,[]],\"a\":{\"y\":\"caf\\u00e9\",\"b\":{}},\"z\":[1.50,\"\\n\"]}");
  const std::string text = R"({"a": {"b": {}, "y": "caf\u00e9"}, "z": [1.5, "\n"]})";
  CHECK(legacy_moment_sha256(context) == crypto::sha256_hex(text));
}
