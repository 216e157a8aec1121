#include "core/auth/token.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/crypto/jwt.hpp"
#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

std::string seconds_from_now(std::int64_t seconds) {
  return std::to_string(kNowSeconds + seconds);
}

// The keys of the fixture without a store.
std::vector<TrustedKey> trusted_keys() {
  return {{"sgn_acme", "k1", "my-svc", "sbn", "acme", test_key(1).public_key(), kNow, std::nullopt},
          {"sgn_rival", "k1", "my-svc", "sbn", "rival", test_key(2).public_key(), kNow, std::nullopt}};
}

std::string refusal(std::string_view token, Instant now = kNow) {
  return fault_of([&] { check_token(token, trusted_keys(), now); });
}

std::string refusal_of_claims(std::initializer_list<std::pair<std::string, std::string>> changes) {
  return refusal(sign_token(test_key(1), kHeader, claims_with(changes)));
}

constexpr const char* kInvalid = "auth/invalid_credential";

TEST_CASE("a good token makes its tenant the caller's, with the token's scopes") {
  const Caller caller = check_token(good_token(), trusted_keys(), kNow);
  CHECK(caller.tenant == "acme");
  CHECK(caller.scopes == std::vector<std::string>{"attest.write"});
  CHECK(caller.credential_id == "sgn_acme");
}

TEST_CASE("of two keys with the same names, the one that signed decides the tenant") {
  const std::string token = sign_token(test_key(2), kHeader, claims_with());
  CHECK(check_token(token, trusted_keys(), kNow).tenant == "rival");
}

TEST_CASE("a signature of a key that nobody registered is refused") {
  CHECK(refusal(sign_token(test_key(3), kHeader, claims_with())) == kInvalid);
}

TEST_CASE("a key is not trusted under another kid or issuer than its own") {
  CHECK(refusal(sign_token(test_key(1), R"({"alg":"EdDSA","kid":"k2"})", claims_with())) == kInvalid);
  CHECK(refusal_of_claims({{"iss", R"("other-svc")"}}) == kInvalid);
  CHECK(refusal_of_claims({{"iss", R"(["my-svc"])"}}) == kInvalid);
  CHECK(refusal_of_claims({{"iss", ""}}) == kInvalid);
}

TEST_CASE("the header must name a kid, and no other algorithm or type") {
  const auto with_header = [](std::string_view header) {
    return refusal(sign_token(test_key(1), header, claims_with()));
  };
  CHECK(with_header(R"({"alg":"EdDSA","kid":"k1"})").empty());
  CHECK(with_header(R"({"alg":"EdDSA","kid":"k1","typ":"jwt"})").empty());
  for (const char* header :
       {R"({"alg":"EdDSA"})", R"({"alg":"EdDSA","kid":null})", R"({"alg":"EdDSA","kid":1})",
        R"({"alg":"EdDSA","kid":"k1","kid":"k1"})", R"({"alg":"EdDSA","kid":"k1","typ":"at+jwt"})",
        R"({"alg":"EdDSA","kid":"k1","typ":1})", R"({"alg":"none","kid":"k1"})",
        R"({"alg":"HS256","kid":"k1"})", R"({"alg":"ES256","kid":"k1"})", R"({"alg":"eddsa","kid":"k1"})",
        R"({"kid":"k1"})", R"({"alg":"EdDSA","alg":"none","kid":"k1"})",
        R"({"alg":"EdDSA","kid":"k1","crit":["exp"]})", R"(["EdDSA","k1"])", "", "null"}) {
    CAPTURE(header);
    CHECK(with_header(header) == kInvalid);
  }
}

TEST_CASE("a token without a signature is refused, whatever algorithm it names") {
  for (const char* header : {R"({"alg":"none","kid":"k1"})", kHeader}) {
    const std::string body = base64_encode(as_bytes(header), Base64::url) + "." +
                             base64_encode(as_bytes(claims_with()), Base64::url);
    CHECK(refusal(body + ".") == kInvalid);
    CHECK(refusal(body) == kInvalid);
    CHECK(refusal(body + "." + base64_encode(Bytes(64, 0), Base64::url)) == kInvalid);
  }
}

