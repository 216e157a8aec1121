// SIGINT and SIGTERM end the process, as they do by default, but not within a write to a file: what stands in
// it then is what was written whole. A write that waits for a reader ends at once.
#pragma once

namespace agentnet::cli {

// For the signals that end the process by default now; those that are ignored stay so. Before other threads
// are.
void end_between_writes();

// While it lives, the thread writes. At the end a signal that came meanwhile ends the process.
class Writing {
 public:
  Writing();
  ~Writing();
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  // Ends the process when a signal has come.
  static void end_if_asked();
};

}  // namespace agentnet::cli
