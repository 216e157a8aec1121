// A connection with the store's options set, and the right to begin and end transactions. For the store's own
// use; services see the Connection in it.
//
// The write-ahead log: a commit appends the pages it changed to it; copying them into the database file is
// left for later (tend_log), and once all are copied and nobody reads an older state, the next commit starts
// the log over.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/store/connection.hpp"

namespace agentnet::store {

// Of pages that a connection keeps in memory at the most, once it has read so many: the inner pages of an
// index over some million rows, and the leaves that one commit touches.
inline constexpr int kCacheKibibytes = 16 * 1024;

// Copying takes 10 to 60 ms, in which no write can begin: seldom enough that it is not one of a hundred
// commits.
inline constexpr int kCopyLogPages = 16'000;  // 64 MiB: copied when so many are new
inline constexpr int kMaxLogPages = 32'000;   // 128 MiB: from here on readers are waited for
inline constexpr std::chrono::milliseconds kMaxWaitForReaders{200};  // each time
inline constexpr int kWriterCacheKib = 16 * 1024;                    // pages kept in memory by the writer
inline constexpr int kReaderCacheKib = 2 * 1024;                     // and by each reader

class Session {
 public:
  // Opens the file for writing, makes it when it is missing, and sets the options. Throws Error as
  // Database::open does; `known_version` is the newest schema version that is not refused.
  static std::unique_ptr<Session> open_file(const std::string& path, int known_version, int busy_timeout_ms);
  // For reading only; the file was opened by open_file before.
  static std::unique_ptr<Session> open_reader(const std::string& path, int busy_timeout_ms);
  // A database in memory, of this session alone.
  static std::unique_ptr<Session> open_memory();

  Connection& connection() { return connection_; }
  // Whether statements that write are refused from now on.
  void set_for_reading(bool for_reading) { connection_.for_reading_ = for_reading; }

  // Transactions. begin() waits for the lock for writing; after begin_reading() the first query decides which
  // state is seen. A part is a savepoint inside a transaction. These throw Error as Connection::run does.
  void begin() { control("BEGIN IMMEDIATE"); }
  void begin_reading() { control("BEGIN"); }
  void commit() { control("COMMIT"); }
  void begin_part() { control("SAVEPOINT part"); }
  void end_part() { control("RELEASE part"); }
  void undo_part();
  // Leaves no transaction and nothing of one.
  void roll_back() noexcept;
  bool in_transaction() const;

  // What must hold when a service's function returns: its queries have ended, and no foreign key is still to
  // be fulfilled. Throws Error failed/store or conflict/constraint.
  void check_settled() const;

  int schema_version() { return static_cast<int>(control_number("PRAGMA user_version")); }
  void set_schema_version(int version) { control("PRAGMA user_version = " + std::to_string(version)); }
  // Throws Error failed/store_too_new when the file has a later schema version.
  void check_version(int known_version);

  // Runs statements separated by ';'. Throws Error.
  void run_script(std::string_view sql);
  // Has no effect inside a transaction.
  void set_foreign_keys(bool enforced) { set("foreign_keys", enforced ? "1" : "0"); }
  // Throws Error conflict/constraint when a row refers to one that is not there.
  void check_foreign_keys();

  // To be called after commits: copies the log when it is time. Never fails: what could not be copied now is
  // still in the log.
  void tend_log() noexcept;

 private:
  struct Waiting {  // for locks that other connections have
    std::chrono::milliseconds limit;
    std::chrono::steady_clock::time_point since{};
  };

  Session(sqlite3* handle, int busy_timeout_ms);
  void control(std::string_view sql);
  std::int64_t control_number(std::string_view sql) { return std::stoll(control_text(sql)); }
  std::string control_text(std::string_view sql);
  void set(const std::string& pragma, const std::string& value);
  void set_safe_options();
  static int wait(void* waiting, int count);
  static int note_log(void* log_pages, sqlite3* handle, const char* name, int pages);

  Waiting waiting_;
  int log_pages_ = 0;                    // after the last commit
  int next_copy_pages_ = kCopyLogPages;  // when log_pages_ gets there, it is time
  Connection connection_;                // last: closing it still uses those above
};

}  // namespace agentnet::store
