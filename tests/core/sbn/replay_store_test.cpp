#include "core/sbn/replay_store.hpp"

#include <doctest/doctest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

using Outcome = Consumption::Outcome;
using std::chrono::seconds;

constexpr int kShortWaitMs = 50;

Outcome consume(ReplayStore& store, std::string_view id, Instant now = kNoon) {
  return store.consume(id, now, now + seconds(10)).outcome;
}

// Runs SQL on a connection that stays open as long as this lives.
class Sql {
 public:
  explicit Sql(const std::string& path) { REQUIRE(sqlite3_open(path.c_str(), &database_) == SQLITE_OK); }
  ~Sql() { sqlite3_close(database_); }
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;

  void run(const char* sql) { REQUIRE(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) == SQLITE_OK); }
  std::string text(const char* sql) {
    sqlite3_stmt* statement = nullptr;
    REQUIRE(sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) == SQLITE_OK);
    REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
    std::string value(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    return value;
  }

 private:
  sqlite3* database_ = nullptr;
};

void check_once(ReplayStore& store) {
  CHECK(consume(store, "one") == Outcome::accepted);
  CHECK(consume(store, "one") == Outcome::duplicate);
  CHECK(consume(store, "two") == Outcome::accepted);
  CHECK(consume(store, "") == Outcome::duplicate);
  // Remembered up to the expiry and not at it.
  CHECK(consume(store, "one", kNoon + seconds(10) - std::chrono::microseconds(1)) == Outcome::duplicate);
  CHECK(consume(store, "one", kNoon + seconds(10)) == Outcome::accepted);
}

}  // namespace

TEST_CASE("the memory store takes an id once until it expires") {
  MemoryReplayStore store;
  check_once(store);
}

TEST_CASE("the SQLite store takes an id once until it expires") {
  const TemporaryFolder folder;
  SqliteReplayStore store(folder.file("replay.db"));
  check_once(store);
}

TEST_CASE("the stores say what they are in the words of the wire") {
  MemoryReplayStore memory;
  CHECK(memory.backend() == "memory");
  CHECK(memory.scope() == "process");
  CHECK_FALSE(memory.durable());
  const SqliteReplayStore sqlite("/nowhere/replay.db");
  CHECK(sqlite.backend() == "sqlite");
  CHECK(sqlite.scope() == "local_host");
  CHECK(sqlite.durable());
}

TEST_CASE("a path chooses the SQLite store and no path the memory store") {
  CHECK(make_replay_store("")->backend() == "memory");
  CHECK(make_replay_store("/nowhere/replay.db")->backend() == "sqlite");
}

TEST_CASE("the memory store never forgets early when expiries are out of order") {
  MemoryReplayStore store;
  CHECK(store.consume("late", kNoon, kNoon + seconds(60)).outcome == Outcome::accepted);
  CHECK(store.consume("soon", kNoon, kNoon + seconds(1)).outcome == Outcome::accepted);
  CHECK(consume(store, "late", kNoon + seconds(30)) == Outcome::duplicate);
  CHECK(consume(store, "late", kNoon + seconds(60)) == Outcome::accepted);
  CHECK(consume(store, "soon", kNoon + seconds(60)) == Outcome::accepted);
}

TEST_CASE("threads that race for one id in memory get it once") {
  MemoryReplayStore store;
  std::atomic<int> accepted = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int id = 0; id < 200; ++id)
        accepted += consume(store, std::to_string(id)) == Outcome::accepted ? 1 : 0;
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(accepted == 200);
}

TEST_CASE("two SQLite stores on one file share what was used") {
  const TemporaryFolder folder;
  SqliteReplayStore first(folder.file("replay.db"));
  SqliteReplayStore second(folder.file("replay.db"));
  CHECK(consume(first, "one") == Outcome::accepted);
  CHECK(consume(second, "one") == Outcome::duplicate);
  CHECK(consume(second, "two") == Outcome::accepted);
  CHECK(consume(first, "two") == Outcome::duplicate);
}

TEST_CASE("what was used is remembered by a store that is opened later") {
  const TemporaryFolder folder;
  CHECK(consume(*make_replay_store(folder.file("replay.db")), "one") == Outcome::accepted);
  CHECK(consume(*make_replay_store(folder.file("replay.db")), "one") == Outcome::duplicate);
}

TEST_CASE("processes that race for the same ids, making the database too, get each once") {
  constexpr int kProcesses = 4;
  constexpr int kIds = 10;
  const TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      SqliteReplayStore store(folder.file("new/replay.db"));
      int accepted = 0;
      for (int id = 0; id < kIds; ++id) {
        const Outcome outcome = consume(store, std::to_string(id));
        if (outcome == Outcome::unavailable) _exit(100);
        accepted += outcome == Outcome::accepted ? 1 : 0;
      }
      _exit(accepted);
    }
    children.push_back(child);
  }
  int accepted = 0;
  for (const pid_t child : children) {
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    accepted += WEXITSTATUS(status);
  }
  CHECK(accepted == kIds);
}

