// A short workload on a disk that fails at every point in turn: whatever happens, the fault has a name, the
// file opens afterwards, and what was acknowledged is there.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/store/fixtures.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/seed.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;
using tests::FaultyDisk;
using Fault = FaultyDisk::Fault;

constexpr int kWrites = 4;  // of each of the two rounds

struct Outcome {
  std::set<std::int64_t> acknowledged;
  std::set<std::string> faults;
};

// Opens, writes, closes (which copies the log into the file), and all of that once more.
Outcome run_workload(const std::string& path, const std::string& filling) {
  Outcome outcome;
  const auto attempt = [&](const auto& action) {
    const std::string fault = fault_of_action(action);
    if (!fault.empty()) outcome.faults.insert(fault);
    return fault.empty();
  };
  for (int round = 0; round < 2; ++round) {
    std::unique_ptr<Database> database;
    if (!attempt([&] { database = open_pairs(path); })) continue;
    for (int i = 0; i < kWrites; ++i) {
      const std::int64_t number = round * kWrites + i;
      if (attempt([&] { add_pair(*database, number, filling); })) outcome.acknowledged.insert(number);
    }
    attempt([&] { pairs(*database); });
  }
  return outcome;
}

void check_survivors(const std::string& path, const Outcome& outcome) {
  const auto database = open_pairs(path);
  CHECK(integrity(*database) == "ok");
  const std::set<std::int64_t> found = pairs(*database);
  for (const std::int64_t number : outcome.acknowledged)
    CHECK(found.contains(number));
  add_pair(*database, 1000);
}

void check_named(const std::set<std::string>& faults, const std::set<std::string>& allowed) {
  for (const std::string& fault : faults) {
    CAPTURE(fault);
    CHECK(allowed.contains(fault));
  }
}

TEST_CASE(
    "a disk that fails once or for good, at every write and sync, loses nothing that was acknowledged") {
  FaultyDisk disk;
  const std::string filling(3000, 'f');  // so that a write takes several pages
  int workload = 0;
  {
    const TemporaryFolder folder(tests::memory_folder());
    disk.heal();
    CHECK(run_workload(folder.file("store.db"), filling).acknowledged.size() == 2 * kWrites);
    workload = disk.operations();
  }
  REQUIRE(workload > 50);
  for (const Fault fault : {Fault::io_error, Fault::short_write, Fault::disk_full}) {
    for (const bool lasting : {false, true}) {
      for (int n = 1; n <= workload; ++n) {
        CAPTURE(n);
        CAPTURE(lasting);
        const TemporaryFolder folder(tests::memory_folder());
        disk.fail_at(n, fault, lasting);
        const Outcome outcome = run_workload(folder.file("store.db"), filling);
        CHECK(disk.has_failed());
        disk.heal();
        check_named(outcome.faults, {"failed/store_io", "failed/disk_full"});
        check_survivors(folder.file("store.db"), outcome);
      }
    }
  }
}

TEST_CASE("a disk that fails at any read loses nothing that was acknowledged") {
  FaultyDisk disk;
  int reads = 0;
  for (int n = 1; n == 1 || n <= reads; ++n) {
    CAPTURE(n);
    const TemporaryFolder folder(tests::memory_folder());
    disk.fail_read_at(n);
    const Outcome outcome = run_workload(folder.file("store.db"), "x");
    reads = std::max(reads, disk.reads());
    disk.heal();
    check_named(outcome.faults, {"failed/store_io"});
    check_survivors(folder.file("store.db"), outcome);
  }
  REQUIRE(reads > 10);
}

TEST_CASE("power that is cut at every point leaves what was acknowledged and nothing torn") {
  FaultyDisk disk;
  const std::string filling(3000, 'f');
  const std::uint64_t seed = tests::test_seed();
  INFO("AGENTNET_SEED=" << seed);
  std::mt19937_64 random(seed);
  for (int n = 1;; ++n) {
    CAPTURE(n);
    bool reached = false;
    for (int variant = 0; variant < 3; ++variant) {
      const TemporaryFolder folder(tests::memory_folder());
      disk.fail_at(n, Fault::io_error, true);
      const Outcome outcome = run_workload(folder.file("store.db"), filling);
      reached = disk.has_failed();
      disk.leave_what_survived(random);
      check_survivors(folder.file("store.db"), outcome);
    }
    if (!reached) break;
    REQUIRE(n < 1000);
  }
}

TEST_CASE("a commit that fails is told to all of its group") {
  FaultyDisk disk;
  const TemporaryFolder folder;
  const auto database = open_pairs(folder.file("store.db"));
  std::vector<std::string> told;
  int started = 0;
  Blocker blocker(*database, [&] { disk.fail_at(1, Fault::io_error); });
  for (int i = 0; i < 3; ++i) {
    database->write_later(
        [&, i](Connection& connection) {
          ++started;
          add_pair(connection, i);
          if (i == 1) throw Error(Category::refused, "mine", "no");
        },
        [&](std::exception_ptr fault) { told.push_back(fault_name(fault)); });
  }
  blocker.release();
  database->close();
  CHECK(started == 3);
  CHECK(told == std::vector<std::string>{"failed/store_io", "refused/mine", "failed/store_io"});
  disk.heal();
  CHECK_FALSE(pairs(*open_pairs(folder.file("store.db"))).contains(1));
}

TEST_CASE("a full disk is reported as such, and the store goes on when there is room again") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  add_pair(*open_pairs(path), 1);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // In a process of its own, because such limits count for the whole of one.
    signal(SIGXFSZ, SIG_IGN);
    const auto database = open_pairs(path);
    const auto set_limit = [](rlim_t bytes) {
      const rlimit limit = {bytes, RLIM_INFINITY};
      return setrlimit(RLIMIT_FSIZE, &limit) == 0;
    };
    if (!set_limit(64 * 1024)) _exit(1);
    const std::string large(100'000, 'l');
    std::string fault;
    for (int i = 2; fault.empty() && i < 100; ++i)
      fault = fault_of_action([&] { add_pair(*database, i, large); });
    if (fault != "failed/disk_full") _exit(2);
    if (!set_limit(RLIM_INFINITY)) _exit(3);
    if (!fault_of_action([&] { add_pair(*database, 1000, large); }).empty()) _exit(4);
    _exit(pairs(*database).contains(1) && integrity(*database) == "ok" ? 0 : 5);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  const auto database = open_pairs(path);
  CHECK(integrity(*database) == "ok");
  CHECK(pairs(*database).contains(1));
  CHECK(pairs(*database).contains(1000));
}

}  // namespace
}  // namespace agentnet::store
