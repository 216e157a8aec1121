// Several processes on one file, and processes that are killed while they write.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <thread>

#include "tests/core/store/fixtures.hpp"
#include "tests/support/seed.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

// Runs `work` in a child process, which ends with the status that it returns. The parent must have no store
// open: a child must not use one that it did not open itself.
template <typename Work>
pid_t in_child(Work work) {
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child != 0) return child;
  int status = 99;
  try {
    status = work();
  } catch (const std::exception&) {
  }
  _exit(status);
}

void check_success(pid_t child) {
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("processes that hammer one file, making it too, lose nothing and wait for each other") {
  constexpr int kProcesses = 3;
  constexpr int kThreads = 2;
  constexpr int kEach = 60;
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  std::vector<pid_t> children;
  for (int p = 0; p < kProcesses; ++p) {
    children.push_back(in_child([&, p] {
      const auto database = open_pairs(path);
      std::atomic<int> failures = 0;
      std::vector<std::thread> threads;
      for (int t = 0; t < kThreads; ++t) {
        threads.emplace_back([&, t] {
          for (int i = 0; i < kEach; ++i) {
            const std::string fault = fault_of_action([&] {
              database->write([&](Connection& connection) {
                add_pair(connection, 1 + ((p * kThreads + t) * kEach + i));
                connection.run(
                    "INSERT INTO lefts VALUES (0, 1) ON CONFLICT DO UPDATE SET filling = filling + 1");
              });
              database->read([](Connection& connection) {
                Query query = connection.query("SELECT count(*) FROM lefts");
                query.next();
              });
            });
            failures += fault.empty() ? 0 : 1;
          }
        });
      }
      for (std::thread& thread : threads)
        thread.join();
      return failures.load();
    }));
  }
  for (const pid_t child : children)
    check_success(child);
  const auto database = open_pairs(path);
  CHECK(numbers(*database, "SELECT number FROM rights").size() == kProcesses * kThreads * kEach);
  CHECK(numbers(*database, "SELECT CAST(filling AS INTEGER) FROM lefts WHERE number = 0") ==
        std::set<std::int64_t>{kProcesses * kThreads * kEach});
  CHECK(integrity(*database) == "ok");
}

TEST_CASE("a process reads what another has just been told is durable") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  int to_reader[2];
  int to_writer[2];
  REQUIRE(pipe(to_reader) == 0);
  REQUIRE(pipe(to_writer) == 0);
  const pid_t reader = in_child([&] {
    const auto database = open_pairs(path);
    std::int64_t number = 0;
    while (read(to_reader[0], &number, sizeof number) == sizeof number) {
      if (!numbers(*database, "SELECT number FROM rights").contains(number)) return 1;
      if (write(to_writer[1], &number, sizeof number) != sizeof number) return 2;
      if (number == 99) return 0;
    }
    return 3;
  });
  const auto database = open_pairs(path);
  for (std::int64_t number = 0; number < 100; ++number) {
    add_pair(*database, number);
    std::int64_t answer = 0;
    REQUIRE(write(to_reader[1], &number, sizeof number) == sizeof number);
    REQUIRE(read(to_writer[0], &answer, sizeof answer) == sizeof answer);
  }
  check_success(reader);
  for (const int descriptor : {to_reader[0], to_reader[1], to_writer[0], to_writer[1]})
    close(descriptor);
}

// Writes pairs from several threads in both ways until it is killed, and tells the pipe of each that was
// acknowledged.
int write_until_killed(const std::string& path, int round, int pipe) {
  constexpr int kThreads = 3;
  const auto database = open_pairs(path);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t i = 0;; ++i) {
        const std::int64_t number = (std::int64_t{round} * kThreads + t) * 1'000'000 + i;
        const auto acknowledge = [number, pipe](std::exception_ptr fault) {
          // As many bytes as a pipe takes whole.
          if (fault || write(pipe, &number, sizeof number) != sizeof number) _exit(1);
        };
        if (t == 0) {
          database->write_later([number](Connection& connection) { add_pair(connection, number); },
                                acknowledge);
          database->write([](Connection&) {});
        } else {
          add_pair(*database, number);
          acknowledge({});
        }
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  return 0;
}

TEST_CASE("of a process that is killed at any moment, every acknowledged write is there and none is torn") {
  constexpr int kRounds = 60;
  const std::uint64_t seed = tests::test_seed();
  INFO("AGENTNET_SEED=" << seed);
  std::mt19937_64 random(seed);
  const TemporaryFolder folder;
  std::string path;
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < kRounds; ++round) {
    if (round % 10 == 0) {  // a new file now and then, so that its making is interrupted, too
      path = folder.file(std::to_string(round));
      acknowledged.clear();
    }
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    const pid_t child = in_child([&] { return write_until_killed(path, round, ends[1]); });
    close(ends[1]);
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 60'000));
    REQUIRE(kill(child, SIGKILL) == 0);
    std::int64_t number = 0;
    while (read(ends[0], &number, sizeof number) == sizeof number)
      acknowledged.insert(number);
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    const auto database = open_pairs(path);
    const std::set<std::int64_t> found = pairs(*database);
    CHECK(std::includes(found.begin(), found.end(), acknowledged.begin(), acknowledged.end()));
    if (round % 10 == 9) {
      CHECK(integrity(*database) == "ok");
      CHECK_FALSE(acknowledged.empty());
    }
  }
}

TEST_CASE("a process that is killed while it has the lock does not keep others waiting") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = in_child([&] {
    open_pairs(path)->write([&](Connection& connection) {
      add_pair(connection, 1);
      if (write(ends[1], "x", 1) == 1) pause();
    });
    return 0;
  });
  char ready = 0;
  REQUIRE(read(ends[0], &ready, 1) == 1);
  REQUIRE(kill(child, SIGKILL) == 0);
  REQUIRE(waitpid(child, nullptr, 0) == child);
  close(ends[0]);
  close(ends[1]);
  const auto database = Database::open({.path = path, .busy_timeout_ms = 0}, kPairs);
  add_pair(*database, 2);
  CHECK(pairs(*database) == std::set<std::int64_t>{2});
}

}  // namespace
}  // namespace agentnet::store
