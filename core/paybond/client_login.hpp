// The device login as a client: a gateway gives two codes, a person approves the short one, and the long one
// is then worth an API key (wire reference paybond 7.5, RFC 8628).
//
// A refusal is what refusal.hpp makes of the answer; 429 for a poll counts as slow_down. What a gateway says
// is bounded before it is believed: codes and addresses in length, times to the limits below.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/base/secret.hpp"
#include "core/paybond/attempts.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kDeviceStartPath = "/v1/public/auth/device/start";
inline constexpr std::string_view kDeviceTokenPath = "/v1/public/auth/device/token";
inline constexpr std::string_view kDeviceClientId = "paybond-kit-cli";
inline constexpr std::int64_t kDefaultLoginLife = 600;  // seconds, where the gateway does not say
inline constexpr std::int64_t kMostLoginLife = 3600;
inline constexpr std::int64_t kDefaultPollSeconds = 5;
inline constexpr std::int64_t kLeastPollSeconds = 1;
inline constexpr std::int64_t kMostPollSeconds = 300;
inline constexpr std::size_t kMaxDeviceCode = 2048;
inline constexpr std::size_t kMaxUserCode = 64;
inline constexpr std::size_t kMaxVerificationUri = 2048;
inline constexpr int kMaxLostPolls = 5;  // in a row, that a gateway did not answer

struct DeviceLogin {
  std::string device_code;       // whoever has it gets the key
  std::string user_code;         // as the gateway wrote it: not fit for a terminal as it is
  std::string verification_uri;  // http or https; with the code in it, where the gateway gave such a one
  Seconds lifetime{kDefaultLoginLife};
  Seconds interval{kDefaultPollSeconds};
};

// The request that starts a login, for those who only show it.
http::Request device_start_request(const std::string& environment, const std::string& request_id = {});
// Throws Error of the status; unreachable/bad_response for an answer without the codes or with a strange
// address.
DeviceLogin start_device_login(http::Transport& gateway, const Attempts& attempts,
                               const std::string& environment, const std::string& request_id = {});

struct DeviceKey {
  Secret key;
  std::string tenant_id;
  std::string role;
  std::string expires_at;  // of the key; empty: it stays
};
enum class LoginState : std::uint8_t { pending, slow_down, granted };
struct LoginPoll {
  LoginState state = LoginState::pending;
  Seconds least_interval{0};  // that the gateway asks for
  std::optional<DeviceKey> key = {};
};
// Asks once, and never a second time by itself: a key is given out once. Throws Error auth/access_denied,
// pending/expired_token, unreachable without an answer, auth/bad_login for a key that is not one of
// `environment`, else of the status.
LoginPoll poll_device_login(http::Transport& gateway, const DeviceLogin& login,
                            const std::string& environment, const std::string& request_id = {});

// Lets time pass; false: whoever waits wants to stop.
struct LoginPatience {
  std::function<bool(Seconds)> wait;
  std::function<Seconds()> now;
};
// Polls at the interval, slower when told so and after a poll without an answer. Nullopt when the patience
// ended. Throws what poll_device_login throws, unreachable after kMaxLostPolls, and Error
// pending/expired_token when the login's time is over.
std::optional<DeviceKey> await_device_key(http::Transport& gateway, const DeviceLogin& login,
                                          const std::string& environment, const LoginPatience& patience,
                                          const std::string& request_id = {});

}  // namespace agentnet::paybond
