// How a service account's API key becomes the right to call Paybond, and as which tenant (wire reference
// paybond 5). The tenant always comes from the gateway, never from the caller.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "core/base/secret.hpp"
#include "core/json/value.hpp"
#include "core/paybond/attempts.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kHarborAccessPath = "/v1/auth/harbor-access";
inline constexpr std::string_view kPrincipalPath = "/v1/auth/principal";
inline constexpr Seconds kDefaultClockSkew{90};
inline constexpr Seconds kLeastLifetime{1};  // of a token in the cache
inline constexpr Seconds kMostLifetime{10.0 * 365 * 86400};

// A clock that only goes forward; its zero means nothing.
using Monotonic = std::function<Seconds()>;
Seconds steady_now();

struct AccessOptions {
  std::string path = std::string(kHarborAccessPath);  // a '/' is put before it where it lacks one
  Seconds clock_skew = kDefaultClockSkew;             // taken off a token's life; less than 0 counts as 0
  Monotonic now = steady_now;
  std::string credential_origin = {};  // for messages
};

// Exchanges an API key for Harbor tokens and keeps the last one until it is about to expire: counted from the
// start of the exchange, its expires_in less the skew, at least kLeastLifetime. May be used by several
// threads, of which one exchanges.
class HarborAccess {
 public:
  // The transport and the key must outlive this.
  HarborAccess(http::Transport& gateway, const Secret& api_key, AccessOptions options = {});

  // The token, exchanged anew only when the kept one has run out. The others always exchange. An exchange is
  // one request and never a second. They throw Error: of the status that refused (refusal.hpp);
  // auth/bad_access for an answer without access_token, expires_in above 0 or tenant_id, and for one that is
  // no JSON object; unreachable.
  std::string bearer();
  std::string ensure_initial();
  void force_rotate() { (void)ensure_initial(); }

  // Of the last exchange; nullopt before the first.
  std::optional<std::string> tenant_id() const;

 private:
  void exchange();

  http::Transport& gateway_;
  const Secret& api_key_;
  AccessOptions options_;
  mutable std::mutex mutex_;
  std::string token_;
  std::optional<std::string> tenant_id_;
  Seconds valid_until_{};
};

// Who the key belongs to.
struct Principal {
  json::Document answer;  // all that the gateway says
  std::string tenant_id;
};
// `expected_environment` is "live", "sandbox" or "" for any. Throws Error of the status, unreachable, also
// for what is no JSON, auth/bad_principal for an answer without tenant_id, and auth/wrong_environment;
// usage/bad_environment before anything is sent.
Principal read_principal(http::Transport& gateway, const Secret& api_key, const Attempts& attempts,
                         std::string_view expected_environment = {},
                         const std::string& credential_origin = {}, const std::string& request_id = {});

}  // namespace agentnet::paybond
