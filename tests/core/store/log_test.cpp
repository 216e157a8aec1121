// The write-ahead log stays within bounds, and what it costs falls on nobody for long.
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "core/store/page_checks.hpp"
#include "core/store/session.hpp"
#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

std::int64_t log_bytes(const std::string& path) {
  struct stat status {};
  return ::stat((path + "-wal").c_str(), &status) == 0 ? status.st_size : 0;
}

constexpr std::int64_t kLogPageBytes = kPageBytes + 24;  // with the frame around it
constexpr std::int64_t kMostBytes = (kMaxLogPages + kCopyLogPages) * kLogPageBytes;

// Writes so many pages and answers with the largest size of the log on the way.
std::int64_t write_pages(Database& database, const std::string& path, int pages) {
  constexpr int kPagesAtOnce = 500;
  const std::string filling(kPagesAtOnce * kPageBytes / 2, 'x');
  std::int64_t largest = 0;
  for (int i = 0; i < pages / kPagesAtOnce; ++i) {
    database.write([&](Connection& connection) {
      connection.run("DELETE FROM lefts");
      connection.run("DELETE FROM rights");
      add_pair(connection, i, filling);
    });
    largest = std::max(largest, log_bytes(path));
  }
  return largest;
}

TEST_CASE("without readers the log starts over each time it was copied") {
  const TemporaryFolder folder(tests::memory_folder());
  const std::string path = folder.file("store.db");
  const auto database = open_pairs(path);
  const std::int64_t largest = write_pages(*database, path, 3 * kCopyLogPages);
  CHECK(largest > kCopyLogPages / 2 * kLogPageBytes);
  CHECK(largest < 2 * kCopyLogPages * kLogPageBytes);
}

TEST_CASE("with readers that never leave a gap the log stays within its limit") {
  const TemporaryFolder folder(tests::memory_folder());
  const std::string path = folder.file("store.db");
  const auto database = open_pairs(path);
  std::atomic<bool> over = false;
  std::atomic<int> reads = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i) {
    readers.emplace_back([&] {
      while (!over) {
        database->read([&](Connection& connection) {
          Query query = connection.query("SELECT count(*) FROM lefts");
          query.next();
          std::this_thread::sleep_for(std::chrono::milliseconds(3));
        });
        ++reads;
      }
    });
  }
  const std::int64_t largest = write_pages(*database, path, kMaxLogPages + kCopyLogPages);
  over = true;
  for (std::thread& reader : readers)
    reader.join();
  CHECK(reads > 4);
  CHECK(largest < kMostBytes);
}

TEST_CASE("a reader that stays lets the log grow, keeps its state, and stops nobody") {
  const TemporaryFolder folder(tests::memory_folder());
  const std::string path = folder.file("store.db");
  const auto database = open_pairs(path);
  add_pair(*database, 77);
  database->read([&](Connection& connection) {
    const auto number = [&] {
      Query query = connection.query("SELECT number FROM lefts");
      return query.next() ? query.integer(0) : -1;
    };
    CHECK(number() == 77);
    std::int64_t largest = 0;
    std::thread([&] { largest = write_pages(*database, path, kMaxLogPages + kCopyLogPages); }).join();
    CHECK(largest > kMaxLogPages * kLogPageBytes);
    CHECK(number() == 77);
  });
  // And afterwards it shrinks to its limit again.
  write_pages(*database, path, 2 * kCopyLogPages);
  CHECK(log_bytes(path) < kMostBytes);
  CHECK(integrity(*database) == "ok");
}

}  // namespace
}  // namespace agentnet::store
