#include "core/auth/token_minter.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/auth/token.hpp"
#include "core/crypto/jwt.hpp"
#include "core/json/parse.hpp"
#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;
using nlohmann::json;
using std::chrono::microseconds;

TokenOptions options_of(const json& vector) {
  TokenOptions options;
  const json& args = vector.at("args");
  options.issuer = vector.at("issuer");
  options.audience = vector.at("audience");
  options.kid = vector.at("kid");
  options.subject = args.at("subject");
  options.scopes = args.at("scopes").get<std::vector<std::string>>();
  options.cdna = args.at("cdna");
  options.role = args.value("role", options.role);
  options.tenant_id = args.value("tenant_id", "");
  options.lifetime = std::chrono::seconds(args.at("ttl_seconds").get<std::int64_t>());
  return options;
}

void check_vector(const json& vector) {
  const auto key = crypto::SigningKey::from_pem(vector.at("private_key_pem").get<std::string>());
  const std::string kind = vector.at("kind");
  if (kind == "jwt") {
    const TokenOptions options = options_of(vector);
    const Instant now = parse_iso(vector.at("clock").get<std::string>()).value();
    const std::string token = make_token(key, options, now, vector.at("jti").get<std::string>());
    CHECK(token == vector.at("token"));
    const auto jwt = crypto::jwt_verify(token, key.public_key());
    REQUIRE(jwt.has_value());
    CHECK(jwt->header == vector.at("header_json"));
    CHECK(jwt->payload == vector.at("payload_json"));
    CHECK(iso_offset(now + options.lifetime) == vector.at("expires_at"));
  } else if (kind == "sign_payload") {
    const agentnet::json::Document data = agentnet::json::parse(vector.at("data").dump());
    CHECK(sign_payload(key, data.root) == vector.at("signature_b64url"));
  } else if (kind == "public_key") {
    CHECK(hex_lower(key.expose_seed()) == vector.at("seed_hex"));
    CHECK(hex_lower(key.public_key().bytes) == vector.at("public_raw_hex"));
    CHECK(key.public_key().to_pem() == vector.at("public_spki_pem"));
    CHECK(text_of(key.to_pem()) == vector.at("private_key_pem"));
  } else {
    FAIL("a vector of unknown kind " << kind);
  }
}

TEST_CASE("every recorded token, signature and key comes out byte for byte") {
  std::ifstream in(TEST_DATA "/vectors/sbn/jwt.json");
  const json file = json::parse(in);
  CHECK(file.at("vectors").size() == file.at("count"));
  for (const json& vector : file.at("vectors")) {
    CAPTURE(vector.at("id").get<std::string>());
    check_vector(vector);
  }
}

TokenOptions sample_options() {
  TokenOptions options;
  options.issuer = "my-svc";
  options.audience = "sbn";
  options.kid = "k1";
  return options;
}

json claims_of(const std::string& token) {
  return json::parse(crypto::jwt_read_unverified(token).value().payload);
}

json scopes_of(std::vector<std::string> scopes) {
  TokenOptions options = sample_options();
  options.scopes = std::move(scopes);
  return claims_of(make_token(test_key(1), options, kNow, "id")).at("scope");
}

TEST_CASE(
    "scopes are trimmed, sorted and kept once; an empty one goes, one of spaces stays as an empty one") {
  CHECK(scopes_of({"b", "a", "b", " a "}) == json{"a", "b"});
  CHECK(scopes_of({"", "a"}) == json{"a"});
  CHECK(scopes_of({"  ", "a"}) == json{"", "a"});
  CHECK(scopes_of({"\u00a0a\u3000",
                   "\x1c"
                   "b"}) == json{"a", "b"});
  CHECK(scopes_of({"\U0001f600", "\uff5e", "z", "Z"}) == json{"Z", "z", "\uff5e", "\U0001f600"});
  CHECK(scopes_of({}) == json::array());
}

