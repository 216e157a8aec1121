// The one writer of a store, and how writes come to share a commit.
//
// Writes queue up in the order in which they were handed over. Whoever finds nobody at work leads: it takes
// what is in the queue, up to a limit, and commits it. A caller of write() that is alone leads on its own
// thread; while it waits for the disk, others queue up and become the next group. A thread of its own is
// started with the first write_later; it leads when a write_later is at the head of the queue, and it calls
// all done functions.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "core/store/database.hpp"
#include "core/store/session.hpp"

namespace agentnet::store {

class GroupCommit {
 public:
  struct Options {
    const void* store;        // whose writes these are (core/store/call_mark.hpp)
    std::mutex* sharing;      // held while the session is used; null when nobody else uses it
    std::size_t group_limit;  // writes that share one commit at the most
    int known_version;        // of the schema: a file of a later one is not written
  };

  // `session` must outlive the last write.
  GroupCommit(Session& session, const Options& options) : session_(session), options_(options) {}
  ~GroupCommit() { close(); }
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // As Database has them. After close() the session is not used any more.
  void write(const Write& write);
  void write_later(Write write, Done done);
  void close();

 private:
  // A caller of write(), on whose stack this lies.
  struct Waiter {
    std::condition_variable wake;
    std::exception_ptr fault;
    bool settled = false;
  };
  struct Task {
    Write write;
    Done done;       // of a write_later
    Waiter* waiter;  // of a write; null for a write_later
    std::exception_ptr fault{};
  };
  using Lock = std::unique_lock<std::mutex>;

  // These are called with the lock held, which they give up while they work.
  void lead(Lock& lock);
  void deliver(Lock& lock);
  void work();
  void settle(std::vector<Task>& group);
  void pass_on();

  // By the leader, without the lock.
  void run(std::span<Task> group) noexcept;
  std::size_t run_transaction(std::span<Task> tasks) noexcept;
  void run_task(Task& task, bool is_alone) noexcept;

  Session& session_;
  const Options options_;

  std::mutex mutex_;  // guards all below
  std::deque<Task> queue_;
  std::deque<Task> delivery_;  // of write_later, settled: done is to be called
  bool leading_ = false;       // someone uses the session
  bool closing_ = false;
  bool working_ = false;               // the own thread runs
  std::condition_variable own_wake_;   // for the own thread
  std::condition_variable idle_wake_;  // for close()
  std::thread own_;
};

}  // namespace agentnet::store
