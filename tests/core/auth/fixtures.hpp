// What the tests of this room share: a store with two tenants, a clock that stands still, and tokens of every
// kind, rightly signed or not.
#pragma once

#include <doctest/doctest.h>

#include <string>

#include "core/auth/api_key.hpp"
#include "core/auth/authenticator.hpp"
#include "core/auth/schema.hpp"
#include "core/auth/signing_key.hpp"
#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/store/database.hpp"

namespace agentnet::auth::fixtures {

inline constexpr std::int64_t kNowSeconds = 1'795'435'200;
inline constexpr Instant kNow = Instant(std::chrono::seconds(kNowSeconds));

struct FixedClock final : Clock {
  Instant time = kNow;
  Instant now() const override { return time; }
};

inline constexpr store::Migration kSchema[] = {{1, kTables}, {2, kAccessTokenTables}};

// "category/code" of the Error that `action` throws; "" for none.
template <typename Action>
std::string fault_of(Action action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return std::string(category_name(error.category())) + "/" + error.code();
  }
}

// A key pair that is always the same for the same number.
inline crypto::SigningKey test_key(std::uint8_t number) {
  return crypto::SigningKey::from_seed(Secret(Bytes(32, number)));
}

// Any header and claims, rightly signed: also what jwt_sign would refuse.
inline std::string sign_token(const crypto::SigningKey& key, std::string_view header,
                              std::string_view claims) {
  std::string token =
      base64_encode(as_bytes(header), Base64::url) + "." + base64_encode(as_bytes(claims), Base64::url);
  return token + "." + base64_encode(key.sign(as_bytes(token)), Base64::url);
}

inline constexpr const char* kHeader = R"({"alg":"EdDSA","kid":"k1","typ":"JWT"})";

// The claims of a good token, of which the members named can be replaced ("exp": "1") or left out ("exp":
// "").
inline std::string claims_with(std::initializer_list<std::pair<std::string, std::string>> changes = {}) {
  std::vector<std::pair<std::string, std::string>> members = {
      {"aud", R"("sbn")"},
      {"exp", std::to_string(kNowSeconds + 300)},
      {"iat", std::to_string(kNowSeconds)},
      {"iss", R"("my-svc")"},
      {"scope", R"(["attest.write"])"},
      {"sub", R"("sbn-sdk")"},
  };
  for (const auto& [name, value] : changes) {
    const auto place = std::find_if(members.begin(), members.end(),
                                    [&](const auto& member) { return member.first == name; });
    if (place == members.end()) {
      members.emplace_back(name, value);
    } else {
      place->second = value;
    }
  }
  std::string text;
  for (const auto& [name, value] : members) {
    if (!value.empty()) text += (text.empty() ? "" : ",") + ("\"" + name + "\":" + value);
  }
  return "{" + text + "}";
}

inline std::string good_token() {
  return sign_token(test_key(1), kHeader, claims_with());
}

// Tenants acme and rival; test_key(1) is acme's and test_key(2) rival's, both as kid k1 of my-svc for sbn.
struct Network {
  FixedClock clock;
  SystemRandom random;
  std::unique_ptr<store::Database> database;
  Authenticator authenticator;
  TrustedKey acme_key;
  TrustedKey rival_key;

  explicit Network(const std::string& path = {})
      : database(store::Database::open({.path = path}, kSchema)), authenticator(*database, clock) {
    database->write([this](store::Connection& connection) {
      add_tenant(connection, "acme", "Acme Corp", kNow);
      add_tenant(connection, "rival", "Rival Inc", kNow);
      acme_key = add_signing_key(connection, "acme", {"k1", "my-svc", "sbn"}, test_key(1).public_key(), kNow,
                                 random);
      rival_key = add_signing_key(connection, "rival", {"k1", "my-svc", "sbn"}, test_key(2).public_key(),
                                  kNow, random);
    });
  }

  NewApiKey add_key(const std::string& tenant = "acme", const ApiKeyOptions& options = {}) {
    NewApiKey added;
    database->write([&](store::Connection& connection) {
      added = add_api_key(connection, tenant, options, kNow, random);
    });
    return added;
  }

  Caller authenticate(const http::Headers& headers) { return authenticator.authenticate(headers); }
  // "category/code" for headers that are refused.
  std::string refusal(const http::Headers& headers) {
    return fault_of([&] { authenticate(headers); });
  }
  std::string token_refusal(const std::string& token) {
    return refusal({{"Authorization", "Bearer " + token}});
  }
};

inline std::string text_of(const Secret& secret) {
  return std::string(as_text(secret.expose()));
}

}  // namespace agentnet::auth::fixtures
