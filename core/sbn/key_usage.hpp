// What each credential has used, by month: what the console's usage calls show.
//
// Counted in memory when a call has been answered well, and written about once a second while calls come or
// the server runs, and when the network is closed; so metering costs a call no access to the store. A process
// that is killed loses the counts since the last write. (What a tenant has sealed and captured in all is
// counted in the same commit and loses nothing; see ledger.hpp.)
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/caller.hpp"
#include "core/base/clock.hpp"
#include "core/store/database.hpp"

namespace agentnet::sbn {

enum class Metered : std::uint8_t { nothing, attestation, snapchore_event, facts_read };

// What a call to a route counts as.
Metered metered_as(std::string_view method, std::string_view pattern);

struct Used {
  std::int64_t attestations = 0;
  std::int64_t snapchore_events = 0;
  std::int64_t facts_reads = 0;

  Used& operator+=(const Used& other);
};

class UsageMeter {
 public:
  // Both must outlive this.
  UsageMeter(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  UsageMeter(const UsageMeter&) = delete;
  UsageMeter& operator=(const UsageMeter&) = delete;

  // Any thread.
  void add(std::string_view tenant, std::string_view credential, Metered what, std::int64_t amount = 1);
  // Writes what was counted, and calls `done` from the writer's thread once that, and all that was counted
  // before, is durable, or with the fault. A fault of the disk leaves the counts for the next time.
  void flush_later(const std::function<void(std::exception_ptr fault)>& done);
  // The same, waiting.
  void flush();

 private:
  using Key = std::pair<std::string, std::string>;  // tenant, credential
  using Counts = std::map<Key, Used>;

  Counts take();
  void put_back(const Counts& counts);
  static void write(store::Connection& connection, const Counts& counts, const std::string& month);

  store::Database& database_;
  const Clock& clock_;
  std::atomic<std::int64_t> next_flush_{0};  // steady clock, in nanoseconds
  std::mutex mutex_;                         // guards counts_
  Counts counts_;
};

struct CredentialUsage {
  std::string credential_id;
  Used used;
};
// Of one month, by credential.
std::vector<CredentialUsage> list_key_usage(store::Connection& connection, std::string_view tenant,
                                            std::string_view month);

}  // namespace agentnet::sbn
