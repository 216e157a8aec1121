#include "core/auth/access_token.hpp"

#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

struct Issuer {
  Network network;
  SystemRandom random;

  std::string issue(const std::string& subject, std::chrono::seconds lasts = std::chrono::seconds(60)) {
    std::string made;
    network.database->write([&](store::Connection& connection) {
      const AccessToken token{"acme", subject, {"receipts.read"}, network.clock.time + lasts};
      made = text_of(add_access_token(connection, token, network.clock.time, random));
    });
    return made;
  }
  std::string said_to(const std::string& token) {
    return network.refusal({{"Authorization", "Bearer " + token}});
  }
  std::int64_t count() {
    std::int64_t rows = 0;
    network.database->read([&](store::Connection& connection) {
      store::Query row = connection.query("SELECT count(*) FROM access_tokens");
      row.next();
      rows = row.integer(0);
    });
    return rows;
  }
};

TEST_CASE("an access token speaks for its subject, with its scopes, in its tenant") {
  Issuer issuer;
  const std::string token = issuer.issue("app_1");
  CHECK(looks_like_access_token(token));
  const Caller caller = issuer.network.authenticate({{"Authorization", "Bearer " + token}});
  CHECK(caller.tenant == "acme");
  CHECK(caller.credential_id == "app_1");
  CHECK(caller.may(kScopeRead));
  CHECK_FALSE(caller.may(kScopeSeal));
  CHECK(issuer.network.refusal({{"Authorization", "Bearer " + token}, {"X-Tenant-ID", "other"}}) ==
        "auth/forbidden");
}

TEST_CASE("an access token ends when its time is over, and not before") {
  Issuer issuer;
  const std::string token = issuer.issue("app_1", std::chrono::seconds(60));
  issuer.network.clock.time += std::chrono::seconds(60) - std::chrono::microseconds(1);
  CHECK(issuer.said_to(token) == "");
  issuer.network.clock.time += std::chrono::microseconds(1);
  CHECK(issuer.said_to(token) == "auth/expired_token");
}

TEST_CASE("revoking ends all tokens of a subject and no other's") {
  Issuer issuer;
  const std::string first = issuer.issue("app_1");
  const std::string second = issuer.issue("app_1");
  const std::string others = issuer.issue("app_2");
  issuer.network.database->write(
      [](store::Connection& connection) { revoke_access_tokens(connection, "app_1"); });
  CHECK(issuer.said_to(first) == "auth/revoked_credential");
  CHECK(issuer.said_to(second) == "auth/revoked_credential");
  CHECK(issuer.said_to(others) == "");
}

TEST_CASE("a token that nobody made is refused, in either header") {
  Issuer issuer;
  const std::string token = issuer.issue("app_1");
  CHECK(issuer.said_to(token + "x") == "auth/invalid_credential");
  CHECK(issuer.said_to(std::string(kAccessTokenPrefix)) == "auth/invalid_credential");
  CHECK(issuer.network.refusal({{"x-api-key", token}}) == "auth/invalid_credential");
}

TEST_CASE("the token itself is nowhere in the store") {
  Issuer issuer;
  const std::string token = issuer.issue("app_1");
  issuer.network.database->read([&](store::Connection& connection) {
    store::Query row = connection.query("SELECT hash || tenant_id || subject || scopes FROM access_tokens");
    REQUIRE(row.next());
    CHECK(row.text(0).find(token.substr(kAccessTokenPrefix.size())) == std::string::npos);
  });
}

TEST_CASE("a subject has so many tokens at the most: the oldest make room, and expired ones are forgotten") {
  Issuer issuer;
  const std::string oldest = issuer.issue("app_1");
  const std::string second = issuer.issue("app_1");
  const std::string others = issuer.issue("app_2");
  for (std::size_t made = 2; made < kMaxTokensPerSubject; ++made)
    issuer.issue("app_1");
  CHECK(issuer.said_to(oldest) == "");  // at the limit
  issuer.issue("app_1");
  CHECK(issuer.said_to(oldest) == "auth/invalid_credential");
  CHECK(issuer.said_to(second) == "");
  CHECK(issuer.said_to(others) == "");
  CHECK(issuer.count() == static_cast<std::int64_t>(kMaxTokensPerSubject) + 1);
  issuer.network.clock.time += std::chrono::hours(1);
  issuer.issue("app_1");
  CHECK(issuer.count() == 2);  // the new one, and the expired one of the other subject
}

}  // namespace
}  // namespace agentnet::auth