TEST_CASE("a token signed with HMAC over the public key as its secret is refused") {
  const crypto::PublicKey public_key = test_key(1).public_key();
  const std::string pem = public_key.to_pem();
  for (const char* header : {R"({"alg":"HS256","kid":"k1","typ":"JWT"})", kHeader}) {
    for (const ByteView secret : {ByteView(public_key.bytes), as_bytes(pem)}) {
      const std::string body = base64_encode(as_bytes(header), Base64::url) + "." +
                               base64_encode(as_bytes(claims_with()), Base64::url);
      Bytes mac(32);
      unsigned size = 32;
      HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), as_bytes(body).data(), body.size(),
           mac.data(), &size);
      CHECK(refusal(body + "." + base64_encode(mac, Base64::url)) == kInvalid);
    }
  }
}

TEST_CASE("a payload or a header that was replaced under a signature is refused") {
  const std::string good = good_token();
  const std::string other =
      sign_token(test_key(1), R"({"alg":"EdDSA","kid":"k1"})", claims_with({{"scope", R"(["*"])"}}));
  const auto parts = [](const std::string& token) {
    const std::size_t first = token.find('.');
    const std::size_t second = token.rfind('.');
    return std::array{token.substr(0, first), token.substr(first + 1, second - first - 1),
                      token.substr(second + 1)};
  };
  const auto a = parts(good);
  const auto b = parts(other);
  CHECK(refusal(a[0] + "." + a[1] + "." + a[2]).empty());
  CHECK(refusal(b[0] + "." + b[1] + "." + b[2]).empty());
  CHECK(refusal(a[0] + "." + b[1] + "." + a[2]) == kInvalid);
  CHECK(refusal(b[0] + "." + a[1] + "." + a[2]) == kInvalid);
  CHECK(refusal(a[0] + "." + a[1] + "." + b[2]) == kInvalid);
}

TEST_CASE("a token with any bit flipped, cut short or extended is refused") {
  std::string token = good_token();
  for (std::size_t bit = 0; bit < token.size() * 8; ++bit) {
    token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << (bit % 8)));
    CHECK_FALSE(refusal(token).empty());
    token[bit / 8] = static_cast<char>(token[bit / 8] ^ (1 << (bit % 8)));
  }
  for (std::size_t size = 0; size < token.size(); ++size)
    CHECK(refusal(token.substr(0, size)) == kInvalid);
  for (const std::string& wrong :
       {token + ".", token + "A", token + "=", token + " ", " " + token, token + "." + token})
    CHECK(refusal(wrong) == kInvalid);
}

TEST_CASE("a token is good until 60 seconds after it expires") {
  const auto at = [](std::int64_t micros) {
    return refusal(good_token(), kNow + std::chrono::seconds(300) + std::chrono::microseconds(micros));
  };
  CHECK(at(0).empty());
  CHECK(at(59'999'999).empty());
  CHECK(at(60'000'000) == "auth/expired_token");
  CHECK(at(61'000'000) == "auth/expired_token");
}

TEST_CASE("a token from the future is good from 60 seconds before it was made") {
  const auto at = [](std::int64_t micros) {
    return refusal(good_token(), kNow + std::chrono::microseconds(micros));
  };
  CHECK(at(-60'000'000).empty());
  CHECK(at(-60'000'001) == kInvalid);
}

TEST_CASE("nbf may be left out, and otherwise holds with the same leeway") {
  CHECK(refusal_of_claims({{"nbf", seconds_from_now(0)}}).empty());
  CHECK(refusal_of_claims({{"nbf", seconds_from_now(60)}}).empty());
  CHECK(refusal_of_claims({{"nbf", seconds_from_now(61)}}) == kInvalid);
  CHECK(refusal_of_claims({{"nbf", R"("now")"}}) == kInvalid);
}

TEST_CASE("exp and iat must be there and be whole seconds that a clock can show") {
  for (const char* name : {"exp", "iat"}) {
    CAPTURE(name);
    for (const char* value : {"", "null", R"("1795435300")", "1795435300.5", "1.7954353e9", "-1", "true",
                              "[]", "253402300800", "9223372036854775807", "9223372036854775808",
                              "-9223372036854775808", "99999999999999999999999999"}) {
      CAPTURE(value);
      CHECK(refusal_of_claims({{name, value}}) == kInvalid);
    }
  }
}

