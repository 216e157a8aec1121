#include "core/sbn/replay_store.hpp"

#include <sqlite3.h>

#include <cstring>
#include <filesystem>
#include <system_error>

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::sbn {
namespace {

using Outcome = Consumption::Outcome;

// The table holds what Python's time.time() gives; a double keeps microseconds until the year 2255.
double unix_seconds(Instant instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

// One connection for one decision. Every step remembers the first fault, and the ones after it do nothing.
class Connection {
 public:
  Connection(const std::string& path, int busy_timeout_ms) {
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    note(sqlite3_open_v2(path.c_str(), &database_, kFlags, nullptr));
    if (ok()) note(sqlite3_busy_timeout(database_, busy_timeout_ms));
  }
  // Closing rolls an open transaction back.
  ~Connection() { sqlite3_close(database_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool ok() const { return fault_.empty(); }
  const std::string& fault() const { return fault_; }

  void run(const char* sql) {
    if (ok()) note(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr));
  }

  // Runs one statement with a text (when not empty) and numbers bound in order. False when it broke a
  // uniqueness rule, which is no fault.
  bool run(const char* sql, std::string_view text, std::initializer_list<double> numbers) {
    if (!ok()) return true;
    sqlite3_stmt* statement = nullptr;
    note(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr));
    if (!ok()) return true;
    int position = 0;
    if (!text.empty()) {
      note(sqlite3_bind_text64(statement, ++position, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8));
    }
    for (const double number : numbers)
      note(sqlite3_bind_double(statement, ++position, number));
    const int result = ok() ? sqlite3_step(statement) : SQLITE_DONE;
    const bool unique = result != SQLITE_CONSTRAINT;
    if (result != SQLITE_DONE && unique) note(result);
    sqlite3_finalize(statement);
    return unique;
  }

 private:
  void note(int result) {
    if (result != SQLITE_OK && ok()) fault_ = sqlite3_errmsg(database_);
  }

  sqlite3* database_ = nullptr;
  std::string fault_;
};

// Makes the folder the database lies in, for the owner only; the fault, or "".
std::string make_folder(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (std::filesystem::create_directories(folder, error)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  }
  return error ? "cannot make the folder " + folder.string() + ": " + error.message() : std::string();
}

}  // namespace

std::size_t MemoryReplayStore::Hash::operator()(const Key& key) const {
  std::size_t hash = 0;
  std::memcpy(&hash, key.data(), sizeof hash);
  return hash;
}

Consumption MemoryReplayStore::consume(std::string_view capture_id, Instant now, Instant expires) {
  if (capture_id.empty()) return {Outcome::duplicate, {}};
  const auto digest = crypto::sha256(as_bytes(capture_id));
  Key key{};
  std::memcpy(key.data(), digest.data(), key.size());

  const std::lock_guard<std::mutex> guard(mutex_);
  for (; !order_.empty() && order_.front().expires <= now; order_.pop_front())
    used_.erase(order_.front().key);
  if (!used_.insert(key).second) return {Outcome::duplicate, {}};
  order_.push_back({expires, key});
  return {Outcome::accepted, {}};
}

SqliteReplayStore::SqliteReplayStore(const std::string& path, int busy_timeout_ms)
    : path_(path), busy_timeout_ms_(busy_timeout_ms) {
  // SQLite gives ":memory:" and "file:" names a meaning of their own, but only to bare ones.
  if (path_.starts_with('/')) return;
  std::error_code error;
  const std::filesystem::path folder = std::filesystem::current_path(error);
  path_ = error ? "./" + path : (folder / path).string();
}

Consumption SqliteReplayStore::consume(std::string_view capture_id, Instant now, Instant expires) {
  if (capture_id.empty()) return {Outcome::duplicate, {}};
  if (std::string fault = make_folder(path_); !fault.empty()) return {Outcome::unavailable, std::move(fault)};

  Connection connection(path_, busy_timeout_ms_);
  connection.run("PRAGMA synchronous = FULL");
  // The lock comes first: two processes that make the tables at once would otherwise refuse each other.
  connection.run("BEGIN IMMEDIATE");
  connection.run(
      "CREATE TABLE IF NOT EXISTS moment_capture_consumptions ("
      "capture_id TEXT PRIMARY KEY, consumed_at_unix REAL NOT NULL, expires_at_unix REAL NOT NULL)");
  connection.run(
      "CREATE INDEX IF NOT EXISTS ix_moment_capture_consumptions_expiry"
      " ON moment_capture_consumptions (expires_at_unix)");
  connection.run("DELETE FROM moment_capture_consumptions WHERE expires_at_unix <= ?", {},
                 {unix_seconds(now)});
  const bool is_first = connection.run(
      "INSERT INTO moment_capture_consumptions (capture_id, consumed_at_unix, expires_at_unix) VALUES (?, ?, "
      "?)",
      capture_id, {unix_seconds(now), unix_seconds(expires)});
  if (!connection.ok()) return {Outcome::unavailable, path_ + ": " + connection.fault()};
  // Closing without COMMIT takes the removal of expired ids back, which the next decision repeats.
  if (!is_first) return {Outcome::duplicate, {}};
  connection.run("COMMIT");
  if (!connection.ok()) return {Outcome::unavailable, path_ + ": " + connection.fault()};
  return {Outcome::accepted, {}};
}

std::unique_ptr<ReplayStore> make_replay_store(const std::string& database_path) {
  if (database_path.empty()) return std::make_unique<MemoryReplayStore>();
  return std::make_unique<SqliteReplayStore>(database_path);
}

}  // namespace agentnet::sbn