TEST_CASE("times are cut to whole seconds after the lifetime was added") {
  TokenOptions options = sample_options();
  options.lifetime = microseconds(500'000);
  const json claims = claims_of(make_token(test_key(1), options, kNow + microseconds(600'000), "id"));
  CHECK(claims.at("iat") == kNowSeconds);
  CHECK(claims.at("exp") == kNowSeconds + 1);
}

TEST_CASE("a lifetime of nothing, or of more than ten years, is refused") {
  TokenOptions options = sample_options();
  const auto make = [&](microseconds lifetime) {
    options.lifetime = lifetime;
    return fault_of([&] { make_token(test_key(1), options, kNow, "id"); });
  };
  CHECK(make(microseconds(1)).empty());
  CHECK(make(std::chrono::hours(24 * 3650)).empty());
  for (const microseconds lifetime :
       {microseconds(0), microseconds(-1), microseconds(std::chrono::hours(24 * 3650)) + microseconds(1),
        microseconds::max()})
    CHECK(make(lifetime) == "usage/bad_lifetime");
}

TEST_CASE("texts that are not UTF-8 are refused") {
  for (std::string TokenOptions::*text :
       {&TokenOptions::issuer, &TokenOptions::audience, &TokenOptions::kid, &TokenOptions::subject,
        &TokenOptions::cdna, &TokenOptions::role, &TokenOptions::tenant_id}) {
    TokenOptions options = sample_options();
    options.*text = "\xff";
    CHECK(fault_of([&] { make_token(test_key(1), options, kNow, "id"); }) == "usage/bad_text");
  }
  TokenOptions options = sample_options();
  options.scopes = {"\xed\xa0\x80"};
  CHECK(fault_of([&] { make_token(test_key(1), options, kNow, "id"); }) == "usage/bad_text");
}

TEST_CASE("a signature covers numbers, order and escapes as Python writes them") {
  // The same object spelled differently, and the text that is signed.
  const auto document =
      agentnet::json::parse(R"({ "b" : [1.0, 1E2, -0.5], "a": "\u00e9\n", "c": {"z":null,"y":true} })");
  const std::string text = R"({"a":"\u00e9\n","b":[1.0,100.0,-0.5],"c":{"y":true,"z":null}})";
  CHECK(sign_payload(test_key(1), document.root) ==
        base64_encode(test_key(1).sign(as_bytes(text)), Base64::url));
  CHECK(fault_of([&] { sign_payload(test_key(1), agentnet::json::parse("[]").root); }) ==
        "usage/not_an_object");
}

TEST_CASE("a minter gives the same token until its lifetime is over, then another") {
  FixedClock clock;
  SystemRandom random;
  TokenMinter minter(test_key(1), sample_options(), clock, random);
  CHECK(minter.expires_at() == Instant());
  const std::string first = minter.token();
  CHECK(minter.expires_at() == kNow + std::chrono::seconds(300));
  clock.time = kNow + std::chrono::seconds(300) - microseconds(1);
  CHECK(minter.token() == first);
  clock.time = kNow + std::chrono::seconds(300);
  const std::string second = minter.token();
  CHECK(second != first);
  CHECK(claims_of(second).at("jti") != claims_of(first).at("jti"));
  CHECK(claims_of(second).at("iat") == kNowSeconds + 300);
}

TEST_CASE("a token's id is 32 lower-case hexadecimal digits") {
  FixedClock clock;
  SystemRandom random;
  const std::string id =
      claims_of(TokenMinter(test_key(1), sample_options(), clock, random).token()).at("jti");
  CHECK(is_hex(id, 32));
  CHECK(id.find_first_of("ABCDEF-") == std::string::npos);
}

TEST_CASE("another tenant is in the tokens made from then on") {
  FixedClock clock;
  SystemRandom random;
  TokenMinter minter(test_key(1), sample_options(), clock, random);
  const std::string first = minter.token();
  CHECK_FALSE(claims_of(first).contains("tenant_id"));
  minter.set_tenant("acme");
  CHECK(minter.token() == first);
  clock.time += std::chrono::seconds(300);
  CHECK(claims_of(minter.token()).at("tenant_id") == "acme");
}

TEST_CASE("a minter that could make no token is refused when it is made") {
  FixedClock clock;
  SystemRandom random;
  TokenOptions options = sample_options();
  options.lifetime = microseconds(0);
  CHECK(fault_of([&] { TokenMinter(test_key(1), options, clock, random); }) == "usage/bad_lifetime");
}

TEST_CASE("threads share one token") {
  FixedClock clock;
  SystemRandom random;
  TokenMinter minter(test_key(1), sample_options(), clock, random);
  std::vector<std::string> tokens(8);
  std::vector<std::thread> threads;
  for (std::string& token : tokens)
    threads.emplace_back([&minter, &token] { token = minter.token(); });
  for (std::thread& thread : threads)
    thread.join();
  for (const std::string& token : tokens)
    CHECK(token == tokens.front());
}

TEST_CASE("what a minter makes is what the network accepts") {
  Network network;
  TokenOptions options = sample_options();
  options.scopes = {"attest.write", "snapchore.seal"};
  options.tenant_id = "acme";
  TokenMinter minter(test_key(1), options, network.clock, network.random);
  const Caller caller = network.authenticate({{"Authorization", "Bearer " + minter.token()}});
  CHECK(caller.tenant == "acme");
  CHECK(caller.scopes == options.scopes);
}

}  // namespace
}  // namespace agentnet::auth
