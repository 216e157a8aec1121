// The table of nonces: what it remembers, forgets and refuses.
#include "core/paybond/nonces.hpp"

#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::PaybondNetwork;
using std::chrono::microseconds;
using std::chrono::minutes;

struct Nonces : PaybondNetwork {
  Instant now = clock.now();

  // "" or the code of the refusal.
  std::string take(const std::string& nonce, const std::string& tenant = "local",
                   std::int64_t most = kMaxKeptNonces, std::uint8_t seed = 64) {
    std::string said;
    network->database().write([&](store::Connection& connection) {
      try {
        take_nonce(connection, tenant, {fixtures::key_of(seed).public_key(), nonce, now + minutes(5)}, now,
                   most);
      } catch (const Error& error) {
        said = error.code();
      }
    });
    return said;
  }

  std::int64_t kept() {
    std::int64_t count = 0;
    network->database().read([&](store::Connection& connection) {
      store::Query rows = connection.query("SELECT count(*) FROM paybond_nonces");
      if (rows.next()) count = rows.integer(0);
    });
    return count;
  }
};

TEST_CASE("a nonce is taken once by each key of each tenant") {
  Nonces nonces;
  CHECK(nonces.take("a").empty());
  CHECK(nonces.take("a") == "replayed_proof");
  CHECK(nonces.take("b").empty());
  CHECK(nonces.take("a", "rival").empty());
  CHECK(nonces.take("a", "local", kMaxKeptNonces, 65).empty());
  CHECK(nonces.kept() == 4);
}

TEST_CASE("a nonce is kept as long as its proof is good") {
  Nonces nonces;
  nonces.take("a");
  nonces.now += minutes(5);
  CHECK(nonces.take("a") == "replayed_proof");
  nonces.now += microseconds(1);
  CHECK(nonces.take("a").empty());
}

TEST_CASE("old nonces go as new ones come") {
  Nonces nonces;
  for (int i = 0; i < 40; ++i)
    nonces.take("old " + std::to_string(i));
  nonces.now += minutes(6);
  for (int i = 0; i < 3; ++i)
    nonces.take("new " + std::to_string(i));
  CHECK(nonces.kept() == 3);
}

TEST_CASE("a tenant has so many nonces and no more, until old ones have gone") {
  Nonces nonces;
  for (int i = 0; i < 3; ++i)
    CHECK(nonces.take(std::to_string(i), "local", 3).empty());
  CHECK(nonces.take("3", "local", 3) == "rate_limited");
  CHECK(nonces.take("2", "local", 3) == "replayed_proof");
  CHECK(nonces.take("3", "rival", 3).empty());
  nonces.now += minutes(6);
  CHECK(nonces.take("3", "local", 3).empty());
}

TEST_CASE("nothing is looked for row by row") {
  Nonces nonces;
  const auto plan = [&](const std::string& statement) {
    std::string text;
    nonces.network->database().read([&](store::Connection& connection) {
      store::Query rows = connection.query("EXPLAIN QUERY PLAN " + statement);
      while (rows.next())
        text += rows.text(3) + "\n";
    });
    return text;
  };
  for (const char* statement :
       {"SELECT 1 FROM paybond_nonces WHERE tenant_id = 'a' AND public_key = 'b' AND nonce = 'c'",
        "SELECT max(number) FROM paybond_nonces WHERE tenant_id = 'a'",
        "SELECT min(number) FROM paybond_nonces WHERE tenant_id = 'a'",
        "SELECT rowid FROM paybond_nonces WHERE expires_at < 1 ORDER BY expires_at LIMIT 16"}) {
    CAPTURE(statement);
    CHECK(plan(statement).find("SCAN paybond_nonces") == std::string::npos);
    CHECK(plan(statement).find("SEARCH paybond_nonces USING") != std::string::npos);
  }
}

}  // namespace
}  // namespace agentnet::paybond
