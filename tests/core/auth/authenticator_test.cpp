#include "core/auth/authenticator.hpp"

#include <filesystem>
#include <thread>

#include "core/auth/token.hpp"
#include "tests/core/auth/fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

constexpr const char* kInvalid = "auth/invalid_credential";

TEST_CASE("an API key is taken from either header, whatever the case of its name and scheme") {
  Network network;
  const NewApiKey added = network.add_key("acme", {.scopes = {"receipts.read"}});
  const std::string key = text_of(added.key);
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"x-api-key", key},
                                                        {"X-API-Key", key},
                                                        {"Authorization", "Bearer " + key},
                                                        {"authorization", "bearer   " + key}}) {
    const Caller caller = network.authenticate({{name, value}});
    CHECK(caller.tenant == "acme");
    CHECK(caller.scopes == std::vector<std::string>{"receipts.read"});
    CHECK(caller.credential_id == added.record.id);
  }
}

TEST_CASE("a token is taken as a bearer") {
  Network network;
  const Caller caller = network.authenticate({{"Authorization", "Bearer " + good_token()}});
  CHECK(caller.tenant == "acme");
  CHECK(caller.credential_id == network.acme_key.id);
  CHECK(caller.may(kScopeSeal));
  CHECK_FALSE(caller.may(kScopeRead));
}

TEST_CASE("without a credential the request is refused, and told what to send") {
  Network network;
  for (const http::Headers& headers :
       {http::Headers{}, http::Headers{{"x-api-key", ""}}, http::Headers{{"Authorization", ""}},
        http::Headers{{"X-Tenant-ID", "acme"}}}) {
    CHECK(network.refusal(headers) == "auth/missing_credential");
  }
  try {
    network.authenticate({});
  } catch (const Error& error) {
    CHECK(error.hint().find("x-api-key") != std::string::npos);
  }
}

TEST_CASE("two credentials are refused, even when both are good") {
  Network network;
  const std::string key = text_of(network.add_key().key);
  CHECK(network.refusal({{"x-api-key", key}, {"Authorization", "Bearer " + key}}) == kInvalid);
  CHECK(network.refusal({{"x-api-key", key}, {"X-API-KEY", key}}) == kInvalid);
  CHECK(network.refusal({{"Authorization", "Bearer " + key}, {"Authorization", "Bearer " + key}}) ==
        kInvalid);
}

TEST_CASE("a key that is unknown, malformed or of another kind is refused") {
  Network network;
  const std::string key = text_of(network.add_key().key);
  std::string other = key;
  other.back() = other.back() == 'a' ? 'b' : 'a';
  for (const std::string& wrong :
       {other, key + "a", key.substr(0, key.size() - 1), std::string("sbn_live_"), std::string("secret"),
        good_token(), "sbn_test_" + key.substr(9), std::string(1'000'000, 'a')})
    CHECK(network.refusal({{"x-api-key", wrong}}) == kInvalid);
}

TEST_CASE("an Authorization header of another kind is refused") {
  Network network;
  const std::string key = text_of(network.add_key().key);
  for (const std::string& wrong :
       {"Basic " + key, key, std::string("Bearer"), std::string("Bearer "), "Bearer" + key,
        "Bearer " + key + " x", "Bearer " + key + " ", "Bearer\t" + key, "Token " + good_token()})
    CHECK(network.refusal({{"Authorization", wrong}}) == kInvalid);
}

TEST_CASE("X-Tenant-ID may be left out or agree, and never decides") {
  Network network;
  const std::string key = text_of(network.add_key().key);
  for (const auto& credential :
       std::vector<std::pair<std::string, std::string>>{{"x-api-key", key},
                                                        {"Authorization", "Bearer " + key},
                                                        {"Authorization", "Bearer " + good_token()}}) {
    const auto with_tenant = [&](const std::string& tenant) {
      return network.refusal({credential, {"X-Tenant-ID", tenant}});
    };
    CHECK(with_tenant("acme").empty());
    CHECK(with_tenant("").empty());
    for (const char* tenant : {"rival", "nobody", "ACME", "acme,rival", "acme "})
      CHECK(with_tenant(tenant) == "auth/forbidden");
    CHECK(network.refusal({credential, {"X-Tenant-ID", "acme"}, {"X-Tenant-ID", "rival"}}) == kInvalid);
  }
}

TEST_CASE("whether a tenant exists is not told to who has no credential") {
  Network network;
  CHECK(network.refusal({{"x-api-key", "wrong"}, {"X-Tenant-ID", "acme"}}) == kInvalid);
  CHECK(network.refusal({{"x-api-key", "wrong"}, {"X-Tenant-ID", "nobody"}}) == kInvalid);
}

