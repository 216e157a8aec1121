#include "core/store/database.hpp"

#include <mutex>

#include "core/store/call_mark.hpp"
#include "core/store/group_commit.hpp"
#include "core/store/reader_pool.hpp"
#include "core/store/session.hpp"
#include "core/store/store_file.hpp"

namespace agentnet::store {
namespace {

int read_schema_version(Database& database) {
  int version = 0;
  database.read([&version](Connection& connection) {
    Query query = connection.query("PRAGMA user_version");
    if (query.next()) version = static_cast<int>(query.integer(0));
  });
  return version;
}

class FileDatabase final : public Database {
 public:
  FileDatabase(const Options& options, const std::string& path, std::span<const Migration> migrations)
      : writer_(Session::open_file(path, newest_version(migrations), options.busy_timeout_ms)),
        commits_(*writer_, {this, nullptr, options.group_limit, newest_version(migrations)}),
        readers_(path, options.busy_timeout_ms) {
    migrate(*writer_, migrations);
  }
  ~FileDatabase() override { FileDatabase::close(); }

  void write(const Write& write) override { commits_.write(write); }
  void write_later(Write write, Done done) override {
    commits_.write_later(std::move(write), std::move(done));
  }
  void read(const Read& read) override {
    CallMark::refuse_inside(this);
    const CallMark mark(this);
    readers_.read(read);
  }
  int schema_version() override { return read_schema_version(*this); }
  void close() override {
    commits_.close();
    readers_.close();
    const std::lock_guard<std::mutex> guard(closing_);
    writer_.reset();  // last, since only a writer can copy the log into the file and remove it
  }

 private:
  std::unique_ptr<Session> writer_;
  GroupCommit commits_;
  ReaderPool readers_;
  std::mutex closing_;
};

// One session for writing and reading, one at a time.
class MemoryDatabase final : public Database {
 public:
  MemoryDatabase(const Options& options, std::span<const Migration> migrations)
      : session_(Session::open_memory()),
        commits_(*session_, {this, &mutex_, options.group_limit, newest_version(migrations)}) {
    migrate(*session_, migrations);
  }
  ~MemoryDatabase() override { MemoryDatabase::close(); }

  void write(const Write& write) override { commits_.write(write); }
  void write_later(Write write, Done done) override {
    commits_.write_later(std::move(write), std::move(done));
  }
  void read(const Read& read) override {
    CallMark::refuse_inside(this);
    const CallMark mark(this);
    const std::lock_guard<std::mutex> guard(mutex_);
    if (!session_) throw store_closed();
    session_->set_for_reading(true);
    try {
      read_with(*session_, read);
    } catch (...) {
      session_->set_for_reading(false);
      throw;
    }
    session_->set_for_reading(false);
  }
  int schema_version() override { return read_schema_version(*this); }
  void close() override {
    commits_.close();
    const std::lock_guard<std::mutex> guard(mutex_);
    session_.reset();
  }

 private:
  std::mutex mutex_;  // guards the session
  std::unique_ptr<Session> session_;
  GroupCommit commits_;
};

}  // namespace

std::unique_ptr<Database> Database::open(const Options& options, std::span<const Migration> migrations) {
  if (options.path.empty()) return std::make_unique<MemoryDatabase>(options, migrations);
  return std::make_unique<FileDatabase>(options, absolute_path(options.path), migrations);
}

}  // namespace agentnet::store
