#include "core/crypto/jwt.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

// RFC 8037 appendix A: the key of A.1 and the token of A.4, which A.5 verifies.
constexpr const char* kSeed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
constexpr const char* kHeader = R"({"alg":"EdDSA"})";
constexpr const char* kPayload = "Example of Ed25519 signing";
constexpr const char* kToken =
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc."
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

SigningKey test_key() {
  return SigningKey::from_seed(Secret(hex(kSeed)));
}

// A token over any header at all, rightly signed.
std::string sign_anything(std::string_view header, std::string_view payload = "{}") {
  std::string token =
      base64_encode(as_bytes(header), Base64::url) + "." + base64_encode(as_bytes(payload), Base64::url);
  return token + "." + base64_encode(test_key().sign(as_bytes(token)), Base64::url);
}

bool verifies(std::string_view token) {
  return jwt_verify(token, test_key().public_key()).has_value();
}

TEST_CASE("the token of RFC 8037 is made and verified") {
  CHECK_EQ(jwt_sign(test_key(), kHeader, kPayload), kToken);
  const auto jwt = jwt_verify(kToken, test_key().public_key());
  REQUIRE(jwt.has_value());
  CHECK_EQ(jwt->header, kHeader);
  CHECK_EQ(jwt->payload, kPayload);
}

TEST_CASE("header and claims come back exactly as they were signed") {
  const std::string header = R"({"alg":"EdDSA","kid":"sbn-ed25519","typ":"JWT"})";
  const std::string claims = R"({ "aud" : "sbn", "exp":1.0, "sub":"ż" })";
  const auto jwt = jwt_verify(jwt_sign(test_key(), header, claims), test_key().public_key());
  REQUIRE(jwt.has_value());
  CHECK_EQ(jwt->header, header);
  CHECK_EQ(jwt->payload, claims);
}

TEST_CASE("a token with any character changed is refused") {
  const std::string token = kToken;
  for (std::size_t i = 0; i < token.size(); ++i) {
    for (const char other : {'A', 'Q', '_', '.', '=', ' ', '\n', '\0'}) {
      if (token[i] == other) continue;
      std::string wrong = token;
      wrong[i] = other;
      CHECK_FALSE(verifies(wrong));
    }
  }
}

TEST_CASE("a token with any bit flipped is refused") {
  for_each_flipped_bit(std::string(kToken), [](const std::string& wrong) { CHECK_FALSE(verifies(wrong)); });
}

TEST_CASE("a token that is cut, extended or of other parts is refused") {
  const std::string token = kToken;
  for (std::size_t length = 0; length < token.size(); ++length)
    CHECK_FALSE(verifies(token.substr(0, length)));
  for (const std::string& wrong : {token + "=", token + ".", token + "A", "." + token, token + "." + token,
                                   token + "\n", " " + token, std::string(".."), std::string("...")})
    CHECK_FALSE(verifies(wrong));
}

TEST_CASE("a token signed by another key is refused") {
  KnownRandom random(counting_bytes(32));
  const SigningKey other = SigningKey::generate(random);
  CHECK_FALSE(verifies(jwt_sign(other, kHeader, kPayload)));
  CHECK_FALSE(jwt_verify(kToken, other.public_key()).has_value());
}

TEST_CASE("a token without a signature is refused") {
  const std::string token = kToken;
  CHECK_FALSE(verifies(token.substr(0, token.rfind('.') + 1)));
  CHECK_FALSE(verifies(base64_encode(as_bytes(R"({"alg":"none"})"), Base64::url) + ".e30."));
}

TEST_CASE("a rightly signed token is refused when its header is not acceptable") {
  CHECK(verifies(sign_anything(R"({"alg":"EdDSA","typ":"JWT"})")));
  for (const char* header : {R"({"alg":"none"})",
                             R"({"alg":"HS256"})",
                             R"({"alg":"ES256"})",
                             R"({"alg":"eddsa"})",
                             R"({"alg":"EdDSA "})",
                             R"({"alg":""})",
                             R"({"alg":null})",
                             R"({"alg":["EdDSA"]})",
                             R"({"typ":"JWT"})",
                             R"({})",
                             R"({"alg":"none","alg":"EdDSA"})",
                             R"({"alg":"EdDSA","alg":"EdDSA"})",
                             R"({"alg":"EdDSA","kid":"a","kid":"b"})",
                             R"({"alg":"EdDSA","x":{"y":1,"y":2}})",
                             R"({"alg":"EdDSA","crit":["exp"],"exp":1})",
                             R"({"alg":"EdDSA","crit":[]})",
                             R"({"alg":"EdDSA","b64":false,"crit":["b64"]})",
                             R"(["EdDSA"])",
                             R"("EdDSA")",
                             R"({"alg":"EdDSA"}x)",
                             R"({"alg":"EdDSA")",
                             R"({'alg':'EdDSA'})",
                             "",
                             "{\"alg\":\"EdDSA\",\"k\":\"\xff\"}"}) {
    CAPTURE(header);
    CHECK_FALSE(verifies(sign_anything(header)));
    CHECK_FALSE(jwt_read_unverified(sign_anything(header)).has_value());
    CHECK_EQ(error_code([&] { jwt_sign(test_key(), header, "{}"); }), "bad_jwt");
  }
}

TEST_CASE("alg written with escapes is the same alg") {
  CHECK(verifies(sign_anything(R"({"\u0061lg":"Ed\u0044SA"})")));
  CHECK_FALSE(verifies(sign_anything(R"({"\u0061lg":"EdDSA","alg":"EdDSA"})")));
}

TEST_CASE("base64url that is not exact is refused") {
  const std::string token = kToken;
  const std::size_t point = token.find('.');
  CHECK_FALSE(verifies(token.substr(0, point) + "=" + token.substr(point)));
  // The last character of the signature carries four unused bits; only zero is right.
  std::string stray = token;
  REQUIRE_EQ(stray.back(), 'g');
  stray.back() = 'h';
  CHECK_FALSE(verifies(stray));
}

TEST_CASE("an unverified token shows its parts whoever signed it") {
  std::string token = kToken;
  token[token.size() - 5] = token[token.size() - 5] == 'A' ? 'B' : 'A';
  CHECK_FALSE(verifies(token));
  const auto jwt = jwt_read_unverified(token);
  REQUIRE(jwt.has_value());
  CHECK_EQ(jwt->header, kHeader);
  CHECK_EQ(jwt->payload, kPayload);
}

TEST_CASE("a token of the largest size passes and a larger one is refused") {
  // 20 characters of header, 86 of signature, two points; four characters for three bytes of payload.
  const std::size_t rest = kMaxJwtBytes - std::string_view(kToken).find('.') - 86 - 2;
  std::string payload(rest * 3 / 4, 'x');
  const std::string token = jwt_sign(test_key(), kHeader, payload);
  CHECK_EQ(token.size(), kMaxJwtBytes);
  CHECK(verifies(token));
  payload += 'x';
  CHECK_EQ(error_code([&] { jwt_sign(test_key(), kHeader, payload); }), "bad_jwt");
  CHECK_FALSE(verifies(sign_anything(kHeader, payload)));
}

}  // namespace
}  // namespace agentnet::crypto
