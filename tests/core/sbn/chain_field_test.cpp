#include "core/sbn/chain_field.hpp"

#include <doctest/doctest.h>

#include <string>

#include "core/sbn/chain_v2.hpp"
#include "tests/core/sbn/chain_fixtures.hpp"

namespace {

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

std::string repeated(const std::string& text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i)
    result += text;
  return result;
}

// Appends to an empty chain, with metadata given as text; the disposition of the refusal, or "VERIFIED".
std::string appended(ChainAppendV2 addition, const std::string& metadata = "null") {
  const json::Document document = json::parse(metadata, json::kAsPython);
  addition.metadata = document.root;
  ChainV2 chain("c");
  try {
    chain.append(addition);
  } catch (const Error& error) {
    CHECK(chain.entries().empty());
    return detail(error, "disposition") + " " + detail(error, "field");
  }
  return "VERIFIED";
}

ChainAppendV2 valid() {
  return {hash_of(0), "block", "event", second(0), {}};
}

// {"k":[[…1…]]} with the 1 at this depth.
std::string nested(std::size_t depth) {
  return "{\"k\":" + repeated("[", depth - 1) + "1" + repeated("]", depth - 1) + "}";
}

std::string refused_field(const std::string& field) {
  return "REJECT_FIELD " + field;
}

}  // namespace

TEST_CASE("chain ids may have 200 characters and not 201") {
  for (const std::string character : {"a", "\xc3\xa9", "\xf0\x9f\x98\x80"}) {
    CHECK(ChainV2(" " + repeated(character, kMaxChainIdChars) + " ").verify().accepted());
    CHECK(disposition_from([&] { ChainV2(repeated(character, kMaxChainIdChars + 1)); }) == "REJECT_FIELD");
  }
  CHECK(disposition_from([] { ChainV2(""); }) == "REJECT_FIELD");
  CHECK(disposition_from([] { ChainV2(" \xe2\x80\x83 "); }) == "REJECT_FIELD");
  CHECK(disposition_from([] { ChainV2("\xff"); }) == "REJECT_FIELD");
}

TEST_CASE("event types may have 128 characters and not 129") {
  ChainAppendV2 addition = valid();
  for (const std::string character : {"e", "\xe2\x82\xac"}) {
    addition.event_type = "\t" + repeated(character, kMaxEventTypeChars);
    CHECK(appended(addition) == "VERIFIED");
    addition.event_type = repeated(character, kMaxEventTypeChars + 1);
    CHECK(appended(addition) == refused_field("event_type"));
  }
  addition.event_type = " ";
  CHECK(appended(addition) == refused_field("event_type"));
}

TEST_CASE("block ids may have 256 characters and not 257") {
  ChainAppendV2 addition = valid();
  for (const std::string character : {"b", "\xf0\x9f\x98\x80"}) {
    addition.block_id = repeated(character, kMaxBlockIdChars) + "\n";
    CHECK(appended(addition) == "VERIFIED");
    addition.block_id = repeated(character, kMaxBlockIdChars + 1);
    CHECK(appended(addition) == refused_field("block_id"));
  }
  addition.block_id = "";
  CHECK(appended(addition) == refused_field("block_id"));
}

TEST_CASE("block hashes are 64 hexadecimal digits and nothing else") {
  ChainAppendV2 addition = valid();
  for (const std::string& wrong : {hash_of(0) + "0", hash_of(0).substr(1), "sha256:" + hash_of(0),
                                   " " + hash_of(0), std::string(64, 'g'), std::string()}) {
    addition.block_hash = wrong;
    CHECK(appended(addition) == refused_field("block_hash"));
  }
}

TEST_CASE("timestamps are whole seconds of UTC on a day that exists") {
  ChainAppendV2 addition = valid();
  for (const char* right :
       {"2026-03-01T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-02-29T12:34:56Z"}) {
    addition.timestamp = right;
    CHECK_MESSAGE(appended(addition) == "VERIFIED", right);
  }
  for (const char* wrong : {"",
                            "2026-03-01T00:00:00",
                            "2026-03-01T00:00:00+00:00",
                            "2026-03-01T00:00:00.5Z",
                            "2026-03-01 00:00:00Z",
                            "2026-03-01t00:00:00Z",
                            "2026-03-01T00:00:00z",
                            "2026-02-29T00:00:00Z",
                            "2026-04-31T00:00:00Z",
                            "2026-13-01T00:00:00Z",
                            "2026-00-01T00:00:00Z",
                            "2026-01-00T00:00:00Z",
                            "0000-01-01T00:00:00Z",
                            "2026-03-01T24:00:00Z",
                            "2026-03-01T00:60:00Z",
                            "2026-03-01T00:00:60Z",
                            "2026-03-01T00:00:00Z\n",
                            " 2026-03-01T00:00:00Z",
                            "+026-03-01T00:00:00Z",
                            "2026-W9-01T00:00:00Z"}) {
    addition.timestamp = wrong;
    CHECK_MESSAGE(appended(addition) == refused_field("timestamp"), wrong);
  }
}

TEST_CASE("metadata may be nested 50 deep and not 51") {
  CHECK(appended(valid(), nested(kMaxMetadataDepth)) == "VERIFIED");
  CHECK(appended(valid(), nested(kMaxMetadataDepth + 1)) == refused_field("metadata"));
  const std::string objects =
      repeated("{\"k\":", kMaxMetadataDepth) + "{}" + repeated("}", kMaxMetadataDepth);
  CHECK(appended(valid(), objects) == "VERIFIED");
  CHECK(appended(valid(), "{\"k\":" + objects + "}") == refused_field("metadata"));
}

TEST_CASE("metadata that has no single canonical form is refused") {
  for (const char* wrong :
       {R"({"":1})", R"({"a":[{"":1}]})", R"({"a":1,"a":1})", R"({"x":{"a":1,"a":2}})", R"({"a":1e16})",
        R"({"a":-1e16})", R"({"a":1e999})", R"({"a":NaN})", R"({"a":[-Infinity]})", R"({"a":"\ud800"})",
        R"({"\udfff":1})", "[1]", "\"text\"", "1", "true"})
    CHECK_MESSAGE(appended(valid(), wrong) == refused_field("metadata"), wrong);
  for (const char* right : {"null", "{}", "[]", "0", "false", "\"\"", R"({"a":9999999999999998.0})",
                            R"({"a":123456789012345678901234567890})", R"({" ":{"a":[]}})"})
    CHECK_MESSAGE(appended(valid(), right) == "VERIFIED", right);
}

TEST_CASE(
    "metadata is kept as it is hashed: decimals rounded, minus zero an integer zero, volatile names kept") {
  const json::Document metadata =
      json::parse(R"({"f":0.1234567890123456,"z":-0,"d":-0.0,"e":1E2,"tiny":4.9e-13,"hash":1,"ts":[1.0]})");
  ChainV2 chain("c");
  chain.append({hash_of(0), "b", "e", second(0), metadata.root});
  const std::string kept = R"({"f":0.123456789012,"z":0,"d":-0.0,"e":100.0,"tiny":0.0,"hash":1,"ts":[1.0]})";
  CHECK(json::to_compact(chain.entries()[0].metadata) == kept);
  json::Arena arena;
  CHECK(ChainV2::load(json::to_compact(chain.to_json(arena))).verify().accepted());
}
