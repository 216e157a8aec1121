#include "core/store/session.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <thread>

#include "core/base/error.hpp"
#include "core/store/faults.hpp"
#include "core/store/page_checks.hpp"
#include "core/store/statement_cache.hpp"
#include "core/store/store_file.hpp"

namespace agentnet::store {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// SQLite's own handler sleeps up to 100 ms between looks at a lock. Next to a process that commits all the
// time, the lock is free for moments only, and that handler can miss them for seconds.
constexpr int kShortWaits = 20;
constexpr microseconds kShortWait{100};
constexpr microseconds kLongWait{1000};

sqlite3* open_handle(const char* path, int flags, const char* vfs) {
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  if (result == SQLITE_OK) return handle;
  const Error fault = fault_of(handle, result);
  sqlite3_close_v2(handle);
  throw fault;
}

// While it lives, statements are the store's own (see authorize in connection.cpp).
class Controlling {
 public:
  explicit Controlling(bool& flag) : flag_(flag) { flag_ = true; }
  ~Controlling() { flag_ = false; }
  Controlling(const Controlling&) = delete;
  Controlling& operator=(const Controlling&) = delete;

 private:
  bool& flag_;
};

}  // namespace

std::unique_ptr<Session> Session::open_file(const std::string& path, int known_version, int busy_timeout_ms) {
  make_store_file(path);
  sqlite3* handle = open_handle(path.c_str(), SQLITE_OPEN_READWRITE, page_checked_vfs());
  std::unique_ptr<Session> session(new Session(handle, busy_timeout_ms));
  check_header(handle, path, known_version);
  if (sqlite3_db_readonly(handle, "main") != 0) {
    throw Error(Category::failed, "store_io", store_name(handle) + " cannot be written");
  }
  close_to_others(path);
  session->set_safe_options();
  if (session->control_text("PRAGMA journal_mode") != "wal") refuse_foreign(path);
  session->set("journal_size_limit", std::to_string(std::int64_t{kMaxLogPages} * kPageBytes));
  session->set("cache_size", std::to_string(-kWriterCacheKib));
  session->check_version(known_version);
  return session;
}

std::unique_ptr<Session> Session::open_reader(const std::string& path, int busy_timeout_ms) {
  sqlite3* handle = open_handle(path.c_str(), SQLITE_OPEN_READONLY, page_checked_vfs());
  std::unique_ptr<Session> session(new Session(handle, busy_timeout_ms));
  session->set_safe_options();
  session->set("cache_size", std::to_string(-kReaderCacheKib));
  session->set("query_only", "1");
  session->set_for_reading(true);
  return session;
}

std::unique_ptr<Session> Session::open_memory() {
  sqlite3* handle = open_handle(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  std::unique_ptr<Session> session(new Session(handle, 0));
  session->set_safe_options();
  return session;
}

Session::Session(sqlite3* handle, int busy_timeout_ms)
    : waiting_{milliseconds(busy_timeout_ms)}, connection_(handle) {
  sqlite3_busy_handler(handle, wait, &waiting_);
  sqlite3_wal_hook(handle, note_log, &log_pages_);
}

int Session::wait(void* waiting, int count) {
  auto& state = *static_cast<Waiting*>(waiting);
  if (count == 0) state.since = steady_clock::now();
  if (steady_clock::now() - state.since >= state.limit) return 0;
  std::this_thread::sleep_for(count < kShortWaits ? kShortWait : kLongWait);
  return 1;
}

int Session::note_log(void* log_pages, sqlite3*, const char*, int pages) {
  *static_cast<int*>(log_pages) = pages;
  return SQLITE_OK;
}

void Session::control(std::string_view sql) {
  const Controlling controlling(connection_.controlling_);
  connection_.run(sql);
}

std::string Session::control_text(std::string_view sql) {
  const Controlling controlling(connection_.controlling_);
  Query query = connection_.query(sql);
  return query.next() ? query.text(0) : std::string();
}

// A PRAGMA that is not understood, or not possible, has no effect and reports nothing: so it is read back.
void Session::set(const std::string& pragma, const std::string& value) {
  control("PRAGMA " + pragma + " = " + value);
  if (control_text("PRAGMA " + pragma) == value) return;
  throw Error(Category::failed, "store",
              store_name(connection_.handle_) + " cannot be opened with " + pragma + " = " + value);
}

void Session::set_safe_options() {
  sqlite3* handle = connection_.handle_;
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  set("trusted_schema", "0");
  set("foreign_keys", "1");
  set("cell_size_check", "1");
  set("temp_store", "2");  // in memory: nothing of the data lies in other files
  set("cache_size", "-" + std::to_string(kCacheKibibytes));
  set("synchronous", "2");  // FULL: a commit is on disk when it returns
}

void Session::undo_part() {
  control("ROLLBACK TO part");
  control("RELEASE part");
}

void Session::roll_back() noexcept {
  try {
    if (in_transaction()) control("ROLLBACK");
  } catch (const std::exception&) {
    // SQLite reports a fault of ROLLBACK only when there is nothing left to roll back.
  }
}

bool Session::in_transaction() const {
  return sqlite3_get_autocommit(connection_.handle_) == 0;
}

void Session::check_settled() const {
  if (connection_.statements_->in_use() != 0) {
    throw Error(Category::failed, "store", "a query is still running where its transaction ends");
  }
  int unfulfilled = 0;
  int unused = 0;
  sqlite3_db_status(connection_.handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &unfulfilled, &unused, 0);
  if (unfulfilled != 0) throw fault_of(connection_.handle_, SQLITE_CONSTRAINT_FOREIGNKEY);
}

void Session::check_version(int known_version) {
  const int version = schema_version();
  const char* path = sqlite3_db_filename(connection_.handle_, "main");
  if (version > known_version) refuse_too_new(path == nullptr ? "" : path, version, known_version);
}

void Session::run_script(std::string_view sql) {
  const int result = sqlite3_exec(connection_.handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw fault_of(connection_.handle_, result);
}

void Session::check_foreign_keys() {
  const bool broken = !control_text("PRAGMA foreign_key_check").empty();
  if (broken) throw fault_of(connection_.handle_, SQLITE_CONSTRAINT_FOREIGNKEY);
}

void Session::tend_log() noexcept {
  if (log_pages_ < kCopyLogPages) next_copy_pages_ = kCopyLogPages;  // it started over
  if (log_pages_ < next_copy_pages_) return;
  next_copy_pages_ = log_pages_ + kCopyLogPages;
  sqlite3* handle = connection_.handle_;
  if (log_pages_ < kMaxLogPages) {
    sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    return;
  }
  const milliseconds limit = waiting_.limit;
  waiting_.limit = std::min(limit, kMaxWaitForReaders);
  sqlite3_wal_checkpoint_v2(handle, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
  waiting_.limit = limit;
}

}  // namespace agentnet::store
