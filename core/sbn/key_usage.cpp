#include "core/sbn/key_usage.hpp"

#include <chrono>
#include <memory>

#include "core/base/error.hpp"
#include "core/sbn/ledger.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::chrono::nanoseconds kFlushPause = std::chrono::seconds(1);

struct MeteredRoute {
  std::string_view method;
  std::string_view pattern;
  Metered what;
};
constexpr MeteredRoute kMetered[] = {
    {"POST", "/attest", Metered::attestation},
    {"POST", "/slots/{slot_id}/seal", Metered::attestation},
    {"POST", "/internal/snapchore/capture", Metered::snapchore_event},
    {"POST", "/internal/snapchore/seal", Metered::snapchore_event},
    {"POST", "/internal/snapchore/verify", Metered::snapchore_event},
    {"POST", "/internal/snapchore/chain/{chain_id}/append", Metered::snapchore_event},
    {"GET", "/api/reality/facts", Metered::facts_read},
    {"GET", "/api/reality/facts/{fact_id}", Metered::facts_read},
};

}  // namespace

Metered metered_as(std::string_view method, std::string_view pattern) {
  for (const MeteredRoute& route : kMetered)
    if (route.method == method && route.pattern == pattern) return route.what;
  return Metered::nothing;
}

Used& Used::operator+=(const Used& other) {
  attestations += other.attestations;
  snapchore_events += other.snapchore_events;
  facts_reads += other.facts_reads;
  return *this;
}

void UsageMeter::add(std::string_view tenant, std::string_view credential, Metered what,
                     std::int64_t amount) {
  if (what == Metered::nothing || amount == 0) return;
  {
    const std::lock_guard hold(mutex_);
    Used& used = counts_[{std::string(tenant), std::string(credential)}];
    if (what == Metered::attestation) used.attestations += amount;
    if (what == Metered::snapchore_event) used.snapchore_events += amount;
    if (what == Metered::facts_read) used.facts_reads += amount;
  }
  const std::int64_t now = std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  std::int64_t due = next_flush_.load(std::memory_order_relaxed);
  if (now < due || !next_flush_.compare_exchange_strong(due, now + kFlushPause.count())) return;
  // The first one only starts the clock: a command that makes one call writes when it ends.
  if (due == 0) return;
  try {
    flush_later([](const std::exception_ptr&) {});
  } catch (const Error&) {
    // The store is closed, and the call that is counted here has been answered.
  }
}

UsageMeter::Counts UsageMeter::take() {
  const std::lock_guard hold(mutex_);
  return std::exchange(counts_, {});
}

void UsageMeter::put_back(const Counts& counts) {
  const std::lock_guard hold(mutex_);
  for (const auto& [key, used] : counts)
    counts_[key] += used;
}

void UsageMeter::write(store::Connection& connection, const Counts& counts, const std::string& month) {
  for (const auto& [key, used] : counts) {
    connection.run(
        "INSERT INTO sbn_key_usage (tenant_id, month, credential_id, attestations, snapchore_events, "
        "facts_reads) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant_id, month, credential_id) DO UPDATE SET "
        "attestations = attestations + excluded.attestations, snapchore_events = snapchore_events + "
        "excluded.snapchore_events, facts_reads = facts_reads + excluded.facts_reads",
        {key.first, month, key.second, used.attestations, used.snapchore_events, used.facts_reads});
  }
}

void UsageMeter::flush_later(const std::function<void(std::exception_ptr)>& done) {
  const auto counts = std::make_shared<const Counts>(take());
  try {
    database_.write_later([counts, month = month_of(clock_.now())](
                              store::Connection& connection) { write(connection, *counts, month); },
                          [this, counts, done](const std::exception_ptr& fault) {
                            if (fault) put_back(*counts);
                            done(fault);
                          });
  } catch (...) {
    put_back(*counts);
    throw;
  }
}

void UsageMeter::flush() {
  const Counts counts = take();
  if (counts.empty()) return;
  try {
    database_.write(
        [&](store::Connection& connection) { write(connection, counts, month_of(clock_.now())); });
  } catch (...) {
    put_back(counts);
    throw;
  }
}

std::vector<CredentialUsage> list_key_usage(store::Connection& connection, std::string_view tenant,
                                            std::string_view month) {
  std::vector<CredentialUsage> usage;
  store::Query rows = connection.query(
      "SELECT credential_id, attestations, snapchore_events, facts_reads FROM sbn_key_usage WHERE tenant_id "
      "= ? AND month = ? ORDER BY credential_id",
      {tenant, month});
  while (rows.next())
    usage.push_back({rows.text(0), {rows.integer(1), rows.integer(2), rows.integer(3)}});
  return usage;
}

}  // namespace agentnet::sbn
