// The seam that lets a capture be used once.
//
// A sealer consumes the capture id before it makes a moment claim. The memory store forgets when the process
// ends; the SQLite store survives that, and all processes of the host share it, also the network's own tools:
//
//   CREATE TABLE moment_capture_consumptions (
//     capture_id TEXT PRIMARY KEY, consumed_at_unix REAL NOT NULL, expires_at_unix REAL NOT NULL)
//
// with seconds since 1970. Every decision is one BEGIN IMMEDIATE transaction on a connection of its own, so
// that a database that was moved, replaced or removed between two decisions is noticed.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/clock.hpp"

namespace agentnet::sbn {

struct Consumption {
  enum class Outcome : std::uint8_t {
    accepted,     // first use
    duplicate,    // used before, and remembered still
    unavailable,  // the store could not decide; `fault` says why
  };
  Outcome outcome = Outcome::unavailable;
  std::string fault;
};

struct ReplayStore {
  virtual ~ReplayStore() = default;

  virtual std::string_view backend() const = 0;  // "memory", "sqlite"
  virtual std::string_view scope() const = 0;    // "process", "local_host"
  virtual bool durable() const = 0;              // remembers across the end of the process

  // Uses a capture id and remembers it until `expires` at least; ids that expired at `now` or before may be
  // used again. An empty id is a duplicate. May be called by several threads.
  virtual Consumption consume(std::string_view capture_id, Instant now, Instant expires) = 0;
};

class MemoryReplayStore final : public ReplayStore {
 public:
  std::string_view backend() const override { return "memory"; }
  std::string_view scope() const override { return "process"; }
  bool durable() const override { return false; }
  Consumption consume(std::string_view capture_id, Instant now, Instant expires) override;

 private:
  // Half of the id's SHA-256: bulk work consumes many ids within one lifetime, and they are all held.
  using Key = std::array<std::uint8_t, 16>;
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  struct Entry {
    Instant expires;
    Key key;
  };

  std::mutex mutex_;  // guards both below
  std::unordered_set<Key, Hash> used_;
  std::deque<Entry> order_;  // as consumed; an entry goes when it is in front and expired
};

class SqliteReplayStore final : public ReplayStore {
 public:
  // How long a decision waits for other processes before it is unavailable, in milliseconds.
  static constexpr int kBusyTimeoutMs = 5000;

  // Opens nothing yet. The path is taken relative to the working folder of this moment; missing folders are
  // made, for the owner only, when the first id is consumed.
  explicit SqliteReplayStore(const std::string& path, int busy_timeout_ms = kBusyTimeoutMs);

  std::string_view backend() const override { return "sqlite"; }
  std::string_view scope() const override { return "local_host"; }
  bool durable() const override { return true; }
  Consumption consume(std::string_view capture_id, Instant now, Instant expires) override;

 private:
  std::string path_;  // never a bare name, so that ":memory:" is a file name like any other
  int busy_timeout_ms_;
};

// The SQLite store on that path, or the memory store when it is empty.
std::unique_ptr<ReplayStore> make_replay_store(const std::string& database_path);

}  // namespace agentnet::sbn
