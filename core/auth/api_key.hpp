// API keys, in two forms. Either opens every network of the local network; clients look at the form.
//   sbn      "sbn_live_" or "sbn_test_" and 40 random characters of 0-9 A-Z a-z (238 bits)
//   paybond  "paybond_sk_live_" or "paybond_sk_sandbox_", 32 digits that name the key, "_" and 64 random
//            digits, hexadecimal in lower case (wire reference paybond 5.4)
//
// A key is shown once, when it is made. What is kept is its SHA-256, by which it is found again: with so much
// randomness in a key there is nothing to gain from a slow hash, and whoever reads the store cannot make the
// key from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/caller.hpp"
#include "core/auth/tenant.hpp"
#include "core/base/random.hpp"
#include "core/base/secret.hpp"

namespace agentnet::auth {

inline constexpr std::string_view kLivePrefix = "sbn_live_";
inline constexpr std::string_view kTestPrefix = "sbn_test_";
inline constexpr std::size_t kApiKeyRandomCharacters = 40;
inline constexpr std::string_view kPaybondPrefix = "paybond_sk_";
inline constexpr std::string_view kPaybondLivePrefix = "paybond_sk_live_";
inline constexpr std::string_view kPaybondSandboxPrefix = "paybond_sk_sandbox_";
inline constexpr std::size_t kPaybondKeyIdDigits = 32;
inline constexpr std::size_t kPaybondSecretDigits = 64;

enum class KeyMode : std::uint8_t { live, test };
enum class KeyForm : std::uint8_t { sbn, paybond };

// "live" or "test".
std::string_view key_mode_name(KeyMode mode);

// --- as text -----------------------------------------------------------------------------------------------

Secret make_api_key(KeyMode mode, Random& random);
// The form paybond; `key_id` has kPaybondKeyIdDigits digits. A test key is one of the sandbox.
Secret make_paybond_key(KeyMode mode, std::string_view key_id, Random& random);
// Begins as an API key does, whether or not it is one to the end.
bool looks_like_api_key(std::string_view text);
// Has the form of one.
bool is_api_key(std::string_view text);
// The SHA-256 of the text as 64 hexadecimal digits: what is kept.
std::string api_key_hash(std::string_view key);

// --- in the store ------------------------------------------------------------------------------------------

struct ApiKey {
  std::string id;
  std::string tenant_id;
  KeyMode mode = KeyMode::live;
  std::string label;
  std::vector<std::string> scopes;
  std::string last4;  // of the key, for lists that people read
  Instant created_at;
  std::optional<Instant> revoked_at;
};

struct ApiKeyOptions {
  KeyMode mode = KeyMode::live;
  std::string label = {};
  std::vector<std::string> scopes = {std::string(kScopeAll)};
  KeyForm form = KeyForm::sbn;
};

struct NewApiKey {
  ApiKey record;
  Secret key;  // not to be had again
};

// Throws Error not_found/unknown_tenant, usage/bad_scope, usage/bad_label, policy/too_many_keys.
NewApiKey add_api_key(store::Connection& connection, std::string_view tenant_id, const ApiKeyOptions& options,
                      Instant now, Random& random);
// The oldest first, revoked ones as well.
std::vector<ApiKey> list_api_keys(store::Connection& connection, std::string_view tenant_id);
// By what api_key_hash() made of it; a revoked one as well.
std::optional<ApiKey> find_api_key(store::Connection& connection, std::string_view hash);
// By its id. Throws Error not_found/unknown_key, for a key of another tenant, too.
ApiKey require_api_key(store::Connection& connection, std::string_view tenant_id, std::string_view id);
// Gives a key a new secret of its mode; the old one is unknown with the commit. Throws as require_api_key
// does, and Error conflict/key_revoked.
NewApiKey rotate_api_key(store::Connection& connection, std::string_view tenant_id, std::string_view id,
                         Random& random);
// In force with the commit. A key that is revoked already stays as it is. Throws Error not_found/unknown_key,
// for a key of another tenant, too.
void revoke_api_key(store::Connection& connection, std::string_view tenant_id, std::string_view id,
                    Instant now);

}  // namespace agentnet::auth
