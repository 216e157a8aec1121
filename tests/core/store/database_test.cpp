#include "core/store/database.hpp"

#include <condition_variable>
#include <filesystem>
#include <future>
#include <thread>

#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

// Both kinds of store must keep the same promises.
template <typename Check>
void for_both_kinds(Check check) {
  {
    INFO("in memory");
    check(std::string());
  }
  const TemporaryFolder folder;
  INFO("in a file");
  check(folder.file("store.db"));
}

std::size_t count_threads() {
  std::thread([] {}).join();  // a sanitizer starts one of its own beside the first
  const std::filesystem::directory_iterator threads("/proc/self/task");
  return static_cast<std::size_t>(std::distance(begin(threads), end(threads)));
}

TEST_CASE("what was written is read") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    add_pair(*database, 1);
    add_pair(*database, 2);
    CHECK(pairs(*database) == std::set<std::int64_t>{1, 2});
  });
}

TEST_CASE("what was written to a file is there when it is opened again") {
  const TemporaryFolder folder;
  add_pair(*open_pairs(folder.file("store.db")), 1);
  CHECK(pairs(*open_pairs(folder.file("store.db"))) == std::set<std::int64_t>{1});
}

TEST_CASE("two stores in memory share nothing, and one is gone with its object") {
  const auto first = open_pairs();
  add_pair(*first, 1);
  CHECK(pairs(*open_pairs()).empty());
}

TEST_CASE("a write that throws is undone and its exception arrives unchanged") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    const auto failing = [](Connection& connection) {
      add_pair(connection, 1);
      throw std::out_of_range("mine");
    };
    CHECK_THROWS_WITH_AS(database->write(failing), "mine", std::out_of_range);
    CHECK(pairs(*database).empty());
    add_pair(*database, 1);
    CHECK(pairs(*database).size() == 1);
  });
}

TEST_CASE("something that is no exception is passed on, too") {
  const auto database = open_pairs();
  CHECK_THROWS_AS(database->write([](Connection&) { throw 7; }), int);
  CHECK_THROWS_AS(database->read([](Connection&) { throw 7; }), int);
}

TEST_CASE("a caller that is alone runs its write on its own thread, and no other is started") {
  for_both_kinds([](const std::string& path) {
    const std::size_t before = count_threads();
    const auto database = open_pairs(path);
    std::thread::id ran_on;
    database->write([&](Connection&) { ran_on = std::this_thread::get_id(); });
    CHECK(ran_on == std::this_thread::get_id());
    CHECK(count_threads() == before);
  });
}

TEST_CASE("write_later starts one thread, and done comes from it") {
  for_both_kinds([](const std::string& path) {
    const std::size_t before = count_threads();
    const auto database = open_pairs(path);
    std::set<std::thread::id> seen;
    for (int i = 0; i < 3; ++i) {
      std::promise<void> done;
      database->write_later([i](Connection& connection) { add_pair(connection, i); },
                            [&](std::exception_ptr fault) {
                              CHECK_FALSE(fault);
                              seen.insert(std::this_thread::get_id());
                              done.set_value();
                            });
      done.get_future().wait();
    }
    CHECK(count_threads() == before + 1);
    CHECK(seen.size() == 1);
    CHECK_FALSE(seen.contains(std::this_thread::get_id()));
    CHECK(pairs(*database).size() == 3);
  });
}

TEST_CASE("a read sees one state throughout, whatever is written meanwhile") {
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  add_pair(*database, 1);
  database->read([&](Connection& connection) {
    const auto count = [&] {
      Query query = connection.query("SELECT count(*) FROM lefts");
      return query.next() ? query.integer(0) : -1;
    };
    CHECK(count() == 1);
    std::thread([&] { add_pair(*database, 2); }).join();
    CHECK(count() == 1);
  });
  CHECK(pairs(*database).size() == 2);
}

TEST_CASE("a read cannot write") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    for (const char* sql : {"INSERT INTO lefts (number) VALUES (1)", "DELETE FROM lefts", "DROP TABLE lefts",
                            "CREATE TEMP TABLE t (x)", "UPDATE lefts SET filling = ''"}) {
      CAPTURE(sql);
      const auto writing = [&] { database->read([&](Connection& connection) { connection.run(sql); }); };
      CHECK(fault_of_action(writing) == "failed/store");
    }
    // A statement that a write prepared is refused as well, and the next write is free to use it.
    const auto insert = [](Connection& connection) {
      connection.run("INSERT INTO lefts (number) VALUES (1)");
    };
    CHECK(fault_of_action([&] { database->read(insert); }) == "failed/store");
    database->write(insert);
    CHECK(numbers(*database, "SELECT number FROM lefts").size() == 1);
  });
}

TEST_CASE("a read that throws leaves the next one a new state") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    const auto failing = [](Connection& connection) {
      Query query = connection.query("SELECT count(*) FROM lefts");
      query.next();
      throw std::out_of_range("mine");
    };
    CHECK_THROWS_AS(database->read(failing), std::out_of_range);
    add_pair(*database, 1);
    CHECK(pairs(*database).size() == 1);
  });
}

