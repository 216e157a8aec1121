#include "core/sbn/moment.hpp"

#include <doctest/doctest.h>

#include "core/crypto/sha256.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

constexpr std::string_view kContext = R"({
  "device_timestamp": "2026-11-23T13:00:00.5+01:00", "capture_id": " id ", "capture_mode": "device",
  "context_kind": "system", "environment": " QA ", "subject_kind": "seal_surface", "subject_sha256": "s",
  "device_id": "d", "expected_hash": " h ", "system_meta": {"os": "Linux"}})";

}  // namespace

TEST_CASE("a claim's bytes drop nothing, round nothing and add nothing") {
  json::Arena arena;
  const json::Value claim = parse_in(arena,
                                     "{\"timestamp\":1, \"hash\":\"h\", \"b\":0.30000000000000004, "
                                     "\"a\":\"\\u00e9\\u0001/\", \"n\":null, \"big\":1e300}");
  CHECK(canonical_claim(claim) ==
        "{\"a\":\"\u00e9\\u0001/"
        "\",\"b\":0.30000000000000004,\"big\":1e+300,\"hash\":\"h\",\"n\":null,\"timestamp\":1}");
  CHECK(claim_sha256(claim) == crypto::sha256_hex(canonical_claim(claim)));
}

TEST_CASE("a claim with a number that is not finite has no bytes") {
  json::Arena arena;
  CHECK(error_of([&] { canonical_claim(parse_in(arena, "{\"a\":Infinity}")); }).code() ==
        "number_out_of_range");
}

TEST_CASE("a digest is 64 lower-case hexadecimal digits") {
  const std::string digest(64, 'a');
  CHECK(is_sha256(digest));
  CHECK_FALSE(is_sha256(digest.substr(1)));
  CHECK_FALSE(is_sha256(digest + "a"));
  CHECK_FALSE(is_sha256(digest.substr(1) + "A"));
  CHECK_FALSE(is_sha256(digest.substr(1) + "g"));
}

TEST_CASE("an environment is secure by the part of its name before the first hyphen") {
  for (const char* name :
       {"prod", "production", "stage", "staging", "PROD", " Staging\t", "prod-eu", "production-a-b"}) {
    CAPTURE(name);
    CHECK(is_secure_environment(name));
  }
  for (const char* name : {"", "dev", "eu-prod", "preprod", "prod_eu", "productions", "-prod"}) {
    CAPTURE(name);
    CHECK_FALSE(is_secure_environment(name));
  }
}

TEST_CASE("a capture's time is read from text only") {
  json::Arena arena;
  const json::Value text = parse_in(arena, "\" 2026-11-23T12:00:00Z \"");
  const json::Value number = parse_in(arena, "1763899200");
  const json::Value nonsense = parse_in(arena, "\"noon\"");
  CHECK(captured_instant(&text) == kNoon);
  CHECK_FALSE(captured_instant(&number).has_value());
  CHECK_FALSE(captured_instant(&nonsense).has_value());
  CHECK_FALSE(captured_instant(nullptr).has_value());
}

TEST_CASE("the system commitment joins five members, of which missing ones are empty and null is not") {
  json::Arena arena;
  const auto commitment = [&](std::string_view meta) { return system_commitment(parse_in(arena, meta)); };
  CHECK(commitment(
            R"({"cpu_count":2,"os":"o","arch":"a","hw_fingerprint":"f","hostname_hash":"h","more":1})") ==
        crypto::sha256_hex("f|h|o|a|2"));
  CHECK(commitment("{}") == crypto::sha256_hex("||||"));
  CHECK(commitment(R"({"os":null})") == crypto::sha256_hex("||None||"));
  CHECK(commitment("[1]") == commitment("{}"));
}

TEST_CASE("a device id is the start of its commitment") {
  json::Arena arena;
  const json::Value meta = parse_in(arena, R"({"os":"o"})");
  CHECK(device_id_of(meta) == "snapchore-device-" + system_commitment(meta).substr(0, 32));
}

TEST_CASE("a capture claim holds the context's names, ids and digests in the order of the wire") {
  json::Arena arena;
  const json::Value context = parse_in(arena, kContext);
  const std::optional<json::Value> claim = build_capture_claim(context, arena);
  REQUIRE(claim.has_value());
  const std::string device = device_id_of(at(context, {"system_meta"}));
  CHECK(json::to_compact(*claim) ==
        R"({"schema_version":"snapchore.capture_claim.v2","auth_method":"snapchore.local_system_context.v2",)"
        R"("capture_id":"id","captured_at":"2026-11-23T12:00:00.500000Z","capture_mode":"device",)"
        R"("context_kind":"system","environment":"qa","subject_kind":"seal_surface","subject_sha256":"s",)"
        R"("device_id":"d","derived_device_id":")" +
            device + R"(","system_commitment":" h ","raw_context_sha256":")" + claim_sha256(context) + "\"}");
}

TEST_CASE("the raw context leaves out the claim, the proof and what asks for a method, and nothing else") {
  json::Arena arena;
  const json::Value context = parse_in(arena, kContext);
  const auto raw = [&](const json::Value& value) {
    return std::string(at(*build_capture_claim(value, arena), {"raw_context_sha256"}).text());
  };
  for (const char* name : {"capture_claim", "capture_proof", "requested_auth_method", "auth_method"}) {
    CAPTURE(name);
    CHECK(raw(changed(context, {name}, "\"x\"", arena)) == raw(context));
  }
  CHECK(raw(changed(context, {"timestamp"}, "1", arena)) != raw(context));
  CHECK(raw(changed(context, {"system_meta", "pid"}, "1", arena)) != raw(context));
}

TEST_CASE("a context without a readable time or without canonical bytes makes no claim") {
  json::Arena arena;
  const json::Value context = parse_in(arena, kContext);
  CHECK_FALSE(build_capture_claim(changed(context, {"device_timestamp"}, "", arena), arena).has_value());
  CHECK_FALSE(
      build_capture_claim(changed(context, {"device_timestamp"}, "\"soon\"", arena), arena).has_value());
  CHECK_FALSE(build_capture_claim(changed(context, {"gps"}, "NaN", arena), arena).has_value());
  CHECK_FALSE(build_capture_claim(parse_in(arena, "{}"), arena).has_value());
}
