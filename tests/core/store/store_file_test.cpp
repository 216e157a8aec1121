#include "core/store/store_file.hpp"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "core/store/page_checks.hpp"
#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

int mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return static_cast<int>(status.st_mode & 07777);
}

// The answer of SQLite without any of the store's code.
std::string ask(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  REQUIRE(sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr) == SQLITE_OK);
  REQUIRE(sqlite3_step(statement) == SQLITE_ROW);
  const std::string answer(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
  sqlite3_finalize(statement);
  sqlite3_close(handle);
  return answer;
}

void make_with_sqlite(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
}

std::vector<std::string> files_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Opening must be refused with that code, and leave the file and the folder as they were.
Error check_refused(const TemporaryFolder& folder, const std::string& name, const std::string& code) {
  const std::string path = folder.file(name);
  const std::string content = read_file(path);
  const int mode = mode_of(path);
  const std::vector<std::string> files = files_in(folder);
  const Error error = error_of([&] { open_pairs(path); });
  CHECK(error.category() == Category::failed);
  CHECK(error.code() == code);
  CHECK(error.message().find(path) != std::string::npos);
  CHECK(read_file(path) == content);
  CHECK(mode_of(path) == mode);
  CHECK(files_in(folder) == files);
  return error;
}

TEST_CASE("a new store is a file for its owner alone, and so are the files beside it") {
  const TemporaryFolder folder;
  const mode_t before = umask(0);
  const auto database = open_pairs(folder.file("store.db"));
  add_pair(*database, 1);
  umask(before);
  REQUIRE(files_in(folder) == std::vector<std::string>{"store.db", "store.db-shm", "store.db-wal"});
  for (const std::string& name : files_in(folder))
    CHECK(mode_of(folder.file(name)) == 0600);
}

TEST_CASE("a store that was opened to others is closed to them again") {
  const TemporaryFolder folder;
  open_pairs(folder.file("store.db"));
  std::filesystem::permissions(folder.file("store.db"), std::filesystem::perms(0664));
  const auto database = open_pairs(folder.file("store.db"));
  add_pair(*database, 1);
  for (const std::string& name : files_in(folder))
    CHECK(mode_of(folder.file(name)) == 0600);
}

TEST_CASE("the file says whose it is and which version its schema has, for SQLite itself to read") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  add_pair(*open_pairs(path), 1);
  CHECK(ask(path, "PRAGMA application_id") == std::to_string(kApplicationId));
  CHECK(ask(path, "PRAGMA user_version") == "1");
  CHECK(ask(path, "PRAGMA journal_mode") == "wal");
  CHECK(ask(path, "SELECT number FROM lefts") == "1");
  CHECK(ask(path, "PRAGMA integrity_check") == "ok");
  CHECK(open_pairs(path)->schema_version() == 1);
}

TEST_CASE("closing leaves the file alone in its folder, with everything in it") {
  const TemporaryFolder folder;
  add_pair(*open_pairs(folder.file("store.db")), 1);
  CHECK(files_in(folder) == std::vector<std::string>{"store.db"});
}

TEST_CASE("the options that durability rests on are in force on the writer and on the readers") {
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  const auto setting = [](Connection& connection, const std::string& name) {
    Query query = connection.query("PRAGMA " + name);
    return query.next() ? query.text(0) : "";
  };
  const auto check = [&](Connection& connection) {
    CHECK(setting(connection, "synchronous") == "2");
    CHECK(setting(connection, "foreign_keys") == "1");
    CHECK(setting(connection, "trusted_schema") == "0");
    CHECK(setting(connection, "cell_size_check") == "1");
    CHECK(setting(connection, "temp_store") == "2");
    CHECK(setting(connection, "page_size") == std::to_string(kPageBytes));
  };
  database->write(check);
  database->read(check);
  database->write([&](Connection& connection) { CHECK(setting(connection, "journal_mode") == "wal"); });
  database->read([&](Connection& connection) { CHECK(setting(connection, "query_only") == "1"); });
}

