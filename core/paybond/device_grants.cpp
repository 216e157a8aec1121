#include "core/paybond/device_grants.hpp"

#include <algorithm>
#include <array>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::paybond {
namespace {

// Consonants that are hard to mistake for one another or for digits, and spell no words.
constexpr std::string_view kLetters = "BCDFGHJKLMNPQRSTVWXZ";
constexpr std::size_t kHalf = kUserCodeLetters / 2;
// Bytes from here on are thrown away, so that all letters are equally likely.
constexpr std::size_t kFairBytes = 256 / kLetters.size() * kLetters.size();

char letter(Random& random) {
  std::array<std::uint8_t, 1> byte{};
  do {
    random.fill(byte);
  } while (byte[0] >= kFairBytes);
  return kLetters[byte[0] % kLetters.size()];
}

[[noreturn]] void unknown_code() {
  throw Error(Category::not_found, "unknown_user_code", "no login with this code waits here",
              "codes are good for " + std::to_string(kGrantLife.count() / 60) +
                  " minutes, until the server stops; start the login again");
}

}  // namespace

std::optional<std::string> read_user_code(std::string_view text) {
  std::string code;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == kHalf && text[i] == '-') continue;
    const char c = text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (kLetters.find(c) == kLetters.npos || code.size() > kUserCodeLetters) return std::nullopt;
    code += c;
    if (code.size() == kHalf) code += '-';
  }
  if (code.size() != kUserCodeLetters + 1) return std::nullopt;
  return code;
}

void DeviceGrants::forget_old(Instant now) {
  // They live equally long, so those in front run out first.
  while (!grants_.empty() && grants_.front().grant.expires_at + kGrantGhost <= now)
    grants_.pop_front();
  std::erase_if(wrong_, [&](const auto& each) { return each.second.since + kGrantLife <= now; });
}

std::string DeviceGrants::new_user_code() {
  for (;;) {
    std::string code;
    for (std::size_t i = 0; i < kUserCodeLetters; ++i) {
      if (i == kHalf) code += '-';
      code += letter(random_);
    }
    if (find_code(code) == nullptr) return code;
  }
}

NewGrant DeviceGrants::start(GrantRequest request) {
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  forget_old(now);
  // One that ran out makes room before it is forgotten.
  if (grants_.size() >= kMaxDeviceGrants && grants_.front().grant.expires_at <= now) grants_.pop_front();
  if (grants_.size() >= kMaxDeviceGrants) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(grants_.front().grant.expires_at - now);
    throw Error(Category::policy, "rate_limited",
                "there are " + std::to_string(kMaxDeviceGrants) + " logins already that wait for approval",
                {}, {{"retry_after", std::int64_t{left.count()}}});
  }
  std::array<std::uint8_t, kDeviceCodeBytes> bytes{};
  random_.fill(bytes);
  NewGrant made{.device_code = hex_lower(bytes), .user_code = new_user_code()};
  grants_.push_back({.code_digest = crypto::sha256_hex(made.device_code),
                     .grant = {.user_code = made.user_code,
                               .request = std::move(request),
                               .state = GrantState::pending,
                               .tenant_id = {},
                               .expires_at = now + kGrantLife},
                     .last_poll = now});
  return made;
}

Polled DeviceGrants::poll(std::string_view device_code) {
  const std::string digest = crypto::sha256_hex(device_code);
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  forget_old(now);
  const auto at = std::find_if(grants_.begin(), grants_.end(),
                               [&](const Kept& kept) { return kept.code_digest == digest; });
  if (at == grants_.end()) return {};
  if (at->grant.expires_at <= now) return {.what = Poll::expired};
  if (at->grant.state == GrantState::denied) return {.what = Poll::denied};
  const bool too_soon = now < at->last_poll + at->interval - kPollSlack;
  at->last_poll = now;
  if (too_soon) {
    at->interval = std::min(at->interval + kSlowerBy, kMostPollInterval);
    return {.what = Poll::slow_down, .interval = at->interval};
  }
  if (at->grant.state == GrantState::pending) return {.what = Poll::pending, .interval = at->interval};
  Polled taken{.what = Poll::approved, .grant = std::move(at->grant)};
  grants_.erase(at);
  return taken;
}

void DeviceGrants::give_back(std::string_view device_code, DeviceGrant grant) {
  const std::lock_guard lock(mutex_);
  const Instant expires = grant.expires_at;
  const auto place =
      std::upper_bound(grants_.begin(), grants_.end(), expires,
                       [](Instant instant, const Kept& kept) { return instant < kept.grant.expires_at; });
  grants_.insert(
      place,
      {.code_digest = crypto::sha256_hex(device_code), .grant = std::move(grant), .last_poll = clock_.now()});
}

DeviceGrants::Kept* DeviceGrants::find_code(std::string_view user_code) {
  for (Kept& kept : grants_)
    if (kept.grant.user_code == user_code) return &kept;
  return nullptr;
}

void DeviceGrants::count_wrong(const std::string& tenant_id, Instant now) {
  Wrong& wrong = wrong_[tenant_id];
  if (wrong.count == 0) wrong.since = now;
  ++wrong.count;
}

DeviceGrant DeviceGrants::decide(std::string_view user_code, const std::string& tenant_id, bool approve) {
  const std::lock_guard lock(mutex_);
  const Instant now = clock_.now();
  forget_old(now);
  if (const auto wrong = wrong_.find(tenant_id);
      wrong != wrong_.end() && wrong->second.count >= kMaxWrongCodes) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(wrong->second.since + kGrantLife - now);
    throw Error(Category::policy, "rate_limited", "too many wrong codes; no code is looked at for a while",
                {}, {{"retry_after", std::int64_t{left.count()}}});
  }
  const auto code = read_user_code(user_code);
  Kept* const kept = code ? find_code(*code) : nullptr;
  const bool of_another =
      kept != nullptr && kept->grant.state != GrantState::pending && kept->grant.tenant_id != tenant_id;
  if (kept == nullptr || of_another || kept->grant.expires_at <= now) {
    count_wrong(tenant_id, now);
    unknown_code();
  }
  DeviceGrant& grant = kept->grant;
  const GrantState wanted = approve ? GrantState::approved : GrantState::denied;
  if (grant.state != GrantState::pending && grant.state != wanted) {
    throw Error(Category::conflict, "grant_decided",
                std::string("this login is ") + (approve ? "denied" : "approved") + " already");
  }
  grant.state = wanted;
  grant.tenant_id = tenant_id;
  return grant;
}

}  // namespace agentnet::paybond
