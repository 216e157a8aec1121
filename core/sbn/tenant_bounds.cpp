#include "core/sbn/tenant_bounds.hpp"

#include <memory>
#include <vector>

#include "core/base/error.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::chrono::minutes kBurstWindow{1};

std::int64_t steady_now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Whether the time has come, for one thread only: it is moved on.
bool is_due(std::atomic<std::int64_t>& next, std::chrono::milliseconds pause) {
  const std::int64_t now = steady_now();
  std::int64_t due = next.load(std::memory_order_relaxed);
  const std::int64_t later = now + std::chrono::nanoseconds(pause).count();
  return now >= due && next.compare_exchange_strong(due, later);
}

// "2026-11-23".
std::string day_of(Instant now) {
  return iso_offset(now).substr(0, 10);
}

std::int64_t seconds_until(Instant then, Instant now) {
  return std::chrono::ceil<std::chrono::seconds>(then - now).count();
}

void require_writable(std::string_view tenant, const std::string& status) {
  if (status == "active") return;
  throw Error(Category::conflict, "project_" + status, "the project is " + status + " and takes no changes",
              {}, {{"project_id", std::string(tenant)}});
}

}  // namespace

void TenantBounds::check(std::string_view tenant, bool changes, std::int64_t calls) {
  look_again();
  if (!any_.load(std::memory_order_acquire)) return;
  {
    const std::lock_guard hold(mutex_);
    const auto found = bounds_.find(std::string(tenant));
    if (found == bounds_.end()) return;
    if (changes) require_writable(tenant, found->second.status);
    if (!found->second.has_plan) return;
    count(found->first, found->second, calls);
  }
  // The first one only starts the clock: a command that makes one call writes when it ends.
  const bool is_first = next_flush_.load(std::memory_order_relaxed) == 0;
  if (is_due(next_flush_, kCountFlush) && !is_first) flush(true);
}

void TenantBounds::check_writable(std::string_view tenant) {
  look_again();
  if (!any_.load(std::memory_order_acquire)) return;
  const std::lock_guard hold(mutex_);
  const auto found = bounds_.find(std::string(tenant));
  if (found != bounds_.end()) require_writable(tenant, found->second.status);
}

void TenantBounds::look_again() {
  // Until somebody has looked once, nobody may pass.
  if (is_due(next_look_, recheck_) || !looked_.load(std::memory_order_acquire)) refresh();
}

void TenantBounds::refresh() {
  std::int64_t known = -1;
  {
    const std::lock_guard hold(mutex_);
    known = version_;
  }
  std::int64_t version = known;
  std::unordered_map<std::string, Bound> bounds;
  database_.read([&](store::Connection& connection) {
    store::Query row = connection.query("SELECT version FROM sbn_bounds_version WHERE id = 1");
    if (row.next()) version = row.integer(0);
    if (version == known) return;
    store::Query rows = connection.query(
        "SELECT p.tenant_id, p.active, p.archived_at, r.daily_quota, r.burst_limit_per_minute FROM "
        "sbn_projects p LEFT JOIN sbn_rate_plans r ON r.id = p.rate_plan_id WHERE p.bound = 1");
    while (rows.next()) {
      Bound bound{rows.integer(1) != 0 ? "active" : "inactive", rows.integer(3), rows.integer(4),
                  !rows.is_null(3)};
      if (!rows.is_null(2)) bound.status = "archived";
      bounds.emplace(rows.text(0), std::move(bound));
    }
  });
  const std::lock_guard hold(mutex_);
  // Another thread may have read a later state meanwhile.
  if (version > version_) {
    version_ = version;
    bounds_ = std::move(bounds);
    any_.store(!bounds_.empty(), std::memory_order_release);
  }
  looked_.store(true, std::memory_order_release);
}

void TenantBounds::count(const std::string& tenant, const Bound& bound, std::int64_t calls) {
  const Instant now = clock_.now();
  Count& count = counts_[tenant];
  if (const std::string day = day_of(now); count.day != day) open_day(tenant, count, day);
  if (now - count.window_start >= kBurstWindow || now < count.window_start) {
    count.window_start = now;
    count.window_calls = 0;
  }
  if (count.window_calls >= bound.burst) {
    throw Error(
        Category::policy, "rate_limited",
        "the rate plan allows " + std::to_string(bound.burst) + " calls a minute", {},
        {{"retry_after", seconds_until(count.window_start + kBurstWindow, now)}, {"limit", bound.burst}});
  }
  if (count.stored + count.saving + count.unsaved + calls > bound.daily_quota) {
    const Instant midnight = std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
    throw Error(Category::policy, "quota_exceeded",
                "the rate plan allows " + std::to_string(bound.daily_quota) + " calls a day", {},
                {{"retry_after", seconds_until(midnight, now)}, {"limit", bound.daily_quota}});
  }
  ++count.window_calls;
  count.unsaved += calls;
}

void TenantBounds::open_day(const std::string& tenant, Count& count, const std::string& day) {
  std::int64_t stored = 0;
  database_.read([&](store::Connection& connection) {
    store::Query rows =
        connection.query("SELECT calls FROM sbn_daily_calls WHERE tenant_id = ? AND day = ?", {tenant, day});
    if (rows.next()) stored = rows.integer(0);
  });
  count.day = day;
  count.stored = stored;
  count.unsaved = 0;
  count.saving = 0;
}

std::vector<TenantBounds::Saved> TenantBounds::take_unsaved(bool later) {
  std::unique_lock lock(mutex_);
  std::vector<Saved> taken;
  if (flushing_ && later) return taken;  // the next one takes them along
  flushed_.wait(lock, [this] { return !flushing_; });
  for (auto& [tenant, count] : counts_) {
    if (count.unsaved == 0) continue;
    taken.push_back({tenant, count.day, count.unsaved});
    count.saving += count.unsaved;
    count.unsaved = 0;
  }
  flushing_ = !taken.empty();
  return taken;
}

void TenantBounds::settle(const std::vector<Saved>& saved, bool durable) {
  const std::lock_guard hold(mutex_);
  flushing_ = false;
  flushed_.notify_all();
  for (const Saved& each : saved) {
    Count& count = counts_[each.tenant];
    if (count.day != each.day) continue;
    count.saving -= each.calls;
    if (durable) {
      count.stored = each.total;
    } else {
      count.unsaved += each.calls;
    }
  }
}

void TenantBounds::flush(bool later) {
  const auto saved = std::make_shared<std::vector<Saved>>(take_unsaved(later));
  if (saved->empty()) return;
  const auto write = [saved](store::Connection& connection) {
    for (Saved& each : *saved) {
      connection.run(
          "INSERT INTO sbn_daily_calls (tenant_id, day, calls) VALUES (?, ?, ?) ON CONFLICT (tenant_id, day) "
          "DO UPDATE SET calls = calls + excluded.calls",
          {each.tenant, each.day, each.calls});
      store::Query rows = connection.query(
          "SELECT calls FROM sbn_daily_calls WHERE tenant_id = ? AND day = ?", {each.tenant, each.day});
      rows.next();
      each.total = rows.integer(0);
    }
  };
  try {
    if (later) {
      database_.write_later(write,
                            [this, saved](const std::exception_ptr& fault) { settle(*saved, !fault); });
      return;
    }
    database_.write(write);
  } catch (...) {
    settle(*saved, false);
    throw;
  }
  settle(*saved, true);
}

}  // namespace agentnet::sbn
