// An input that ends when the process is asked to stop.
//
// A command that reads until its input ends, and then has something to finish, must come to that also on
// Ctrl-C. While this lives, SIGINT and SIGTERM end the input instead of the process: lines that came whole
// before are still read, a line that was cut off is dropped. Another Ctrl-C ends the process at once.
#pragma once

#include <csignal>

#include <atomic>
#include <string>
#include <thread>

namespace agentnet::commands {

class InterruptibleInput {
 public:
  // To be made before other threads are, which then leave those signals alone, too. `input` is left open.
  // Throws what system_error makes.
  explicit InterruptibleInput(int input);
  ~InterruptibleInput();
  InterruptibleInput(const InterruptibleInput&) = delete;
  InterruptibleInput& operator=(const InterruptibleInput&) = delete;

  // Where to read.
  int descriptor() const { return read_end_; }
  // The signal that ended the input; 0 when there was none.
  int signal() const { return signal_.load(); }
  // The errno that ended it; 0 when there was none.
  int fault() const { return fault_.load(); }

 private:
  void relay();
  bool wait_for_input();
  bool forward(std::string& text, bool at_end);

  int input_;
  int read_end_ = -1;
  int write_end_ = -1;
  int signals_ = -1;  // readable when a signal waits
  int stop_ = -1;     // readable when this is going
  sigset_t before_{};
  std::atomic<int> signal_ = 0;
  std::atomic<int> fault_ = 0;
  std::thread thread_;
};

}  // namespace agentnet::commands