TEST_CASE("the table is the one the network's own tools use, in seconds since 1970") {
  const TemporaryFolder folder;
  SqliteReplayStore store(folder.file("replay.db"));
  CHECK(consume(store, "one", kNoon + std::chrono::milliseconds(500)) == Outcome::accepted);
  Sql sql(folder.file("replay.db"));
  CHECK(sql.text("SELECT capture_id || ' ' || consumed_at_unix || ' ' || expires_at_unix"
                 " FROM moment_capture_consumptions") == "one 1795435200.5 1795435210.5");
}

TEST_CASE("ids that another tool wrote count, and its expired ones are removed") {
  const TemporaryFolder folder;
  Sql sql(folder.file("replay.db"));
  sql.run(
      "CREATE TABLE moment_capture_consumptions (capture_id TEXT PRIMARY KEY,"
      " consumed_at_unix REAL NOT NULL, expires_at_unix REAL NOT NULL)");
  sql.run("INSERT INTO moment_capture_consumptions VALUES ('theirs', 1, 9e9), ('old', 1, 2)");
  SqliteReplayStore store(folder.file("replay.db"));
  CHECK(consume(store, "theirs") == Outcome::duplicate);
  CHECK(consume(store, "ours") == Outcome::accepted);
  CHECK(sql.text("SELECT group_concat(capture_id) FROM (SELECT capture_id FROM moment_capture_consumptions"
                 " ORDER BY capture_id)") == "ours,theirs");
}

TEST_CASE("a folder that is missing is made for the owner only") {
  const TemporaryFolder folder;
  SqliteReplayStore store(folder.file("made/replay.db"));
  CHECK(consume(store, "one") == Outcome::accepted);
  struct stat status {};
  REQUIRE(stat(folder.file("made").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
}

TEST_CASE("a database that another process keeps locked is unavailable, and available afterwards") {
  const TemporaryFolder folder;
  SqliteReplayStore store(folder.file("replay.db"), kShortWaitMs);
  CHECK(consume(store, "one") == Outcome::accepted);
  Sql other(folder.file("replay.db"));
  other.run("BEGIN IMMEDIATE");
  const Consumption refused = store.consume("two", kNoon, kNoon + seconds(10));
  CHECK(refused.outcome == Outcome::unavailable);
  CHECK(refused.fault.find("locked") != std::string::npos);
  other.run("ROLLBACK");
  CHECK(consume(store, "two") == Outcome::accepted);
}

TEST_CASE(
    "a file that is no database, a table of another shape and a folder that cannot be made are unavailable") {
  const TemporaryFolder folder;
  folder.put("text.db", std::string(4096, 'x'));
  SqliteReplayStore text(folder.file("text.db"));
  CHECK(consume(text, "one") == Outcome::unavailable);

  Sql(folder.file("shape.db")).run("CREATE TABLE moment_capture_consumptions (id TEXT)");
  SqliteReplayStore shape(folder.file("shape.db"));
  CHECK(consume(shape, "one") == Outcome::unavailable);

  SqliteReplayStore below(folder.file("text.db/replay.db"));
  const Consumption consumption = below.consume("one", kNoon, kNoon + seconds(10));
  CHECK(consumption.outcome == Outcome::unavailable);
  CHECK(consumption.fault.find("cannot make the folder") != std::string::npos);
}

TEST_CASE("an id that was refused for a fault was not used") {
  const TemporaryFolder folder;
  SqliteReplayStore store(folder.file("replay.db"), kShortWaitMs);
  {
    Sql other(folder.file("replay.db"));
    other.run("BEGIN EXCLUSIVE");
    CHECK(consume(store, "one") == Outcome::unavailable);
  }
  CHECK(consume(store, "one") == Outcome::accepted);
}

TEST_CASE("a path that SQLite would take for memory is a file like any other") {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.file("."));
  SqliteReplayStore first(":memory:");
  SqliteReplayStore second(":memory:");
  std::filesystem::current_path(before);
  CHECK(consume(first, "one") == Outcome::accepted);
  CHECK(consume(second, "one") == Outcome::duplicate);
  CHECK(std::filesystem::exists(folder.file(":memory:")));
}

TEST_CASE("a database that was removed is started anew rather than written to unseen") {
  const TemporaryFolder folder;
  SqliteReplayStore store(folder.file("replay.db"));
  CHECK(consume(store, "one") == Outcome::accepted);
  std::filesystem::remove(folder.file("replay.db"));
  CHECK(consume(store, "two") == Outcome::accepted);
  SqliteReplayStore other(folder.file("replay.db"));
  CHECK(consume(other, "two") == Outcome::duplicate);
}
