#include "core/store/reader_pool.hpp"

#include "core/store/call_mark.hpp"

namespace agentnet::store {

void read_with(Session& session, const Read& read) {
  session.begin_reading();
  try {
    read(session.connection());
    session.check_settled();
  } catch (...) {
    session.roll_back();
    throw;
  }
  session.roll_back();
}

void ReaderPool::read(const Read& read) {
  std::unique_ptr<Session> session = take();
  try {
    read_with(*session, read);
  } catch (...) {
    give_back(std::move(session));
    throw;
  }
  give_back(std::move(session));
}

std::unique_ptr<Session> ReaderPool::take() {
  {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return closed_ || in_use_ < kMaxReaders; });
    if (closed_) throw store_closed();
    ++in_use_;
    if (!idle_.empty()) {
      std::unique_ptr<Session> session = std::move(idle_.back());
      idle_.pop_back();
      return session;
    }
  }
  try {
    return Session::open_reader(path_, busy_timeout_ms_);
  } catch (...) {
    give_back(nullptr);
    throw;
  }
}

void ReaderPool::give_back(std::unique_ptr<Session> session) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (session) idle_.push_back(std::move(session));
  --in_use_;
  changed_.notify_all();
}

void ReaderPool::close() {
  std::unique_lock<std::mutex> lock(mutex_);
  closed_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return in_use_ == 0; });
  idle_.clear();
}

}  // namespace agentnet::store