TEST_CASE("a store that was just made is what SQLite would have made itself") {
  const TemporaryFolder folder;
  const std::string path = folder.file("made");
  make_store_file(path);
  CHECK(ask(path, "PRAGMA integrity_check") == "ok");
  CHECK(ask(path, "PRAGMA journal_mode") == "wal");
  CHECK(ask(path, "PRAGMA application_id") == std::to_string(kApplicationId));

  const std::string other = folder.file("other");
  sqlite3* handle = nullptr;
  REQUIRE(sqlite3_open(other.c_str(), &handle) == SQLITE_OK);
  int reserved = kPageCheckBytes;
  REQUIRE(sqlite3_file_control(handle, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserved) == SQLITE_OK);
  REQUIRE(sqlite3_exec(handle, "PRAGMA application_id = 1634168436; PRAGMA journal_mode = WAL", nullptr,
                       nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(handle);
  // But for the checksum, and for how often the file was changed.
  const auto comparable = [](std::string page) {
    page.resize(kPageBytes - kPageCheckBytes);
    for (const std::size_t count : {24U, 92U})
      page.replace(count, 4, 4, '\0');
    return page;
  };
  CHECK(comparable(read_file(path)) == comparable(read_file(other)));
}

TEST_CASE("making a store replaces nothing that is there") {
  const TemporaryFolder folder;
  folder.put("there", "precious");
  make_store_file(folder.file("there"));
  CHECK(read_file(folder.file("there")) == "precious");
  CHECK(files_in(folder) == std::vector<std::string>{"there"});
}

TEST_CASE("files that are something else are refused and left as they are") {
  const TemporaryFolder folder;
  folder.put("empty", "");
  folder.put("text", "SQLite");
  folder.put("long text", std::string(100'000, 'x'));
  folder.put("zeros", std::string(8192, '\0'));
  folder.put("magic", std::string("SQLite format 3\0", 16) + std::string(8176, '\0'));
  make_with_sqlite(folder.file("other"), "CREATE TABLE t (x)");
  make_with_sqlite(folder.file("other wal"), "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
  make_with_sqlite(folder.file("other id"), "PRAGMA application_id = 7; CREATE TABLE t (x)");
  make_with_sqlite(folder.file("our id"), "PRAGMA application_id = 1634168436; CREATE TABLE t (x)");
  static_assert(kApplicationId == 1634168436);
  for (const std::string& name : files_in(folder)) {
    CAPTURE(name);
    check_refused(folder, name, "not_a_store");
  }
}

TEST_CASE("a folder, a device and a pipe are refused") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo(folder.file("pipe").c_str(), 0600) == 0);
  CHECK(fault_of_action([&] { open_pairs(folder.path()); }) != "");
  CHECK(fault_of_action([&] { open_pairs("/dev/null"); }) == "failed/not_a_store");
}

TEST_CASE("a file of a later version is refused with both versions named, and left as it is") {
  const TemporaryFolder folder;
  constexpr Migration kLater[] = {{1, "CREATE TABLE a (x)"}, {2, "CREATE TABLE b (x)"}, {3, "SELECT 1"}};
  Database::open({.path = folder.file("store.db")}, kLater);
  const Error error = check_refused(folder, "store.db", "store_too_new");
  CHECK(error.message().find("schema version 3") != std::string::npos);
  CHECK(error.message().find("versions up to 1") != std::string::npos);
  CHECK_FALSE(error.hint().empty());
}

TEST_CASE("a later version that stands only in the log is refused, too") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  open_pairs(path);
  constexpr Migration kLater[] = {kPairs[0], {2, "CREATE TABLE later (x)"}};
  const auto newer = Database::open({.path = path}, kLater);
  CHECK(error_of([&] { open_pairs(path); }).code() == "store_too_new");
  newer->write([](Connection& connection) { connection.run("INSERT INTO later (x) VALUES (1)"); });
}

TEST_CASE("a store that a newer program migrates under way is not written any more") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  const auto older = open_pairs(path);
  add_pair(*older, 1);
  constexpr Migration kLater[] = {kPairs[0], {2, "CREATE TABLE later (x)"}};
  const auto newer = Database::open({.path = path}, kLater);
  CHECK(error_of([&] { add_pair(*older, 2); }).code() == "store_too_new");
  add_pair(*newer, 3);
  CHECK(pairs(*newer) == std::set<std::int64_t>{1, 3});
}

TEST_CASE("a missing folder is reported as such") {
  const TemporaryFolder folder;
  const Error error = error_of([&] { open_pairs(folder.file("none/store.db")); });
  CHECK(error.category() == Category::not_found);
  CHECK(error.message().find("none/store.db") != std::string::npos);
}

TEST_CASE("names that SQLite gives a meaning of its own are files like any other") {
  const TemporaryFolder folder;
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  for (const char* name : {":memory:", "file:store.db?mode=memory", "a%20b", "with space?and=more"}) {
    add_pair(*open_pairs(name), 1);
    CHECK(std::filesystem::exists(folder.file(name)));
    CHECK(pairs(*open_pairs(name)).size() == 1);
  }
  std::filesystem::current_path(before);
}

TEST_CASE("threads that make the same store at once all get it") {
  const TemporaryFolder folder;
  for (int round = 0; round < 5; ++round) {
    const std::string path = folder.file(std::to_string(round));
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] { add_pair(*open_pairs(path), i); });
    for (std::thread& thread : threads)
      thread.join();
    CHECK(pairs(*open_pairs(path)).size() == 8);
  }
}

TEST_CASE("a lock that another process keeps is waited for, and then reported") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  const auto database = Database::open({.path = path, .busy_timeout_ms = 50}, kPairs);
  const auto other = open_pairs(path);
  const auto start = std::chrono::steady_clock::now();
  other->write([&](Connection&) {
    const Error error = error_of([&] {
      std::thread([] {}).join();
      add_pair(*database, 1);
    });
    CHECK(error.category() == Category::unreachable);
    CHECK(error.code() == "store_busy");
  });
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(50));
  add_pair(*database, 1);
  CHECK(pairs(*other).size() == 1);
}

TEST_CASE("opening, reading and writing again and again leaves no descriptor open") {
  const auto count = [] {
    const std::filesystem::directory_iterator descriptors("/proc/self/fd");
    return std::distance(begin(descriptors), end(descriptors));
  };
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  folder.put("other", "something else");
  open_pairs(path);
  const auto before = count();
  for (int i = 0; i < 30; ++i) {
    const auto database = open_pairs(path);
    add_pair(*database, i);
    CHECK(pairs(*database).size() == static_cast<std::size_t>(i + 1));
    CHECK_THROWS_AS(open_pairs(folder.file("other")), Error);
    CHECK_THROWS_AS(open_pairs(folder.file("none/store")), Error);
  }
  CHECK(count() == before);
}

}  // namespace
}  // namespace agentnet::store