TEST_CASE("a write or a read inside another of the same store is refused instead of hanging") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    const auto nothing = [](Connection&) {};
    const auto inner_write = [&](Connection&) { database->write(nothing); };
    const auto inner_read = [&](Connection&) { database->read(nothing); };
    CHECK(fault_of_action([&] { database->write(inner_write); }) == "failed/nested_call");
    CHECK(fault_of_action([&] { database->write(inner_read); }) == "failed/nested_call");
    CHECK(fault_of_action([&] { database->read(inner_write); }) == "failed/nested_call");
    CHECK(fault_of_action([&] { database->read(inner_read); }) == "failed/nested_call");
    add_pair(*database, 1);
  });
}

TEST_CASE("a write may read another store") {
  const auto first = open_pairs();
  const auto second = open_pairs();
  add_pair(*first, 7);
  second->write([&](Connection& connection) {
    for (const std::int64_t number : pairs(*first))
      add_pair(connection, number);
  });
  CHECK(pairs(*second) == std::set<std::int64_t>{7});
}

TEST_CASE("a write that swallows the end of its transaction cannot write outside one") {
  // A statement that fails with OR ROLLBACK ends the transaction as a full disk does.
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    add_pair(*database, 1);
    const auto stubborn = [](Connection& connection) {
      add_pair(connection, 2);
      CHECK_THROWS_AS(connection.run("INSERT OR ROLLBACK INTO lefts (number) VALUES (1)"), Error);
      add_pair(connection, 3);
    };
    CHECK(fault_of_action([&] { database->write(stubborn); }) == "failed/store");
    CHECK(pairs(*database) == std::set<std::int64_t>{1});
  });
}

TEST_CASE("close finishes the writes that wait and calls their done") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    int finished = 0;
    for (int i = 0; i < 50; ++i) {
      database->write_later([i](Connection& connection) { add_pair(connection, i); },
                            [&](std::exception_ptr fault) { finished += fault ? 0 : 1; });
    }
    database->close();
    CHECK(finished == 50);
    if (!path.empty()) CHECK(pairs(*open_pairs(path)).size() == 50);
  });
}

TEST_CASE("after close every call is refused, and a second close is nothing") {
  for_both_kinds([](const std::string& path) {
    const auto database = open_pairs(path);
    database->close();
    database->close();
    const auto nothing = [](Connection&) {};
    CHECK(fault_of_action([&] { database->write(nothing); }) == "failed/store_closed");
    CHECK(fault_of_action([&] { database->read(nothing); }) == "failed/store_closed");
    CHECK(fault_of_action([&] { database->schema_version(); }) == "failed/store_closed");
    CHECK(fault_of_action([&] { database->write_later(nothing, {}); }) == "failed/store_closed");
  });
}

TEST_CASE("a write that done hands over while the store closes is told so through its own done") {
  const auto database = open_pairs();
  std::string first = "not called";
  std::string second = "not called";
  std::promise<void> closing;
  database->write_later([&](Connection&) { closing.get_future().wait(); },
                        [&](std::exception_ptr fault) {
                          first = fault_name(fault);
                          // close() has begun: it was what let the write above go on.
                          while (fault_of_action([&] { database->write([](Connection&) {}); }).empty())
                            std::this_thread::yield();
                          database->write_later([](Connection&) {},
                                                [&](std::exception_ptr late) { second = fault_name(late); });
                        });
  std::thread closer([&] { database->close(); });
  closing.set_value();
  closer.join();
  CHECK(first.empty());
  CHECK(second == "failed/store_closed");
}

TEST_CASE("close waits for the reads that run") {
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  add_pair(*database, 1);
  std::promise<void> reading;
  std::promise<void> go_on;
  std::atomic<bool> read_ended = false;
  std::thread reader([&] {
    database->read([&](Connection& connection) {
      reading.set_value();
      go_on.get_future().wait();
      Query query = connection.query("SELECT count(*) FROM lefts");
      CHECK(query.next());
      read_ended = true;
    });
  });
  reading.get_future().wait();
  std::thread closer([&] {
    database->close();
    CHECK(read_ended);
  });
  go_on.set_value();
  closer.join();
  reader.join();
}

TEST_CASE("more reads than connections take turns") {
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  add_pair(*database, 1);
  std::mutex mutex;
  std::size_t at_once = 0;
  std::size_t most = 0;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 3 * kMaxReaders; ++i) {
    threads.emplace_back([&] {
      database->read([&](Connection& connection) {
        {
          const std::lock_guard<std::mutex> guard(mutex);
          most = std::max(most, ++at_once);
        }
        Query query = connection.query("SELECT number FROM lefts");
        CHECK(query.next());
        std::this_thread::yield();
        const std::lock_guard<std::mutex> guard(mutex);
        --at_once;
      });
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(most <= kMaxReaders);
}

}  // namespace
}  // namespace agentnet::store