TEST_CASE("a token of one tenant's key cannot speak for another, by any of its names") {
  Network network;
  const std::string claims = claims_with({{"tenant_id", R"("acme")"}});
  CHECK(network.token_refusal(sign_token(test_key(2), kHeader, claims)) == "auth/forbidden");
  CHECK(network.refusal({{"Authorization", "Bearer " + sign_token(test_key(2), kHeader, claims_with())},
                         {"X-Tenant-ID", "acme"}}) == "auth/forbidden");
  CHECK(network.token_refusal(sign_token(test_key(3), kHeader, claims)) == kInvalid);
}

TEST_CASE("the clock that was given decides when a token has expired") {
  Network network;
  CHECK(network.token_refusal(good_token()).empty());
  network.clock.time = kNow + std::chrono::seconds(361);
  CHECK(network.token_refusal(good_token()) == "auth/expired_token");
}

TEST_CASE("a key that is revoked is refused from the next request on") {
  Network network;
  const NewApiKey added = network.add_key();
  const http::Headers with_key = {{"x-api-key", text_of(added.key)}};
  CHECK(network.refusal(with_key).empty());
  CHECK(network.token_refusal(good_token()).empty());
  network.database->write([&](store::Connection& connection) {
    revoke_api_key(connection, "acme", added.record.id, kNow);
    revoke_signing_key(connection, "acme", network.acme_key.id, kNow);
  });
  CHECK(network.refusal(with_key) == "auth/revoked_credential");
  CHECK(network.token_refusal(good_token()) == "auth/revoked_credential");
}

TEST_CASE("a key that another process revokes is refused at once as well") {
  const tests::TemporaryFolder folder;
  Network network(folder.file("store.db"));
  const NewApiKey added = network.add_key();
  const http::Headers with_key = {{"x-api-key", text_of(added.key)}};
  CHECK(network.refusal(with_key).empty());
  // To SQLite's locks a second Database is what another process is.
  const auto other = store::Database::open({.path = folder.file("store.db")}, kSchema);
  other->write(
      [&](store::Connection& connection) { revoke_api_key(connection, "acme", added.record.id, kNow); });
  CHECK(network.refusal(with_key) == "auth/revoked_credential");
}

TEST_CASE("many threads authenticate at once, each getting its own tenant") {
  const tests::TemporaryFolder folder;
  Network network(folder.file("store.db"));
  const std::string acme = text_of(network.add_key("acme").key);
  const std::string rival = text_of(network.add_key("rival").key);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const bool is_acme = (t + i) % 2 == 0;
        const Caller caller = network.authenticate({{"x-api-key", is_acme ? acme : rival}});
        wrong += caller.tenant == (is_acme ? "acme" : "rival") ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(wrong == 0);
}

TEST_CASE("no API key and no token is ever in the store's files") {
  const tests::TemporaryFolder folder;
  Network network(folder.file("store.db"));
  const std::string token = good_token();
  std::vector<std::string> secrets = {token.substr(token.rfind('.') + 1)};
  for (int i = 0; i < 20; ++i) {
    const std::string key = text_of(network.add_key(i % 2 == 0 ? "acme" : "rival").key);
    network.authenticate({{"x-api-key", key}});
    secrets.push_back(key.substr(kLivePrefix.size(), 12));
  }
  CHECK(network.token_refusal(token).empty());
  const auto check = [&] {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      const std::string content = tests::read_file(entry.path().string());
      for (const std::string& secret : secrets)
        CHECK(content.find(secret) == std::string::npos);
      ++files;
    }
    return files;
  };
  CHECK(check() == 3);  // with the log and its index
  network.database->close();
  CHECK(check() == 1);
  // A search like this one does find what is kept.
  CHECK(tests::read_file(folder.file("store.db")).find("my-svc") != std::string::npos);
}

TEST_CASE("nothing of a credential appears in any error") {
  Network network;
  const std::string canary(kApiKeyRandomCharacters, 'Q');
  const std::string claims = claims_with({{"exp", "1"}, {"sub", "\"" + canary + "\""}});
  std::vector<http::Headers> refused;
  for (const std::string& value :
       {"sbn_live_" + canary, canary, "sbn_test_" + canary + "x", sign_token(test_key(1), kHeader, claims),
        sign_token(test_key(3), kHeader, claims), "a." + canary + ".b"}) {
    refused.push_back({{"x-api-key", value}});
    refused.push_back({{"Authorization", "Bearer " + value}});
    refused.push_back({{"Authorization", value}});
    refused.push_back({{"Authorization", value + " x"}});
    refused.push_back({{"x-api-key", value}, {"Authorization", value}});
  }
  for (const http::Headers& headers : refused) {
    try {
      network.authenticate(headers);
      FAIL("not refused");
    } catch (const Error& error) {
      std::string all = error.message() + error.hint() + error.code();
      for (const Detail& detail : error.details())
        all += detail.name +
               (std::holds_alternative<std::string>(detail.value) ? std::get<std::string>(detail.value) : "");
      CHECK(all.find("QQQQ") == std::string::npos);
      CHECK(all.find(base64_encode(as_bytes(claims), Base64::url).substr(0, 20)) == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace agentnet::auth
