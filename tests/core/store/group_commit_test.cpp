#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

constexpr int kThreads = 32;

// Collects what done functions were told, by number.
struct Results {
  std::vector<std::pair<std::int64_t, std::string>> told;  // from one thread
  Done done(std::int64_t number) {
    return [this, number](std::exception_ptr fault) { told.emplace_back(number, fault_name(fault)); };
  }
};

// Runs work(0), work(1), ... in a thread each.
template <typename Work>
void in_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i)
    threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads)
    thread.join();
}

TEST_CASE("32 threads of write lose nothing and mix nothing up") {
  constexpr int kEach = 40;
  const TemporaryFolder folder;
  for (const std::string& path : {std::string(), folder.file("store.db")}) {
    CAPTURE(path);
    const auto database = open_pairs(path);
    database->write([](Connection& connection) { add_pair(connection, -1, "0"); });
    in_threads(kThreads, [&](int thread) {
      for (int i = 0; i < kEach; ++i) {
        database->write([&](Connection& connection) {
          add_pair(connection, thread * kEach + i);
          connection.run("UPDATE lefts SET filling = filling + 1 WHERE number = -1");
        });
      }
    });
    CHECK(pairs(*database).size() == 1 + kThreads * kEach);
    CHECK(numbers(*database, "SELECT CAST(filling AS INTEGER) FROM lefts WHERE number = -1") ==
          std::set<std::int64_t>{kThreads * kEach});
  }
}

TEST_CASE("32 threads of write_later and write together lose nothing, and every done is called once") {
  constexpr int kEach = 40;
  const TemporaryFolder folder;
  for (const std::string& path : {std::string(), folder.file("store.db")}) {
    CAPTURE(path);
    const auto database = open_pairs(path);
    std::atomic<int> called = 0;
    std::atomic<int> failed = 0;
    in_threads(kThreads, [&](int thread) {
      for (int i = 0; i < kEach; ++i) {
        const int number = thread * kEach + i;
        if (i % 2 == 0) {
          add_pair(*database, number);
        } else {
          database->write_later([number](Connection& connection) { add_pair(connection, number); },
                                [&](std::exception_ptr fault) {
                                  ++called;
                                  failed += fault ? 1 : 0;
                                });
        }
      }
    });
    database->write([](Connection&) {});
    CHECK(pairs(*database).size() == kThreads * kEach);
    database->close();
    CHECK(called == kThreads * kEach / 2);
    CHECK(failed == 0);
  }
}

TEST_CASE("of a group, what throws is undone alone and told alone") {
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  Results results;
  Blocker blocker(*database);
  for (int i = 0; i < 20; ++i) {
    database->write_later(
        [i](Connection& connection) {
          add_pair(connection, i);
          if (i % 3 == 0) throw Error(Category::refused, "mine", "no multiples of three");
          if (i % 5 == 0) add_pair(connection, i);  // breaks a constraint
        },
        results.done(i));
  }
  blocker.release();
  database->close();
  REQUIRE(results.told.size() == 20);
  std::set<std::int64_t> expected;
  for (int i = 0; i < 20; ++i) {
    const char* fault = i % 3 == 0 ? "refused/mine" : i % 5 == 0 ? "conflict/constraint" : "";
    CHECK(results.told[static_cast<std::size_t>(i)] == std::pair<std::int64_t, std::string>(i, fault));
    if (*fault == '\0') expected.insert(i);
  }
  CHECK(pairs(*open_pairs(folder.file("store.db"))) == expected);
}

TEST_CASE(
    "when a write ends the transaction of its group, those before it hear of it and those after it go on") {
  const auto database = open_pairs();
  Results results;
  Blocker blocker(*database);
  for (int i = 0; i < 5; ++i) {
    database->write_later(
        [i](Connection& connection) {
          add_pair(connection, i);
          // As a full disk would.
          if (i == 2) connection.run("INSERT OR ROLLBACK INTO lefts (number) VALUES (2)");
        },
        results.done(i));
  }
  blocker.release();
  database->write([](Connection&) {});
  CHECK(pairs(*database) == std::set<std::int64_t>{3, 4});
  database->close();
  REQUIRE(results.told.size() == 5);
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(results.told[i].second == (i <= 2 ? "conflict/constraint" : ""));
}

