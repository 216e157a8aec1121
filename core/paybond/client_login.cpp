#include "core/paybond/client_login.hpp"

#include <algorithm>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/client.hpp"
#include "core/paybond/refusal.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kClientName = "agentnet";
constexpr std::string_view kRole = "operator";
constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:device_code";
constexpr Seconds kGrace{1};  // the clocks of both sides differ

http::Request request_of(std::string_view path, const json::Value& body, const std::string& request_id) {
  http::Request request{.method = "POST",
                        .target = std::string(path),
                        .headers = {{"content-type", "application/json"}, {"accept", "application/json"}},
                        .body = json::to_compact(body)};
  if (!request_id.empty()) request.headers.add("x-request-id", request_id);
  return request;
}

json::Document read_answer(const std::string& body) {
  try {
    return json::parse(body, json::kAsPython);
  } catch (const Error&) {
    return {};
  }
}

// The member without white space around it; "" for what is no text.
std::string member(const json::Value& object, std::string_view name) {
  const json::Value* found = object.is_object() ? object.find(name) : nullptr;
  if (found == nullptr || !found->is_string() || found->has_lone_surrogate()) return {};
  return std::string(strip(found->text()));
}

std::optional<std::int64_t> number(const json::Value& object, std::string_view name) {
  const json::Value* found = object.is_object() ? object.find(name) : nullptr;
  if (found == nullptr || !found->is_integer()) return std::nullopt;
  return found->as_int64();
}

Seconds seconds_in(const json::Value& object, std::string_view name, std::int64_t otherwise,
                   std::int64_t least, std::int64_t most) {
  return Seconds(static_cast<double>(std::clamp(number(object, name).value_or(otherwise), least, most)));
}

bool is_web_address(const std::string& uri) {
  const bool has_scheme = uri.starts_with("https://") || uri.starts_with("http://");
  return has_scheme && uri.size() <= kMaxVerificationUri &&
         std::all_of(uri.begin(), uri.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

DeviceLogin read_login(const json::Value& root, const std::function<Error(const std::string&)>& bad) {
  DeviceLogin login{
      .device_code = member(root, "device_code"),
      .user_code = member(root, "user_code"),
      .verification_uri = member(root, "verification_uri_complete"),
      .lifetime = seconds_in(root, "expires_in", kDefaultLoginLife, 1, kMostLoginLife),
      .interval = seconds_in(root, "interval", kDefaultPollSeconds, kLeastPollSeconds, kMostPollSeconds)};
  if (login.verification_uri.empty()) login.verification_uri = member(root, "verification_uri");
  if (login.device_code.empty() || login.device_code.size() > kMaxDeviceCode)
    throw bad("the answer to the login has no device_code");
  if (login.user_code.empty() || login.user_code.size() > kMaxUserCode)
    throw bad("the answer to the login has no user_code");
  if (!is_web_address(login.verification_uri))
    throw bad("the answer to the login has no verification_uri of http or https");
  return login;
}

DeviceKey read_key(const json::Value& root, const std::string& environment, const std::string& network) {
  const auto bad = [&](const std::string& why) {
    return Error(Category::auth, "bad_login", network + ": " + why, "start the login again");
  };
  std::string key = member(root, "access_token");
  const std::string prefix = "paybond_sk_" + environment + "_";
  const bool fits = key.starts_with(prefix) && key.size() > prefix.size();
  DeviceKey made{.key = fits ? Secret(as_bytes(key)) : Secret(),
                 .tenant_id = member(root, "tenant_id"),
                 .role = member(root, "service_account_role"),
                 .expires_at = member(root, "expires_at")};
  wipe(key);
  if (!fits) throw bad("the login gave no key of the environment " + environment);
  if (made.tenant_id.empty()) throw bad("the login gave no tenant_id");
  if (member(root, "environment") != environment)
    throw bad("the login gave a key of another environment than " + environment);
  if (made.role != kRole) throw bad("the login gave a key of another role than " + std::string(kRole));
  return made;
}

Error expired() {
  return {Category::pending, "expired_token", "nobody approved the login in time", "start it again"};
}

}  // namespace

http::Request device_start_request(const std::string& environment, const std::string& request_id) {
  json::Arena arena;
  return request_of(kDeviceStartPath,
                    json::ObjectBuilder(arena)
                        .add("client_id", kDeviceClientId)
                        .add("client_name", kClientName)
                        .add("requested_environment", std::string_view(environment))
                        .add("service_account_role", kRole)
                        .done(),
                    request_id);
}

DeviceLogin start_device_login(http::Transport& gateway, const Attempts& attempts,
                               const std::string& environment, const std::string& request_id) {
  const http::Response response = send(gateway, device_start_request(environment, request_id), attempts);
  const std::string target(kDeviceStartPath);
  if (response.status >= 400) throw refusal(response, gateway.name(), target, {});
  const json::Document answer = read_answer(response.body);
  return read_login(answer.root, [&](const std::string& why) {
    // Without the body, which may hold the device code.
    return bad_response({response.status, {}, {}}, gateway.name(), target, why);
  });
}

LoginPoll poll_device_login(http::Transport& gateway, const DeviceLogin& login,
                            const std::string& environment, const std::string& request_id) {
  json::Arena arena;
  const http::Request request = request_of(kDeviceTokenPath,
                                           json::ObjectBuilder(arena)
                                               .add("grant_type", kGrantType)
                                               .add("device_code", std::string_view(login.device_code))
                                               .add("client_id", kDeviceClientId)
                                               .done(),
                                           request_id);
  http::Response response = gateway.send(request);
  const json::Document answer = read_answer(response.body);
  if (response.status < 400) {
    LoginPoll granted{.state = LoginState::granted,
                      .key = read_key(answer.root, environment, gateway.name())};
    wipe(response.body);
    return granted;
  }
  const std::string code = member(answer.root, "error");
  const bool too_fast = code == "slow_down" || response.status == 429;
  if (code == "authorization_pending" || too_fast) {
    return {.state = too_fast ? LoginState::slow_down : LoginState::pending,
            .least_interval = seconds_in(answer.root, "interval", 0, 0, kMostPollSeconds)};
  }
  if (code == "access_denied") {
    throw Error(Category::auth, "access_denied", "the login was refused by whoever was asked to approve it");
  }
  if (code == "expired_token") throw expired();
  throw refusal(response, gateway.name(), std::string(kDeviceTokenPath), {});
}

std::optional<DeviceKey> await_device_key(http::Transport& gateway, const DeviceLogin& login,
                                          const std::string& environment, const LoginPatience& patience,
                                          const std::string& request_id) {
  constexpr Seconds kMost{static_cast<double>(kMostPollSeconds)};
  const Seconds until = patience.now() + login.lifetime + kGrace;
  Seconds interval = login.interval;
  for (int lost = 0;;) {
    if (patience.now() + interval > until) throw expired();
    if (!patience.wait(interval)) return std::nullopt;
    try {
      LoginPoll polled = poll_device_login(gateway, login, environment, request_id);
      lost = 0;
      if (polled.state == LoginState::granted) return std::move(polled.key);
      if (polled.state == LoginState::slow_down) interval += Seconds(1);
      interval = std::min(std::max(polled.least_interval, interval), kMost);
    } catch (const Error& error) {
      // A connection that broke says nothing about the login; asking less often may help.
      if (error.category() != Category::unreachable || ++lost >= kMaxLostPolls) throw;
      interval = std::min(interval * 2, kMost);
    }
  }
}

}  // namespace agentnet::paybond
