// The connections for reading of a store, opened as they are needed and kept.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/store/database.hpp"
#include "core/store/session.hpp"

namespace agentnet::store {

// Runs a read in a transaction of its own. Throws what it threw.
void read_with(Session& session, const Read& read);

class ReaderPool {
 public:
  ReaderPool(std::string path, int busy_timeout_ms)
      : path_(std::move(path)), busy_timeout_ms_(busy_timeout_ms) {}

  // As Database::read.
  void read(const Read& read);
  // Waits for the reads that run.
  void close();

 private:
  std::unique_ptr<Session> take();
  void give_back(std::unique_ptr<Session> session);

  const std::string path_;
  const int busy_timeout_ms_;
  std::mutex mutex_;  // guards all below
  std::condition_variable changed_;
  std::vector<std::unique_ptr<Session>> idle_;
  std::size_t in_use_ = 0;
  bool closed_ = false;
};

}  // namespace agentnet::store