TEST_CASE("writes happen in the order in which they were handed over, and done is called in that order") {
  constexpr int kCount = 2000;
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  Results results;
  for (int i = 0; i < kCount; ++i) {
    database->write_later(
        [i](Connection& connection) {
          Query query = connection.query("SELECT count(*), max(number) FROM lefts");
          if (!query.next() || query.integer(0) != i || (i > 0 && query.integer(1) != i - 1)) {
            throw Error(Category::failed, "order", "a write is out of order");
          }
          add_pair(connection, i);
        },
        results.done(i));
  }
  database->close();
  REQUIRE(results.told.size() == kCount);
  for (std::size_t i = 0; i < kCount; ++i)
    CHECK(results.told[i] == std::pair<std::int64_t, std::string>(i, ""));
}

TEST_CASE("a write sees what was handed over before it") {
  const auto database = open_pairs();
  for (int i = 0; i < 200; ++i) {
    database->write_later([i](Connection& connection) { add_pair(connection, i); },
                          [](std::exception_ptr) {});
    std::int64_t seen = 0;
    database->write([&](Connection& connection) {
      Query query = connection.query("SELECT count(*) FROM lefts");
      if (query.next()) seen = query.integer(0);
    });
    CHECK(seen == i + 1);
  }
}

TEST_CASE("done is called when the write can be read, and may write and read itself") {
  const TemporaryFolder folder;
  for (const std::string& path : {std::string(), folder.file("store.db")}) {
    CAPTURE(path);
    const auto database = open_pairs(path);
    std::promise<std::set<std::int64_t>> seen;
    database->write_later([](Connection& connection) { add_pair(connection, 1); },
                          [&](std::exception_ptr) {
                            add_pair(*database, 2);
                            database->write_later(
                                [](Connection& connection) { add_pair(connection, 3); },
                                [&](std::exception_ptr) { seen.set_value(pairs(*database)); });
                          });
    CHECK(seen.get_future().get() == std::set<std::int64_t>{1, 2, 3});
  }
}

TEST_CASE("writes that wait share a commit, up to the limit") {
  const TemporaryFolder folder;
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    CAPTURE(limit);
    const auto database =
        Database::open({.path = folder.file(std::to_string(limit)), .group_limit = limit}, kPairs);
    // The first write of a group is the one before which another connection sees all that was written so far.
    std::vector<std::int64_t> sizes;
    std::int64_t running = 0;
    Results results;
    Blocker blocker(*database);
    for (int i = 0; i < 21; ++i) {
      database->write_later(
          [&, i](Connection& connection) {
            add_pair(connection, i);
            std::int64_t committed = 0;
            std::thread([&] { committed = static_cast<std::int64_t>(pairs(*database).size()); }).join();
            if (committed == i) {
              if (running != 0) sizes.push_back(running);
              running = 0;
            }
            ++running;
          },
          results.done(i));
    }
    blocker.release();
    database->close();
    sizes.push_back(running);
    const std::int64_t most = *std::max_element(sizes.begin(), sizes.end());
    CHECK(most == static_cast<std::int64_t>(std::clamp<std::size_t>(limit, 1, 21)));
  }
}

TEST_CASE("a group that only fails leaves nothing and the next one goes on") {
  const auto database = open_pairs();
  Results results;
  Blocker blocker(*database);
  for (int i = 0; i < 3; ++i) {
    database->write_later([](Connection&) { throw Error(Category::refused, "mine", "no"); }, results.done(i));
  }
  blocker.release();
  add_pair(*database, 1);
  CHECK(pairs(*database) == std::set<std::int64_t>{1});
  database->close();
  CHECK(results.told.size() == 3);
}

TEST_CASE("writers that wait while others throw all get their own answer") {
  const auto database = open_pairs();
  std::atomic<int> wrong = 0;
  in_threads(kThreads, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const bool fails = (thread + i) % 4 == 0;
      const std::string fault = fault_of_action([&] {
        database->write([&](Connection& connection) {
          add_pair(connection, thread * 20 + i);
          if (fails) throw Error(Category::refused, std::to_string(thread), "no");
        });
      });
      wrong += fault == (fails ? "refused/" + std::to_string(thread) : "") ? 0 : 1;
    }
  });
  CHECK(wrong == 0);
  CHECK(pairs(*database).size() == kThreads * 20 * 3 / 4);
}

}  // namespace
}  // namespace agentnet::store
