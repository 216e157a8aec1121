// Device logins that wait for somebody to approve them (wire reference paybond 7.5, RFC 8628).
//
// A command asks for a grant without any credential and gets two codes: a device code, by which it asks again
// and again, and a short user code, which a person carries to whoever may approve. Nothing is ever approved
// by itself. Approval says for which tenant; the next poll then takes the grant, once.
//
// Everything lies in the memory of the process and is gone with it. It is bounded: so many grants at once,
// each for so long; so many wrong user codes from one tenant in that time, since a user code has only 34
// bits. A device code has 256 and is kept as its digest.
#pragma once

#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxDeviceGrants = 100;     // at once, decided and run out ones among them
inline constexpr std::chrono::seconds kGrantLife{600};   // then nobody can approve it
inline constexpr std::chrono::seconds kGrantGhost{60};   // after that its end is still told by name
inline constexpr std::chrono::seconds kPollInterval{1};  // between two polls of one code, at first
inline constexpr std::chrono::seconds kSlowerBy{1};      // for each poll that came too soon
inline constexpr std::chrono::seconds kMostPollInterval{60};
inline constexpr std::chrono::milliseconds kPollSlack{250};  // two polls do not travel equally fast
inline constexpr std::size_t kMaxWrongCodes = 10;            // of one tenant within kGrantLife
inline constexpr std::size_t kDeviceCodeBytes = 32;          // random
inline constexpr std::size_t kUserCodeLetters = 8;

// What a grant is for, in the words of who asked for it.
struct GrantRequest {
  std::string client_name;
  std::string role;
};

struct NewGrant {
  std::string device_code;
  std::string user_code;  // "BCDF-GHJK"
  std::chrono::seconds lifetime = kGrantLife;
  std::chrono::seconds interval = kPollInterval;
};

enum class GrantState : std::uint8_t { pending, approved, denied };

// As those see it who decide about it.
struct DeviceGrant {
  std::string user_code;
  GrantRequest request;
  GrantState state = GrantState::pending;
  std::string tenant_id;  // of who decided; empty while pending
  Instant expires_at;
};

// What became of a poll.
enum class Poll : std::uint8_t { pending, slow_down, denied, expired, unknown, approved };
struct Polled {
  Poll what = Poll::unknown;
  std::chrono::seconds interval{};        // of pending and slow_down: how long to wait now
  std::optional<DeviceGrant> grant = {};  // of approved: it is taken, and not here any more
};

// "BCDF-GHJK" of what a person typed: in any case, with or without the hyphen; nullopt when it is no user
// code.
std::optional<std::string> read_user_code(std::string_view text);

// Any thread may call it.
class DeviceGrants {
 public:
  // Both must outlive this.
  DeviceGrants(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // Throws Error policy/rate_limited when kMaxDeviceGrants are there.
  NewGrant start(GrantRequest request);
  Polled poll(std::string_view device_code);
  // Of a grant that poll took and that led to nothing: it can be taken again.
  void give_back(std::string_view device_code, DeviceGrant grant);

  // Approves or denies. The same decision again, of the same tenant, changes nothing. Throws Error
  // not_found/unknown_user_code, for one that ran out or that another tenant decided, too;
  // conflict/grant_decided for the other decision; policy/rate_limited after kMaxWrongCodes wrong codes.
  DeviceGrant decide(std::string_view user_code, const std::string& tenant_id, bool approve);

 private:
  struct Kept {
    std::string code_digest;
    DeviceGrant grant;
    Instant last_poll;
    std::chrono::seconds interval = kPollInterval;
  };
  struct Wrong {
    std::size_t count = 0;
    Instant since;
  };

  void forget_old(Instant now);
  std::string new_user_code();
  Kept* find_code(std::string_view user_code);
  void count_wrong(const std::string& tenant_id, Instant now);

  const Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  std::deque<Kept> grants_;             // the oldest first
  std::map<std::string, Wrong> wrong_;  // by tenant; those whose time is over are forgotten
};

}  // namespace agentnet::paybond
