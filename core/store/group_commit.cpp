#include "core/store/group_commit.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>

#include "core/base/error.hpp"
#include "core/store/call_mark.hpp"

namespace agentnet::store {

void GroupCommit::write(const Write& write) {
  CallMark::refuse_inside(options_.store);
  Waiter waiter;
  Lock lock(mutex_);
  if (closing_) throw store_closed();
  queue_.push_back({[&write](Connection& connection) { write(connection); }, nullptr, &waiter});
  while (!waiter.settled) {
    if (leading_) {
      waiter.wake.wait(lock);
    } else {
      lead(lock);
    }
  }
  lock.unlock();
  if (waiter.fault) std::rethrow_exception(waiter.fault);
}

void GroupCommit::write_later(Write write, Done done) {
  const Lock lock(mutex_);
  if (closing_) {
    if (!working_) throw store_closed();
    // From a done function, most likely, which could do nothing with an exception.
    delivery_.push_back({nullptr, std::move(done), nullptr, std::make_exception_ptr(store_closed())});
    own_wake_.notify_one();
    return;
  }
  if (!working_) {
    try {
      own_ = std::thread([this] { work(); });
    } catch (const std::system_error& fault) {
      throw system_error("cannot start the writer's thread", fault.code().value());
    }
    working_ = true;
  }
  queue_.push_back({std::move(write), std::move(done), nullptr});
  if (!leading_) own_wake_.notify_one();
}

void GroupCommit::close() {
  Lock lock(mutex_);
  closing_ = true;
  own_wake_.notify_one();
  idle_wake_.wait(lock, [this] { return queue_.empty() && !leading_ && !working_; });
  std::thread own = std::move(own_);
  lock.unlock();
  if (own.joinable()) own.join();
}

// The own thread.
void GroupCommit::work() {
  Lock lock(mutex_);
  for (;;) {
    if (!delivery_.empty()) {
      deliver(lock);
    } else if (!leading_ && !queue_.empty() && queue_.front().waiter == nullptr) {
      lead(lock);
    } else if (closing_ && !leading_ && queue_.empty()) {
      break;
    } else {
      own_wake_.wait(lock);
    }
  }
  working_ = false;
  idle_wake_.notify_all();
}

void GroupCommit::deliver(Lock& lock) {
  std::deque<Task> settled = std::move(delivery_);
  delivery_.clear();
  lock.unlock();
  for (const Task& task : settled)
    task.done(task.fault);
  settled.clear();
  lock.lock();
}

void GroupCommit::lead(Lock& lock) {
  leading_ = true;
  const std::size_t limit = std::max<std::size_t>(options_.group_limit, 1);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(queue_.size(), limit));
  std::vector<Task> group(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);

  lock.unlock();
  run(group);
  lock.lock();
  settle(group);
  lock.unlock();
  session_.tend_log();
  lock.lock();

  leading_ = false;
  pass_on();
}

void GroupCommit::settle(std::vector<Task>& group) {
  for (Task& task : group) {
    if (task.waiter == nullptr) {
      delivery_.push_back(std::move(task));
      continue;
    }
    task.waiter->fault = std::move(task.fault);
    task.waiter->settled = true;
    task.waiter->wake.notify_one();
  }
}

// Wakes whoever has something to do now that nobody leads.
void GroupCommit::pass_on() {
  if (!queue_.empty() && queue_.front().waiter != nullptr) queue_.front().waiter->wake.notify_one();
  if (!delivery_.empty() || closing_ || (!queue_.empty() && queue_.front().waiter == nullptr)) {
    own_wake_.notify_one();
  }
  if (closing_) idle_wake_.notify_all();
}

void GroupCommit::run(std::span<Task> group) noexcept {
  const CallMark mark(options_.store);
  std::unique_lock<std::mutex> sharing;
  if (options_.sharing != nullptr) sharing = std::unique_lock<std::mutex>(*options_.sharing);
  while (!group.empty())
    group = group.subspan(run_transaction(group));
}

// Returns how many of the tasks it has dealt with, at least one.
std::size_t GroupCommit::run_transaction(std::span<Task> tasks) noexcept {
  std::size_t dealt_with = 0;
  std::exception_ptr fault;
  try {
    session_.begin();
    session_.check_version(options_.known_version);
    for (Task& task : tasks) {
      ++dealt_with;
      run_task(task, tasks.size() == 1);
      if (!session_.in_transaction()) {
        // With a full disk and the like SQLite undoes everything, the tasks before this one, too.
        fault = task.fault;
        break;
      }
    }
    if (session_.in_transaction()) session_.commit();
  } catch (...) {
    fault = std::current_exception();
    if (dealt_with == 0) dealt_with = tasks.size();
  }
  session_.roll_back();
  if (!fault) return dealt_with;
  for (Task& task : tasks.first(dealt_with)) {
    if (!task.fault) task.fault = fault;
  }
  return dealt_with;
}

// What a task that is alone in its transaction did is undone with that.
void GroupCommit::run_task(Task& task, bool is_alone) noexcept {
  try {
    if (!is_alone) session_.begin_part();
    task.write(session_.connection());
    session_.check_settled();
    if (!is_alone) session_.end_part();
    return;
  } catch (...) {
    task.fault = std::current_exception();
  }
  try {
    if (!is_alone && session_.in_transaction()) {
      session_.undo_part();
      return;
    }
  } catch (...) {
    // The part cannot be undone alone; its transaction can.
  }
  session_.roll_back();
}

}  // namespace agentnet::store
