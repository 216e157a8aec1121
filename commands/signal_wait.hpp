// Waiting for Ctrl-C or SIGTERM, for commands that serve until they are stopped.
#pragma once

#include <csignal>
#include <ctime>
#include <optional>

#include "commands/command.hpp"

namespace agentnet::commands {

// The signals are waited for instead of ending the process; made before any thread is. They stay so to the
// process's end: some send SIGTERM to a process and then to its group, and the second one would kill.
class SignalWait {
 public:
  SignalWait() {
    ::sigemptyset(&set_);
    ::sigaddset(&set_, SIGTERM);
    ::sigaddset(&set_, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }

  Exit wait() const {
    int number = 0;
    while (::sigwait(&set_, &number) != 0) {
    }
    return exit_of(number);
  }
  // Nullopt when none came in time.
  std::optional<Exit> wait_for(std::int64_t seconds) const {
    const timespec time{seconds, 0};
    const int number = ::sigtimedwait(&set_, nullptr, &time);
    return number > 0 ? std::optional(exit_of(number)) : std::nullopt;
  }

 private:
  // Being asked to stop is how this ends, as with agentnet serve.
  static Exit exit_of(int number) { return number == SIGINT ? Exit::interrupted : Exit::done; }

  sigset_t set_{};
};

}  // namespace agentnet::commands