TEST_CASE("a token lives 24 hours at most, and longer than not at all") {
  CHECK(refusal_of_claims({{"exp", seconds_from_now(24 * 3600)}}).empty());
  CHECK(refusal_of_claims({{"exp", seconds_from_now(24 * 3600 + 1)}}) == kInvalid);
  CHECK(refusal_of_claims({{"exp", seconds_from_now(30)}, {"iat", seconds_from_now(30)}}) == kInvalid);
  CHECK(refusal_of_claims({{"exp", seconds_from_now(30)}, {"iat", seconds_from_now(31)}}) == kInvalid);
}

TEST_CASE("the audience must be the key's, alone or in a list") {
  CHECK(refusal_of_claims({{"aud", R"(["other","sbn"])"}}).empty());
  for (const char* aud : {"", "null", R"("other")", R"("SBN")", R"("sbn ")", "[]", R"(["other"])", "1",
                          R"({"sbn":"sbn"})", R"([["sbn"]])"}) {
    CAPTURE(aud);
    CHECK(refusal_of_claims({{"aud", aud}}) == kInvalid);
  }
}

TEST_CASE("a tenant in the token must be that of its key") {
  CHECK(refusal_of_claims({{"tenant_id", R"("acme")"}}).empty());
  for (const char* tenant : {R"("rival")", R"("ACME")", R"("")", "null", R"(["acme"])"}) {
    CAPTURE(tenant);
    CHECK(refusal_of_claims({{"tenant_id", tenant}}) == "auth/forbidden");
  }
}

TEST_CASE("scope must be a list of texts, of which those that are no scopes give nothing") {
  const auto scopes_of = [](const std::string& scope) {
    return check_token(sign_token(test_key(1), kHeader, claims_with({{"scope", scope}})), trusted_keys(),
                       kNow)
        .scopes;
  };
  CHECK(scopes_of("[]").empty());
  CHECK(scopes_of(R"(["", "a b", "receipts.read", "*"])") == std::vector<std::string>{"receipts.read", "*"});
  for (const char* scope :
       {"", "null", R"("attest.write")", "[1]", R"(["a",null])", R"({"attest.write":true})"}) {
    CAPTURE(scope);
    CHECK(refusal_of_claims({{"scope", scope}}) == kInvalid);
  }
  const auto many = [](std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i)
      list += (i == 0 ? "\"s" : ",\"s") + std::to_string(i) + "\"";
    return "[" + list + "]";
  };
  CHECK(scopes_of(many(kMaxScopes)).size() == kMaxScopes);
  CHECK(refusal_of_claims({{"scope", many(kMaxScopes + 1)}}) == kInvalid);
}

TEST_CASE("claims in which a name stands twice, or that are no object, are refused") {
  for (const std::string& claims : {R"({"exp":1,)" + claims_with().substr(1), std::string("[]"),
                                    std::string(), std::string("null"), claims_with() + " x"}) {
    CAPTURE(claims);
    CHECK(refusal(sign_token(test_key(1), kHeader, claims)) == kInvalid);
  }
}

TEST_CASE("a token may be as long as the limit and no longer") {
  const auto padded = [](std::size_t padding) {
    return sign_token(test_key(1), kHeader, claims_with({{"note", "\"" + std::string(padding, 'x') + "\""}}));
  };
  std::size_t padding = kMaxTokenBytes / 4 * 3;
  while (padded(padding).size() > kMaxTokenBytes)
    --padding;
  CHECK(refusal(padded(padding)).empty());
  CHECK(refusal(padded(padding + 2)) == kInvalid);
  CHECK(refusal(std::string(10'000'000, 'a')) == kInvalid);
  CHECK(refusal(std::string(10'000, '.')) == kInvalid);
}

TEST_CASE("deep nesting in a token is refused, not followed to the end of the stack") {
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  CHECK(refusal_of_claims({{"note", deep}}) == kInvalid);
}

TEST_CASE("a token of a key that is revoked is refused, and says so only to who has the key") {
  std::vector<TrustedKey> keys = trusted_keys();
  keys[0].revoked_at = kNow;
  const auto refused = [&](const std::string& token) {
    return fault_of([&] { check_token(token, keys, kNow); });
  };
  CHECK(refused(good_token()) == "auth/revoked_credential");
  CHECK(refused(sign_token(test_key(3), kHeader, claims_with())) == kInvalid);
  CHECK(refused(sign_token(test_key(2), kHeader, claims_with())).empty());
}

TEST_CASE("without any keys nothing is believed") {
  CHECK(fault_of([&] { check_token(good_token(), {}, kNow); }) == kInvalid);
}

}  // namespace
}  // namespace agentnet::auth
