// How fast the store is: one JSON line a measure, as perf.md wants them. The argument is the folder to work
// in (a disk, not memory); the second, when given, the seconds each measure takes.
//
// A row is what a seal leaves: a random 32-byte key, a tenant, 200 bytes of text.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/random.hpp"
#include "core/store/database.hpp"

namespace agentnet::store {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr Migration kSchema[] = {
    {1,
     "CREATE TABLE seals (hash BLOB PRIMARY KEY, tenant TEXT NOT NULL, body TEXT NOT NULL) WITHOUT ROWID"}};

void insert(Connection& connection) {
  thread_local SystemRandom random;
  std::array<std::uint8_t, 32> key{};
  random.fill(key);
  static const std::string body(200, 'x');
  connection.run("INSERT INTO seals (hash, tenant, body) VALUES (?, ?, ?)", {ByteView(key), "acme", body});
}

// Of this process so far, all threads: what a busy machine does not change.
double cpu_seconds() {
  struct rusage usage {};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Sample {
  std::size_t rows = 0;
  double seconds = 0;
  std::vector<float> milliseconds;  // of each write, from handing over to done
};

void report(const std::string& name, const std::function<Sample()>& measure) {
  const double cpu_before = cpu_seconds();
  Sample sample = measure();
  const double cpu = cpu_seconds() - cpu_before;
  std::sort(sample.milliseconds.begin(), sample.milliseconds.end());
  const auto at = [&](double share) {
    return sample
        .milliseconds[static_cast<std::size_t>(share * static_cast<double>(sample.milliseconds.size() - 1))];
  };
  const auto rows = static_cast<double>(sample.rows);
  fmt::print(
      "{{\"measure\":\"{}\",\"rows_per_s\":{:.0f},\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"max_ms\":{:.1f},"
      "\"cpu_us_per_row\":{:.1f}}}\n",
      name, rows / sample.seconds, at(0.5), at(0.99), at(1), cpu / rows * 1e6);
  std::fflush(stdout);
}

float milliseconds_since(Clock::time_point start) {
  return std::chrono::duration<float, std::milli>(Clock::now() - start).count();
}

// Threads that each write a row, wait until it is durable, and write the next.
Sample measure_write(Database& database, int callers, double seconds) {
  std::mutex mutex;
  Sample sample;
  const Clock::time_point start = Clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      std::vector<float> times;
      while (Seconds(Clock::now() - start).count() < seconds) {
        const Clock::time_point begin = Clock::now();
        database.write(insert);
        times.push_back(milliseconds_since(begin));
      }
      const std::lock_guard<std::mutex> guard(mutex);
      sample.milliseconds.insert(sample.milliseconds.end(), times.begin(), times.end());
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  sample.rows = sample.milliseconds.size();
  sample.seconds = Seconds(Clock::now() - start).count();
  return sample;
}

// Writes that are each followed by another when they are done, as a server with so many clients has them.
Sample measure_write_later(Database& database, int callers, double seconds) {
  struct Loop {
    Database& database;
    Clock::time_point start;
    double seconds;
    std::mutex mutex{};
    std::condition_variable over{};
    int running = 0;
    std::vector<float> times{};

    void next() {
      const Clock::time_point begin = Clock::now();
      database.write_later(insert, [this, begin](std::exception_ptr) {
        times.push_back(milliseconds_since(begin));
        if (Seconds(Clock::now() - start).count() < seconds) return next();
        const std::lock_guard<std::mutex> guard(mutex);
        --running;
        over.notify_one();
      });
    }
  };
  Loop loop{database, Clock::now(), seconds};
  loop.running = callers;
  for (int i = 0; i < callers; ++i)
    loop.next();
  std::unique_lock<std::mutex> lock(loop.mutex);
  loop.over.wait(lock, [&] { return loop.running == 0; });
  return {loop.times.size(), Seconds(Clock::now() - loop.start).count(), std::move(loop.times)};
}

Sample measure_bulk(Database& database, int rows, double seconds) {
  Sample sample;
  const Clock::time_point start = Clock::now();
  while (Seconds(Clock::now() - start).count() < seconds) {
    const Clock::time_point begin = Clock::now();
    database.write([&](Connection& connection) {
      for (int i = 0; i < rows; ++i)
        insert(connection);
    });
    sample.milliseconds.push_back(milliseconds_since(begin));
    sample.rows += static_cast<std::size_t>(rows);
  }
  sample.seconds = Seconds(Clock::now() - start).count();
  return sample;
}

Sample measure_open(const std::string& path, int rounds, bool anew) {
  Sample sample;
  const Clock::time_point start = Clock::now();
  for (int i = 0; i < rounds; ++i) {
    if (anew) std::filesystem::remove(path);
    const Clock::time_point begin = Clock::now();
    Database::open({.path = path}, kSchema);
    sample.milliseconds.push_back(milliseconds_since(begin));
  }
  sample.rows = static_cast<std::size_t>(rounds);
  sample.seconds = Seconds(Clock::now() - start).count();
  return sample;
}

Sample measure_read(Database& database, int callers, double seconds) {
  std::atomic<std::size_t> rows = 0;
  const Clock::time_point start = Clock::now();
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&] {
      SystemRandom random;
      while (Seconds(Clock::now() - start).count() < seconds) {
        std::array<std::uint8_t, 32> key{};
        random.fill(key);
        database.read([&](Connection& connection) {
          Query query = connection.query("SELECT body FROM seals WHERE hash >= ? LIMIT 1", {ByteView(key)});
          if (query.next()) rows += query.text(0).empty() ? 0 : 1;
        });
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  return {rows, Seconds(Clock::now() - start).count(), {0}};
}

// What the disk itself takes, to set the others in relation to: 8 KiB of a file written over, and synced.
Sample measure_disk(const std::string& path, double seconds) {
  constexpr std::size_t kPlaces = 256;
  const std::string bytes(8192, 'x');
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  const auto write = [&](std::size_t place) {
    const auto offset = static_cast<off_t>(place % kPlaces * bytes.size());
    if (::pwrite(file, bytes.data(), bytes.size(), offset) < 0) std::perror("pwrite");
  };
  for (std::size_t i = 0; i < kPlaces; ++i)
    write(i);
  ::fsync(file);
  Sample sample;
  const Clock::time_point start = Clock::now();
  while (Seconds(Clock::now() - start).count() < seconds) {
    const Clock::time_point begin = Clock::now();
    write(sample.rows++);
    ::fdatasync(file);
    sample.milliseconds.push_back(milliseconds_since(begin));
  }
  sample.seconds = Seconds(Clock::now() - start).count();
  ::close(file);
  std::filesystem::remove(path);
  return sample;
}

int run(const std::string& folder, double seconds) {
  const std::string path = folder + "/store_bench.db";
  const auto anew = [&] {
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(path + suffix);
    return Database::open({.path = path}, kSchema);
  };
  report("the disk alone", [&] { return measure_disk(folder + "/disk_bench", seconds); });
  for (const int callers : {1, 8, 32, 128}) {
    report(fmt::format("write, {} callers", callers),
           [&] { return measure_write(*anew(), callers, seconds); });
  }
  for (const int callers : {1, 8, 32, 128}) {
    report(fmt::format("write_later, {} callers", callers),
           [&] { return measure_write_later(*anew(), callers, seconds); });
  }
  report("bulk, 1000 rows a write", [&] { return measure_bulk(*anew(), 1000, seconds); });
  {
    const auto database = Database::open({.path = path}, kSchema);
    report("read by key, 1 caller", [&] { return measure_read(*database, 1, seconds); });
    report("read by key, 8 callers", [&] { return measure_read(*database, 8, seconds); });
  }
  report("open and close", [&] { return measure_open(path, 100, false); });
  report("make, open and close", [&] { return measure_open(path, 50, true); });
  std::filesystem::remove(path);
  return 0;
}

}  // namespace
}  // namespace agentnet::store

int main(int argc, char** argv) {
  return agentnet::store::run(argc > 1 ? argv[1] : ".", argc > 2 ? std::atof(argv[2]) : 3);
}
