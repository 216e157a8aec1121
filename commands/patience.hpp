// Waiting, for commands that look again and again.
#pragma once

#include <chrono>
#include <csignal>
#include <string>
#include <string_view>

#include "commands/command.hpp"

namespace agentnet::commands {

inline constexpr std::chrono::milliseconds kMostPatience{24 * 60 * 60 * 1000};

// An option of seconds, to the millisecond. Throws Error usage/bad_number unless it is `least` to
// kMostPatience.
std::chrono::milliseconds seconds_of(const Arguments& arguments, std::string_view option,
                                     std::chrono::milliseconds least, std::chrono::milliseconds otherwise);
// "2 s", "0.5 s"
std::string shown_seconds(std::chrono::milliseconds time);

// Holds SIGINT and SIGTERM back for wait_for, from this thread and from those that are made while it lives.
class StopsHeldBack {
 public:
  StopsHeldBack();
  ~StopsHeldBack() { release(); }
  StopsHeldBack(const StopsHeldBack&) = delete;
  StopsHeldBack& operator=(const StopsHeldBack&) = delete;
  // They end the process again, and no longer; for what may take long.
  void release();
  void hold();

 private:
  sigset_t before_{};
};

// Lets the time pass. SIGINT and SIGTERM end it early, and do nothing else: which it was, or 0.
int wait_for(std::chrono::milliseconds time);

}  // namespace agentnet::commands
