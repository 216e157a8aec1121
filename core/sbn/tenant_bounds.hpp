// What a tenant's calls are held against: its rate plan (rate_plans.hpp), and whether it takes changes at all
// (projects.hpp).
//
// The tenants that have such bounds are kept in memory, so that the others pay one look at a flag. They are
// read again when the console of this process changes one, and, for what other processes change, when a call
// comes kRecheck after the last look.
//
// A burst window is a minute that begins with a tenant's first call after the last window; it is in memory
// and in each process. The daily count is by day in UTC and in the store: it survives a restart, but for the
// calls since the last flush (once a second while calls come, or the server runs) when the process is killed.
// Refused calls do not count.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/clock.hpp"
#include "core/store/database.hpp"

namespace agentnet::sbn {

inline constexpr std::chrono::milliseconds kBoundsRecheck{1'000};
inline constexpr std::chrono::milliseconds kCountFlush{1'000};

class TenantBounds {
 public:
  // Both must outlive this.
  TenantBounds(store::Database& database, const Clock& clock,
               std::chrono::milliseconds recheck = kBoundsRecheck)
      : database_(database), clock_(clock), recheck_(recheck) {}
  TenantBounds(const TenantBounds&) = delete;
  TenantBounds& operator=(const TenantBounds&) = delete;

  // Counts a request of a tenant that stands for so many calls, or throws Error conflict/project_archived or
  // conflict/project_inactive for one that changes something, policy/rate_limited or policy/quota_exceeded
  // with the seconds to wait as the detail retry_after. The burst limit counts requests, the daily quota
  // calls. Not from inside a read or write of the store; from any thread.
  void check(std::string_view tenant, bool changes, std::int64_t calls = 1);
  // Only the first half of it, for what the rate plan is not about.
  void check_writable(std::string_view tenant);

  // The bounds have changed in the store. As check().
  void refresh();
  // Writes the counts. `later`: does not wait for it.
  void flush(bool later);

 private:
  struct Bound {
    std::string status;  // of the project
    std::int64_t daily_quota = 0;
    std::int64_t burst = 0;  // a minute
    bool has_plan = false;
  };
  struct Count {
    Instant window_start{};
    std::int64_t window_calls = 0;
    std::string day;
    std::int64_t stored = 0;   // as far as this process knows
    std::int64_t unsaved = 0;  // by this process
    std::int64_t saving = 0;
  };
  using SteadyTime = std::chrono::steady_clock::time_point;
  struct Saved {
    std::string tenant;
    std::string day;
    std::int64_t calls;
    std::int64_t total = 0;
  };

  void look_again();
  void count(const std::string& tenant, const Bound& bound, std::int64_t calls);
  void open_day(const std::string& tenant, Count& count, const std::string& day);
  std::vector<Saved> take_unsaved(bool later);
  void settle(const std::vector<Saved>& saved, bool durable);

  store::Database& database_;
  const Clock& clock_;
  const std::chrono::milliseconds recheck_;

  std::atomic<bool> any_{false};  // whether there is a bound at all
  std::atomic<bool> looked_{false};
  std::atomic<std::int64_t> next_look_{0};   // steady clock, in nanoseconds
  std::atomic<std::int64_t> next_flush_{0};  // the same
  std::mutex mutex_;                         // guards all below
  std::int64_t version_ = -1;                // of the bounds in memory
  std::unordered_map<std::string, Bound> bounds_;
  std::map<std::string, Count> counts_;
  bool flushing_ = false;  // one at a time: the totals that it reads are then those of one moment
  std::condition_variable flushed_;
};

}  // namespace agentnet::sbn
